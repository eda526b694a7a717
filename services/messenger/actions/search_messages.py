"""message.search: newest first, in what the asker may see.

The index is read back through time, a span at once: a longer one after it held too little, a shorter one after it held
too much, and none that, going by the last one, would take longer than there is time for. So a common word costs no
more than a rare one, and what takes too long ends with a cursor to go on from.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from chassis.bus import Asker
from chassis.clock import Clock, monotonic
from contracts.messenger import FoundMessages, SearchMessages
from contracts.things import Message
from services.messenger.actions.show_conversations import Show
from services.messenger.domain import conversations, messages, search
from services.messenger.domain.conversations import ANSWER_BYTES_MAX, Conversations
from services.messenger.domain.memberships import Memberships
from services.messenger.domain.messages import Document, Messages
from services.messenger.domain.search import Hit, Late, Query, SearchIndex

TRIED_FOR_S = 0.5
"""For a first look: less than the 0.8 s after which another replica is asked as well."""
ENOUGH_S = 0.15
"""After that whoever asked gets what was found so far, and looks further back with the next page."""
LOOK_S = 0.05
FIRST_SPAN = timedelta(days=1)
LONGER, SHORTER = 16, 8
LONGEST = timedelta(days=1_000)
"""Whoever came this far back looks at all there is."""
HITS_MAX = 1_000
FEW_PLACES, FEW_MESSAGES = 200, 5_000
"""Where so few can be seen, they are looked at one by one."""
SLACK = timedelta(minutes=1)
"""Between what two clocks say."""
JOINING = timedelta(hours=1)
"""What somebody sees begins before the time they joined at: another may have finished what was begun to let them in."""


class Place(NamedTuple):
    """A conversation, what is seen of it, and since when."""

    from_seq: int
    since: datetime


class Search:
    def __init__(
        self,
        show: Show,
        stores: tuple[Conversations, Memberships, Messages],
        index: SearchIndex,
        clock: Clock,
    ) -> None:
        self._show = show
        self._conversations, self._memberships, self._messages = stores
        self._index = index
        self._clock = clock

    async def __call__(self, asker: Asker, request: SearchMessages) -> FoundMessages:
        """A page may hold less than its limit, even nothing, and have a next one. Raises Refused."""
        began_at = monotonic()
        query = search.query_of(request, self._clock.now() + SLACK)
        places = await self._places(asker, query)
        if await self._are_few(places):
            found, reached = await self._among_few(query, places), None
        else:
            found, reached = await self._back_through_time(query, places, began_at)
        return await self._answer(query, found, reached)

    async def _places(self, asker: Asker, query: Query) -> dict[str, Place]:
        if query.conversation_id is not None:
            _, membership = await self._show.theirs(asker, query.conversation_id)
            found = [membership]
        else:
            found = await self._memberships.places_of(asker.user_id)
        return {membership["conversation_id"]: _place(membership) for membership in found}

    async def _are_few(self, places: Mapping[str, Place]) -> bool:
        if len(places) > FEW_PLACES:
            return False
        lasts = await self._conversations.lasts(list(places))
        return bool(sum(last["last_seq"] for last in lasts) <= FEW_MESSAGES)

    async def _among_few(self, query: Query, places: Mapping[str, Place]) -> list[Hit]:
        try:
            hits = await self._index.hits_of_few(query.terms, places, TRIED_FOR_S)
        except Late:
            raise search.too_slow() from None
        return _seen(hits, query, places)

    async def _back_through_time(
        self, query: Query, places: Mapping[str, Place], began_at: float
    ) -> tuple[list[Hit], Hit | None]:
        """What was found, newest first, and where to go on when the time was over before the end."""
        terms = query.terms
        first_end = end = terms.until
        if query.before is not None and query.before.sent_at < end:
            first_end = end = query.before.sent_at + timedelta(milliseconds=1)
        found: list[Hit] = []
        span = FIRST_SPAN if query.before is None or query.before.seq else FIRST_SPAN * LONGER
        while end > terms.since and len(found) <= query.limit:
            start = terms.since if span > LONGEST else max(terms.since, _before(end, span))
            there = [key for key, place in places.items() if place.since < end]
            if not there:
                break
            try:
                left = _left(began_at, TRIED_FOR_S if end == first_end else ENOUGH_S)
                looked_at = monotonic()
                hits = await self._index.hits(terms._replace(since=start, until=end), there, HITS_MAX, left)
            except Late:
                if end == first_end:
                    raise search.too_slow() from None
                return found, Hit(end, 0, "")
            if len(hits) >= HITS_MAX and end - start > timedelta(milliseconds=1):
                span = max((end - start) / SHORTER, timedelta(milliseconds=1))
                continue
            found += _seen(hits, query, places)
            span = min(span * LONGER, _fitting(end - start, looked_at, began_at + ENOUGH_S), 2 * LONGEST)
            end = start
        return found, None

    async def _answer(self, query: Query, found: Sequence[Hit], reached: Hit | None) -> FoundMessages:
        hits = found[: query.limit]
        last = hits[-1] if len(found) > len(hits) else reached
        documents = await self._messages.at_places([(hit.conversation_id, hit.seq) for hit in hits])
        known = await self._conversations.by_ids(list({hit.conversation_id for hit in hits}))
        page: list[Message] = []
        size = 0
        for before, hit in zip((None, *hits), hits, strict=False):
            message = _message(documents.get((hit.conversation_id, hit.seq)), known.get(hit.conversation_id))
            if message is None or not search.is_answer(message, query):
                continue
            size += len(msgspec.json.encode(message))
            if page and size > ANSWER_BYTES_MAX:
                last = before
                break
            page.append(message)
        return FoundMessages(messages=page, next_cursor=search.cursor_after(last) if last else None)


def _place(membership: Document) -> Place:
    from_seq = membership["from_seq"]
    if not from_seq:
        return Place(0, datetime.min.replace(tzinfo=UTC))
    return Place(from_seq, datetime.fromisoformat(membership["joined_at"]) - JOINING)


def _left(began_at: float, for_s: float) -> float:
    """Raises Late."""
    left = began_at + for_s - monotonic()
    if left <= 0:
        raise Late
    return max(left, LOOK_S)


def _fitting(span: timedelta, looked_at: float, until: float) -> timedelta:
    """What can be looked through by then, at the pace of the span that was just looked through."""
    now = monotonic()
    pace = max(until - now, 0) / max(now - looked_at, 1e-6)
    return max(span * min(pace, LONGER), FIRST_SPAN)


def _seen(hits: Sequence[Hit], query: Query, places: Mapping[str, Place]) -> list[Hit]:
    seen = [hit for hit in hits if hit.seq > places[hit.conversation_id].from_seq]
    return sorted((hit for hit in seen if query.before is None or hit < query.before), reverse=True)


def _before(end: datetime, span: timedelta) -> datetime:
    try:
        return end - span
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def _message(document: Document | None, conversation: Document | None) -> Message | None:
    if document is None or not conversations.is_there(conversation):
        return None
    return messages.shown(document)
