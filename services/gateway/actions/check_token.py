"""Who comes with a token of a service account: asked of auth, and kept for a while. Whatever ends one is heard on the stream
meanwhile, as the end of a session is."""

import asyncio
import time
from collections import OrderedDict
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from chassis.bus import Bus
from chassis.clock import monotonic
from contracts.auth import CheckToken as Request
from contracts.auth import TokenChecked
from contracts.everything import ASKS
from contracts.refusals import Refused, unavailable
from services.gateway.domain.identity import Identity

FRESH_S = 60.0
"""So long auth is not asked again; what `last_used_at` is exact to."""
KEPT_MAX = 10_000
AT_ONCE, WAITING_MAX = 16, 200
"""Tokens that auth is asked of at a time, and that wait for it: made-up ones must not become a flood of asks."""


class _Known(NamedTuple):
    identity: Identity
    at: float


class CheckToken:
    """`kept_s`: so long one that was good is believed while auth is away; less than ends of sessions are remembered here."""

    def __init__(self, bus: Bus, kept_s: float) -> None:
        self._bus = bus
        self._kept_s = kept_s
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def __call__(self, secret: str) -> Identity:
        """Raises Refused: token_invalid, token_expired, session_ended; unavailable where auth is away and it is not known."""
        key = sha256(secret.encode()).hexdigest()
        known = self._known.get(key)
        if known is not None and known.identity.expires_at <= time.time():
            raise Refused("token_expired", "This token has expired: an administrator makes another.")
        if known is not None and monotonic() - known.at < FRESH_S:
            return known.identity
        try:
            identity = await self._ask(key)
        except Refused as refused:
            is_away = refused.code in ("unavailable", "internal")
            if is_away and known is not None and monotonic() - known.at < self._kept_s:
                return known.identity
            if not is_away:
                self._known.pop(key, None)
            raise
        self._known[key] = _Known(identity, monotonic())
        self._known.move_to_end(key)
        if len(self._known) > KEPT_MAX:
            self._known.popitem(last=False)
        return identity

    async def _ask(self, key: str) -> Identity:
        if self._waiting >= WAITING_MAX:
            raise unavailable("Auth")
        self._waiting += 1
        try:
            async with self._turns:
                checked: TokenChecked = await self._bus.ask(ASKS["token.check"], Request(token_hash=key))
        finally:
            self._waiting -= 1
        return Identity(
            checked.user,
            checked.token_id,
            _seconds(checked.created_at),
            _seconds(checked.expires_at),
            checked.version,
            checked.scope,
        )


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()
