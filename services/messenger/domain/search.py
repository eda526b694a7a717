"""What messages are found by, what is asked for, and what the search index promises.

The index is built behind the stream. It holds words and places, never a text: what is found is read from the messages.
"""

import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

import msgspec

from chassis.bus import Standing
from chassis.clock import rfc3339
from contracts.limits import is_id
from contracts.messenger import SearchMessages
from contracts.refusals import Refused
from contracts.things import Message
from services.messenger.domain.conversations import invalid
from services.messenger.domain.pages import cursor_of, parts_of
from services.messenger.domain.words import Wanted, is_found, wanted, words_of

PAGE = 20
PAGE_MAX = 50
TERMS_MAX = 8
"""Of the longest words wanted, in one look at the index; the rest is compared with what it finds."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.IGNORECASE)


class Late(Exception):
    """The index did not answer in the time it was given."""


class Entry(msgspec.Struct, frozen=True):
    """A message as it is found. `words` are empty once it is deleted: it is found no more."""

    message_id: str
    conversation_id: str
    seq: int
    sent_at: datetime
    revision: int
    words: list[str]


class Hit(NamedTuple):
    """Where something was found; of two, the greater is the newer."""

    sent_at: datetime
    seq: int
    conversation_id: str


class Terms(NamedTuple):
    """All of the words, and one that begins with `beginning` unless it is empty, said at `since` or later and before
    `until`."""

    words: tuple[str, ...]
    beginning: str
    since: datetime
    until: datetime


class SearchIndex(Protocol):
    async def write(self, entries: Sequence[Entry]) -> None:
        """Durable, repeatable, in any order: of one message the highest revision stays. Raises StoreAway, or an error
        that says no word of what was said."""
        ...

    async def hits(self, terms: Terms, places: Collection[str], count_max: int, timeout_s: float) -> list[Hit]:
        """In these conversations, in no order. With `count_max` of them there may be more, older or newer. Costs as much
        as there is with such words in all conversations. Raises Late."""
        ...

    async def hits_of_few(self, terms: Terms, places: Collection[str], timeout_s: float) -> list[Hit]:
        """All of them; costs as much as there is in these conversations. Raises Late."""
        ...

    async def forget(self, conversation_id: str, through_seq: int) -> None:
        """What is not kept any longer."""
        ...


class Build(msgspec.Struct, frozen=True):
    """Building the index from all messages there are. It was begun when the consumer that was made at `made_at` heard what
    came since; `done` messages, up to the id `after`, are in. Whoever works on it has it until `claimed_until`.

    `heard_up_to`: so far the consumer has heard the stream. `turn` is one more with each change."""

    turn: int
    made_at: str
    heard_up_to: int
    claimed_until: str
    after: str = ""
    done: int = 0
    is_done: bool = False


class Builds(Protocol):
    async def get(self) -> Build | None: ...

    async def put(self, build: Build) -> bool:
        """False: somebody else was first with this turn."""
        ...


def is_amiss(build: Build | None, standing: Standing) -> bool:
    """Whether there may be messages that neither the build nor the consumer came across."""
    if build is None or build.made_at != standing.made_at:
        return True
    return standing.first_seq > max(build.heard_up_to, standing.heard_up_to) + 1


def begun(build: Build | None, standing: Standing, claimed_until: str) -> Build:
    turn = build.turn + 1 if build else 1
    return Build(turn, standing.made_at, max(standing.heard_up_to, standing.first_seq - 1), claimed_until)


class Query(NamedTuple):
    wanted: Wanted
    terms: Terms
    conversation_id: str | None
    limit: int
    before: Hit | None


def entry_of(message: Message) -> Entry | None:
    """None: it is never found, because nobody said it."""
    if message.change is not None:
        return None
    return Entry(
        message_id=message.message_id,
        conversation_id=message.conversation_id,
        seq=message.seq,
        sent_at=datetime.fromisoformat(message.sent_at),
        revision=message.revision or 0,
        words=[] if message.deleted_at else [*words_of(message.text), _sent_by(message.sender_id)],
    )


def query_of(request: SearchMessages, now: datetime) -> Query:
    """`now`: nothing was said later. Raises Refused `invalid`."""
    sought = wanted(request.q)
    if not any(sought):
        raise invalid("q", "At least one word: a letter or a digit.")
    limit = PAGE if request.limit is None else request.limit
    if not 1 <= limit <= PAGE_MAX:
        raise invalid("limit", f"1 to {PAGE_MAX}.")
    words = sorted(sought.words, key=len, reverse=True)[:TERMS_MAX]
    if request.sender_id is not None:
        if not is_id(request.sender_id):
            raise invalid("sender_id", "Not the id of a person.")
        words = [_sent_by(request.sender_id), *words[: TERMS_MAX - 1]]
    since, until = _time("since", request.since), min(now, _time("until", request.until, now))
    terms = Terms(tuple(words), sought.beginning, since, until)
    before = _hit(request.cursor) if request.cursor is not None else None
    return Query(sought, terms, request.conversation_id, limit, before)


def is_answer(message: Message, query: Query) -> bool:
    """What was found, as it is now: it may have been edited or deleted since the index heard of it."""
    if message.deleted_at or message.change is not None:
        return False
    is_compared = message.revision is None and len(query.wanted.words) < TERMS_MAX
    return is_compared or is_found(message.text, query.wanted)


def cursor_after(hit: Hit) -> str:
    return cursor_of(rfc3339(hit.sent_at), str(hit.seq), hit.conversation_id)


def _hit(cursor: str) -> Hit:
    at, seq, conversation_id = parts_of(cursor, 3)
    if not re.fullmatch(r"\d{1,16}", seq, re.ASCII):
        raise invalid("cursor", "Not a cursor from here.")
    return Hit(_time("cursor", at), int(seq), conversation_id)


def _time(field: str, text: str | None, otherwise: datetime = datetime(1, 1, 2, tzinfo=UTC)) -> datetime:
    if text is None:
        return otherwise
    try:
        if _TIME.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise invalid(field, "A time of RFC 3339, with its zone.")


def _sent_by(user_id: str) -> str:
    """Among the words of a message, and not to be taken for one."""
    return f":{user_id}"


def not_indexed(code: Any) -> Exception:
    return RuntimeError(f"search index: {code}")


def too_slow() -> Refused:
    return Refused("unavailable", "The search takes too long just now.", retry_after_s=1)
