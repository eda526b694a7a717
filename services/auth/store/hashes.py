"""Password hashes by bcrypt, in a few threads of their own: it is slow, and lets go of the interpreter meanwhile."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import bcrypt

from contracts.refusals import unavailable
from services.auth.domain.passwords import encoded, password_fault

T = TypeVar("T")


class BcryptHashes:
    def __init__(self, cost: int, workers: int, queue_max: int) -> None:
        self._cost = cost
        self._queue_max = queue_max
        self._waiting = 0
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="bcrypt")
        self._nobodys = b""

    async def start(self) -> None:
        """Makes the hash that nobody's password is checked against."""
        self._nobodys = self._nobodys or await self.hash(secrets.token_urlsafe(24))

    async def hash(self, password: str) -> bytes:
        data = encoded(password)
        return await self._run(lambda: bcrypt.hashpw(data, bcrypt.gensalt(self._cost)))

    async def is_right(self, password: str, password_hash: bytes | None) -> bool:
        if password_hash is None or password_fault(password) is not None:
            nobodys = self._nobodys
            await self._run(lambda: bcrypt.checkpw(b"nobody", nobodys))
            return False
        data = encoded(password)
        return await self._run(lambda: bcrypt.checkpw(data, password_hash))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._queue_max:
            raise unavailable("Auth")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1
