"""What is missing or not as it should be, a sentence each."""

from collections.abc import Iterator

from parley.verbs.status.look import Instance, Status

PARTS = ("auth", "messenger", "presence", "notifier", "gateway")
LAG_MAX = 1_000
"""Events: a moment of a busy house."""


def faults(status: Status) -> list[str]:
    return [*_missing(status), *_of_instances(status), *_of_stream(status)]


def _missing(status: Status) -> Iterator[str]:
    there = {one.service for one in status.services}
    for part in PARTS:
        if part not in there:
            yield f"No {part} answers."


def _of_instances(status: Status) -> Iterator[str]:
    for one in status.services:
        if one.away:
            yield f"{one.instance} misses {', '.join(one.away)}."
        if status.stream and one.epoch and one.epoch != status.stream.epoch:
            yield f"{one.instance} still goes by the stream of before."
        elif status.stream and _behind(one, status.stream.last_seq) > LAG_MAX:
            yield f"{one.instance} is {_behind(one, status.stream.last_seq)} events behind."
    versions = sorted({one.version for one in status.services})
    if len(versions) > 1:
        yield f"Versions differ: {', '.join(versions)}."


def _behind(one: Instance, last_seq: int) -> int:
    return last_seq - one.position if one.position is not None else 0


def _of_stream(status: Status) -> Iterator[str]:
    if status.stream is None:
        yield "There is no stream."
    for consumer in status.consumers:
        if consumer.lag > LAG_MAX and consumer.name:
            yield f"The consumer {consumer.name} is {consumer.lag} events behind."
    if status.parked:
        yield f"{status.parked} events are parked: see `parley parked list`."
