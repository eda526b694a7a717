"""Creating a person. The same request id of the same asker gives the same person, however often it comes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from chassis.bus import Asker
from chassis.clock import Clock, new_id, rfc3339
from contracts.auth import CreateUser as Request
from contracts.auth import UserAnswer
from contracts.refusals import Refused
from services.auth.actions.remember import Remember
from services.auth.domain.password_policy import Policy
from services.auth.domain.passwords import Passwords
from services.auth.domain.people import People, Person, Taken, check_creation, request_key
from services.auth.domain.presences import Presences


@dataclass(frozen=True)
class CreateUser:
    """`admit` is awaited in the transaction, before the person is added: it raises Refused where nobody more may be."""

    people: People
    remember: Remember
    passwords: Passwords
    policy: Policy
    presences: Presences
    clock: Clock
    admit: Callable[[Any], Awaitable[None]]
    action: str = "user.create"

    async def __call__(self, asker: Asker, request: Request) -> UserAnswer:
        wanted = check_creation(asker.role, request)
        if wanted.password is not None:
            self.policy.check(wanted.password, "password")
        key = request_key(asker.user_id or asker.role, wanted.request_id)
        made = await self._made(key)
        if made is None and await self.people.by_login(wanted.login) is not None:
            made = await self._made(key)  # perhaps by the same request, meanwhile
            if made is None:
                raise _taken()
        if made is None:
            made = await self._make(asker, wanted, key)
        return UserAnswer(user=self.presences.user(made))

    async def _make(self, asker: Asker, wanted: Request, key: str | None) -> Person:
        now = self.clock.now()
        person = Person(
            user_id=new_id("u"),
            login=wanted.login,
            name=wanted.name,
            role=wanted.role,
            password_hash=await self.passwords.hash(wanted.password or ""),
            created_at=rfc3339(now),
            password_changed_at=now,
            email=wanted.email,
            must_change=wanted.must_change,
            request_key=key,
        )
        try:
            await self.remember(
                asker,
                self.action,
                self.admit,
                lambda transaction: self.people.add(transaction, person),
                target=person,
                detail={"role": person.role},
            )
        except Taken:
            made = await self._made(key)
            if made is None:
                raise _taken() from None
            return made
        return person

    async def _made(self, key: str | None) -> Person | None:
        return None if key is None else await self.people.by_request(key)


def _taken() -> Refused:
    return Refused("conflict", "This login is taken.", errors={"login": ["Taken."]})
