"""Python of everything a client says and hears: structs made from the JSON schemas, and the tables of asks and pushes, for the
package `parley_client`, which carries them. Closed lists are texts there: what a later version adds must still be read."""

import textwrap
from collections.abc import Iterator
from json import dumps

from contracts.client import Connect
from contracts.endings import ENDINGS
from contracts.everything import PUSHES
from contracts.published.advice import ADVICE
from contracts.published.asked import CLIENT_ASKS, about, who
from contracts.published.schemas import Schema, schemas
from contracts.refusals import STATUS, Problem, Refusal
from contracts.table import Ask, Push

WIDTH = 118
MADE = "Made from contracts/ by `make publish`: change it there."
_KINDS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}


def python() -> dict[str, str]:
    """By name of the module."""
    return {"__init__": f'"""What clients of Parley say and hear. {MADE}"""\n'} | {
        name: "\n".join((*_doc(f"{about} {MADE}", ""), "", *lines)).rstrip() + "\n"
        for name, about, lines in (
            ("types", "Whatever is said or heard, and what is within it.", _types()),
            ("asks", "Every ask that a client has, with what is said and answered.", _asks()),
            ("heard", "What a client is told over its socket: a class for each push.", _heard()),
            ("lists", "The closed lists: codes of refusals, and endings.", _lists()),
        )
    }


def _types() -> Iterator[str]:
    kinds = [kind for ask in CLIENT_ASKS.values() for kind in (ask.request, ask.answer)]
    kinds += [push.body for push in PUSHES.values()]
    yield "from __future__ import annotations\n\nfrom parley_client.wire import Wire"
    for name, schema in schemas([*kinds, Connect, Refusal, Problem], ref="{name}").items():
        yield from _struct(name, schema)


def _struct(name: str, schema: Schema) -> Iterator[str]:
    yield f"\n\nclass {name}(Wire, frozen=True):"
    said = _doc(schema.get("description") or ("" if schema["properties"] else "No fields."))
    yield from said
    if said and schema["properties"]:
        yield ""
    for field, one in sorted(schema["properties"].items(), key=lambda each: each[0] not in schema["required"]):
        kind = _type(one)
        if field in schema["required"]:
            yield f"    {field}: {kind}"
        elif "default" in one:
            yield f"    {field}: {kind} = {one['default']!r}".replace("'", '"')
        else:
            yield f"    {field}: {kind} | None = None"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"])
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"])
    match schema["type"]:
        case "array":
            return f"list[{_type(schema['items'])}]"
        case "object":
            return f"dict[str, {_type(schema['additionalProperties'])}]"
        case kind:
            return _KINDS[kind]


def _asks() -> Iterator[str]:
    yield "from parley_client.contract import types"
    yield "from parley_client.wire import Ask, Route\n"
    for ask in CLIENT_ASKS.values():
        yield f"{_constant(ask.name)}: Ask[types.{ask.request.__name__}, types.{ask.answer.__name__}] = Ask("
        yield f'    "{ask.name}",\n    types.{ask.request.__name__},\n    types.{ask.answer.__name__},'
        yield from _facts(ask)
        yield ")"
        yield from _doc(" ".join((about(ask), who(ask))).strip(), "")


def _facts(ask: Ask) -> Iterator[str]:
    if ask.route is not None:
        yield f'    route=Route("{ask.route.method}", "{ask.route.path}"),'
    if not ask.socket:
        yield "    socket=False,"
    if not ask.idempotent:
        yield "    repeatable=False,"
    if ask.open:
        yield "    open=True,"


def _heard() -> Iterator[str]:
    yield "from parley_client.contract import types\nfrom parley_client.wire import Wire"
    for push in PUSHES.values():
        yield f"\n\nclass {_class(push.name)}(types.{push.body.__name__}, frozen=True):"
        yield from _doc(_of_push(push))
    yield f"\n\nHeard = (\n    {_class(next(iter(PUSHES)))}"
    yield from (f"    | {_class(name)}" for name in list(PUSHES)[1:])
    yield ")\n\nBY_NAME: dict[str, type[Wire]] = {"
    yield from (f'    "{name}": {_class(name)},' for name in PUSHES)
    yield "}"


def _of_push(push: Push) -> str:
    return push.about or f"`{push.name}`."


def _lists() -> Iterator[str]:
    yield "from parley_client.wire import Ending\n\nSTATUS = {"
    yield from (f'    "{code}": {status},' for code, status in STATUS.items())
    yield '}\n"""Of each code of a refusal, its status over HTTP."""\nADVICE = {'
    yield from (f'    "{code}": {dumps(ADVICE[code], ensure_ascii=False)},' for code in STATUS)
    yield '}\n"""What a client does after each."""\nENDINGS = {'
    for one in ENDINGS.values():
        yield f'    "{one.code}": Ending(\n        "{one.code}",\n        {dumps(one.message)},'
        yield f"        returns={one.returns},\n        warned={one.warned},\n    ),"
    yield '}\n"""Every way a connection ends."""'


def _constant(name: str) -> str:
    return name.replace(".", "_").upper()


def _class(name: str) -> str:
    return "".join(part.title() for part in name.replace("_", ".").split("."))


def _doc(text: str, indent: str = "    ") -> list[str]:
    if not text:
        return []
    text = text.replace("\\", "\\\\") + (" " if text.endswith('"') else "")
    if len(text) + len(indent) + 6 <= WIDTH:
        return [f'{indent}"""{text}"""']
    lines = textwrap.wrap(f'"""{text}"""', WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
    return [indent + line for line in lines]
