"""Inviting people who have no password yet: a link for each, by mail where one can be sent, else to hand over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chassis.clock import Clock
from services.auth.actions.mail_state import MailState
from services.auth.actions.new_token import new_token
from services.auth.domain.links import INVITATION, Link, Links, hash_of, renewed, url_of
from services.auth.domain.people import Person


@dataclass(frozen=True)
class Invited:
    """`urls`, by user id: of those whom no mail reaches. Nothing is remembered of them but hashes."""

    urls: Mapping[str, str]
    _links: Sequence[Link]
    _store: Links

    async def remember(self, transaction: Any) -> None:
        """Together with the people themselves. May be called again, as transactions are."""
        await self._store.add(transaction, self._links)

    async def renew(self, transaction: Any) -> None:
        """For people who may have been invited before: a link they were given then still works."""
        known = {
            one.link_id: one for one in await self._store.read_all(transaction, [one.link_id for one in self._links])
        }
        await self._store.add(transaction, [link for link in self._links if link.link_id not in known])
        for link in self._links:
            if (before := known.get(link.link_id)) is not None:
                await self._store.put(transaction, renewed(before, link))


@dataclass(frozen=True)
class Invite:
    links: Links
    mail: MailState
    clock: Clock
    public_url: str
    life: timedelta

    def __call__(self, people: Sequence[Person]) -> Invited:
        """Only makes the links. Mails go out by themselves once they are remembered."""
        urls: dict[str, str] = {}
        links: list[Link] = []
        for person in people:
            by_mail = self.reaches(person)
            token = new_token()
            if not by_mail:
                urls[person.user_id] = url_of(self.public_url, token)
            links.append(self._link(person, () if by_mail else (hash_of(token),)))
        return Invited(urls, links, self.links)

    def reaches(self, person: Person) -> bool:
        """Whether a mail can be sent. Unknown is yes: it waits until notifier is there."""
        return bool(person.email) and self.mail.is_configured is not False

    def _link(self, person: Person, token_hashes: tuple[bytes, ...]) -> Link:
        now = self.clock.now()
        return Link(
            kind=INVITATION,
            user_id=person.user_id,
            requested_at=(now,),
            expires_at=now + self.life,
            due_at=now,
            waiting=not token_hashes,
            token_hashes=token_hashes,
        )
