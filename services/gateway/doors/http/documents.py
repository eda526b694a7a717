"""The contract, published: made once, at the start, from the table that the doors are made from."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from contracts.doors import ASYNCAPI, OPENAPI
from contracts.published.asyncapi import asyncapi
from contracts.published.openapi import openapi

KEPT_S = 60
"""After a roll-out an older one is shown no longer than this."""


def add_documents(app: web.Application) -> None:
    app.router.add_get(OPENAPI, _serving(openapi()))
    app.router.add_get(ASYNCAPI, _serving(asyncapi()))


def _serving(document: dict[str, Any]) -> Callable[[web.Request], Awaitable[web.Response]]:
    body = msgspec.json.encode(document)
    headers = {"Cache-Control": f"public, max-age={KEPT_S}"}

    async def serve(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json", headers=headers)

    return serve
