"""Set how one is shown, and a note: in place of what was set before."""

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.presence import People, SetPresence
from services.presence.actions.tell_changes import TellChanges
from services.presence.domain.choices import choice_of
from services.presence.domain.leases import Leases, check_known


class SetOwnPresence:
    def __init__(self, leases: Leases, tell: TellChanges, clock: Clock) -> None:
        self._leases = leases
        self._tell = tell
        self._clock = clock

    async def __call__(self, asker: Asker, request: SetPresence) -> People:
        setting = await self._leases.choose(asker.user_id, choice_of(request, self._clock.now()))
        check_known(setting.is_known)
        # what was answered outlives Redis: the stream remembers it
        await self._tell.now(setting.changes)
        return People(people=[setting.person.presence()])
