"""The change that a group carries is done: its system message, memberships, then the group; all are told behind the
caller's back.

Repeatable, by several at once and by one who comes late: what a later version wrote stays as it is.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from weakref import WeakValueDictionary

from chassis import log
from chassis.bus import Asker
from chassis.clock import Clock, monotonic, rfc3339
from chassis.outbox import Outbox
from chassis.tasks import Tasks
from contracts.limits import MEMBERS_LISTED_MAX
from contracts.refusals import unavailable
from contracts.things import Message
from services.messenger.actions.commit_messages import CommitMessages, Pending
from services.messenger.domain import changes, conversations, markers, memberships, messages
from services.messenger.domain.conversations import Conversations, Document
from services.messenger.domain.ids import change_message_id, membership_id
from services.messenger.domain.memberships import Memberships
from services.messenger.domain.messages import Messages

CHUNK = 500
CHUNKS_AT_ONCE = 2
"""Of one change. With more none is sooner written, and each takes so long that the store may be given up."""
TOLD_AT_ONCE = 250
"""Members, before it is looked who is left: sweeps tell them, too."""
SWEEP_S = 0.5
ABANDONED = timedelta(seconds=1.5)
"""Whoever began a change has died, or is so slow that help does no harm."""
FAILING_S = 60.0
"""A group that cannot be finished is left out of sweeps: for 1 s, twice as long after each failure, and no longer than this."""


class _Failing(NamedTuple):
    pause_s: float
    until: float


class FinishChange:
    def __init__(
        self,
        stores: tuple[Conversations, Memberships, Messages],
        outboxes: tuple[Outbox, Outbox, Outbox],
        commit: CommitMessages,
        tasks: Tasks,
        clock: Clock,
        kept_for: timedelta,
    ) -> None:
        """`outboxes`: of conversations, of memberships, of messages. `kept_for`: how long a lost group is remembered."""
        self._conversations, self._memberships, self._messages = stores
        self._outbox, self._member_outbox, self._message_outbox = outboxes
        self._commit = commit
        self._tasks = tasks
        self._clock = clock
        self._kept_for = kept_for
        self._failing: dict[str, _Failing] = {}
        self._telling: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def start(self) -> None:
        self._tasks.lasting("groups.finish", self._sweep())

    async def __call__(self, group: Document) -> "asyncio.Task[None] | None":
        """Gives the telling of it, which nobody has to wait for; None: somebody else tells it."""
        key, change = group["_id"], group["change"]
        done = changes.after(group)
        listed = None
        if done["member_count"] <= MEMBERS_LISTED_MAX:
            listed = changes.members_after(change, await self._memberships.member_ids(key))
        # those who are removed see it, and so do those who are added
        said = await self._say(group)
        if said is not None:
            await self._read_own(group, said)
        if done.get("deleted_at"):
            await self._memberships.end(key, done["version"], change["at"], self._forget_at())
        turns = asyncio.Semaphore(CHUNKS_AT_ONCE)
        await asyncio.gather(
            *(self._join(turns, done, change, user_ids, listed, said) for user_ids in _chunks(change["joining"])),
            *(self._leave(turns, done, change, user_ids, listed) for user_ids in _chunks(change["leaving"])),
        )
        done["last_seq"], _ = await self._last(key)
        public = conversations.shown(done, listed or None)
        facts = [changes.fact_of(done, public, change["by"], rfc3339(self._clock.now()))]
        if not await self._conversations.complete(key, group["version"], change["fields"], facts):
            return None
        return self._tasks.brief("group.tell", self._tell(done, said))

    def is_abandoned(self, change: Document) -> bool:
        return bool(change["at"] < self._abandoned_before())

    async def tell_members(self, conversation_id: str) -> None:
        """Of their coming and going, before what the group is then: nobody joins what has ended, or learns an old name last.
        From the last to the first, because sweeps go the other way. Raises Refused."""
        async with self._telling.setdefault(conversation_id, asyncio.Lock()):
            before: list[str] = []
            while untold := await self._memberships.untold(conversation_id, TOLD_AT_ONCE):
                keys = [document["_id"] for document in untold]
                if keys == before:
                    raise unavailable("The stream")
                await self._member_outbox.tell_pending(untold)
                before = keys

    async def _say(self, group: Document) -> Message | None:
        """The system message, the same one however often the change is done."""
        said = changes.said_of(group)
        if said is None:
            return None
        key, id_ = group["_id"], change_message_id(group["_id"], group["version"] + 1)
        asker, text = Asker(user_id=group["change"]["by"]), changes.in_words(said)
        return await self._commit(
            Pending(asker, message_id=id_, conversation_id=key, client_message_id=id_, text=text, change=said)
        )

    async def _read_own(self, group: Document, said: Message) -> None:
        membership = await self._memberships.get(group["_id"], said.sender_id)
        if membership is None or not memberships.is_member(membership):
            return
        change = markers.by_own_change(membership, said.seq, rfc3339(self._clock.now()))
        after = await self._memberships.revise(membership, change) if change is not None else None
        if after is not None:
            self._tasks.brief("marker.tell", self._member_outbox.tell_pending([after]))

    async def _join(
        self,
        turns: asyncio.Semaphore,
        done: Document,
        change: Document,
        user_ids: Sequence[str],
        listed: list[str] | None,
        said: Message | None,
    ) -> None:
        async with turns:
            key, version, at = done["_id"], done["version"], rfc3339(self._clock.now())
            found = await self._memberships.by_ids(membership_id(key, user_id) for user_id in user_ids)
            # as late as can be: what was acknowledged before somebody joins is not unread for them
            last_seq, last = await self._last(key)
            from_seq = last_seq if said is None else said.seq - 1
            if conversations.is_all_seen(done):
                from_seq = 0
            seen = last if last is not None and last.seq > from_seq else None
            public = conversations.shown({**done, "last_seq": last_seq}, listed, seen)
            joined = [
                memberships.new(
                    *(public, user_id, from_seq, change["by"], at, version, last_seq),
                    read_version=found.get(membership_id(key, user_id), {}).get("read_version", 0),
                )
                for user_id in user_ids
            ]
            await self._memberships.insert([document for document in joined if document["_id"] not in found])
            await self._memberships.join_again([document for document in joined if document["_id"] in found])

    async def _leave(
        self,
        turns: asyncio.Semaphore,
        done: Document,
        change: Document,
        user_ids: Sequence[str],
        listed: list[str] | None,
    ) -> None:
        key, version, at = done["_id"], done["version"], rfc3339(self._clock.now())
        public = conversations.shown(done, listed)
        facts = {
            membership_id(key, user_id): [memberships.removed(public, user_id, change["by"], at, version)]
            for user_id in user_ids
        }
        async with turns:
            await self._memberships.leave(facts, version, at, self._forget_at())

    async def _last(self, conversation_id: str) -> tuple[int, Message | None]:
        conversation = await self._conversations.get(conversation_id)
        assert conversation is not None
        id_ = conversation.get("last_message_id")
        found = await self._messages.by_ids([id_]) if id_ else {}
        return int(conversation["last_seq"]), messages.shown(found[id_]) if id_ in found else None

    async def _tell(self, done: Document, said: Message | None) -> None:
        try:
            if said is not None:
                await self._message_outbox.tell_of([said.message_id])
            if done["version"] == 1:
                await self._outbox.tell_pending(await self._conversations.untold(done["_id"]))
            await self.tell_members(done["_id"])
            await self._outbox.tell_pending(await self._conversations.untold(done["_id"]))
        except Exception as error:
            # it is in the outboxes: a sweep tells it
            log.get().warning("group.not_told", kind=type(error).__name__)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            try:
                failing = [key for key, each in self._failing.items() if each.until > monotonic()]
                for group in await self._conversations.abandoned(self._abandoned_before(), failing):
                    await self._finish(group)
            except Exception as error:
                log.get().warning("groups.not_finished", kind=type(error).__name__)
            self._failing = {key: each for key, each in self._failing.items() if each.until + FAILING_S > monotonic()}

    async def _finish(self, group: Document) -> None:
        key = group["_id"]
        try:
            await self(group)
        except Exception as error:
            log.get().warning("group.not_finished", conversation_id=key, kind=type(error).__name__)
            last = self._failing.get(key)
            pause_s = min(2 * last.pause_s, FAILING_S) if last else 2 * SWEEP_S
            self._failing[key] = _Failing(pause_s, monotonic() + pause_s)
        else:
            log.get().info("group.finished", conversation_id=key)
            self._failing.pop(key, None)

    def _abandoned_before(self) -> str:
        return rfc3339(self._clock.now() - ABANDONED)

    def _forget_at(self) -> datetime:
        return self._clock.now() + self._kept_for


def _chunks(user_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(user_ids), CHUNK):
        yield user_ids[start : start + CHUNK]
