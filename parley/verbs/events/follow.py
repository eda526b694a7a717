"""`events follow`: the stream as it grows, a line for each event, until it is broken off. Read as the NATS user `watcher`."""

import argparse
import asyncio
import signal
from datetime import UTC, datetime
from typing import Any

import nats.errors
from nats.js.errors import NotFoundError

from chassis.bus import Told
from chassis.bus.caller import Caller
from chassis.bus.stream import SUBJECTS
from contracts.permissions import STREAM
from parley import cluster
from parley.stop import BROKEN_OFF, REFUSED, Stop
from parley.verbs.events.sift import Sift
from parley.verbs.events.tell import as_json, as_line

PAUSE_S = 0.25
STORED_AT = "Nats-Time-Stamp"
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
    # nats-py may lose a cancellation: Ctrl-C is looked for instead
    broken_off = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, broken_off.set)
    place = await _first(caller, arguments.since)
    while not caller.closed.is_set():
        if broken_off.is_set():
            raise Stop("Broken off.", BROKEN_OFF)
        told = await _next(caller, place)
        if told is not None:
            place = told.seq + 1
            if sift.lets_through(told):
                print(told_as(told, with_text=arguments.text), flush=True)
        elif await _last(caller) < place - 1 and arguments.since is None:
            raise Stop("The stream is another now: begin again.", REFUSED)
        else:
            await asyncio.sleep(PAUSE_S)
    raise Stop("NATS went away.", REFUSED)


async def _next(caller: Caller, place: int) -> Told | None:
    """The first event from that place on. Read one by one: a consumer could be made in the place of one of Parley's."""
    try:
        msg = await caller.js.get_msg(STREAM, place, SUBJECTS, direct=True, next=True)
    except NotFoundError:
        return None
    except (nats.errors.Error, TimeoutError):
        raise Stop("The stream cannot be read.", REFUSED) from None
    owner, noun, participle, *keys = (msg.subject or "").split(".")[2:]
    headers = msg.headers or {}
    id, at = headers.get("ce-id", str(msg.seq)), datetime.fromisoformat(headers[STORED_AT][:26].rstrip("Z") + "+00:00")
    at_ns = int(at.timestamp() * 1e9)
    return Told(int(msg.seq or 0), id, f"{owner}.{noun}.{participle}", tuple(keys), msg.data or b"", at_ns)


async def _last(caller: Caller) -> int:
    try:
        return int((await caller.js.stream_info(STREAM)).state.last_seq)
    except NotFoundError:
        raise Stop("There is no stream.", REFUSED) from None


async def _first(caller: Caller, since: datetime | int | None) -> int:
    """The place from which to read: of a time, the first event that was stored then or later."""
    end = await _last(caller) + 1
    if since is None or isinstance(since, int):
        return end if since is None else since
    low, since_ns = 1, int(since.timestamp() * 1e9)
    while low < end:
        middle = (low + end) // 2
        told = await _next(caller, middle)
        if told is None or told.at_ns >= since_ns:
            end = middle
        else:
            low = told.seq + 1
    return low


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
