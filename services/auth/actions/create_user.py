"""Creating a person. The same request id of the same asker gives the same person, however often it comes; and, while that
person has no password and no mail reaches them, a link again, as the answer with the first may have been lost."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from chassis.bus import Asker
from chassis.clock import Clock, new_id, rfc3339
from contracts.auth import CreateUser as Request
from contracts.auth import UserAnswer
from contracts.refusals import Refused, unavailable
from contracts.table import LEADERS
from services.auth.actions.invite import Invite
from services.auth.actions.remember import Remember
from services.auth.domain.guessing import origin_of
from services.auth.domain.password_policy import Policy
from services.auth.domain.passwords import Passwords
from services.auth.domain.people import Changed, People, Person, Taken, check_creation, check_managed, request_key
from services.auth.domain.presences import Presences

INVITE = "user.invite"


@dataclass(frozen=True)
class CreateUser:
    """`admit` is awaited in the transaction, before the person is added: it raises Refused where nobody more may be."""

    people: People
    remember: Remember
    passwords: Passwords
    policy: Policy
    invite: Invite
    presences: Presences
    clock: Clock
    admit: Callable[[Any], Awaitable[None]]
    action: str = "user.create"

    async def __call__(self, asker: Asker, request: Request) -> UserAnswer:
        try:
            wanted = check_creation(asker.role, request)
        except Refused as refused:
            if refused.code != "forbidden":
                raise
            raise await self.remember.refusal(asker, self.action, refused) from None
        if wanted.password is not None:
            self.policy.check(wanted.password, "password")
        key = request_key(asker.user_id or asker.role, wanted.request_id)
        made = await self._made(key)
        if made is None and await self.people.by_login(wanted.login) is not None:
            made = await self._made(key)  # perhaps by the same request, meanwhile
            if made is None:
                raise _taken()
        if made is None:
            return await self._make(asker, wanted, key)
        return await self._again(asker, made)

    async def _make(self, asker: Asker, wanted: Request, key: str | None) -> UserAnswer:
        now = self.clock.now()
        password, origin = wanted.password, origin_of(asker.address)
        person = Person(
            user_id=new_id("u"),
            login=wanted.login,
            name=wanted.name,
            role=wanted.role,
            password_hash=b"" if password is None else await self.passwords.hash(password, origin),
            created_at=rfc3339(now),
            password_changed_at=now,
            email=wanted.email,
            must_change=wanted.must_change,
            request_key=key,
            kind=wanted.kind,
        )
        invited = self.invite([] if person.password_hash or person.is_service else [person])
        admitted = [] if person.is_service else [self.admit]
        try:
            await self.remember(
                asker,
                self.action,
                *admitted,
                lambda transaction: self.people.add(transaction, person),
                invited.remember,
                target=person,
                detail={"role": person.role} | ({"kind": person.kind} if person.kind else {}),
                holding=person.role in LEADERS,
            )
        except Taken:
            made = await self._made(key)
            if made is None:
                raise _taken() from None
            return await self._again(asker, made)
        except Refused as refused:
            if refused.code != "seats_exhausted":
                raise
            raise await self.remember.refusal(asker, self.action, refused) from None
        return UserAnswer(user=self.presences.user(person), invitation=invited.urls.get(person.user_id))

    async def _again(self, asker: Asker, made: Person) -> UserAnswer:
        if made.password_hash or made.is_service or made.disabled or self.invite.reaches(made):
            return UserAnswer(user=self.presences.user(made))
        check_managed(asker.role, made)  # which whoever made them may not do any more
        invited = self.invite([made])
        try:
            await self.remember(
                asker,
                INVITE,
                lambda transaction: self.people.hold(transaction, made),
                invited.renew,
                target=made,
                in_turn=True,
                holding=made.role in LEADERS,
            )
        except Changed:
            raise unavailable("Auth") from None
        return UserAnswer(user=self.presences.user(made), invitation=invited.urls[made.user_id])

    async def _made(self, key: str | None) -> Person | None:
        return None if key is None else await self.people.by_request(key)


def _taken() -> Refused:
    return Refused("conflict", "This login is taken.", errors={"login": ["Taken."]})
