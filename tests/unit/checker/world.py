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
            self.arrive(client)
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
        message = {
            "conversation_id": conversation_id,
            "seq": len(conversation.messages) + 1,
            "message_id": f"m{next(self._ids)}",
            "client_message_id": fields["client_message_id"],
            "sender_id": device.user_id,
            "text": text,
            "sent_at": "2026-01-01T00:00:00.000Z",
        }
        conversation.messages.append(message)
        conversation.read[device.user_id] = len(conversation.messages)
        self._tell("message.sent", {"message": message}, conversation.members)
        if is_answer_lost:
            self.history.unanswered(client, ask, "connection lost")
            ask = self.history.asked(client, "message.send", fields)
        self.history.acknowledged(client, ask, True, {"message": dict(message)})

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
        self._tell("conversation.read", {**fields, "user_id": device.user_id}, conversation.members)
        answer = {"conversation_id": conversation_id, "read_seq": seq, "unread": 0}
        self.history.acknowledged(client, ask, True, answer)

    def arrive(self, client: str, events: int | None = None) -> None:
        device = self.devices[client]
        until = len(self._stream) if events is None else min(device.position + events, len(self._stream))
        while device.position < until:
            name, body, audience = self._stream[device.position]
            device.position += 1
            if device.user_id in audience:
                self.history.pushed(client, name, body)

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
                answers.add_messages(
                    conversation.conversation_id, user_id, [dict(each) for each in conversation.messages]
                )
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

    def _tell(self, name: str, body: Body, audience: set[str]) -> None:
        self._stream.append((name, {**body, "cursor": self._cursor(len(self._stream) + 1)}, set(audience)))

    def _cursor(self, position: int) -> str:
        return f"e1-{position}"

    def _tell_what_changed(self, device: Device) -> None:
        counts = self._counts(device.user_id)
        changed = {key: count for key, count in counts.items() if device.counts.get(key, 0) != count}
        if changed:
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
        parts = ("conversation_id", "unread", "last_seq", "read_seq")
        listed = self.listed(user_id)
        return {
            "total": sum(self._counts(user_id).values()),
            "conversations": [{part: listed[key][part] for part in parts} for key in changed],
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
    if conversation.messages:
        mine["last_message"] = conversation.messages[-1]
    return {**_shared(conversation), **mine}


def _people(presence: dict[str, str]) -> list[Body]:
    return [{"user_id": user_id, "status": status} for user_id, status in presence.items()]
