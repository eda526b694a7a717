"""Guesses in Redis, by its scripts: each runs alone there, so that no replica counts for itself.

Keys, all below `guesses:`, times in ms of auth's clock, every key with an end: `open:<account>` ZSET of guesses under way,
`wrong:<account>` ZSET of wrong ones, both guess → time · `locked:<account>` until when · `from:<origin>:<minute>` wrong ones ·
`forgotten:<origin>:<minute>` forgotten passwords asked for.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import redis.asyncio
import redis.exceptions

from chassis import log
from chassis.clock import Clock
from chassis.stores import is_away
from contracts.refusals import unavailable
from services.auth.domain.guessing import Guess, Standing

T = TypeVar("T")
WAIT_S = 1.0
AT_ONCE = 64
"""Connections that guesses have at a time."""
UNDER_WAY_MS = 12_000
"""Longer than any asker waits: by then nobody is told whether this guess was right."""
MINUTE_MS = 60_000
BUSY = -1

# KEYS: open, wrong, locked, from this minute, from the minute before. ARGV: guess, now, window, failures, per minute.
RESERVE = """
local now, failures, per_minute = tonumber(ARGV[2]), tonumber(ARGV[4]), tonumber(ARGV[5])
if failures > 0 then
  local left = tonumber(redis.call('GET', KEYS[3]) or '0') - now
  if left > 0 then return {left, 0} end
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - UNDER_WAY_MS)
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - tonumber(ARGV[3]))
  if redis.call('ZCARD', KEYS[1]) + redis.call('ZCARD', KEYS[2]) >= failures then return {BUSY, 0} end
  redis.call('ZADD', KEYS[1], now, ARGV[1])
  redis.call('PEXPIRE', KEYS[1], UNDER_WAY_MS)
end
local before = tonumber(redis.call('GET', KEYS[5]) or '0') * (MINUTE_MS - now % MINUTE_MS) / MINUTE_MS
local is_slow = per_minute > 0 and tonumber(redis.call('GET', KEYS[4]) or '0') + before >= per_minute
return {0, is_slow and 1 or 0}
"""

WRONG = """
local now, window, failures, per_minute = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
if per_minute > 0 then
  redis.call('INCR', KEYS[4])
  redis.call('PEXPIRE', KEYS[4], 2 * MINUTE_MS)
end
if failures == 0 then return 0 end
redis.call('ZREM', KEYS[1], ARGV[1])
if tonumber(redis.call('GET', KEYS[3]) or '0') > now then return 0 end
redis.call('ZADD', KEYS[2], now, ARGV[1])
redis.call('PEXPIRE', KEYS[2], window)
if redis.call('ZCARD', KEYS[2]) < failures then return 0 end
redis.call('SET', KEYS[3], string.format('%.0f', now + window), 'PX', window)
redis.call('DEL', KEYS[2])
return 1
"""

# KEYS: this minute, the minute before. ARGV: now, per minute.
MAY_ASK = """
local before = tonumber(redis.call('GET', KEYS[2]) or '0') * (MINUTE_MS - tonumber(ARGV[1]) % MINUTE_MS) / MINUTE_MS
if tonumber(redis.call('GET', KEYS[1]) or '0') + before >= tonumber(ARGV[2]) then return 0 end
redis.call('INCR', KEYS[1])
redis.call('PEXPIRE', KEYS[1], 2 * MINUTE_MS)
return 1
"""


class RedisGuesses:
    """`failures` wrong ones of an account within `lockout_s` lock it for as long (0: never); `per_minute` wrong ones from one
    origin slow it."""

    def __init__(
        self,
        client: "redis.asyncio.Redis",
        clock: Clock,
        *,
        failures: int,
        lockout_s: int,
        per_minute: int,
        forgotten_per_minute: int = 0,
    ) -> None:
        self._redis = client
        self._clock = clock
        self._rules = (lockout_s * 1000, failures, per_minute)
        self._reserve = client.register_script(_script(RESERVE))
        self._forgotten_per_minute = forgotten_per_minute
        self._may_ask = client.register_script(_script(MAY_ASK))
        self._wrong = client.register_script(_script(WRONG))
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def reserve(self, guess: Guess) -> Standing:
        left_ms, is_slow = await self._run(self._reserve, guess)
        if left_ms == BUSY:
            return Standing(is_busy=True)
        return Standing(left_ms / 1000 if left_ms else None, is_slow=bool(is_slow) and bool(guess.origin))

    async def wrong(self, guess: Guess) -> bool:
        return bool(await self._run(self._wrong, guess))

    async def right(self, guess: Guess) -> None:
        async def clear() -> None:
            async with self._redis.pipeline(transaction=True) as together:
                together.zrem(_open(guess.account), guess.guess_id)
                together.delete(_wrong(guess.account), _locked(guess.account))
                await together.execute()

        await self._bounded(clear)

    async def undone(self, guess: Guess) -> None:
        await self._bounded(lambda: self._redis.zrem(_open(guess.account), guess.guess_id))

    async def unlock(self, account: str) -> None:
        await self._bounded(lambda: self._redis.delete(_wrong(account), _locked(account)))

    async def locked_until(self, accounts: Sequence[str]) -> list[datetime | None]:
        if not accounts:
            return []
        found = await self._bounded(lambda: self._redis.mget(map(_locked, accounts)))
        now_ms = self._now_ms()
        return [
            datetime.fromtimestamp(until_ms / 1000, UTC) if until_ms > now_ms else None
            for until_ms in (int(each or 0) for each in found)
        ]

    async def may_ask(self, origin: str) -> bool:
        if not self._forgotten_per_minute:
            return True
        now = self._now_ms()
        keys = [f"guesses:forgotten:{origin}:{now // MINUTE_MS - ago}" for ago in range(2)]
        args = [now, self._forgotten_per_minute]
        return bool(await self._bounded(lambda: self._may_ask(keys=keys, args=args)))

    async def _run(self, script: Any, guess: Guess) -> Any:
        now = self._now_ms()
        minute = now // MINUTE_MS
        keys = [_open(guess.account), _wrong(guess.account), _locked(guess.account)]
        keys += [f"guesses:from:{guess.origin}:{minute}", f"guesses:from:{guess.origin}:{minute - 1}"]
        args = [guess.guess_id, now, *self._rules]
        return await self._bounded(lambda: script(keys=keys, args=args))

    async def _bounded(self, work: Callable[[], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(WAIT_S), self._at_once:
                return await work()
        except (redis.exceptions.RedisError, TimeoutError) as error:
            if not (is_away(error) or isinstance(error, TimeoutError)):
                raise
            log.get().warning("guesses.away", kind=type(error).__name__)
            raise unavailable("A store") from None

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


def _open(account: str) -> str:
    return f"guesses:open:{account}"


def _wrong(account: str) -> str:
    return f"guesses:wrong:{account}"


def _locked(account: str) -> str:
    return f"guesses:locked:{account}"


def _script(text: str) -> str:
    numbers = {"UNDER_WAY_MS": UNDER_WAY_MS, "MINUTE_MS": MINUTE_MS, "BUSY": BUSY}
    for name, number in numbers.items():
        text = text.replace(name, str(number))
    return text
