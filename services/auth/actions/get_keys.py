"""The public keys that access tokens are checked with."""

from dataclasses import dataclass

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.auth import Keys
from contracts.table import Nothing
from services.auth.domain.tokens import Mint


@dataclass(frozen=True)
class GetKeys:
    mint: Mint
    clock: Clock

    async def __call__(self, asker: Asker, request: Nothing) -> Keys:
        return Keys(keys=self.mint.jwks(self.clock.now()))
