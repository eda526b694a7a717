"""OpenAPI 3.1 of the HTTP door: a path for each route in the table, and those a gateway has besides."""

import re

from contracts import golden
from contracts.auth import Keys, Tokens
from contracts.doors import ASYNCAPI, COOKIE, FILE, KEYS, MAY_SAY_WHO, OPENAPI, PREFIX, READY, WITH_COOKIE
from contracts.everything import ASKS
from contracts.published import VERSION
from contracts.published.advice import ADVICE
from contracts.published.asked import about, who
from contracts.published.schemas import DIALECT, Schema, schemas
from contracts.refusals import STATUS, Problem, Refusal, codes_of
from contracts.table import Ask, Nothing, Route

JSON = "application/json"
PROBLEM = "application/problem+json"
_PLACE = re.compile(r"\{(\w+)\}")
_COOKIE_SET = {
    "description": f"`{COOKIE}`: HttpOnly, SameSite=Strict; not where the token was asked for in the body.",
    "schema": {"type": "string"},
}


def openapi() -> Schema:
    types = [kind for ask in _routed() for kind in (ask.request, ask.answer) if kind is not Nothing]
    components = schemas([*types, Keys, Refusal, Problem])
    paths: dict[str, Schema] = {}
    for ask in _routed():
        assert ask.route is not None
        paths.setdefault(PREFIX + ask.route.path, {})[ask.route.method.lower()] = _operation(ask, ask.route, components)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": "Parley over HTTP",
            "version": VERSION,
            "description": "Every ask that a client has, but for those of sockets only: see the AsyncAPI document.",
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": noun} for noun in dict.fromkeys(_noun(ask) for ask in _routed())],
        "paths": {**paths, **_besides()},
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            },
            "responses": {"Problem": _problem("Refused", tuple(STATUS))},
        },
    }


def _routed() -> list[Ask]:
    return [ask for ask in ASKS.values() if ask.route is not None]


def _noun(ask: Ask) -> str:
    return ask.name.partition(".")[0]


def _operation(ask: Ask, route: Route, components: dict[str, Schema]) -> Schema:
    example = golden.ASKS[ask.name]["request"]
    parameters, body = _request(ask, route, components, example)
    operation: Schema = {
        "operationId": ask.name,
        "tags": [_noun(ask)],
        "summary": ask.name,
        "description": " ".join(part for part in (about(ask), who(ask)) if part),
        "security": _security(ask),
        "x-roles": list(ask.roles),
    }
    if parameters:
        operation["parameters"] = parameters
    if body:
        operation["requestBody"] = body
    return {**operation, "responses": {str(route.status): _success(ask, route), **_refusals(ask)}}


def _security(ask: Ask) -> list[Schema]:
    """Any one of these; the empty one is none at all."""
    token: list[Schema] = [{"token": []}] if not ask.open or ask.name in MAY_SAY_WHO else []
    cookie: list[Schema] = [{"cookie": []}] if ask.name in WITH_COOKIE else []
    return [*token, *cookie, *([{}] if ask.open else [])]


def _request(ask: Ask, route: Route, components: dict[str, Schema], example: Schema) -> tuple[list[Schema], Schema]:
    """Fields in the path, then the others: of a GET in the query, else as JSON in the body."""
    in_path = _PLACE.findall(route.path)
    whole = components.get(ask.request.__name__, {"properties": {}, "required": []})
    rest = {name: schema for name, schema in whole["properties"].items() if name not in in_path}
    places = [_parameter(name, "path", whole, example) for name in in_path]
    if route.method == "GET":
        return places + [_parameter(name, "query", whole, example) for name in rest], {}
    if not rest:
        return places, {}
    needed = [name for name in whole["required"] if name in rest]
    schema: Schema = {"$ref": f"#/components/schemas/{ask.request.__name__}"}
    if in_path:
        schema = {"type": "object", "properties": rest, "required": needed}
    said = {name: value for name, value in example.items() if name in rest}
    content = {JSON: {"schema": schema, "example": said}}
    if route.file is not None:
        content[FILE] = {"schema": rest[route.file], "example": example[route.file]}
        places += [_parameter(name, "query", whole, example) for name in rest if name != route.file]
    return places, {"required": bool(needed), "content": content}


def _parameter(name: str, place: str, whole: Schema, example: Schema) -> Schema:
    schema = dict(whole["properties"][name])
    description = schema.pop("description", "")
    return {
        "name": name,
        "in": place,
        "required": place == "path" or name in whole["required"],
        **({"description": description} if description else {}),
        "schema": schema,
        **({"example": example[name]} if name in example else {}),
    }


def _success(ask: Ask, route: Route) -> Schema:
    if route.status == 204:
        return {"description": "Done."}
    schema = {"$ref": f"#/components/schemas/{ask.answer.__name__}"}
    answer = {"schema": schema, "example": golden.ASKS[ask.name]["answer"]}
    made: Schema = {"description": "Made." if route.status == 201 else "Answered.", "content": {JSON: answer}}
    if ask.answer is Tokens:
        made["headers"] = {"Set-Cookie": _COOKIE_SET}
    return made


def _refusals(ask: Ask) -> dict[str, Schema]:
    """By status, with the codes that this ask may be refused with."""
    by_status: dict[int, list[str]] = {}
    for code in codes_of(ask):
        by_status.setdefault(STATUS[code], []).append(code)
    named = {str(status): _with_codes(codes) for status, codes in sorted(by_status.items())}
    return {**named, "default": {"$ref": "#/components/responses/Problem"}}


def _with_codes(codes: list[str]) -> Schema:
    described = " ".join(f"`{code}`: {ADVICE[code]}" for code in codes)
    problem = _problem(described, tuple(codes))
    headers: Schema = {}
    if any(STATUS[code] in (429, 503) for code in codes):
        headers["Retry-After"] = {"description": "Seconds.", "schema": {"type": "integer"}}
    if any(STATUS[code] == 401 for code in codes):
        headers["WWW-Authenticate"] = {"schema": {"type": "string", "enum": ["Bearer"]}}
    return {**problem, "headers": headers} if headers else problem


def _problem(description: str, codes: tuple[str, ...]) -> Schema:
    whole = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    narrowed = {"allOf": [whole, {"properties": {"code": {"enum": list(codes)}}}]}
    return {"description": description, "content": {PROBLEM: {"schema": narrowed}}}


def _besides() -> dict[str, Schema]:
    """What a gateway serves that is nobody's ask. Open to all."""
    keys = {"$ref": f"#/components/schemas/{Keys.__name__}"}
    document = {"type": "object"}
    ready = {"200": {"description": "It takes connections."}, "503": {"description": "It does not: see the body."}}
    return {
        KEYS: {"get": _open("The public keys of access tokens", {"200": _json(keys)})},
        READY: {"get": _open("Whether this gateway takes connections", ready)},
        OPENAPI: {"get": _open("This document", {"200": _json(document)})},
        ASYNCAPI: {"get": _open("Sockets and events", {"200": _json(document)})},
    }


def _open(summary: str, responses: Schema) -> Schema:
    return {"summary": summary, "security": [{}], "responses": responses}


def _json(schema: Schema) -> Schema:
    return {"description": "Answered.", "content": {JSON: {"schema": schema}}}
