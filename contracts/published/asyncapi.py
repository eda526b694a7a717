"""AsyncAPI 3 of what is no HTTP: asks and pushes over Socket.IO, and the events that other services hear on NATS."""

from typing import Any

from contracts import golden
from contracts.client import Connect
from contracts.doors import SOCKETS
from contracts.everything import EVENTS, PUSHES
from contracts.limits import ID
from contracts.permissions import STREAM
from contracts.published import VERSION
from contracts.published.asked import CLIENT_ASKS, about, who
from contracts.published.prose import text_of
from contracts.published.schemas import Schema, schemas
from contracts.refusals import Refusal, codes_of
from contracts.table import Ask, Event, Push

JSON = "application/json"
HEADERS = {
    "Nats-Msg-Id": "As ce-id: the stream drops what it was told twice within its duplicate window.",
    "ce-id": "Of this event, the same however often it is told: drop repeats by it.",
    "ce-specversion": "1.0, of CloudEvents.",
    "ce-type": "Owner and name, as messenger.message.sent.",
    "ce-source": "parley.",
    "ce-subject": "What it is about: the ids that end its subject.",
    "ce-time": "When it happened, RFC 3339 UTC with milliseconds.",
    "ce-datacontenttype": "application/json: of the body.",
    "content-type": "As ce-datacontenttype.",
}
"""Of every event: CloudEvents 1.0 in binary mode."""


def asyncapi() -> Schema:
    asks = [ask for ask in CLIENT_ASKS.values() if ask.socket]
    types = [kind for ask in asks for kind in (ask.request, ask.answer)]
    types += [row.body for row in (*PUSHES.values(), *EVENTS.values())]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Parley: sockets and events",
            "version": VERSION,
            "description": "What clients ask and are told over Socket.IO, and what other services hear on NATS.",
        },
        "defaultContentType": JSON,
        "servers": {
            "gateway": {
                "host": "{host}",
                "pathname": SOCKETS,
                "protocol": "wss",
                "description": "Socket.IO 5 over Engine.IO 4; with the path as above and the namespace `/`.",
                "variables": {"host": {"default": "localhost:8080", "description": "Of any gateway."}},
                "security": [{"$ref": "#/components/securitySchemes/token"}],
            },
            "nats": {
                "host": "{host}",
                "protocol": "nats",
                "description": f"JetStream, the stream `{STREAM}`.",
                "variables": {"host": {"default": "localhost:4222"}},
            },
        },
        "channels": {"socket": _socket(asks)} | {name: _subject(event) for name, event in EVENTS.items()},
        "operations": {ask.name: _asked(ask) for ask in asks}
        | {f"push.{name}": _told("socket", name, push.body) for name, push in PUSHES.items()}
        | {f"event.{name}": _told(name, name, event.body) for name, event in EVENTS.items()},
        "components": {
            "schemas": schemas([*types, Refusal, Connect]) | {"EventHeaders": _headers()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _socket(asks: list[Ask]) -> Schema:
    messages: dict[str, Schema] = {}
    for ask in asks:
        messages[ask.name] = _message(ask.name, _of(ask.request), golden.ASKS[ask.name]["request"])
        messages[_answer(ask)] = _acknowledgement(ask)
    for push in PUSHES.values():
        messages[f"push.{push.name}"] = _pushed(push)
    return {
        "address": "/",
        "title": "A client's socket",
        "description": f"Connected with `auth`: {text_of(Connect)}",
        "servers": [{"$ref": "#/servers/gateway"}],
        "messages": messages,
    }


def _asked(ask: Ask) -> Schema:
    return {
        "action": "receive",
        "title": ask.name,
        "description": " ".join(part for part in (about(ask), who(ask)) if part),
        "channel": {"$ref": "#/channels/socket"},
        "messages": [_within("socket", ask.name)],
        "reply": {"channel": {"$ref": "#/channels/socket"}, "messages": [_within("socket", _answer(ask))]},
    }


def _answer(ask: Ask) -> str:
    return f"{ask.name}.acknowledged"


def _acknowledgement(ask: Ask) -> Schema:
    done = {"properties": {"ok": {"const": True}}, "required": ["ok"]}
    refused = {
        "properties": {
            "ok": {"const": False},
            "error": {"allOf": [_of(Refusal), {"properties": {"code": {"enum": list(codes_of(ask))}}}]},
        },
        "required": ["ok", "error"],
    }
    payload = {"type": "object", "oneOf": [{"allOf": [_of(ask.answer), done]}, refused]}
    return _message(ask.name, payload, {"ok": True, **golden.ASKS[ask.name]["answer"]})


def _pushed(push: Push) -> Schema:
    return _message(push.name, _of(push.body), golden.PUSHES[push.name]) | {"x-durable": push.durable}


def _subject(event: Event) -> Schema:
    name = f"{event.owner}.{event.name}"
    headers = {"ce-id": event.id, "ce-specversion": "1.0", "ce-type": name, "ce-source": "parley"}
    message = _message(name, _of(event.body), golden.EVENTS[name], headers)
    message["headers"] = {"$ref": "#/components/schemas/EventHeaders"}
    return {
        "address": ".".join((event.prefix, *(f"{{{key}}}" for key in event.keys))),
        "description": " ".join(part for part in (event.when, text_of(event.body)) if part),
        "servers": [{"$ref": "#/servers/nats"}],
        "parameters": {key: {"description": f"Matches `{ID.pattern}`."} for key in event.keys},
        "messages": {name: message},
    }


def _told(channel: str, name: str, body: type[Any]) -> Schema:
    told = f"push.{name}" if channel == "socket" else name
    return {
        "action": "send",
        "title": name,
        "description": text_of(body),
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [_within(channel, told)],
    }


def _message(name: str, payload: Schema, example: Any, headers: Schema | None = None) -> Schema:
    said = {"payload": example} | ({"headers": headers} if headers else {})
    return {"name": name, "contentType": JSON, "payload": payload, "examples": [said]}


def _headers() -> Schema:
    named = {name: {"type": "string", "description": text} for name, text in HEADERS.items()}
    return {"title": "EventHeaders", "type": "object", "properties": named, "required": list(HEADERS)}


def _within(channel: str, message: str) -> Schema:
    return {"$ref": f"#/channels/{channel}/messages/{message}"}


def _of(kind: type[Any]) -> Schema:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}
