"""Unlocking whoever had too many wrong passwords, for those who may manage them. Who is not locked stays so."""

from dataclasses import dataclass
from typing import Any

from chassis.bus import Asker
from contracts.auth import UnlockUser as Request
from contracts.limits import is_id
from contracts.refusals import Refused
from contracts.table import Nothing
from services.auth.actions.remember import Remember
from services.auth.domain.guessing import Guesses, account_of
from services.auth.domain.people import People, check_managed, known

ACTION = "user.unlock"


@dataclass(frozen=True)
class UnlockUser:
    people: People
    guesses: Guesses
    remember: Remember

    async def __call__(self, asker: Asker, request: Request) -> Nothing:
        person = known(await self.people.by_id(request.user_id) if is_id(request.user_id) else None)
        try:
            check_managed(asker.role, person)
        except Refused as refused:
            raise await self.remember.refusal(asker, ACTION, refused, target=person) from None

        async def unlock(_: Any) -> None:
            # where only this is done, it is asked again, and does no harm twice
            await self.guesses.unlock(account_of(person.login))

        await self.remember(asker, ACTION, unlock, target=person)
        return Nothing()
