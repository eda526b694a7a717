"""Outsiders: other services that listen, in a NATS account of their own. What it holds, and what one of them may say there.

It has the events twice. `PARLEY` is a mirror of a stream beside the parts' own, which is told event by event, with the texts of
messages withheld; `PARLEY_TEXT` is a mirror of the parts' own, for those whom an admin granted the scope. Neither account sees
anything else of the other. A mirror takes what it mirrors and nothing else, whatever an outsider has the server publish."""

from dataclasses import dataclass

OUTSIDERS = "OUTSIDERS"
"""The account."""
EVENTS_SCOPE, TEXT_SCOPE = "events", "events.text"
"""Of tokens that open NATS, and no other door."""
OUTSIDE_SCOPES = (EVENTS_SCOPE, TEXT_SCOPE)
WITHOUT_TEXT, WITH_TEXT = "PARLEY", "PARLEY_TEXT"
OUTSIDE_STREAMS = (WITHOUT_TEXT, WITH_TEXT)
TOLD_STREAM = "PARLEY_OUTSIDE"
"""Among the parts: what `PARLEY` mirrors."""
TOLD_OUTSIDE = "parley.outside.event"
"""Where a part tells it: the subject of an event with this in place of `parley.event`. It is kept under its own."""
OUTSIDE_API = "parley.outside.api"
"""JetStream's API in the account of outsiders, as a part reaches it."""
MIRRORED_API, MIRRORED = "parley.mirrored.api", "parley.mirrored.told"
"""How the mirror reaches what it mirrors: to ask for a consumer, and where that delivers."""


@dataclass(frozen=True)
class Permissions:
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def streams_of(scope: str) -> tuple[str, ...]:
    return OUTSIDE_STREAMS if scope == TEXT_SCOPE else (WITHOUT_TEXT,)


def consumers_of(name: str, connection: str) -> tuple[str, ...]:
    """The consumers of an outsider: of its own name, and of that with the name of its connection after it. NATS knows no
    permission for what begins with something, so each connection says which one it is about."""
    return (name, f"{name}_{connection}") if connection else (name,)


def permissions(name: str, consumers: tuple[str, ...], scope: str) -> Permissions:
    """To read through these consumers, to make and to delete them; its inboxes are `_INBOX_<name>.>`."""
    own = [(stream, one) for stream in streams_of(scope) for one in consumers]
    publish = ["$JS.API.INFO", *(f"$JS.API.STREAM.INFO.{stream}" for stream in streams_of(scope))]
    for stream, one in own:
        publish += [f"$JS.API.CONSUMER.{verb}.{stream}.{one}" for verb in ("CREATE", "INFO", "DELETE", "MSG.NEXT")]
        publish += [f"$JS.API.CONSUMER.CREATE.{stream}.{one}.>", f"$JS.API.CONSUMER.DURABLE.CREATE.{stream}.{one}"]
        publish.append(f"$JS.ACK.{stream}.{one}.>")
    return Permissions(tuple(publish), (f"_INBOX_{name}.>",))
