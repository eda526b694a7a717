"""The public keys that access tokens are checked with."""

from dataclasses import dataclass

from chassis.bus import Asker
from contracts.auth import Keys
from contracts.table import Nothing
from services.auth.domain.tokens import Mint


@dataclass(frozen=True)
class GetKeys:
    mint: Mint

    async def __call__(self, asker: Asker, request: Nothing) -> Keys:
        return Keys(keys=self.mint.jwks())
