"""Outsiders who come to NATS: the server asks auth about each, and waits a few seconds for the answer."""

from chassis import log
from chassis.bus import Bus
from chassis.nkeys import claims_of
from contracts.permissions import WHO_COMES
from services.auth.actions.admit_outsider import AdmitOutsider
from services.auth.domain.outsiders import coming


class OutsidersCome:
    def __init__(self, bus: Bus, admit: AdmitOutsider) -> None:
        self._bus = bus
        self._admit = admit

    async def start(self) -> None:
        await self._bus.serve(WHO_COMES, self._answer)

    async def _answer(self, data: bytes) -> bytes | None:
        """None where it is no question of a server's: it is not answered, and whoever comes is not admitted."""
        try:
            who = coming(claims_of(data.decode()))
        except (ValueError, AttributeError):
            log.get().warning("outsider.not_understood")
            return None
        return (await self._admit(who)).encode()
