"""A server that keeps every promise, in memory, and the record its clients would make: what the checker must find good.

Events reach a client only when it takes them (`arrive`), so that clients are behind one another as in life.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from tests.kit.answers import Answers
from tests.kit.history import Body, History

PAGE = "gateway-1"


@dataclass
class Device:
    client: str
    user_id: str
    position: int = 0
    is_connected: bool = False
    is_lost: bool = False
    watches: list[str] | str = ""
    counts: dict[str, int] = field(default_factory=dict)
    presence: dict[str, str] = field(default_factory=dict)


@dataclass
class Conversation:
    conversation_id: str
    kind: str
    members: set[str]
    messages: list[Body] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    from_seq: dict[str, int] = field(default_factory=dict)
    muted: dict[str, int] = field(default_factory=dict)


class World:
    def __init__(self) -> None:
        clock = count(1)
        self.history = History(clock=lambda: float(next(clock)))
        self.devices: dict[str, Device] = {}
        self.conversations: dict[str, Conversation] = {}
        self._stream: list[tuple[str, Body, set[str]]] = []
        self._ids = count(1)

    def log_in(self, client: str) -> None:
        user_id = client.split("#")[0]
        self.devices[client] = Device(client, user_id)
        self.history.logged_in(client, f"{user_id}.login", user_id)
        self.come_back(client, is_recovered=False)

    def come_back(self, client: str, is_recovered: bool = True) -> None:
        device = self.devices[client]
        device.is_connected, is_new = True, not device.is_lost
        device.is_lost = False
        if is_new:
            self.history.coming(client)
        self.history.connected(client, PAGE, self._cursor(device.position))
        if is_recovered:
            self.arrive(client, is_late=True)
            self._ready(device, None)
            self._tell_unread(device, self._counts(device.user_id))
        else:
            device.position = len(self._stream)
            device.counts = self._counts(device.user_id)
            listed = list(self.listed(device.user_id).values())
            self._ready(device, {"conversations": listed, "unread": self._unread(device.user_id, device.counts)})
        if device.watches:
            self.watch(client, device.watches)

    def leave(self, client: str) -> None:
        self.devices[client].is_connected = False
        self.history.left(client)
        self.history.disconnected(client, "client disconnect")

    def lose(self, client: str) -> None:
        """Without a word: the client is back, with its cursor, by the next quiet point."""
        self.devices[client].is_connected, self.devices[client].is_lost = False, True
        self.history.disconnected(client, "transport error")

    def watch(self, client: str, user_ids: list[str] | str = "all") -> None:
        device = self.devices[client]
        device.watches = user_ids
        ask = self.history.asked(client, "presence.watch", {"user_ids": user_ids})
        device.presence = self._watched(device)
        self._tell_presence(device)
        self.history.acknowledged(client, ask, True, {"people": _people(device.presence)})

    def create_group(self, client: str, conversation_id: str, *members: str) -> None:
        creator = self.devices[client].user_id
        group = Conversation(conversation_id, "group", {*members, creator})
        self.conversations[conversation_id] = group
        ask = self.history.asked(client, "group.create", {"name": conversation_id, "member_ids": list(members)})
        self._tell("group.created", {"conversation": _shared(group)}, group.members)
        self.history.acknowledged(client, ask, True, {"conversation": self.listed(creator)[conversation_id]})

    def send(self, client: str, conversation_id: str, text: str, is_answer_lost: bool = False) -> None:
        """With a lost answer the client asks again, under the same id, and is given the first message."""
        device, conversation = self.devices[client], self.conversations[conversation_id]
        fields = {"to": {"conversation_id": conversation_id}, "client_message_id": f"c{next(self._ids)}", "text": text}
        ask = self.history.asked(client, "message.send", fields)
        seq = len(conversation.messages) + 1
        message = self._message(conversation_id, seq, str(fields["client_message_id"]), device.user_id, text)
        conversation.messages.append(message)
        conversation.read[device.user_id] = len(conversation.messages)
        self._tell("message.sent", {"message": message}, conversation.members)
        if is_answer_lost:
            self.history.unanswered(client, ask, "connection lost")
            ask = self.history.asked(client, "message.send", fields)
        self.history.acknowledged(client, ask, True, {"message": dict(message)})

    def edit(self, client: str, conversation_id: str, text: str) -> None:
        """The newest message, whoever wrote it; with an empty text it is deleted."""
        conversation = self.conversations[conversation_id]
        before = conversation.messages[-1]
        if before.get("deleted_at") or "change" in before:
            return
        name = "message.edited" if text else "message.deleted"
        fields = {"conversation_id": conversation_id, "seq": before["seq"]}
        ask = self.history.asked(client, "message.edit", {**fields, "text": text})
        at = {"edited_at" if text else "deleted_at": "2026-01-02T00:00:00.000Z"}
        after = {**before, "text": text, "revision": before.get("revision", 0) + 1, **at}
        conversation.messages[-1] = after
        self._tell(name, {"message": after}, conversation.members)
        self.history.acknowledged(client, ask, True, {"message": after})

    def mark_unread(self, client: str, conversation_id: str) -> None:
        device, conversation = self.devices[client], self.conversations[conversation_id]
        seq = max(1, conversation.read.get(device.user_id, 0))
        fields = {"conversation_id": conversation_id, "seq": seq}
        ask = self.history.asked(client, "conversation.mark_unread", fields)
        marker = max(seq - 1, conversation.from_seq.get(device.user_id, 0))
        if marker < conversation.read.get(device.user_id, 0):
            conversation.read[device.user_id] = marker
            conversation.versions[device.user_id] = conversation.versions.get(device.user_id, 0) + 1
            version = conversation.versions[device.user_id]
            told = {"conversation_id": conversation_id, "user_id": device.user_id, "seq": marker, "version": version}
            self._tell("conversation.read", told, conversation.members)
        unread = len(conversation.messages) - conversation.read.get(device.user_id, 0)
        answer = {"conversation_id": conversation_id, "read_seq": len(conversation.messages) - unread, "unread": unread}
        self.history.acknowledged(client, ask, True, answer)

    def regroup(self, client: str, conversation_id: str, *members: str) -> None:
        """Its members are these and the owner; those left out are told, and a system message says so to those who stay."""
        device, group = self.devices[client], self.conversations[conversation_id]
        before, after = group.members, {*members, device.user_id}
        if before == after:
            return
        fields = {"conversation_id": conversation_id, "member_ids": list(members)}
        ask = self.history.asked(client, "group.update", fields)
        change = {"added": sorted(after - before), "removed": sorted(before - after)}
        seq = len(group.messages) + 1
        said = {
            **self._message(conversation_id, seq, f"change-{next(self._ids)}", device.user_id, "The group changed."),
            "change": {name: ids for name, ids in change.items() if ids},
        }
        group.messages.append(said)
        self._tell("message.sent", {"message": said}, before)
        if group.read.get(device.user_id, 0) == seq - 1:
            group.read[device.user_id] = seq
            version = group.versions[device.user_id] = group.versions.get(device.user_id, 0) + 1
            marker = {"conversation_id": conversation_id, "user_id": device.user_id, "seq": seq, "version": version}
            self._tell("conversation.read", marker, before)
        group.members = after
        for user_id in change["added"]:
            group.from_seq[user_id], group.read[user_id] = seq - 1, seq
            self._tell("group.created", {"conversation": {**_shared(group), "last_message": said}}, {user_id})
        for user_id in change["removed"]:
            self._tell("group.deleted", {"conversation": _shared(group), "reason": "removed"}, {user_id})
        self._tell("group.updated", {"conversation": _shared(group)}, group.members)
        self.history.acknowledged(client, ask, True, {"conversation": self.listed(device.user_id)[conversation_id]})

    def mute(self, client: str, conversation_id: str) -> None:
        device, conversation = self.devices[client], self.conversations[conversation_id]
        version = conversation.muted[device.user_id] = conversation.muted.get(device.user_id, 0) + 1
        body = {"conversation_id": conversation_id, "muted": version % 2 == 1, "pinned": False, "version": version}
        ask = self.history.asked(client, "conversation.update", {**body})
        self._tell("conversation.updated", body, {device.user_id})
        mine = self.listed(device.user_id).get(conversation_id, _listed(conversation, device.user_id))
        self.history.acknowledged(client, ask, True, {"conversation": mine})

    def direct(self, one: str, other: str) -> str:
        conversation_id = "-".join(sorted((one, other)))
        self.conversations.setdefault(conversation_id, Conversation(conversation_id, "direct", {one, other}))
        return conversation_id

    def read(self, client: str, conversation_id: str) -> None:
        device, conversation = self.devices[client], self.conversations[conversation_id]
        seq = len(conversation.messages)
        fields = {"conversation_id": conversation_id, "seq": seq}
        ask = self.history.asked(client, "conversation.read", fields)
        conversation.read[device.user_id] = seq
        version = conversation.versions[device.user_id] = conversation.versions.get(device.user_id, 0) + 1
        told = {**fields, "user_id": device.user_id, "version": version}
        self._tell("conversation.read", told, conversation.members)
        answer = {"conversation_id": conversation_id, "read_seq": seq, "unread": 0}
        self.history.acknowledged(client, ask, True, answer)

    def arrive(self, client: str, events: int | None = None, is_late: bool = False) -> None:
        """Whoever comes late is told of what was deleted meanwhile as it is now."""
        device = self.devices[client]
        until = len(self._stream) if events is None else min(device.position + events, len(self._stream))
        while device.position < until:
            name, body, audience = self._stream[device.position]
            device.position += 1
            if device.user_id in audience:
                self.history.pushed(client, name, self._as_now(body) if is_late else body)

    def quiet(self) -> None:
        for device in self.devices.values():
            if device.is_lost:
                self.come_back(device.client)
        for device in self.devices.values():
            if device.is_connected:
                self.arrive(device.client)
                self._tell_what_changed(device)
        self.history.quiet()

    def answers(self) -> Answers:
        answers = Answers()
        for user_id in {device.user_id for device in self.devices.values()}:
            answers.add_conversations(user_id, self.listed(user_id).values())
        for conversation in self.conversations.values():
            for user_id in conversation.members if conversation.messages else ():
                joined = conversation.from_seq.get(user_id, 0)
                seen = [dict(each) for each in conversation.messages[joined:]]
                answers.add_messages(conversation.conversation_id, user_id, seen)
                answers.say_joined(conversation.conversation_id, user_id, joined + bool(joined))
        answers.add_presence(_people(self._presence()))
        return answers

    def listed(self, user_id: str) -> dict[str, Body]:
        return {
            each.conversation_id: _listed(each, user_id)
            for each in self.conversations.values()
            if user_id in each.members and (each.messages or each.kind == "group")
        }

    def _ready(self, device: Device, snapshot: Body | None) -> None:
        body: Body = {"recovered": snapshot is None, "cursor": self._cursor(device.position)}
        self.history.pushed(device.client, "ready", body if snapshot is None else {**body, "snapshot": snapshot})

    def _message(self, conversation_id: str, seq: int, client_message_id: str, sender_id: str, text: str) -> Body:
        return {
            "conversation_id": conversation_id,
            "seq": seq,
            "message_id": f"m{next(self._ids)}",
            "client_message_id": client_message_id,
            "sender_id": sender_id,
            "text": text,
            "sent_at": "2026-01-01T00:00:00.000Z",
        }

    def _as_now(self, body: Body) -> Body:
        said = body.get("message")
        if said is None:
            return body
        now = self.conversations[said["conversation_id"]].messages[said["seq"] - 1]
        return {**body, "message": now} if now.get("deleted_at") else body

    def _tell(self, name: str, body: Body, audience: set[str]) -> None:
        self._stream.append((name, {**body, "cursor": self._cursor(len(self._stream) + 1)}, set(audience)))

    def _cursor(self, position: int) -> str:
        return f"e1-{position}"

    def _tell_what_changed(self, device: Device) -> None:
        counts = self._counts(device.user_id)
        changed = {key: count for key, count in counts.items() if device.counts.get(key, 0) != count}
        if changed or device.counts.keys() - counts.keys():
            self._tell_unread(device, changed)
        presence = self._watched(device)
        if device.watches and presence != device.presence:
            device.presence = presence
            self._tell_presence(device)

    def _tell_presence(self, device: Device) -> None:
        self.history.pushed(device.client, "presence", {"people": _people(device.presence), "version": 1})

    def _watched(self, device: Device) -> dict[str, str]:
        presence = self._presence()
        return {
            user_id: presence[user_id] for user_id in presence if device.watches == "all" or user_id in device.watches
        }

    def _tell_unread(self, device: Device, changed: dict[str, int]) -> None:
        device.counts = self._counts(device.user_id)
        self.history.pushed(device.client, "unread", self._unread(device.user_id, changed))

    def _unread(self, user_id: str, changed: dict[str, int]) -> Body:
        parts = {"conversation_id": "conversation_id", "unread": "unread", "last_seq": "last_seq"}
        parts |= {"read_seq": "read_seq", "version": "read_version"}
        listed = self.listed(user_id)
        return {
            "total": sum(self._counts(user_id).values()),
            "conversations": [
                {part: listed[key][name] for part, name in parts.items()} for key in changed if key in listed
            ],
        }

    def _counts(self, user_id: str) -> dict[str, int]:
        return {key: each["unread"] for key, each in self.listed(user_id).items()}

    def _presence(self) -> dict[str, str]:
        online = {device.user_id for device in self.devices.values() if device.is_connected}
        return {d.user_id: "online" if d.user_id in online else "offline" for d in self.devices.values()}


def _shared(conversation: Conversation) -> Body:
    """What is the same for all members."""
    return {
        "conversation_id": conversation.conversation_id,
        "kind": conversation.kind,
        "name": conversation.conversation_id,
        "member_ids": sorted(conversation.members),
        "member_count": len(conversation.members),
        "last_seq": len(conversation.messages),
    }


def _listed(conversation: Conversation, user_id: str) -> Body:
    last_seq, read_seq = len(conversation.messages), conversation.read.get(user_id, 0)
    mine: Body = {"read_seq": read_seq, "unread": last_seq - read_seq}
    mine["read_version"] = conversation.versions.get(user_id, 0)
    mine["muted"] = conversation.muted.get(user_id, 0) % 2 == 1
    if conversation.messages:
        mine["last_message"] = conversation.messages[-1]
    return {**_shared(conversation), **mine}


def _people(presence: dict[str, str]) -> list[Body]:
    return [{"user_id": user_id, "status": status} for user_id, status in presence.items()]
