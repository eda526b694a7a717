"""Asking over HTTP, at whichever gateway answers: once, without trying again."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import aiohttp
import msgspec

from parley_client.errors import Refused, Unanswered
from parley_client.returns import Gateways
from parley_client.wire import Ask, Wire

Q = TypeVar("Q", bound=Wire)
A = TypeVar("A", bound=Wire)
PREFIX = "/api/v1"
UNAVAILABLE = 503
_PLACE = re.compile(r"\{(\w+)\}")


class Http:
    """`session`: that of somebody else, who closes it; else one is opened at the first use."""

    def __init__(self, session: aiohttp.ClientSession | None, gateways: Gateways, agent: str) -> None:
        self._session = session
        self._owns_session = session is None
        self.gateways = gateways
        self.agent = agent

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            jar = aiohttp.DummyCookieJar()
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), cookie_jar=jar)
        return self._session

    async def close(self) -> None:
        if self._owns_session and self._session is not None:
            await self._session.close()

    async def ask(self, ask: Ask[Q, A], request: Q, token: str | None, timeout_s: float) -> A:
        """Raises Refused, and Unanswered where no answer came."""
        if ask.route is None:
            raise ValueError(f"{ask.name} is asked over sockets only: connect first.")
        fields: dict[str, Any] = msgspec.to_builtins(request)
        path = _PLACE.sub(lambda place: str(fields.pop(place[1])), ask.route.path)
        said: dict[str, Any] = {"params": _query(fields)} if ask.route.method == "GET" else {"json": fields}
        headers = {"User-Agent": self.agent} | ({"Authorization": f"Bearer {token}"} if token else {})
        try:
            async with self.session.request(
                ask.route.method,
                f"{self.gateways.url}{PREFIX}{path}",
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=timeout_s),
                **said,
            ) as response:
                status, content = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self.gateways.move_on()
            raise Unanswered(f"{ask.name}: {error!r}") from error
        if status == UNAVAILABLE:
            self.gateways.move_on()
        if status >= 400:
            raise _refused(status, content)
        return msgspec.json.decode(content or b"{}", type=ask.answer)


def _query(fields: dict[str, Any]) -> dict[str, str]:
    return {name: _written(value) for name, value in fields.items()}


def _written(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refused(status: int, content: bytes) -> Refused:
    """Who answers with no problem of ours is something between: away, for the moment, where it says so by its status."""
    try:
        said = msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.DecodeError:
        said = {}
    code = said.get("code", "unavailable" if status >= 500 else "internal")
    message = said.get("message", f"HTTP {status}, without a reason.")
    return Refused(code, message, retry_after_s=said.get("retry_after_s"), errors=said.get("errors"))
