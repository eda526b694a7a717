"""An ask on behalf of a person: is it one, may they, is it within the rate; then over the bus to its owner."""

import re
from math import ceil
from typing import Any

import msgspec

from chassis.bus import ASK_S, Asker, Bus
from chassis.clock import monotonic, new_id
from contracts.refusals import Refused
from contracts.table import Ask
from services.gateway.actions.note_refused import NoteRefused
from services.gateway.domain.addresses import Caller
from services.gateway.domain.bucket import Bucket
from services.gateway.domain.identity import Identity

_encode = msgspec.json.Encoder().encode
PEOPLE_MAX = 50_000
FIELD = re.compile(r"\$\.(\w+)")
MISSING = re.compile(r"missing required field `(\w+)`")
"""Where msgspec says which field is wrong."""


class Relay:
    def __init__(self, bus: Bus, burst: int, per_s: int, note_refused: NoteRefused | None = None) -> None:
        self._bus = bus
        self._note_refused = note_refused
        self._burst, self._per_s = burst, per_s
        self._buckets: dict[str, Bucket] = {}

    def allow(self, user_id: str) -> None:
        """Raises `rate_limited` with the time to wait."""
        now = monotonic()
        bucket = self._buckets.get(user_id)
        if bucket is None:
            if len(self._buckets) >= PEOPLE_MAX:
                self._buckets = {one: kept for one, kept in self._buckets.items() if not kept.is_full(now)}
            bucket = self._buckets[user_id] = Bucket(self._burst, self._per_s, now)
        wait = bucket.take(now)
        if wait:
            raise Refused("rate_limited", "Too many asks: slow down.", retry_after_s=ceil(wait * 1000) / 1000)

    async def __call__(
        self,
        ask: Ask,
        fields: dict[str, Any],
        identity: Identity | None,
        caller: Caller,
        *,
        lax: bool = False,
        timeout_s: float = ASK_S,
    ) -> bytes:
        """The answer's JSON. `lax`: numbers and booleans may be written as text, as in a URL. Raises Refused."""
        asker = Asker(
            user_id=identity.user.user_id if identity else "",
            role=identity.user.role if identity else "",
            session_id=identity.session_id if identity else "",
            request_id=new_id("q"),
            address=caller.address,
            client=caller.client,
        )
        if identity is not None:
            try:
                _check(ask, identity)
            except Refused:
                if self._note_refused is not None:
                    self._note_refused(ask, fields, asker)
                raise
        request = parse(ask, fields, lax=lax)
        return await self._bus.ask_raw(ask, request, asker, timeout_s)


def _check(ask: Ask, identity: Identity) -> None:
    """Raises Refused `forbidden`."""
    if identity.user.role not in ask.roles:
        raise Refused("forbidden", "Your role may not do this.")
    identity.check_service(ask)


def parse(ask: Ask, fields: dict[str, Any], *, lax: bool = False) -> bytes:
    """The request as JSON, with only the fields the ask has. Raises `invalid`, naming the field at fault."""
    try:
        return _encode(msgspec.convert(fields, ask.request, strict=not lax))
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at ")
        field = FIELD.search(place) or MISSING.search(what)
        raise Refused("invalid", str(error), errors={field[1]: [what]} if field else None) from None
    except (UnicodeEncodeError, RecursionError, OverflowError):
        raise Refused("invalid", "This is not text that can be stored.") from None
