"""An event as a line: of what people wrote nothing, unless it is asked for."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from chassis.bus import Told
from chassis.clock import rfc3339
from parley.lines import plain

TEXTS = frozenset({"text", "note"})
"""What people write, wherever it stands in an event."""


def as_json(told: Told, *, with_text: bool) -> str:
    body = _body(told)
    said = {"seq": told.seq, "id": told.id, "type": told.name, "at": _at(told), "keys": told.keys}
    return json.dumps({**said, "data": body if with_text else without_texts(body)}, ensure_ascii=True)


def as_line(told: Told, *, with_text: bool) -> str:
    """Place, time, type, keys, and the rest by name. A key is not said twice."""
    body = _body(told)
    rest = (
        f"{name}={_word(value)}"
        for name, value in _leaves(body if with_text else without_texts(body))
        if value not in told.keys
    )
    return " ".join((str(told.seq), _at(told), told.name, *told.keys, *rest))


def without_texts(body: Any) -> Any:
    if isinstance(body, dict):
        return {name: without_texts(value) for name, value in body.items() if name not in TEXTS}
    return [without_texts(one) for one in body] if isinstance(body, list) else body


def _body(told: Told) -> Any:
    """What is no JSON is not shown: nobody knows what is in it."""
    try:
        return json.loads(told.data)
    except ValueError:
        return {"bytes": len(told.data)}


def _at(told: Told) -> str:
    return rfc3339(datetime.fromtimestamp(told.at_ns / 1e9, UTC))


def _leaves(body: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(body, dict):
        for inner, value in body.items():
            yield from _leaves(value, inner)
    elif isinstance(body, list):
        yield name, f"[{len(body)}]"
    else:
        yield name, body


def _word(value: Any) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    shown = plain(value)
    return json.dumps(shown, ensure_ascii=False) if not shown or set(shown) & set(' "=') else shown
