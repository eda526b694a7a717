"""What the contract says an ask may be refused with: whoever asks in a test looks whether that is all."""

import re

from contracts.doors import PREFIX
from contracts.everything import ASKS
from contracts.refusals import codes_of

_ROUTES = [
    (ask.name, ask.route.method, re.compile(PREFIX + re.sub(r"\{\w+\}", "[^/]+", ask.route.path)))
    for ask in ASKS.values()
    if ask.route is not None
]


def is_declared(name: str, code: str) -> bool:
    """What is no ask is `not_found`, or refused before anybody looks what it is."""
    return name not in ASKS or not ASKS[name].socket or code in codes_of(ASKS[name])


def is_declared_over_http(method: str, path: str, code: str) -> bool:
    """`path` without a query. Of several asks that a path may mean, any."""
    asked = [ASKS[name] for name, verb, pattern in _ROUTES if verb == method and pattern.fullmatch(path)]
    return not asked or any(code in codes_of(ask) for ask in asked)
