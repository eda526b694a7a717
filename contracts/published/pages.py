"""Pages to read: prose from a template, with tables and examples from the contract where it says `{{...}}`.

`{{asks message group}}`: the asks of these nouns. `{{endings}}`, `{{codes}}` and the like: a table. `{{TEXT_BYTES_MAX}}`,
`{{PARLEY_ASKS_BURST}}`: a limit, or the default of a setting."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from json import dumps
from typing import Any

from contracts import golden, limits
from contracts.client import Connect
from contracts.doors import PREFIX
from contracts.endings import ENDINGS
from contracts.everything import EVENTS, PUSHES
from contracts.published.advice import ADVICE
from contracts.published.asked import CLIENT_ASKS, who
from contracts.published.asyncapi import HEADERS
from contracts.published.prose import on_one_field, text_of
from contracts.published.schemas import Schema, schemas
from contracts.published.words import answer_in_words, type_in_words
from contracts.refusals import ANY, STATUS, WITH_TOKEN, Problem, Refusal, codes_of
from contracts.table import EVERYONE, Ask, Event, Nothing, Push
from contracts.texts import carries_text

WIDTH = 100
_PLACE = re.compile(r"\{\{([\w ]+)\}\}")


class Page:
    """`settings`: by name, the defaults that the template speaks of."""

    def __init__(self, template: str, settings: Mapping[str, object]) -> None:
        self._template = template
        self._settings = settings
        self._untold = set(CLIENT_ASKS)
        self._tables: Mapping[str, Callable[[], str]] = {
            "pushes": _pushes,
            "endings": _endings,
            "codes": _codes,
            "client types": lambda: _types(_clients(), (Problem.__name__,)),
            "events": _events,
            "event types": lambda: _types([event.body for event in EVENTS.values()]),
            "headers": _headers,
            "connect": lambda: _fields(Connect),
            "refusal": lambda: _fields(Refusal),
            "codes of all": lambda: _list(ANY),
            "codes with a token": lambda: _list(WITH_TOKEN),
        }

    def text(self) -> str:
        """Raises KeyError for what no table, limit or setting is called."""
        return _PLACE.sub(lambda place: self._fill(place[1]), self._template).rstrip() + "\n"

    def untold(self) -> set[str]:
        """The asks that no place of the template has had."""
        return self._untold

    def _fill(self, place: str) -> str:
        word, _, nouns = place.partition(" ")
        if word == "asks":
            asks = [ask for noun in nouns.split() for ask in CLIENT_ASKS.values() if ask.name.startswith(f"{noun}.")]
            self._untold -= {ask.name for ask in asks}
            return "\n".join(map(_ask, asks))
        if place in self._tables:
            return self._tables[place]()
        number = self._settings[place] if place in self._settings else getattr(limits, place, None)
        if number is None:
            raise KeyError(place)
        return f"{number:,}" if isinstance(number, int) else f"{number:g}" if isinstance(number, float) else str(number)


def _ask(ask: Ask) -> str:
    facts = [f"**{who(ask)}**", _doors(ask)]
    if ask.idempotent:
        facts.append("Repeatable.")
    said = [] if ask.request is Nothing else [_without_fields(ask.request)]
    own = [code for code in codes_of(ask) if code in ask.refusals or (code == "forbidden" and ask.roles != EVERYONE)]
    example = golden.ASKS[ask.name]
    parts = [
        f"### {ask.name}\n",
        " ".join(part for part in (ask.about, *said) if part) + "\n",
        " ".join(facts) + "\n",
        _fields(ask.request),
        f"Answer: {answer_in_words(_schema(ask.answer))} {text_of(ask.answer) if ask.answer is not Nothing else ''}".rstrip()
        + "\n",
        f"Refused with {_list(own)} and those of every ask.\n" if own else "",
        _example(("→", example["request"]), ("←", example["answer"])),
    ]
    return "\n".join(part for part in parts if part)


def _doors(ask: Ask) -> str:
    if ask.route is None:
        return "Over sockets only."
    over_http = f"`{ask.route.method} {PREFIX}{ask.route.path}` → {ask.route.status}"
    return f"{over_http}, and over sockets." if ask.socket else f"{over_http}, over HTTP only."


def _pushes() -> str:
    return "\n".join(map(_push, PUSHES.values()))


def _push(push: Push) -> str:
    durable = "Carries a cursor, and is made up for after a return." if push.durable else ""
    said = " ".join(part for part in (push.about, _without_fields(push.body), durable) if part)
    parts = [f"### {push.name}\n", f"{said}\n" if said else "", _fields(push.body)]
    return "\n".join(part for part in (*parts, _example(("", golden.PUSHES[push.name]))) if part)


def _events() -> str:
    return "\n".join(map(_event, EVENTS.items()))


def _event(named: tuple[str, Event]) -> str:
    name, event = named
    subject = ".".join((event.prefix, *(f"<{key}>" for key in event.keys)))
    said = " ".join(part for part in (event.when, _without_fields(event.body)) if part)
    facts = [
        f"`{subject}`",
        f"Told by {event.owner}. `ce-id`: `{event.id}`. {event.order}",
        f"Schema: [{event.body.__name__}](schemas/{event.body.__name__}.json). {_text_in_words(event)}",
    ]
    parts = [f"### {name}\n", f"{said}\n", "  \n".join(facts) + "\n", _fields(event.body)]
    return "\n".join(part for part in (*parts, _example(("", golden.EVENTS[name]))) if part)


def _text_in_words(event: Event) -> str:
    if carries_text(event):
        return "Texts of messages are in it; whoever hears without them gets empty ones."
    return "No text of a message is in it."


def _endings() -> str:
    rows = [
        (f"`{one.code}`", "yes" if one.warned else "no", "yes" if one.returns else "no", one.message)
        for one in ENDINGS.values()
    ]
    return _table(("ending", "warned", "the official client returns", ""), rows)


def _codes() -> str:
    return _table(
        ("code", "HTTP", "what to do"), [(f"`{code}`", str(status), ADVICE[code]) for code, status in STATUS.items()]
    )


def _headers() -> str:
    return _table(("header", ""), [(f"`{name}`", text) for name, text in HEADERS.items()])


def _clients() -> list[type[Any]]:
    asked = [kind for ask in CLIENT_ASKS.values() for kind in (ask.request, ask.answer)]
    return [*asked, *(push.body for push in PUSHES.values()), Problem]


def _types(kinds: list[type[Any]], besides: Collection[str] = ()) -> str:
    """What is within these types, and those of them that are told nowhere else."""
    found = schemas(kinds, ref="{name}")
    within = {ref for schema in found.values() for ref in _refs(schema)}.union(besides)
    return "\n".join(_type(name, found[name]) for name in sorted(within))


def _type(name: str, schema: Schema) -> str:
    text = on_one_field(schema.get("description", ""), set(schema["properties"]))[1]
    return "\n".join(part for part in (f"### {name}\n", f"{text}\n" if text else "", _rows(schema)) if part)


def _refs(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"]
        for one in schema.values():
            yield from _refs(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from _refs(one)


def _schema(kind: type[Any]) -> Schema:
    return schemas([kind], ref="{name}")[kind.__name__]


def _without_fields(kind: type[Any]) -> str:
    """What the docstring says of the whole; what it says of a field is in the table of fields."""
    return on_one_field(text_of(kind), set(kind.__struct_fields__))[1]


def _fields(kind: type[Any]) -> str:
    return _rows(_schema(kind))


def _rows(schema: Schema) -> str:
    if not schema["properties"]:
        return ""
    about = on_one_field(schema.get("description", ""), set(schema["properties"]))[0]
    rows = [
        (f"`{name}`" if name in schema["required"] else f"`{name}`?", type_in_words(one), about.get(name, ""))
        for name, one in schema["properties"].items()
    ]
    return _table(("field", "", ""), rows)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Columns at the end that nobody fills are left out."""
    width = max(index for row in (head, *rows) for index, cell in enumerate(row, 1) if cell)
    lines = [_line(head[:width]), "|---" * width + "|", *(_line(row[:width]) for row in rows)]
    return "\n".join(lines) + "\n"


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _list(codes: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"`{code}`" for code in codes)


def _example(*said: tuple[str, Any]) -> str:
    lines = "\n".join(f"{mark} {_compact(body)}".strip() for mark, body in said)
    return f"```\n{lines}\n```\n"


def _compact(value: Any, indent: int = 0) -> str:
    """JSON: what fits into a line is in one."""
    whole = dumps(value, ensure_ascii=False)
    if len(whole) + indent <= WIDTH or not isinstance(value, dict | list) or not value:
        return whole
    within, end = " " * (indent + 2), " " * indent
    if isinstance(value, dict):
        parts = [f"{dumps(name)}: {_compact(one, indent + 2)}" for name, one in value.items()]
        return "{\n" + ",\n".join(within + part for part in parts) + f"\n{end}}}"
    return "[\n" + ",\n".join(within + _compact(one, indent + 2) for one in value) + f"\n{end}]"
