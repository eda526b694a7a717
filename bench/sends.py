"""How many durable sends a second one messenger takes: `python -m bench.sends`, with servers of its own on this machine.

One messenger process with a real MongoDB and NATS; people ask `message.send` over NATS, each the next when the one before is
acknowledged. At the end every acknowledged message is in the store, numbered without a gap. A first round warms up; of the
others the median counts, for whoever else uses the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import msgspec

from bench.replay.loop import run
from chassis.bus import Asker, Bus
from chassis.settings import Settings
from contracts.auth import LookUpUsers, UserList
from contracts.everything import ASKS
from contracts.messenger import CreateGroup, ListMessages, SendMessage, To
from contracts.refusals import Refused
from contracts.texts import without_text
from contracts.things import User
from deploy.local import servers
from services.auth.wiring import OUTSIDE

TICKS = os.sysconf("SC_CLK_TCK")
START_S = 20.0
READY = "part.ready"
ONE_MORE_S = 0.05


class Round(NamedTuple):
    took_s: Sequence[float]
    lasted_s: float
    cpu_us: dict[str, float]
    """Of one send, by process."""

    @property
    def rate(self) -> float:
        return len(self.took_s) / self.lasted_s

    def at(self, share: float) -> float:
        ordered = sorted(self.took_s)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

    def row(self) -> str:
        cpu = ", ".join(f"{name} {us:.0f}" for name, us in self.cpu_us.items())
        return f"{self.rate:>8.0f}{self.at(0.5):>9.1f}{self.at(0.99):>9.1f}   {cpu}"


class Bench:
    def __init__(self, bus: Bus, pids: dict[str, int], groups: Sequence[str], senders: int) -> None:
        self._bus = bus
        self._pids = pids
        self._places = [(f"u_{number}", groups[number % len(groups)]) for number in range(senders)]
        self.sent = dict.fromkeys(groups, 0)
        self.refused = 0
        self._rounds = 0

    async def round(self, seconds: float) -> Round:
        self._rounds += 1
        took_s: list[float] = []
        before, began = self._cpu(), monotonic()
        await asyncio.gather(*(self._keep_sending(*place, took_s, began + seconds) for place in self._places))
        lasted_s, after = monotonic() - began, self._cpu()
        return Round(took_s, lasted_s, {name: (after[name] - before[name]) * 1e6 / len(took_s) for name in before})

    async def _keep_sending(self, user_id: str, group: str, took_s: list[float], until: float) -> None:
        asker, ask, to, number = (
            Asker(user_id=user_id, role="agent"),
            ASKS["message.send"],
            To(conversation_id=group),
            0,
        )
        while (asked_at := monotonic()) < until:
            number += 1
            request = SendMessage(
                to=to, client_message_id=f"{self._rounds}-{number}", text="Is anybody free for a call?"
            )
            try:
                await self._bus.ask_raw(ask, msgspec.json.encode(request), asker)
            except Refused:
                self.refused += 1
                continue
            took_s.append(monotonic() - asked_at)
            self.sent[group] += 1

    def _cpu(self) -> dict[str, float]:
        """Seconds, by process."""
        spent = {}
        for name, pid in self._pids.items():
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
            spent[name] = (int(fields[11]) + int(fields[12])) / TICKS
        return spent

    async def check(self) -> None:
        """Ends the process when a message is missing, or a number."""
        for group, count in self.sent.items():
            seqs: list[int] = []
            is_more = True
            while is_more:
                request = ListMessages(conversation_id=group, after_seq=len(seqs), limit=200)
                answer = await self._bus.ask(ASKS["message.list"], request, Asker(user_id="u_0", role="agent"))
                seqs += [message.seq for message in answer.messages]
                is_more = bool(answer.messages)
            if seqs != list(range(1, len(seqs) + 1)) or not count <= len(seqs) <= count + self.refused:
                sys.exit(f"sends: {group} has {len(seqs)} messages of {count}")


async def measure(folder: Path, groups: int, senders: int, seconds: float, rounds: int, is_outside: bool) -> None:
    nats, store = servers.nats(folder), servers.mongo(folder)
    async with (
        servers.running(nats, store),
        _messenger(nats, store.url, folder) as pid,
        _outside(nats, is_outside) as others,
    ):
        auth, bus = [
            await Bus.connect(
                Settings(instance=part, nats_url=nats.url, nats_user=part, nats_password=nats.passwords[part]), part
            )
            for part in ("auth", "gateway")
        ]
        await auth.answer({"user.look_up": _everyone})
        pids = {"messenger": pid, "mongod": store.pid or 0, "nats": nats.pid or 0, "senders": os.getpid(), **others}
        keys = [await _group(bus, [f"u_{n}" for n in (0, *range(number, senders, groups))]) for number in range(groups)]
        bench = Bench(bus, pids, keys, senders)
        print(f"{'sends/s':>8}{'p50 ms':>9}{'p99 ms':>9}   CPU µs per send")
        measured = []
        for number in range(rounds + 1):
            one = await bench.round(seconds)
            print(one.row() + ("   (warming up)" if not number else ""), flush=True)
            measured += [one] if number else []
        median = statistics.median(one.rate for one in measured)
        best = max(measured, key=lambda one: one.rate)
        print(f"median {median:.0f} sends/s, best {best.rate:.0f}; refused {bench.refused}; ", end="")
        print(f"{senders} senders, {groups} groups; load {os.getloadavg()[0]:.1f}")
        await bench.check()
        await auth.drain()
        await bus.drain()


async def _everyone(_: Asker, request: LookUpUsers) -> UserList:
    return UserList(users=[User(user_id=key, login=key, name=key, role="agent") for key in request.user_ids])


async def _group(bus: Bus, members: Sequence[str]) -> str:
    request = CreateGroup(name="Shift", member_ids=list(members))
    answer = await bus.ask(ASKS["group.create"], request, Asker(user_id="u_0", role="user"))
    key: str = answer.conversation.conversation_id
    return key


@asynccontextmanager
async def _messenger(nats: servers.Server, mongo_url: str, folder: Path) -> AsyncIterator[int]:
    environ = {
        "PARLEY_INSTANCE": "messenger-1",
        "PARLEY_NATS_URL": nats.url,
        "PARLEY_NATS_USER": "messenger",
        "PARLEY_NATS_PASSWORD": nats.passwords["messenger"],
        "PARLEY_MONGO_URL": mongo_url,
        "PARLEY_OPS_HOST": "127.0.0.1",
        "PARLEY_OPS_PORT": "0",
    }
    said = folder / "messenger-1.log"
    with said.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.messenger", env={**os.environ, **environ}, stdout=log, stderr=log
        )
    try:
        async with asyncio.timeout(START_S):
            while READY not in said.read_text():
                await asyncio.sleep(ONE_MORE_S)
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def _outside(nats: servers.Server, is_wanted: bool) -> AsyncIterator[dict[str, int]]:
    """Who tells outsiders, as a process of its own."""
    if not is_wanted:
        yield {}
        return
    program = "import asyncio, sys; from bench.sends import tell_outside; asyncio.run(tell_outside(*sys.argv[1:]))"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, nats.url, nats.passwords["auth"])
    try:
        yield {"outside": process.pid}
    finally:
        process.terminate()
        await process.wait()


async def tell_outside(url: str, password: str) -> None:
    bus = await Bus.connect(
        Settings(instance="outside", nats_url=url, nats_user="auth", nats_password=password), "auth"
    )
    await bus.tell_outside(OUTSIDE, without_text)


def main(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser("sends", description="Measure durable sends through one messenger.")
    parser.add_argument("--senders", type=int, default=200, help="people, each with one send under way")
    parser.add_argument("--groups", type=int, default=20, help="conversations they write in")
    parser.add_argument("--seconds", type=float, default=3.0, help="of one round")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--outside", action="store_true", help="with somebody who tells outsiders everything")
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="parley-sends-") as folder:
        run(measure(Path(folder), given.groups, given.senders, given.seconds, given.rounds, given.outside))


if __name__ == "__main__":
    main(sys.argv[1:])
