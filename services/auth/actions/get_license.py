"""The licence, and how many of its seats are taken."""

from dataclasses import dataclass

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.auth import LicenseAnswer
from contracts.table import Nothing
from services.auth.domain.license import Licensing, Seats, as_license


@dataclass(frozen=True)
class GetLicense:
    licensing: Licensing
    seats: Seats
    clock: Clock

    async def __call__(self, asker: Asker, request: Nothing) -> LicenseAnswer:
        standing = self.licensing.standing
        if standing.claims is None:
            return LicenseAnswer(fault=standing.fault)
        return LicenseAnswer(license=as_license(standing.claims, await self.seats.taken(), self.clock.now()))
