"""Listing people: by part of name or login, role and presence, page by page. Leaders see also who is disabled, and of those
whom they may unlock, until when they are locked."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from chassis.bus import Asker
from contracts.auth import ListUsers as Request
from contracts.auth import UserList
from contracts.table import EVERYONE
from contracts.things import User
from services.auth.actions.guard import Guard
from services.auth.domain.folding import search_text
from services.auth.domain.pages import Place, check_choice, cursor_of, page_size, place_of
from services.auth.domain.people import People, Person, Search, as_seen_by, leads, may_manage
from services.auth.domain.presences import Presences


@dataclass(frozen=True)
class ListUsers:
    people: People
    presences: Presences
    guard: Guard

    async def __call__(self, asker: Asker, request: Request) -> UserList:
        count = page_size(request.limit)
        check_choice("role", request.role, EVERYONE)
        check_choice("status", request.status, ("online", "offline", "all"))
        without: frozenset[str] = frozenset()
        if request.status == "offline":  # whoever is neither is neither
            without = frozenset((*self.presences.here(), *await self.people.services()))
        search = Search(
            text=search_text(request.q),
            role=request.role,
            disabled=leads(asker.role),
            among=frozenset(self.presences.here()) if request.status == "online" else None,
            without=without,
            after=place_of(request.cursor),
        )
        found = await self.people.find(search, count + 1)
        page = found[:count]
        more = len(found) > count
        return UserList(
            users=await self._seen(asker, page),
            next_cursor=cursor_of(Place(page[-1].name, page[-1].user_id)) if more else None,
        )

    async def _seen(self, asker: Asker, page: Sequence[Person]) -> list[User]:
        locks = await self.guard.locked_until([one.login for one in page if may_manage(asker.role, one)])
        seen = [as_seen_by(asker, self.presences.user(person)) for person in page]
        return [msgspec.structs.replace(one, locked_until=locks.get(one.login)) for one in seen]
