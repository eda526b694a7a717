"""Asking over HTTP what can be asked over Socket.IO too, recorded the same: the route comes from the contract table."""

from __future__ import annotations

import re
from typing import Any

from contracts.everything import ASKS
from tests.kit.history import Body
from tests.kit.person import Person
from tests.kit.refusal import Refused, Unanswered


async def over_http(person: Person, name: str, /, **fields: Any) -> Body:
    """The result. Asked once: raises `Refused`, or `Unanswered` when no answer came. Not for asks with a password."""
    route = ASKS[name].route
    assert route is not None, f"{name} has no route"
    assert not name.startswith("auth."), "a password has no place in a record"
    path = route.path.format_map(fields)
    rest = {key: value for key, value in fields.items() if key not in re.findall(r"{(\w+)}", route.path)}
    place = "params" if route.method == "GET" else "json"
    number = person.history.asked(person.client, name, fields)
    try:
        result = await person.session.request(route.method, path, patience_s=0, **{place: rest})
    except Refused as refused:
        person.history.acknowledged(person.client, number, False, refused.error)
        raise
    except Unanswered as unanswered:
        person.history.unanswered(person.client, number, repr(unanswered))
        raise
    person.history.acknowledged(person.client, number, True, result)
    return result
