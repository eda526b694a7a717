"""Which events carry the text of messages, and what is left of one without it: for those who may not read what people write."""

from functools import cache
from typing import Any, TypeVar

import msgspec

from contracts.everything import EVENTS
from contracts.table import Event
from contracts.things import Message

WITHHELD = ""
"""In place of a text. One that was sent is never empty."""
T = TypeVar("T")


@cache
def carries_text(event: Event) -> bool:
    return _holds_message(msgspec.inspect.type_info(event.body))


def without_text(name: str, data: bytes) -> bytes:
    """The body of an event of this name, every text in it withheld. What this version does not know is left out: it might be
    a text. Raises msgspec.DecodeError."""
    if (event := EVENTS.get(name)) is None:
        return b"{}"
    told = msgspec.json.decode(data, type=event.body)
    return msgspec.json.encode(_withhold(told) if carries_text(event) else told)


def _withhold(told: T) -> T:
    if isinstance(told, Message):
        return msgspec.structs.replace(told, text=WITHHELD)
    if isinstance(told, list):
        return [_withhold(one) for one in told]  # type: ignore[return-value]
    if isinstance(told, msgspec.Struct):
        return msgspec.structs.replace(
            told, **{name: _withhold(getattr(told, name)) for name in told.__struct_fields__}
        )
    return told


def _holds_message(info: Any) -> bool:
    if isinstance(info, msgspec.inspect.StructType):
        return info.cls is Message or any(_holds_message(field.type) for field in info.fields)
    within = [getattr(info, part, None) for part in ("item_type", "value_type", "type")]
    return any(
        map(
            _holds_message,
            [*(one for one in within if isinstance(one, msgspec.inspect.Type)), *getattr(info, "types", ())],
        )
    )
