"""Password hashes by bcrypt, in a few threads of their own: it is slow, and lets go of the interpreter meanwhile."""

import math
import secrets
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import bcrypt

from chassis import log
from chassis.clock import monotonic
from contracts.refusals import unavailable
from services.auth.domain.passwords import encoded, password_faults
from services.auth.store.turns import Crowded, Turns

T = TypeVar("T")
LEARNING = 0.1
"""How much the latest hash says about what one takes: the processor may be busy with other things for a while."""


class BcryptHashes:
    """Takes no more work than `workers` do within `wait_s`: who asks for more would be gone before it is done. Whoever has
    most of it gives way to others."""

    def __init__(self, cost: int, workers: int, wait_s: float) -> None:
        self._cost = cost
        self._workers = workers
        self._wait_s = wait_s
        self._took_s = 0.0
        self._turns = Turns(workers, "bcrypt")
        self._nobodys = b""
        self._even = cost

    async def start(self, highest: int = 0) -> None:
        """Makes the hash that nobody's password is checked against, and measures how long that takes. `highest`: the cost of
        stored hashes, from before it was lowered. A check takes as long as one of those, whoever it is about."""
        if not self._nobodys:
            self._even = max(self._cost, highest)
            self._nobodys = await self._hash(secrets.token_urlsafe(24), self._even)
            log.get().info(
                "bcrypt.measured", cost=self._even, hash_ms=round(self._took_s * 1000), queue_max=self.queue_max
            )

    @property
    def queue_max(self) -> int:
        """Waiting and being worked on."""
        return max(self._workers, int(self._workers * self._wait_s / self._took_s)) if self._took_s else self._workers

    async def hash(self, password: str, whose: str = "") -> bytes:
        return await self._hash(password, self._cost, whose)

    async def _hash(self, password: str, cost: int, whose: str = "") -> bytes:
        data = encoded(password)
        (made,) = await self._run(whose, lambda: bcrypt.hashpw(data, bcrypt.gensalt(cost)))
        return made

    async def is_right(self, password: str, password_hash: bytes | None, whose: str = "") -> bool:
        if not password_hash or password_faults(password):
            nobodys = self._nobodys
            await self._run(whose, lambda: bcrypt.checkpw(b"nobody", nobodys))
            return False
        data = encoded(password)
        (is_right,) = await self._run(whose, lambda: _check(data, password_hash, self._even))
        return is_right

    async def is_any(self, password: str, hashes: Sequence[bytes], whose: str = "") -> bool:
        if not hashes or password_faults(password):
            return False
        data = encoded(password)
        # all of them, wherever it is found: the time tells nothing
        return any(await self._run(whose, *(partial(bcrypt.checkpw, data, one) for one in hashes)))

    def takes_s(self, compared: int) -> float:
        """A change of password, at the measured pace and with nobody else: the current one is checked, `compared` are
        compared, the new one is hashed, one after another."""
        return (2 + math.ceil(compared / self._workers)) * self._took_s

    def close(self) -> None:
        self._turns.close()

    async def _run(self, whose: str, *works: Callable[[], T]) -> list[T]:
        """A hash each, at the same time where threads are free: all of them, or none that has not begun."""
        try:
            done = await self._turns.take([partial(_timed, work) for work in works], whose, self.queue_max)
        except Crowded:
            raise unavailable("Auth", retry_after_s=self._wait_s) from None
        for _, took_s in done:
            self._took_s += (took_s - self._took_s) * (LEARNING if self._took_s else 1.0)
        return [result for result, _ in done]


def cost_of(password_hash: bytes) -> int:
    """0 where it is none of bcrypt's: nobody logs in with it, and it keeps nobody else out."""
    digits = password_hash[4:6]
    return int(digits) if password_hash.startswith(b"$2") and digits.isdigit() else 0


def _check(password: bytes, password_hash: bytes, cost: int) -> bool:
    """A hash of a lower cost takes as long as the others: the time would tell who is here."""
    is_right = bcrypt.checkpw(password, password_hash)
    for lower in range(cost_of(password_hash), cost):  # $2b$<cost>$…; 2^n = 2^c + 2^c + 2^(c+1) + … + 2^(n-1)
        bcrypt.hashpw(password, bcrypt.gensalt(lower))
    return is_right


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = monotonic()
    return work(), monotonic() - began
