"""Say who is here: people by their ids, or page by page everyone who is not offline."""

from collections.abc import Sequence

from contracts.presence import ListPresence, People
from services.presence.domain.leases import Leases, check_known, check_watched, page_of


class ListPeople:
    def __init__(self, leases: Leases) -> None:
        self._leases = leases

    async def __call__(self, request: ListPresence) -> People:
        if request.user_ids is not None:
            return await self._these(request.user_ids)
        return await self._page(*page_of(request.limit, request.cursor))

    async def _these(self, user_ids: Sequence[str]) -> People:
        check_watched(user_ids)
        listing = await self._leases.look(dict.fromkeys(user_ids))
        check_known(listing.is_known)
        return People(people=[person.presence() for person in listing.people])

    async def _page(self, count: int, after: str) -> People:
        listing = await self._leases.page(after, count + 1)
        check_known(listing.is_known)
        page = listing.people[:count]
        return People(
            people=[person.presence() for person in page],
            next_cursor=page[-1].user_id if len(listing.people) > count else None,
        )
