"""Group commit: whatever was asked while the batch before was being written is written together, in one ordered insert.

Promises: numbers without a gap however many replicas write; an answer only after a majority has the message and its
consequences; the stream is told in the order of commits.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from chassis import log
from chassis.bus import Asker
from chassis.clock import Clock, rfc3339
from chassis.outbox import Outbox
from chassis.tasks import Tasks
from contracts.refusals import Refused, unavailable
from contracts.things import GroupChange, Message
from services.messenger.actions.project import Project
from services.messenger.domain import conversations, memberships, messages
from services.messenger.domain.conversations import Conversations
from services.messenger.domain.ids import is_direct, membership_id
from services.messenger.domain.memberships import Memberships
from services.messenger.domain.messages import Document, Messages, Unsure

QUEUE_MAX = 5_000
ROUNDS_MAX = 20
ROUND_PAUSE_S = 0.005
FINISHING_MAX = 4
"""Batches whose consequences are written while the next is inserted."""
HINTS_MAX = 50_000


@dataclass(eq=False)
class Pending:
    asker: Asker
    message_id: str
    conversation_id: str
    client_message_id: str
    text: str
    reply_to_seq: int | None = None
    change: GroupChange | None = None
    """Of a system message: whoever changed the group could, and belonged to it or not."""
    answer: "asyncio.Future[Message]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def refuse(self, refused: Refused) -> None:
        if not self.answer.done():
            self.answer.set_exception(refused)

    def accept(self, document: Document) -> None:
        if not self.answer.done():
            self.answer.set_result(messages.shown(document))

    def document(self, at: str) -> Document:
        reply = {} if self.reply_to_seq is None else {"reply_to_seq": self.reply_to_seq}
        change = {} if self.change is None else {"change": msgspec.to_builtins(self.change)}
        return {
            "_id": self.message_id,
            "conversation_id": self.conversation_id,
            "client_message_id": self.client_message_id,
            "sender_id": self.asker.user_id,
            "text": self.text,
            "sent_at": at,
            **reply,
            **change,
        }


class CommitMessages:
    def __init__(
        self,
        stores: tuple[Messages, Conversations, Memberships],
        outboxes: tuple[Outbox, Outbox],
        project: Project,
        tasks: Tasks,
        clock: Clock,
        batch_max: int,
    ) -> None:
        """`outboxes`: of messages, of memberships."""
        self._messages, self._conversations, self._memberships = stores
        self._outbox, self._member_outbox = outboxes
        self._project = project
        self._tasks = tasks
        self._clock = clock
        self._batch_max = batch_max
        self._queue: asyncio.Queue[Pending] = asyncio.Queue(QUEUE_MAX)
        self._hints: dict[str, int] = {}
        self._finishing = asyncio.Semaphore(FINISHING_MAX)
        self._before = asyncio.Event()
        self._before.set()

    def start(self) -> None:
        self._tasks.lasting("messages.commit", self._run())

    async def __call__(self, pending: Pending) -> Message:
        try:
            self._queue.put_nowait(pending)
        except asyncio.QueueFull:
            raise unavailable("Messenger") from None
        return await pending.answer

    async def _run(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < self._batch_max and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                await self._commit(batch)
            except Exception as error:
                self._fail(batch, error)

    async def _commit(self, batch: Sequence[Pending]) -> None:
        if len(self._hints) > HINTS_MAX:
            self._hints.clear()
        accepted = await self._decide(batch)
        groups: dict[str, list[Pending]] = {}
        for pending in accepted:
            groups.setdefault(pending.message_id, []).append(pending)
        if not groups:
            return
        await self._finishing.acquire()
        written: list[Document] = []
        try:
            await self._insert(groups, written)
        except Exception as error:
            # what is known to be in is told and answered even when the rest failed
            done = {document["_id"] for document in written}
            self._fail([pending for pending in accepted if pending.message_id not in done], error)
            self._forget(accepted)
        before, self._before = self._before, asyncio.Event()
        self._tasks.brief("messages.finish", self._finish(written, groups, before, self._before))

    def _fail(self, batch: Sequence[Pending], error: Exception) -> None:
        # never with the error itself: a driver's can hold a text
        log.get().warning("messages.not_committed", count=len(batch), kind=type(error).__name__)
        self._forget(batch)
        for pending in batch:
            pending.refuse(unavailable("A store"))

    async def _decide(self, batch: Sequence[Pending]) -> list[Pending]:
        keys = {pending.conversation_id for pending in batch}
        members = {membership_id(p.conversation_id, p.asker.user_id) for p in batch}
        known, found = await asyncio.gather(
            self._conversations.by_ids(list(keys)), self._memberships.of_sending(members, filter(is_direct, keys))
        )
        untold = await self._tell_additions(found)
        by_id = {document["_id"]: document for document in found}
        accepted: list[Pending] = []
        refusals: list[tuple[Pending, Refused]] = []
        for pending in batch:
            try:
                if pending.conversation_id in untold:
                    raise unavailable("The stream")
                conversation = known.get(pending.conversation_id)
                membership = by_id.get(membership_id(pending.conversation_id, pending.asker.user_id))
                self._check(pending, conversation, membership)
                assert conversation is not None
            except Refused as refused:
                refusals.append((pending, refused))
            else:
                accepted.append(pending)
        if refusals:
            await self._refuse_new(refusals)
        unknown = {p.conversation_id for p in accepted} - self._hints.keys()
        if unknown:
            await self._load_hints(unknown, {key: known[key]["last_seq"] for key in unknown})
        return accepted

    async def _refuse_new(self, refusals: Sequence[tuple[Pending, Refused]]) -> None:
        """What was stored once is answered for ever, whatever its sender may do by now."""
        groups: dict[str, list[Pending]] = {}
        for pending, _ in refusals:
            groups.setdefault(pending.message_id, []).append(pending)
        await self._answer_known(await self._messages.known(list(groups)), groups)
        for pending, refused in refusals:
            pending.refuse(refused)

    async def _tell_additions(self, found: Sequence[Document]) -> set[str]:
        """Both members of a direct conversation are told of it before its first message. Gives those not told."""
        pending = [d for d in found if is_direct(d["conversation_id"]) and memberships.is_addition_pending(d)]
        if not pending:
            return set()
        await self._member_outbox.tell_pending(pending)
        after = await self._memberships.by_ids(document["_id"] for document in pending)
        return {d["conversation_id"] for d in after.values() if memberships.is_addition_pending(d)}

    def _check(self, pending: Pending, conversation: Document | None, membership: Document | None) -> None:
        if pending.change is not None and conversation is not None:
            return
        if not conversations.is_there(conversation) or not memberships.is_member(membership):
            raise conversations.not_found()
        assert conversation is not None
        assert membership is not None
        if not conversations.may_write(conversation, pending.asker.user_id, pending.asker.role):
            raise Refused("writing_disabled", "Only the owner writes here.")
        last_seq = max(conversation["last_seq"], self._hints.get(pending.conversation_id, 0))
        if pending.reply_to_seq is not None and not membership["from_seq"] < pending.reply_to_seq <= last_seq:
            raise messages.unknown_reply()

    async def _insert(self, groups: dict[str, list[Pending]], written: list[Document]) -> None:
        """Fills `written` in order of commit. Raises Unsure or what the driver raises."""
        left = [of_one[0] for of_one in groups.values()]
        for _ in range(ROUNDS_MAX):
            at = rfc3339(self._clock.now())
            hints = {pending.conversation_id: self._hints[pending.conversation_id] for pending in left}
            documents = []
            for pending in left:
                hints[pending.conversation_id] += 1
                documents.append(messages.numbered(pending.document(at), hints[pending.conversation_id]))
            done = await self._messages.insert(documents)
            written += documents[:done]
            self._hints |= {document["conversation_id"]: document["seq"] for document in documents[:done]}
            if done == len(documents):
                return
            left = left[done:]
            known = await self._messages.known([pending.message_id for pending in left])
            await self._answer_known(known, groups)
            left = [pending for pending in left if pending.message_id not in known]
            if not left:
                return
            await self._load_hints({pending.conversation_id for pending in left}, {})
            await asyncio.sleep(ROUND_PAUSE_S)
        raise Unsure

    async def _answer_known(self, known: dict[str, Document], groups: dict[str, list[Pending]]) -> None:
        if not known:
            return
        await self._project(list(known.values()))  # the replica that wrote them may have died before
        for message_id, document in known.items():
            for pending in groups[message_id]:
                pending.accept(document)

    async def _load_hints(self, keys: set[str], at_least: dict[str, int]) -> None:
        loaded = await self._messages.last_seqs(list(keys))
        for key in keys:
            # numbers outlive messages: retention may have taken the last
            self._hints[key] = max(loaded.get(key, 0), at_least.get(key, 0))

    def _forget(self, batch: Sequence[Pending]) -> None:
        for pending in batch:
            self._hints.pop(pending.conversation_id, None)

    async def _finish(
        self,
        written: Sequence[Document],
        groups: dict[str, list[Pending]],
        before: asyncio.Event,
        started: asyncio.Event,
    ) -> None:
        try:
            is_projected = True
            try:
                if written:
                    await self._project(written)
            except Exception as error:
                # the messages are in: the sweep does it before it tells them
                is_projected = False
                log.get().warning("messages.not_projected", kind=type(error).__name__)
            for document in written:
                for pending in groups[document["_id"]]:
                    if is_projected:
                        pending.accept(document)
                    else:
                        pending.refuse(unavailable("A store"))
            await before.wait()
            if written and is_projected:
                await self._outbox.tell_soon([(document["_id"], [messages.sent(document)]) for document in written])
        finally:
            started.set()
            self._finishing.release()
