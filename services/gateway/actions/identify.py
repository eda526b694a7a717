"""Who a token speaks for, at both doors: its signature, its end, whether its session has ended, or the role has changed."""

import asyncio
from typing import Any

from chassis import log
from chassis.bus import Bus
from chassis.clock import monotonic
from contracts.endings import ENDINGS
from contracts.everything import ASKS
from contracts.limits import SERVICE_TOKEN
from contracts.refusals import Refused
from contracts.table import Nothing
from services.gateway.actions.check_token import CheckToken
from services.gateway.domain.identity import Identity, Keys, UnknownKey
from services.gateway.rooms.changed_people import ChangedPeople
from services.gateway.rooms.ended import EndedSessions

FETCH_PAUSE_S = 5.0
"""Keys are fetched again at most this often: made-up key ids must not become asks."""


class Identify:
    def __init__(self, bus: Bus, keys: Keys, ended: EndedSessions, changed: ChangedPeople) -> None:
        self._bus = bus
        self._keys = keys
        self._ended = ended
        self._changed = changed
        self._check_token = CheckToken(bus, keys.access_token_s)
        self._fetched_at = -FETCH_PAUSE_S
        self._fetching: asyncio.Task[None] | None = None

    async def __call__(self, token: Any) -> Identity:
        """Raises Refused: token_invalid, token_expired, session_ended, unknown_authorization_format; unavailable where
        auth is away and the token's key is new, or the token is a service account's and new here."""
        if token is None or token == "":
            raise Refused("unknown_authorization_format", "Connect with auth: {token: <access_token>}.")
        if isinstance(token, str) and SERVICE_TOKEN.fullmatch(token):
            return self.as_now(await self._check_token(token))
        try:
            identity = self._keys.verify(token)
        except UnknownKey:
            await self.fetch_keys()
            try:
                identity = self._keys.verify(token)
            except UnknownKey:
                raise Refused("token_invalid", "This token was not made here. Log in for a fresh one.") from None
        return self.as_now(identity)

    def as_now(self, identity: Identity) -> Identity:
        """Raises Refused, session_ended or token_expired, where what has happened since says so."""
        if identity.session_id in self._ended:
            raise Refused("session_ended", ENDINGS["session_ended"].message)
        return self._changed.as_now(identity)

    async def fetch_keys(self) -> None:
        """All who need them at the same time wait for one answer. Raises Refused while auth is away."""
        if self._fetching is None:
            if monotonic() < self._fetched_at + FETCH_PAUSE_S:
                return
            self._fetching = asyncio.create_task(self._fetch(), name="keys.fetch")
        await asyncio.shield(self._fetching)

    async def follow_keys(self, every_s: float) -> None:
        """Knows, and publishes, a key before anything is signed with it, and forgets those that are over."""
        while True:
            await asyncio.sleep(every_s)
            try:
                await self._fetch()
            except Refused as refused:
                log.get().info("keys.not_fetched", code=refused.code)  # those there go on

    async def _fetch(self) -> None:
        try:
            self._keys.replace((await self._bus.ask(ASKS["keys.get"], Nothing())).keys)
            self._fetched_at = monotonic()
        finally:
            self._fetching = None
