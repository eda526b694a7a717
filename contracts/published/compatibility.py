"""The contract as it was released, and what of today's would break those who rely on it."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.everything import EVENTS, PUSHES
from contracts.published.asked import CLIENT_ASKS
from contracts.published.schemas import Schema, schemas

Fields = Mapping[str, Mapping[str, Any]]
Release = Mapping[str, Mapping[str, Any]]


def surface() -> dict[str, dict[str, Any]]:
    """What clients and subscribers rely on. `rows`: each ask, push and event, with its types or subject. `types`: by name, each
    field with its `type`, whether it is `required`, and the `enum` of a closed list."""
    rows = {f"ask {name}": f"{ask.request.__name__} → {ask.answer.__name__}" for name, ask in CLIENT_ASKS.items()}
    rows |= {f"push {name}": push.body.__name__ for name, push in PUSHES.items()}
    rows |= {
        f"event {name}": f"{event.body.__name__} at {'.'.join((event.prefix, *event.keys))}"
        for name, event in EVENTS.items()
    }
    kinds = [kind for ask in CLIENT_ASKS.values() for kind in (ask.request, ask.answer)]
    kinds += [row.body for row in (*PUSHES.values(), *EVENTS.values())]
    return {
        "rows": rows,
        "types": {name: _fields(schema) for name, schema in schemas(kinds, ref="{name}").items()},
    }


def breaks(released: Release, now: Release) -> list[str]:
    """A sentence for each thing that somebody would miss, or would not send. What is new breaks nothing, as long as nobody has to
    send it, and events from before need not have it."""
    found = []
    for name, row in released["rows"].items():
        if name not in now["rows"]:
            found.append(f"The {name} has disappeared.")
        elif now["rows"][name] != row:
            found.append(f"The {name} was {row} and is {now['rows'][name]}.")
    for name, fields in released["types"].items():
        if name not in now["types"]:
            found.append(f"The type {name} has disappeared.")
        else:
            found += _broken(name, fields, now["types"][name])
    return found


def _broken(name: str, released: Fields, now: Fields) -> Iterator[str]:
    for field, before in released.items():
        after = now.get(field)
        if after is None:
            yield f"{name}.{field} has disappeared."
            continue
        if after["type"] != before["type"]:
            yield f"{name}.{field} has changed its type: it was {before['type']} and is {after['type']}."
        if after["required"] and not before["required"]:
            yield f"{name}.{field} has become required."
        if before["required"] and not after["required"]:
            yield f"{name}.{field} may be absent now, and was always there."
        if gone := set(before.get("enum", ())) - set(after.get("enum", before.get("enum", ()))):
            yield f"{name}.{field} has lost {', '.join(sorted(map(str, gone)))} of what it may be."
    for field, after in now.items():
        if field not in released and after["required"]:
            yield f"{name}.{field} is new and required: those from before do not have it."


def _fields(schema: Schema) -> dict[str, dict[str, Any]]:
    return {
        name: {"type": _type(one), "required": name in schema["required"]}
        | ({"enum": one["enum"]} if "enum" in one else {})
        for name, one in schema["properties"].items()
    }


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"])
    if "anyOf" in schema:
        return " or ".join(sorted(map(_type, schema["anyOf"])))
    match schema["type"]:
        case "array":
            return f"list of {_type(schema['items'])}"
        case "object":
            return f"by name: {_type(schema['additionalProperties'])}"
        case "string" if schema.get("format") == "date-time":
            return "time"
        case kind:
            return str(kind)
