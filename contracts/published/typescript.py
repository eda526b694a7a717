"""TypeScript of everything a client says and hears: types made from the JSON schemas, and the closed lists as values."""

import textwrap
from collections.abc import Iterable, Iterator
from json import dumps
from typing import Any

from contracts.client import Connect
from contracts.doors import PREFIX
from contracts.endings import ENDINGS
from contracts.everything import PUSHES
from contracts.published.advice import ADVICE
from contracts.published.asked import CLIENT_ASKS, about, who
from contracts.published.prose import text_of
from contracts.published.schemas import Schema, schemas
from contracts.refusals import STATUS, Problem, Refusal, codes_of
from contracts.table import Ask

WIDTH = 118
HEAD = """\
// What clients of Parley say and hear. Made from contracts/ by `make publish`; docs/protocol.md is its manual.
//
//     const socket: Socket<Heard, Said> = io(url, { auth });
//     socket.on("message.sent", ({ message }) => show(message));
//     socket.emit("message.send", { to, client_message_id, text }, (answer) => { if (!answer.ok) explain(answer.error); });
"""
TAIL = """\
/** What Socket.IO acknowledges an ask with. */
export type Acknowledged<Name extends SocketAsk> =
  | ({ ok: true } & Asks[Name]["answer"])
  | { ok: false; error: Refusal & { code: Asks[Name]["refusals"] } };

/** For socket.io-client: `Socket<Heard, Said>`. */
export type Heard = { [Name in keyof Pushes]: (body: Pushes[Name]) => void };

/** For socket.io-client: `Socket<Heard, Said>`. */
export type Said = {
  [Name in SocketAsk]: (request: Asks[Name]["request"], acknowledge: (answer: Acknowledged<Name>) => void) => void;
};
"""


def typescript() -> str:
    kinds = [kind for ask in CLIENT_ASKS.values() for kind in (ask.request, ask.answer)]
    kinds += [push.body for push in PUSHES.values()]
    types = schemas([*kinds, Connect, Refusal, Problem], ref="{name}")
    interfaces = "\n".join(_interface(name, schema) for name, schema in types.items())
    return "\n".join((HEAD, *_lists(), interfaces, *_maps(), TAIL))


def _lists() -> Iterator[str]:
    yield from _doc("Every code of a refusal, with its status over HTTP.")
    yield "export const STATUS = {"
    for code, status in STATUS.items():
        yield from _doc(ADVICE[code], "  ")
        yield f"  {code}: {status},"
    yield "} as const;\n\nexport type Code = keyof typeof STATUS;\n"
    yield from _doc("Every way a connection ends. `returns`: the official client comes back by itself.")
    yield "export const ENDINGS = {"
    for ending in ENDINGS.values():
        facts = dumps({"message": ending.message, "returns": ending.returns, "warned": ending.warned})
        yield f"  {ending.code}: {facts},"
    yield "} as const;\n\nexport type Ending = keyof typeof ENDINGS;\n"
    yield from _doc("Where each ask is over HTTP; those that are not here are of sockets only.")
    yield "export const ROUTES = {"
    for ask in CLIENT_ASKS.values():
        if ask.route is not None:
            facts = dumps({"method": ask.route.method, "path": PREFIX + ask.route.path, "status": ask.route.status})
            yield f"  {dumps(ask.name)}: {facts},"
    yield "} as const;\n"
    yield from _doc("What may be said again as it is where no answer came.")
    yield "export const REPEATABLE = ["
    yield from (f"  {dumps(ask.name)}," for ask in CLIENT_ASKS.values() if ask.idempotent)
    yield "] as const;\n"


def _interface(name: str, schema: Schema) -> str:
    lines = [*_doc(schema.get("description", "")), f"export interface {name} {{"]
    for field, one in schema["properties"].items():
        lines += _doc(_said_of(one), "  ")
        mark = "" if field in schema["required"] else "?"
        lines.append(f"  {field}{mark}: {_type(one)};")
    return (
        "\n".join((*lines, "}\n"))
        if schema["properties"]
        else "\n".join((*lines[:-1], f"export type {name} = {{}};\n"))
    )


def _maps() -> Iterator[str]:
    yield from _doc("Every ask: what is said, what is answered, and the codes it may be refused with.")
    yield "export interface Asks {"
    for ask in CLIENT_ASKS.values():
        yield from _doc(" ".join((about(ask), who(ask))), "  ")
        refusals = " | ".join(dumps(code) for code in codes_of(ask))
        yield f"  {dumps(ask.name)}: {{\n    request: {ask.request.__name__};\n    answer: {ask.answer.__name__};"
        yield f"    refusals: {refusals};\n  }};"
    yield "}\n\n/** Those that are asked over Socket.IO. */"
    yield from _union("SocketAsk", (ask for ask in CLIENT_ASKS.values() if ask.socket))
    yield "/** What is told over Socket.IO. With a `cursor`: keep the last one, and show it at the next connection. */"
    yield "export interface Pushes {"
    for push in PUSHES.values():
        yield from _doc(text_of(push.body), "  ")
        yield f"  {dumps(push.name)}: {push.body.__name__};"
    yield "}\n"


def _union(name: str, asks: Iterable[Ask]) -> Iterator[str]:
    yield f"export type {name} ="
    yield "\n".join(f"  | {dumps(ask.name)}" for ask in asks) + ";\n"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"])
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return _named(schema["enum"]) or " | ".join(dumps(one) for one in schema["enum"])
    match schema["type"]:
        case "array":
            inner = _type(schema["items"])
            return f"({inner})[]" if " | " in inner else f"{inner}[]"
        case "object":
            return f"Record<string, {_type(schema['additionalProperties'])}>"
        case "integer" | "number":
            return "number"
        case kind:
            return str(kind)


def _named(values: list[Any]) -> str:
    return {tuple(STATUS): "Code", tuple(ENDINGS): "Ending"}.get(tuple(values), "")


def _said_of(schema: Schema) -> str:
    default = f"When absent: {dumps(schema['default'])}." if "default" in schema else ""
    return " ".join(part for part in (schema.get("description", ""), default) if part)


def _doc(text: str, indent: str = "") -> list[str]:
    if not text:
        return []
    if len(text) + len(indent) + 7 <= WIDTH:
        return [f"{indent}/** {text} */"]
    lines = textwrap.wrap(text, WIDTH - len(indent) - 3, break_long_words=False, break_on_hyphens=False)
    return [f"{indent}/**", *(f"{indent} * {line}" for line in lines), f"{indent} */"]
