"""The live feed: every event of the stream, in order, to the sockets of those it concerns."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from chassis.bus import Told
from contracts import messenger, notifier
from contracts.things import Message
from services.gateway.domain.cursor import Cursor
from services.gateway.domain.frames import Frame
from services.gateway.rooms.concern import concerns, missed, read_before, told_above
from services.gateway.rooms.memory import Memory
from services.gateway.rooms.person import Person, Track
from services.gateway.rooms.read_markers import PAUSE_S, ReadMarkerTeller
from services.gateway.rooms.said import Said, joining, read_frame, sent_frame, understand, with_last
from services.gateway.rooms.unread import UnreadTeller

IDS_KEPT = 100_000
"""How far back repeats are known by id."""
OUT_OF_ORDER = 256
"""More than messages of one conversation can overtake each other on their way into the stream."""
ANNOUNCED_TO = ("leaders",)
"""The audiences there are."""
HELD_BACK_NS = int((PAUSE_S + 0.5) * 1e9)
"""What another's reading may be behind when a connection is lost."""


class Feed:
    """`position`: the stream sequence last handled. Handling never waits, so whoever runs between two events sees all
    before and none after."""

    def __init__(self, epoch: str, memory: Memory, unread: UnreadTeller) -> None:
        self.epoch = epoch
        self.memory = memory
        self.position = memory.start
        self.people: dict[str, Person] = {}
        self._audience: dict[str, dict[Person, Track]] = {}
        """By conversation: who is in it and here, and where they stand."""
        self._unread = unread
        self._read_markers = ReadMarkerTeller(self.readers, lambda: str(Cursor(epoch, self.position)))
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._listeners: list[Callable[[Any], None]] = []

    def listen(self, listener: Callable[[Any], None]) -> None:
        """`listener` gets the body of every event that is not about conversations."""
        self._listeners.append(listener)

    def hear(self, told: Told) -> None:
        self.position = told.seq
        if told.id in self._ids:
            return
        self._ids[told.id] = None
        if len(self._ids) > IDS_KEPT:
            self._ids.popitem(last=False)
        said = understand(told, self.epoch)
        if said is None:
            return
        self.memory.add(said)
        self._deliver(said)

    def heard(self, loaded: messenger.Feed) -> messenger.Feed:
        """Without what the person was added to and this feed has not heard of yet: that comes first, then all else of it."""
        if not any(one.is_new for one in loaded.memberships):
            return loaded
        newest: dict[str, Any] = {}
        for body in (one.body for one in self.memory.backwards(loaded.user_id)):
            if isinstance(body, messenger.MemberAdded | messenger.MemberRemoved):
                newest.setdefault(body.conversation.conversation_id, body)
        added = {key for key, body in newest.items() if isinstance(body, messenger.MemberAdded)}
        here = [one for one in loaded.memberships if not one.is_new or one.conversation_id in added]
        return messenger.Feed(user_id=loaded.user_id, memberships=here, lost=loaded.lost)

    def admit(self, person: Person, known_at: int) -> None:
        """`person.tracks` were true at stream sequence `known_at`: brings them up to now, and lives from here."""
        keys: set[str] = set()
        while True:
            keys.update(person.tracks, (person.user_id,))
            for said in self.memory.since(known_at, keys):
                self._apply(said, person)
            if keys.issuperset(person.tracks):
                break  # else once more, with what was joined meanwhile
        self.people[person.user_id] = person
        for conversation_id, track in person.tracks.items():
            self._audience.setdefault(conversation_id, {})[person] = track

    def forget(self, person: Person) -> None:
        if self.people.get(person.user_id) is person:
            del self.people[person.user_id]
            for conversation_id in person.tracks:
                self._leave(conversation_id, person)

    def missed(self, person: Person, after: int, memory: Memory | None = None) -> list[Said]:
        """What concerns the person after `after`, as a member now, in order; of another's read markers the newest."""
        found = (memory or self.memory).since(after, (*person.tracks, *person.lost, person.user_id))
        return missed(found, person)

    def held_back(self, person: Person, before: int, memory: Memory | None = None) -> list[Frame]:
        """Others' read markers that were perhaps not yet told when the cursor was at `before`."""
        memory, own = memory or self.memory, (person.user_id,)
        found = memory.just_before(before, (*person.tracks, *own), HELD_BACK_NS)
        meanwhile = memory.since(before, own) + self.memory.since(before, own)
        cursor = str(Cursor(self.epoch, before))
        return [read_frame(said.body, cursor) for said in read_before(found, meanwhile, person)]

    def frames(self, said: Said, memory: Memory | None = None) -> Iterator[Frame]:
        """What tells it, part by part. Each is made when it is asked for: a message that is deleted by then is told as
        that, never with its text, and what it was before is not told."""
        memory = memory or self.memory
        match said.body:
            case messenger.MemberAdded() as added:
                early = [
                    partial(self._as_then, message, said.seq, memory) for message in _early(added, said.seq, memory)
                ]
                yield from joining(self._with_last(said, memory), self.epoch, early)
            case messenger.MessageSent(message=message) if deleted := self._deleted(message, memory):
                yield sent_frame(deleted, str(Cursor(self.epoch, said.seq)))
            case messenger.MessageChanged(message=message) if not message.deleted_at and self._deleted(message, memory):
                return
            case _:
                if said.frame is not None:
                    yield said.frame

    def _with_last(self, joined: Said, memory: Memory) -> Said:
        """Whoever joins is not told of the changes before: the last message comes with those it had by then."""
        last = joined.body.conversation.last_message
        if last is None:
            return joined
        then = self._as_then(last, joined.seq, memory)
        return with_last(joined, self.epoch, then) if (then.revision or 0) > (last.revision or 0) else joined

    def _as_then(self, message: Message, at: int, memory: Memory) -> Message:
        """As it was at that place of the stream, or deleted since."""
        return self._deleted(message, memory) or memory.changed(message, at) or message

    def _deleted(self, message: Message, memory: Memory) -> Message | None:
        for each in (self.memory, memory):
            changed = each.changed(message)
            if changed is not None and changed.deleted_at:
                return changed
        return None

    def readers(self, conversation_id: str) -> Iterable[Person]:
        return self._audience.get(conversation_id, ())

    def _deliver(self, said: Said) -> None:
        body = said.body
        match body:
            case messenger.MessageSent():
                self._deliver_message(said, body.message)
                return
            case notifier.NoticeAnnounced():
                self._announce(said, body.roles)
                return
            case messenger.MessageChanged():
                readers = self._audience.get(body.message.conversation_id, ())
                concerned = [person for person in readers if concerns(said, person)]
            case messenger.GroupChanged():
                concerned = list(self._audience.get(body.conversation.conversation_id, ()))
            case (
                messenger.ConversationRead()
                | messenger.MemberAdded()
                | messenger.MemberRemoved()
                | messenger.ConversationUpdated()
                | notifier.NoticeRaised()
                | notifier.NoticeDismissed()
            ):
                person = self.people.get(body.user_id)
                concerned = [person] if person is not None else []
            case _:
                for listener in self._listeners:
                    listener(body)
                return
        frames = list(self.frames(said)) if concerned else []
        for person in concerned:
            for conversation_id in self._apply(said, person):
                self._unread.touch(person, conversation_id)
            for outlet in person.outlets:
                if outlet.is_live:
                    for frame in frames:
                        outlet.push(frame)
        if isinstance(body, messenger.ConversationRead) and body.readers_told and said.frame is not None:
            self._read_markers.tell(body, said.frame)

    def announced(self, role: str, after: int) -> list[Frame]:
        """What was announced to people of that role since."""
        found = self.memory.since(after, ANNOUNCED_TO)
        return [said.frame for said in found if said.frame is not None and role in said.body.roles]

    def _announce(self, said: Said, roles: Sequence[str]) -> None:
        for person in self.people.values():
            for outlet in person.outlets:
                if outlet.is_live and outlet.role in roles and said.frame is not None:
                    outlet.push(said.frame)

    def _deliver_message(self, said: Said, message: Message) -> None:
        audience = self._audience.get(message.conversation_id)
        if not audience:
            return
        (frame,) = self.frames(said)
        conversation_id, seq = message.conversation_id, message.seq
        for person, track in audience.items():
            if seq <= track.told_above:
                continue  # from before they joined
            track.hear(message, person.user_id)
            self._unread.touch(person, conversation_id)
            for outlet in person.outlets:
                if outlet.is_live:
                    outlet.push(frame)

    def _apply(self, said: Said, person: Person) -> list[str]:
        """What the event changes for the person; gives the conversations whose unread may have changed."""
        body = said.body
        match body:
            case messenger.MessageSent():
                message = body.message
                track = person.tracks.get(message.conversation_id)
                if track is None:
                    return []
                track.hear(message, person.user_id)
                return [message.conversation_id]
            case messenger.ConversationRead():
                track = person.tracks.get(body.conversation_id)
                if track is None or body.user_id != person.user_id:
                    return []
                track.read(body)
                return [body.conversation_id]
            case messenger.MemberAdded() if body.user_id == person.user_id:
                return self._join(body, said.seq, person)
            case messenger.MemberRemoved() if body.user_id == person.user_id:
                return self._lose(body.conversation.conversation_id, person, body.reason)
            case messenger.GroupChanged(reason=reason) if reason is not None:
                return self._lose(body.conversation.conversation_id, person, "deleted")
        return []

    def _join(self, body: messenger.MemberAdded, at: int, person: Person) -> list[str]:
        conversation_id, above = body.conversation.conversation_id, told_above(body)
        person.lost.pop(conversation_id, None)
        track = person.tracks.get(conversation_id)
        if track is not None:
            track.told_above = max(track.told_above, above)
        else:
            track = person.tracks[conversation_id] = Track(body.from_seq, above, above, above, body.read_version)
            for message in _early(body, at, self.memory):
                track.hear(message, person.user_id)
        if person.user_id in self.people:
            self._audience.setdefault(conversation_id, {})[person] = track
        return [conversation_id]

    def _lose(self, conversation_id: str, person: Person, reason: str) -> list[str]:
        if not person.lose(conversation_id, reason):
            return []
        self._leave(conversation_id, person)
        return [conversation_id]

    def _leave(self, conversation_id: str, person: Person) -> None:
        audience = self._audience.get(conversation_id)
        if audience is not None:
            audience.pop(person, None)
            if not audience:
                del self._audience[conversation_id]


def _early(added: messenger.MemberAdded, before: int, memory: Memory) -> list[Message]:
    """Messages for who was added that were told before it: both were on their way at the same time."""
    early: list[Message] = []
    above = told_above(added)
    for said in memory.backwards(added.conversation.conversation_id):
        if said.seq < before and isinstance(said.body, messenger.MessageSent):
            if said.body.message.seq > above:
                early.append(said.body.message)
            elif said.body.message.seq < above - OUT_OF_ORDER:
                break
    return early[::-1]
