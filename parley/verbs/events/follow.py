"""`events follow`: the stream as it grows, a line for each event, until it is broken off. Read as the NATS user `watcher`."""

import argparse
from datetime import UTC, datetime
from typing import Any

from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from chassis.bus import Reader, Told
from chassis.bus.caller import Caller
from contracts.permissions import STREAM
from parley import cluster
from parley.stop import REFUSED, Stop
from parley.verbs.events.sift import Sift
from parley.verbs.events.tell import as_json, as_line

USER = "watcher"


def add(verbs: Any) -> None:
    parser = verbs.add_parser("follow", help="show events as they are told")
    parser.add_argument(
        "--type", action="append", metavar="TYPE", help="as messenger.message.sent or message.*; any of several"
    )
    parser.add_argument("--person", metavar="USER_ID", help="those that name this person")
    parser.add_argument("--conversation", metavar="ID", help="those of this conversation")
    parser.add_argument("--since", type=_place, metavar="TIME|SEQ", help="from then, or from there in the stream, on")
    parser.add_argument("--text", action="store_true", help="with what people wrote")
    parser.add_argument("--json", action="store_true", help="a JSON object a line, for programs")
    cluster.add_to(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    cluster.reach(arguments, lambda caller: _follow(caller, arguments), USER)


async def _follow(caller: Caller, arguments: argparse.Namespace) -> None:
    sift = Sift(arguments.type or (), arguments.person, arguments.conversation)
    told_as = as_json if arguments.json else as_line

    def hear(told: Told) -> None:
        if sift.lets_through(told):
            print(told_as(told, with_text=arguments.text), flush=True)

    try:
        reader = Reader(caller.js, hear)
        await reader.start(await _before(caller, arguments.since))
    except NotFoundError:
        raise Stop("There is no stream yet.", REFUSED) from None
    await caller.closed.wait()
    raise Stop("NATS went away.", REFUSED)


async def _before(caller: Caller, since: datetime | int | None) -> int | None:
    """The place after which to read."""
    if since is None or isinstance(since, int):
        return since if since is None else since - 1
    config = ConsumerConfig(
        deliver_policy=DeliverPolicy.BY_START_TIME,
        opt_start_time=since.isoformat(),  # type: ignore[arg-type]  # as JSON has it
        ack_policy=AckPolicy.NONE,
        inactive_threshold=1.0,
        mem_storage=True,
    )
    info = await caller.js.add_consumer(STREAM, config)
    return int(info.delivered.stream_seq) if info.delivered else None


def _place(text: str) -> datetime | int:
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text} is neither a time, as 2027-01-31T08:00:00Z, nor a place from 1 on"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
