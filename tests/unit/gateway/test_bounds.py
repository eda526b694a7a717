"""What may wait for a reader, in a queue, in a memory: so much and no more, in order."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.gateway.domain.bucket import Bucket
from services.gateway.domain.frames import Frame, acknowledgement
from services.gateway.doors.sockets.connection import ASKS_BYTES_MAX, Asked, Connection
from services.gateway.doors.sockets.send_queue import LOW_BYTES, WAITING_BYTES_MAX, SendQueue
from services.gateway.doors.sockets.transport import EngineServer, WebSocket
from services.gateway.rooms.memory import EVENT_BYTES, Memory
from services.gateway.rooms.said import understand
from tests.unit.gateway.stream import sent

LONG = Frame(b"x" * (2 * WAITING_BYTES_MAX))
SHORT = Frame(b"x" * 1_000)


class Line:
    """A transport whose other end reads when told to; what was handed over is one item for each write."""

    def __init__(self) -> None:
        self.writes: list[list[bytes]] = []
        self.unread = 0

    def is_closing(self) -> bool:
        return False

    def get_write_buffer_size(self) -> int:
        return self.unread

    def write(self, wire: bytes) -> None:
        self.writelines([wire])

    def writelines(self, wires: list[bytes]) -> None:
        self.writes.append(list(wires))
        self.unread += sum(map(len, wires))


@pytest.fixture
async def queue() -> SendQueue:
    return SendQueue()


@pytest.fixture
async def line(queue: SendQueue) -> Line:
    """Of a WebSocket that is attached to the queue."""
    socket = SimpleNamespace(queue=queue)
    handler = SimpleNamespace(__self__=socket)
    websocket = WebSocket(handler, EngineServer(async_mode="aiohttp"))
    queue.websocket, line = websocket, Line()
    websocket._transport = line
    return line


def filled(queue: SendQueue, frame: Frame, at_most: int = 5_000) -> int:
    """How many of them it takes until it is full."""
    full: list[bool] = []
    queue.on_full = lambda: full.append(True)
    count = 0
    while not full and count < at_most:
        queue.put_nowait(frame)
        count += 1
    return count


async def test_what_one_turn_has_for_a_socket_is_one_write_in_order(queue: SendQueue, line: Line) -> None:
    frames = [acknowledgement(number, b"{}") for number in range(5)]
    for frame in frames:
        queue.put_nowait(frame)
    assert line.writes == []
    await asyncio.sleep(0)
    assert line.writes == [[frame.wire for frame in frames]]


async def test_a_turn_that_has_much_does_not_wait_for_its_end(queue: SendQueue, line: Line) -> None:
    for _ in range(LOW_BYTES // 1_000 + 1):
        queue.put_nowait(SHORT)
    assert len(line.writes) == 1


async def test_a_reader_that_stops_is_full_and_gets_no_more(queue: SendQueue, line: Line) -> None:
    assert filled(queue, SHORT) < (WAITING_BYTES_MAX + 2 * LOW_BYTES) // 1_000 + 1
    before = line.unread
    queue.put_nowait(SHORT)
    await asyncio.sleep(0)
    assert line.unread == before


async def test_one_long_answer_makes_nobody_slow(queue: SendQueue, line: Line) -> None:
    queue.put_nowait(LONG)
    queue.put_nowait(SHORT)
    await asyncio.sleep(0)
    assert line.unread == len(LONG.wire) + len(SHORT.wire)
    assert filled(queue, SHORT) > 1


async def test_who_polls_is_bounded_in_bytes(queue: SendQueue) -> None:
    count = filled(queue, SHORT)
    assert WAITING_BYTES_MAX <= count * len(SHORT.wire) < WAITING_BYTES_MAX + 3 * len(SHORT.wire)
    assert not queue.is_low
    for _ in range(count - 1):
        queue._taken = 0
        queue.get_nowait()
    assert queue.is_low
    assert filled(queue, SHORT) == count


async def test_who_polls_is_bounded_in_packets(queue: SendQueue) -> None:
    assert filled(queue, Frame(b"2")) == 2_001


async def test_one_long_answer_makes_nobody_slow_who_polls(queue: SendQueue) -> None:
    queue.put_nowait(LONG)
    assert filled(queue, SHORT) > 1


async def test_asks_that_wait_are_bounded_in_bytes(queue: SendQueue) -> None:
    eio = cast(Any, SimpleNamespace(queue=queue, closed=False))
    connection = Connection(eio, "e", "s", cast(Any, None), cast(Any, None), queue_max=100)
    asked = Asked(1, "me.get", (), ASKS_BYTES_MAX // 3)
    assert [connection.put_ask(asked) for _ in range(5)] == [True, True, True, True, False]


def test_a_memory_is_bounded_in_bytes() -> None:
    memory = Memory(0, 1_000, 1e9, bytes_max=10 * EVENT_BYTES)
    for at in range(1, 100):
        said = understand(sent(at, at), "e")
        assert said is not None
        memory.add(said)
    assert 5 <= len(memory) < 10
    assert memory.start == 99 - len(memory)


def test_a_bucket_takes_many_or_none() -> None:
    bucket = Bucket(10, 2, now=0.0)
    assert bucket.take(0.0, 8) == 0
    assert bucket.take(0.0, 4) == 1
    assert bucket.take(0.0, 2) == 0
