"""People who were changed while access tokens from before still live: the role in such a token may be theirs no more, and
the name is not what it was.

Versions of a person tell before from after, so that no clock matters: a token made at the very moment of the change is
judged right, and one made after a change that is not heard of here yet is good.
"""

from dataclasses import dataclass

import msgspec

from chassis.bus import Bus
from chassis.clock import monotonic
from contracts.auth import USER_UPDATED, UserChanged
from contracts.refusals import Refused
from contracts.things import User
from services.gateway.domain.identity import Identity
from services.gateway.rooms.lately import read_lately

MARGIN_S = 60.0
"""A token that was being made during the change may live a little longer."""


@dataclass(frozen=True)
class _Newest:
    user: User
    version: int
    heard_at: float


class ChangedPeople:
    def __init__(self, token_s: float) -> None:
        self._kept_s = token_s + MARGIN_S
        self._newest: dict[str, _Newest] = {}
        """The one heard longest ago first."""

    def note(self, changed: UserChanged) -> None:
        """In any order, any number of times. One without a version changes nothing that a token says."""
        user, version = changed.user, changed.version
        if version is None:
            return
        known = self._newest.get(user.user_id)
        if known is not None and known.version >= version:
            return
        self._newest.pop(user.user_id, None)
        self._newest[user.user_id] = _Newest(user, version, monotonic())
        self._forget()

    def is_stale(self, identity: Identity) -> bool:
        """Whether the token says a role that is theirs no more."""
        newest = self._after(identity)
        return newest is not None and newest.user.role != identity.user.role

    def as_now(self, identity: Identity) -> Identity:
        """With the name of now. Raises Refused `token_expired` where the token says a role that is theirs no more."""
        if self.is_stale(identity):
            raise Refused("token_expired", "Your role has changed. Refresh the access token.")
        newest = self._after(identity)
        if newest is None:
            return identity
        return msgspec.structs.replace(identity, user=msgspec.structs.replace(identity.user, name=newest.user.name))

    async def read_back(self, bus: Bus) -> None:
        """Whoever was changed during the life of an access token, before this gateway listened."""
        await read_lately(bus, USER_UPDATED, self._kept_s, self.note)

    def _after(self, identity: Identity) -> _Newest | None:
        """What was heard of them since the token was made."""
        newest = self._newest.get(identity.user.user_id)
        return newest if newest is not None and newest.version > identity.version else None

    def _forget(self) -> None:
        oldest = monotonic() - self._kept_s
        while self._newest:
            user_id, first = next(iter(self._newest.items()))
            if first.heard_at > oldest:
                return
            del self._newest[user_id]
