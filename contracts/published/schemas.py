"""JSON schemas (2020-12) of everything that is said, by the name of its type. An optional field may be absent and is never
null; a field that is not named here may come with a later version."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from contracts.everything import ASKS, EVENTS, PUSHES
from contracts.published.prose import sentences_on, text_of
from contracts.refusals import Problem, Refusal

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TIME = re.compile(r"(?:.*_)?(?:at|until|time)|since|after|before")


def all_types() -> list[type[Any]]:
    """What crosses a wire by itself; what is within follows from these."""
    asked = [kind for ask in ASKS.values() for kind in (ask.request, ask.answer)]
    told = [row.body for row in (*EVENTS.values(), *PUSHES.values())]
    return [*asked, *told, Refusal, Problem]


def schemas(types: list[type[Any]], ref: str = "#/components/schemas/{name}") -> dict[str, Schema]:
    """Of these types and all within them, sorted by name. `ref`: how one refers to another."""
    _, found = msgspec.json.schema_components(dict.fromkeys(types), ref_template=ref)
    texts = {kind.__name__: text_of(kind) for kind in _within(types)}
    return {name: _tidy(found[name], texts.get(name, "")) for name in sorted(found)}


def files() -> dict[str, Schema]:
    """One for each type, by the name of its file; they refer to each other as files side by side."""
    return {
        f"{name}.json": {"$schema": DIALECT, **schema}
        for name, schema in schemas(all_types(), ref="{name}.json").items()
    }


def _within(types: list[type[Any]]) -> Iterator[type[Any]]:
    """The structs among these types and in their fields, however deep."""
    seen: set[type[Any]] = set()
    waiting: list[Any] = [msgspec.inspect.type_info(kind) for kind in types]
    while waiting:
        info = waiting.pop()
        if isinstance(info, msgspec.inspect.StructType):
            if info.cls in seen:
                continue
            seen.add(info.cls)
            yield info.cls
            waiting += [field.type for field in info.fields]
        for part in ("type", "item_type", "value_type"):
            waiting += [getattr(info, part)] if isinstance(getattr(info, part, None), msgspec.inspect.Type) else []
        waiting += getattr(info, "types", ())


def _tidy(schema: Schema, text: str) -> Schema:
    properties = {name: _property(name, one, text) for name, one in schema["properties"].items()}
    head = {"title": schema["title"], "description": text} if text else {"title": schema["title"]}
    return {**head, "type": "object", "properties": properties, "required": schema["required"]}


def _property(name: str, schema: Schema, text: str) -> Schema:
    schema = _without_null(schema)
    if schema.get("type") == "string" and _TIME.fullmatch(name):
        schema["format"] = "date-time"
    about = sentences_on(name, text)
    return {**schema, "description": about} if about else schema


def _without_null(schema: Schema) -> Schema:
    kept = {key: value for key, value in schema.items() if not (key == "default" and value is None)}
    if "anyOf" in kept:
        rest = [one for one in kept.pop("anyOf") if one != {"type": "null"}]
        kept |= rest[0] if len(rest) == 1 else {"anyOf": rest}
    return kept
