"""A status as a person reads it: tables."""

from collections.abc import Iterator, Sequence

from parley.lines import table
from parley.verbs.status.look import Consumer, Instance, Status

HEADINGS = ("SERVICE", "INSTANCE", "VERSION", "ASKS", "ERRORS", "AVERAGE", "")


def lines(status: Status) -> Iterator[str]:
    yield from table([HEADINGS, *map(_row, status.services)])
    yield ""
    if status.stream is None:
        yield "stream     none"
    else:
        one = status.stream
        yield f"stream     epoch {one.epoch}, {one.messages} events ({one.first_seq} to {one.last_seq}), {_size(one.bytes)}"
    for consumer in status.consumers:
        yield _consumer(consumer)
    yield f"parked     {status.parked}"


def _row(one: Instance) -> Sequence[str]:
    asks = (str(one.asks), str(one.errors), f"{one.average_ms:.2f} ms") if one.service != "gateway" else ("", "", "")
    return (one.service, one.instance, one.version, *asks, _notes(one))


def _notes(one: Instance) -> str:
    notes = [f"{one.sockets} sockets, {one.people} people"] if one.sockets is not None else []
    notes += ["draining"] if one.is_draining else []
    notes += [f"misses {', '.join(one.away)}"] if one.away else []
    return "; ".join(notes)


def _consumer(one: Consumer) -> str:
    if not one.name:
        return f"readers    {one.count}, the last of them {one.lag} behind"
    return f"consumer   {one.name}: {one.lag} behind, {one.being_handled} being handled"


def _size(count: float) -> str:
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB"
