"""What the contract says an ask may be answered and refused with: whoever asks in a test looks whether it was that."""

import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from contracts.doors import PREFIX
from contracts.everything import ASKS
from contracts.published.openapi import openapi
from contracts.refusals import codes_of
from contracts.table import Ask
from tests.kit.schemas import Schema, within

_ROUTES = [
    (ask, re.compile(PREFIX + re.sub(r"\{\w+\}", "[^/]+", ask.route.path))) for ask in ASKS.values() if ask.route
]


def is_declared(name: str, code: str) -> bool:
    """What is no ask is `not_found`, or refused before anybody looks what it is."""
    return name not in ASKS or not ASKS[name].socket or code in codes_of(ASKS[name])


def check_over_http(method: str, path: str, status: int, body: Any) -> None:
    """`path` without a query; what is no route is left alone. Raises ValidationError or AssertionError."""
    ask = _asked(method, path)
    if ask is None or ask.route is None:
        return
    assert status >= 400 or status == ask.route.status, (method, path, status)
    validator = _answered(ask.name, status)
    if validator is not None:
        validator.validate(body)


def _asked(method: str, path: str) -> Ask | None:
    """Where two routes fit, the one without a placeholder there: it is the one that a gateway takes, too."""
    fits = [ask for ask, pattern in _ROUTES if ask.route and ask.route.method == method and pattern.fullmatch(path)]
    return min(fits, key=lambda ask: ask.route.path.count("{") if ask.route else 0, default=None)


@cache
def _document() -> Schema:
    return openapi()


@cache
def _answered(name: str, status: int) -> Draft202012Validator | None:
    """None where nothing is in the body. Raises KeyError for a status that the document does not have."""
    route = ASKS[name].route
    assert route is not None
    content = _document()["paths"][PREFIX + route.path][route.method.lower()]["responses"][str(status)].get("content")
    return None if content is None else within(_document(), next(iter(content.values()))["schema"])
