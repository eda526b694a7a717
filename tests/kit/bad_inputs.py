"""Bad input for every ask that a client has, made from the contract table: each with one thing wrong, the rest good."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from contracts.everything import ASKS
from contracts.limits import CLIENT_MESSAGE_ID_CHARS_MAX, NAME_CHARS_MAX, SILENT_MAX, TEXT_BYTES_MAX, WATCHED_MAX
from contracts.table import NOBODY, Ask
from tests.kit.history import Body

CLIENT_ASKS = tuple(ask for ask in ASKS.values() if ask.roles != NOBODY)
SECRET = "quite-secret-7f3a"
"""In every text that is sent: no log may say it."""
DEEP = json.loads("[" * 200 + "]" * 200)
OF_NO_TYPE: Mapping[type, tuple[Any, ...]] = {
    str: (7, 1.5, True, [], {}, [SECRET], {"$ne": None}, DEEP, 2**70, float("nan")),
    int: (SECRET, "", 1.5, True, [], {}, DEEP, float("nan"), float("inf"), -(2**70)),
    bool: (7, "true", SECRET, [], {}, DEEP, float("nan")),
    list: (7, True, {}, SECRET, [7], [None], [[]], [{}], [2**70], DEEP),
    dict: (7, True, [], SECRET, DEEP),
}
IDS = ("", SECRET, "a.b", "*", ">", "../..", "a b", "a\0b", "\N{BOMB}", "Ω", "x" * 65, "x" * 50_000, "$where", "\ud800")
NIGHT = {"on": True, "begin": "22:00", "end": "06:00", "time_zone": "Europe/Rome"}
NOT_TEXT = ("\ud800", f"{SECRET}\udfff")
TIMES = (
    *("", "a\0b", "yesterday", "2026-01-05", "2026-01-05T08:30:00", "2026-13-05T08:30:00Z", "x" * 50_000, *NOT_TEXT),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:60Z"),
)
WRONG: Mapping[str, tuple[Any, ...]] = {
    **dict.fromkeys(("conversation_id", "user_id", "notice_id"), IDS),
    **dict.fromkeys(("cursor", "token", "refresh_token"), (*IDS, "W10", "WzFd", "eyJ9", "WyJhIiwiYiIsImMiXQ==")),
    **dict.fromkeys(("before_seq", "after_seq"), (-1, 2**53, 2**63, 2**64, 2**70)),
    "reply_to_seq": (0, -1, 10**9, 2**63 - 1, 2**63, 2**70),
    "seq": (-1,),
    "limit": (-1, 2**31, 2**63, 2**70),
    "text": ("", *NOT_TEXT, "x" * (TEXT_BYTES_MAX + 1), "é" * (TEXT_BYTES_MAX // 2 + 1)),
    "client_message_id": ("", "x" * (CLIENT_MESSAGE_ID_CHARS_MAX + 1), *NOT_TEXT),
    "name": ("", " ", "\u200b", "a\u202eb", "a\nb", "x" * (NAME_CHARS_MAX + 1), *NOT_TEXT),
    "member_ids": ([SECRET], ["a.b>"], ["a\0b"], ["\ud800"], ["x"] * 5, [f"u_{n}" for n in range(5_001)]),
    "user_ids": (SECRET, ["\ud800"], [f"u_{n}" for n in range(WATCHED_MAX + 1)]),
    "to": (
        {"user_id": "u", "conversation_id": "c"},
        *({"user_id": one} for one in IDS),
        *({"conversation_id": i} for i in IDS),
    ),
    "login": ("", " ", "a b", "a\0b", "\N{BOMB}", "x" * 65, "../x", *NOT_TEXT),
    **dict.fromkeys(("password", "current_password", "new_password"), ("", "a\0b", SECRET * 10, *NOT_TEXT)),
    "email": ("x" * 255, *NOT_TEXT),
    "role": ("", "owner", "Admin", "a\0b", *NOT_TEXT),
    "status": ("", "here", "a\0b", *NOT_TEXT),
    **dict.fromkeys(
        ("status_until", "note_until"),
        (
            "",
            SECRET,
            "2001-01-01T00:00:00Z",
            "2999-01-01T00:00:00Z",
            "9999-12-31T23:59:59",
            "0001-01-01T00:00:00+14:00",
        ),
    ),
    "note": ("x" * 141, "a\0b", "two\nlines", *NOT_TEXT),
    "history": ("", "all", "Joined", "a\0b", *NOT_TEXT),
    "request_id": ("", "x" * 65, *NOT_TEXT),
    "q": ("", " ", "?!", "a\0b", "(" * 1_000, "x" * 50_000, *NOT_TEXT),
    "session": NOT_TEXT,
    **dict.fromkeys(
        ("writing_enabled", "must_change", "disabled", "dry_run", "passwords", "muted", "pinned", "mail"), ()
    ),
    **dict.fromkeys(("session_id", "import_id", "sender_id"), IDS),
    **dict.fromkeys(("since", "until"), TIMES),
    **dict.fromkeys(("action", "outcome", "after", "before"), ("", "a\0b", "x" * 50_000, *NOT_TEXT)),
    "csv": ("", "a\0b", SECRET, *NOT_TEXT),
    "token_id": IDS,
    "kind": ("", "Service", "a\0b", *NOT_TEXT),
    "scope": ("", "all", "a\0b", *NOT_TEXT),
    "format": ("", "xml", "JSON", "a\0b", *NOT_TEXT),
    "language": ("", "de", "EN", "a\0b", *NOT_TEXT),
    "conversations": (
        *([{"conversation_id": one, "mail": "nothing"}] for one in IDS if one != SECRET),
        *([{"conversation_id": "g_1", "mail": one}] for one in ("", "some", "a\0b", *NOT_TEXT)),
        [{"conversation_id": f"g_{n}", "mail": "nothing"} for n in range(SILENT_MAX + 1)],
    ),
    "quiet_hours": (
        *(
            NIGHT | {name: one}
            for name in ("begin", "end")
            for one in ("", "24:00", "7:00", "07:60", "a\0b", *NOT_TEXT)
        ),
        *(NIGHT | {"time_zone": one} for one in ("", "Rome", "../../etc/passwd", "/etc/localtime", "a\0b", *NOT_TEXT)),
        *({name: NIGHT[name] for name in NIGHT if name != without} for without in NIGHT),
        *(NIGHT | {"on": 1}, NIGHT | {"end": "22:00"}),
    ),
    "expires_in_days": (-1, 0, 2**31, 2**63, 2**70),
}
"""By the name of the field: of the right type, and still not right. A field without a line here is a KeyError."""
FINDS_NOTHING = ("q", "sender_id", "user_ids", "csv")
"""Fields that may find nothing rather than be refused; an import reports what is wrong with each line."""


@dataclass(frozen=True)
class BadInput:
    """`what` is wrong with it, for whoever reads the failure."""

    ask: Ask
    fields: Body
    what: str
    may_be_answered: bool = False

    def __repr__(self) -> str:
        return f"<{self.ask.name}: {self.what}>"


def bad_inputs(good: Mapping[str, Any]) -> Iterator[BadInput]:
    """`good`: by the name of the field, a value that is right; a required one that is not there is a KeyError."""
    for ask in CLIENT_ASKS:
        hints = get_type_hints(ask.request, include_extras=True)
        required = {field.name for field in msgspec.structs.fields(ask.request) if field.required}
        fields = {name: good[name] for name in hints if name in good or name in required}
        whole = BadInput(ask, fields, "")
        for field in msgspec.structs.fields(ask.request):
            if field.name in required:
                without = {name: value for name, value in fields.items() if name != field.name}
                yield replace(whole, fields=without, what=f"without {field.name}")
                yield _with(whole, field.name, None)
            hint = hints[field.name]
            for value in _beyond(hint):
                yield replace(_with(whole, field.name, value), may_be_answered=False)
            for value in (*_of_no_type(hint), *WRONG[field.name]):
                yield _with(whole, field.name, value)


def _with(whole: BadInput, name: str, value: Any) -> BadInput:
    what, fields = f"{name}={ascii(value)[:60]}", {**whole.fields, name: value}
    return BadInput(whole.ask, fields, what, may_be_answered=name in FINDS_NOTHING)


def _beyond(hint: Any) -> Iterator[Any]:
    """What the published schema says is too little or too much, or none of the choices."""
    for one in _alternatives(hint):
        for meta in getattr(one, "__metadata__", ()):
            said = meta.extra_json_schema or {}
            if "minimum" in said:
                yield said["minimum"] - 1
            if "maximum" in said:
                yield said["maximum"] + 1
            if "maxLength" in said:
                yield "x" * (said["maxLength"] + 1)
            if "enum" in said:
                yield "none-of-these"


def _of_no_type(hint: Any) -> Iterator[Any]:
    kinds = {_kind(one) for one in _alternatives(hint) if one is not types.NoneType}
    for kind in kinds:
        yield from (value for value in OF_NO_TYPE[kind] if type(value) not in kinds - {kind})


def _alternatives(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


def _kind(hint: Any) -> type:
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    origin = get_origin(hint) or hint
    return dict if issubclass(origin, msgspec.Struct) else origin
