"""What a client knows: a snapshot and the pushes after it, folded with pure functions. Invariant 7 in code.

Applying a push twice, or one that the snapshot already contains, changes nothing.
"""

from __future__ import annotations

from tests.kit.history import Body

State = dict[str, Body]

STATED_BY_EVENTS = ("kind", "member_count", "writing_enabled", "history")
MINE = ("muted", "pinned")


def start(snapshot: Body) -> State:
    state = {
        each["conversation_id"]: {**dict.fromkeys(MINE, False), "marker_version": each.get("read_version", 0), **each}
        for each in snapshot["conversations"]
    }
    return _unread(state, snapshot["unread"])


def fold(state: State, name: str, body: Body, me: str) -> State:
    """The state after one push to `me`. A push that tells nothing about conversations changes nothing."""
    match name:
        case "message.sent":
            return _message_sent(state, body["message"], me)
        case "message.edited" | "message.deleted":
            return _message_changed(state, body["message"])
        case "conversation.read" if body["user_id"] == me:
            return _read(state, body)
        case "conversation.updated":
            return _updated(state, body)
        case "unread":
            return _unread(state, body)
        case "group.created" | "group.updated":
            return _group_told(state, body["conversation"])
        case "group.deleted":
            gone = body["conversation"]["conversation_id"]
            return {key: value for key, value in state.items() if key != gone}
    return state


def differences(state: State, fresh: State, is_complete: bool) -> list[str]:
    """Where what a client knows contradicts a fresh answer; volatile fields and those no push carries are left out.

    `is_complete` says that the client was given everything: then what is missing is a difference.
    """
    found = [f"{key} is known and no longer there" for key in state.keys() - fresh.keys()]
    if is_complete:
        found += [f"{key} is there and not known" for key in fresh.keys() - state.keys()]
    for key in sorted(state.keys() & fresh.keys()):
        found += [f"{key}: {each}" for each in _contradictions(state[key], fresh[key])]
    return found


def _contradictions(known: Body, fresh: Body) -> list[str]:
    pairs = {name: (known[name], fresh[name]) for name in STATED_BY_EVENTS if name in known and name in fresh}
    if "member_ids" in known and "member_ids" in fresh:
        pairs["member_ids"] = (sorted(known["member_ids"]), sorted(fresh["member_ids"]))
    if fresh["kind"] == "group" and "name" in known:
        pairs["name"] = (known["name"], fresh["name"])
    pairs["last_seq"] = (known["last_seq"], fresh["last_seq"])
    pairs["read_seq"] = (known["read_seq"], fresh["read_seq"])
    pairs["unread"] = (known["last_seq"] - known["read_seq"], fresh["unread"])
    pairs |= {name: (known[name], fresh.get(name, False)) for name in MINE if name in known}
    pairs["last_message"] = (_gist(known.get("last_message")), _gist(fresh.get("last_message")))
    return [
        f"{name} is {ours!r} by events and {theirs!r} afresh"
        for name, (ours, theirs) in pairs.items()
        if ours != theirs
    ]


def _gist(message: Body | None) -> tuple[object, ...] | None:
    return None if message is None else (message["seq"], message.get("text"), "deleted_at" in message)


def _message_sent(state: State, message: Body, me: str) -> State:
    known = _known(state, message["conversation_id"])
    changed = {**known, "last_seq": max(known["last_seq"], message["seq"])}
    if message["seq"] > _last_message_seq(known):
        changed["last_message"] = message
    if message["sender_id"] == me and "change" not in message:
        changed["read_seq"] = max(known["read_seq"], message["seq"])
    return {**state, message["conversation_id"]: changed}


def _message_changed(state: State, message: Body) -> State:
    """Of two tellings the one with the higher revision is the newer."""
    known = _known(state, message["conversation_id"])
    if message["seq"] != _last_message_seq(known) or message["revision"] < known["last_message"].get("revision", 0):
        return state
    return {**state, message["conversation_id"]: {**known, "last_message": message}}


def _last_message_seq(known: Body) -> int:
    last: Body = known.get("last_message") or {"seq": 0}
    seq: int = last["seq"]
    return seq


def _read(state: State, body: Body) -> State:
    """A marker goes back only under a newer version."""
    known = _known(state, body["conversation_id"])
    version = body.get("version")
    is_newer = version is not None and version > known.get("marker_version", 0)
    read_seq = body["seq"] if is_newer else max(known["read_seq"], body["seq"])
    marker = {"read_seq": read_seq, "marker_version": version} if is_newer else {"read_seq": read_seq}
    return {**state, body["conversation_id"]: {**known, **marker}}


def _updated(state: State, body: Body) -> State:
    known = _known(state, body["conversation_id"])
    if body["version"] < known.get("my_version", 0):
        return state
    mine = {name: body[name] for name in MINE}
    return {**state, body["conversation_id"]: {**known, **mine, "my_version": body["version"]}}


def _unread(state: State, body: Body) -> State:
    changed = dict(state)
    for each in body["conversations"]:
        known = _known(state, each["conversation_id"])
        last_seq = max(known["last_seq"], each["last_seq"])
        marker = {"read_seq": each["read_seq"], "marker_version": each.get("version", known.get("marker_version", 0))}
        changed[each["conversation_id"]] = {**known, **marker, "last_seq": last_seq}
    return changed


def _group_told(state: State, conversation: Body) -> State:
    """Joining sets the marker to what was last said; a push about a group never takes back a later message."""
    key = conversation["conversation_id"]
    joined = conversation.get("last_seq", 0)
    known = state.get(key, {"conversation_id": key, "last_seq": joined, "read_seq": joined})
    told = {
        name: value
        for name, value in conversation.items()
        if name not in ("last_seq", "read_seq", "unread", "last_message")
    }
    last: Body | None = conversation.get("last_message")
    if last is not None and last["seq"] > _last_message_seq(known):
        told["last_message"] = last
    return {**state, key: {**known, **told}}


def _known(state: State, conversation_id: str) -> Body:
    """A direct conversation shows itself with its first message: both have joined before it."""
    return state.get(conversation_id, {"conversation_id": conversation_id, "last_seq": 0, "read_seq": 0})
