"""What each part, and each outsider, may publish and subscribe to on NATS, made from the table. Nothing else is allowed."""

from contracts.everything import ASKS, EVENTS, PARTS
from contracts.outsiders import OUTSIDE_API, OUTSIDE_STREAMS, TOLD_OUTSIDE, TOLD_STREAM, Permissions
from contracts.parked import HEARERS

ACCOUNT = "PARLEY"
"""Of all parts. Outsiders have another."""
STREAM = "PARLEY"
STREAM_READERS = ("auth", "messenger", "presence", "gateway", "notifier")
EPHEMERAL = "parley.ephemeral.gateway.>"
DEAD_STREAM = "PARLEY_DEAD"
"""Events that a part gave up, for ops to see: `parley.dead.<part>.<owner>.<noun>.<participle>.<key…>`."""
DEAD_SUBJECTS = "parley.dead.>"
ONLY_ASKERS = ("operator", "watcher")
"""They tell nothing, and make no stream."""
MADE_BY = ("INFO", "CREATE", "UPDATE", "DELETE")
"""What it takes of JetStream's API to have a stream as it should be."""
WHO_COMES = "$SYS.REQ.USER.AUTH"
"""Where NATS asks who it is that comes and is no part: with a token, so that nobody but auth may hear it."""


def users() -> dict[str, Permissions]:
    """By part. A part's inboxes are its own: `_INBOX_<part>.>`."""
    return {part: Permissions(tuple(_publish(part)), tuple(_subscribe(part))) for part in PARTS}


def dead_subject(part: str, subject: str) -> str:
    """Where `part` puts the event of that subject when it gives it up."""
    return f"parley.dead.{part}.{subject.removeprefix('parley.event.')}"


def _publish(part: str) -> list[str]:
    asks = [ask for ask in ASKS.values() if part in ask.askers and ask.owner != "gateway"]
    subjects = [subject for ask in asks for subject in (ask.subject, ask.subject_at("*"))]
    subjects += sorted({f"$SRV.PING.{ask.owner}" for ask in asks})
    if any(event.owner == part for event in EVENTS.values()):
        subjects += [f"parley.event.{part}.>", f"$JS.API.DIRECT.GET.{STREAM}.parley.event.{part}.>"]
    if part not in ONLY_ASKERS:
        subjects += [f"$JS.API.STREAM.INFO.{STREAM}", f"$JS.API.STREAM.CREATE.{STREAM}"]
    if part in STREAM_READERS:
        subjects += [f"$JS.API.CONSUMER.*.{STREAM}.>", f"$JS.API.CONSUMER.CREATE.{STREAM}", f"$JS.FC.{STREAM}.>"]
        subjects += [f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.>", f"$JS.ACK.{STREAM}.>"]
    if part in HEARERS:
        subjects += [
            f"parley.dead.{part}.>",
            f"$JS.API.STREAM.INFO.{DEAD_STREAM}",
            f"$JS.API.STREAM.CREATE.{DEAD_STREAM}",
            f"$JS.API.DIRECT.GET.{DEAD_STREAM}",
        ]
    if part == "gateway":
        subjects.append(EPHEMERAL)
    if part == "operator":
        subjects += ["$SRV.STATS", f"$JS.API.CONSUMER.LIST.{STREAM}"]
        subjects += [f"$JS.API.STREAM.INFO.{stream}" for stream in (STREAM, DEAD_STREAM)]
        subjects += [f"$JS.API.DIRECT.GET.{DEAD_STREAM}", f"$JS.API.STREAM.MSG.DELETE.{DEAD_STREAM}"]
        subjects.append(f"$JS.API.STREAM.DELETE.{STREAM}")
    if part == "auth":
        subjects += [f"{OUTSIDE_API}.STREAM.{verb}.{name}" for verb in MADE_BY for name in OUTSIDE_STREAMS]
        subjects += [f"$JS.API.STREAM.{verb}.{TOLD_STREAM}" for verb in (*MADE_BY, "MSG.GET")]
        subjects.append(f"{TOLD_OUTSIDE}.>")
    if part == "prepare":
        # it makes what the others would make when they start; the stream's limits are its alone to change
        subjects += [f"$JS.API.STREAM.UPDATE.{STREAM}"]
        subjects += [f"$JS.API.STREAM.{verb}.{DEAD_STREAM}" for verb in ("INFO", "CREATE")]
        subjects += [f"$JS.API.CONSUMER.{verb}.{STREAM}.>" for verb in ("INFO", "CREATE")]
        subjects += [f"{OUTSIDE_API}.STREAM.{verb}.{name}" for verb in MADE_BY for name in OUTSIDE_STREAMS]
        subjects += [f"$JS.API.STREAM.{verb}.{TOLD_STREAM}" for verb in MADE_BY]
    if part == "watcher":
        # no consumers: who may make one may put it in the place of a part's own, whatever its subject says
        subjects += [f"$JS.API.STREAM.INFO.{STREAM}", f"$JS.API.DIRECT.GET.{STREAM}"]
    if part == "local":
        subjects += ["$SRV.>", f"$JS.API.CONSUMER.*.{STREAM}.>"]
        subjects += [f"$JS.API.STREAM.INFO.{DEAD_STREAM}", f"$JS.API.DIRECT.GET.{DEAD_STREAM}.>"]
    return subjects


def _subscribe(part: str) -> list[str]:
    subjects = [f"_INBOX_{part}.>"]
    if any(ask.owner == part for ask in ASKS.values()) and part != "gateway":
        subjects += [f"parley.ask.{part}.>", f"parley.at.{part}.>", "$SRV.>"]
    if part == "gateway":
        subjects += [EPHEMERAL, "parley.at.gateway.>", "$SRV.>"]
    if part == "auth":
        subjects.append(WHO_COMES)
    if part == "local":
        subjects.append(DEAD_SUBJECTS)
    return subjects
