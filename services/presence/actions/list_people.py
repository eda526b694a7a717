"""Say who is here: people by their ids, or page by page everyone who is not offline."""

from collections.abc import Sequence

import msgspec

from contracts.presence import ListPresence, People
from contracts.refusals import Refused
from contracts.things import PersonPresence
from services.presence.domain.leases import Leases, check_known, check_watched, page_of

ANSWER_BYTES_MAX = 950_000
"""NATS carries a mebibyte at once."""
_encode = msgspec.json.Encoder().encode


class ListPeople:
    def __init__(self, leases: Leases) -> None:
        self._leases = leases

    async def __call__(self, request: ListPresence) -> People:
        count, after = page_of(request)
        if request.user_ids is not None:
            return await self._these(request.user_ids)
        return await self._page(count, after)

    async def _these(self, user_ids: Sequence[str]) -> People:
        check_watched(user_ids)
        listing = await self._leases.look(dict.fromkeys(user_ids))
        check_known(listing.is_known)
        people = [person.presence() for person in listing.people]
        if len(_fitting(people)) < len(people):
            raise Refused("too_large", "They have too long notes for one answer: ask for fewer people.")
        return People(people=people)

    async def _page(self, count: int, after: str) -> People:
        listing = await self._leases.page(after, count + 1)
        check_known(listing.is_known)
        page = _fitting([person.presence() for person in listing.people[:count]])
        return People(people=page, next_cursor=page[-1].user_id if len(listing.people) > len(page) else None)


def _fitting(people: list[PersonPresence]) -> list[PersonPresence]:
    """As many of the first as one answer may carry."""
    left = ANSWER_BYTES_MAX
    for place, person in enumerate(people):
        left -= len(_encode(person)) + 1
        if left < 0:
            return people[:place]
    return people
