"""Hashing passwords: no more is taken on than is done while somebody still waits for it."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import process_time

import bcrypt
import pytest

from chassis.clock import monotonic
from contracts.refusals import Refused
from services.auth.store.hashes import BcryptHashes, cost_of
from services.auth.store.turns import NICENESS
from tests.services.auth.conftest import House

pytestmark = pytest.mark.asyncio
COST = 8
WORKERS = 2


@asynccontextmanager
async def hashes(wait_s: float) -> AsyncIterator[BcryptHashes]:
    made = BcryptHashes(COST, WORKERS, wait_s)
    await made.start()
    yield made
    made.close()


async def test_what_would_take_too_long_is_refused_at_once() -> None:
    """2,000 were let in: two minutes of work, whose askers had given up after four seconds."""
    wait_s = 0.5
    async with hashes(wait_s) as some:
        began = monotonic()
        outcomes = await asyncio.gather(*(some.hash("Parley-2026") for _ in range(2_000)), return_exceptions=True)
        took_s = monotonic() - began
        refused = [one for one in outcomes if isinstance(one, Refused)]
        assert WORKERS <= len(outcomes) - len(refused) < 2_000
        assert {one.code for one in refused} == {"unavailable"}
        assert {one.refusal.retry_after_s for one in refused} == {wait_s}
        assert took_s < wait_s * 6  # measured while nothing else ran; this machine may be busy
        assert await some.is_right("Parley-2026", await some.hash("Parley-2026"))


async def test_nobody_works_for_an_asker_who_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[bytes] = []

    def hashpw(password: bytes, salt: bytes, really: Callable[[bytes, bytes], bytes] = bcrypt.hashpw) -> bytes:
        begun.append(password)
        return really(password, salt)

    async with hashes(60.0) as some:
        monkeypatch.setattr(bcrypt, "hashpw", hashpw)
        waiting = [asyncio.ensure_future(some.hash("Parley-2026")) for _ in range(500)]
        await asyncio.sleep(0)
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await some.hash("Parley-2026")
        assert len(begun) <= 2 * WORKERS + 1  # not one that had not begun when its asker went


async def test_one_who_wants_all_of_it_keeps_nobody_else_waiting() -> None:
    """Whoever had 30 attempts a second under way was the only one who came in."""
    async with hashes(1.0) as some:
        done: list[str] = []

        async def one(whose: str) -> None:
            await some.is_right("Wrong-2026", None, whose)
            done.append(whose)

        many = [asyncio.ensure_future(one("many")) for _ in range(2 * some.queue_max)]
        await asyncio.sleep(0)
        await asyncio.gather(one("few"), one("others"))
        assert len(done) <= 2 * WORKERS + 2
        ends = await asyncio.gather(*many, return_exceptions=True)
        assert {"unavailable"} == {each.code for each in ends if isinstance(each, Refused)}
        assert done.count("many") > some.queue_max / 2


async def test_an_import_takes_nobodys_place() -> None:
    async with hashes(0.5) as some:
        waiting = [asyncio.ensure_future(some.is_right("Wrong-2026", None, "house")) for _ in range(some.queue_max)]
        await asyncio.sleep(0)
        with pytest.raises(Refused):
            await some.hash("Parley-2026")
        assert await asyncio.gather(*waiting) == [False] * len(waiting)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads have no priority of their own")
async def test_hashing_steps_back_and_nothing_else_does() -> None:
    async with hashes(60.0) as some:
        await some.hash("Parley-2026")
        threads = [each.native_id for each in threading.enumerate() if each.name.startswith("bcrypt")]
        assert threads and {os.getpriority(os.PRIO_PROCESS, each or 0) for each in threads} == {NICENESS}
        assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) < NICENESS


async def test_earlier_passwords_are_compared_side_by_side_and_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """One after another, twelve of them took longer than an asker waits."""
    at_once = threading.Barrier(WORKERS)
    compared = []

    def compare(_: bytes, one: bytes) -> bool:
        at_once.wait(10)
        compared.append(one)
        return one == b"0"

    async with hashes(60.0) as some:
        with monkeypatch.context() as patched:
            patched.setattr(bcrypt, "checkpw", compare)
            assert await some.is_any("Parley-2026", [str(number).encode() for number in range(3 * WORKERS)])
            assert len(compared) == 3 * WORKERS
            assert not await some.is_any("Parley-2026", [b"1"] * WORKERS)
        assert some.takes_s(3 * WORKERS) == pytest.approx(5 * some.takes_s(0) / 2)


async def test_who_has_no_password_yet_is_nobody() -> None:
    async with hashes(60.0) as some:
        assert not await some.is_right("nobody", b"")
        assert not await some.is_right("", b"")


async def test_the_time_does_not_tell_who_is_here() -> None:
    """Nobody, somebody whose hash is from before the cost was raised, and what can be no password. Of our own processor
    time: threads that step back are kept waiting by whatever else this machine does."""
    old = bcrypt.hashpw(b"Parley-2026", bcrypt.gensalt(4))
    async with hashes(60.0) as some:
        new = await some.hash("Parley-2026")

        async def best_s(password: str, password_hash: bytes | None) -> float:
            took_s = []
            for _ in range(7):
                began = process_time()
                await some.is_right(password, password_hash)
                took_s.append(process_time() - began)
            return min(took_s)

        nobodys_s = await best_s("Wrong-2026", None)
        for password, password_hash in (
            ("Wrong-2026", old),
            ("Wrong-2026", new),
            ("Parley-2026", old),
            ("x" * 99, old),
        ):
            assert nobodys_s / 2 < await best_s(password, password_hash) < nobodys_s * 2
        assert await some.is_right("Parley-2026", old)


async def test_the_time_does_not_tell_who_is_here_after_the_cost_was_lowered(house: House) -> None:
    """Stored hashes cost more than new ones then."""
    for login, cost in (("ada-11", 11), ("ada-4", 4)):
        user = await house.create(login)
        password_hash = bcrypt.hashpw(b"Parley-2026", bcrypt.gensalt(cost))
        await house.database["users"].update_one({"_id": user.user_id}, {"$set": {"password_hash": password_hash}})
    await house.restart()

    async def best_s(login: str) -> float:
        took_s = []
        for _ in range(5):
            began = process_time()
            assert (await house.refusal("auth.login", login=login, password="Wrong-2026")).code == "invalid_credentials"
            took_s.append(process_time() - began)
        return min(took_s)

    adas_s = await best_s("ada-11")
    for login in ("ada-4", "ada-none"):
        assert adas_s / 2 < await best_s(login) < adas_s * 2
    assert (await house.log_in("ada-11")).access_token
    linus = await house.create("linus")
    made = await house.database["users"].find_one({"_id": linus.user_id})
    assert bytes(made["password_hash"]).startswith(b"$2b$04$")


@pytest.mark.parametrize(
    ("password_hash", "cost"), [(b"$2b$11$" + b"x" * 53, 11), (b"x" * 60, 0), (b"", 0), (b"$2b$", 0)]
)
async def test_what_is_no_hash_of_ours_has_no_cost(password_hash: bytes, cost: int) -> None:
    """One of them kept auth from starting."""
    assert cost_of(password_hash) == cost
