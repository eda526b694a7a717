"""What of the stream concerns a person, live and on return: rules over events and their memberships of now."""

from contracts import messenger, notifier
from services.gateway.rooms.person import Person
from services.gateway.rooms.said import Said

Turn = tuple[str, str, str]
"""What only the newest of is told: kind, conversation, whose."""
NONE: Turn = ("", "", "")


def concerns(said: Said, person: Person) -> bool:
    """Whether the person, with the memberships of now, is told of it."""
    body = said.body
    match body:
        case messenger.MessageSent(message=message):
            track = person.tracks.get(message.conversation_id)
            return track is not None and message.seq > track.told_above
        case messenger.MessageChanged(message=message):
            track = person.tracks.get(message.conversation_id)
            return track is not None and message.seq > track.from_seq
        case messenger.ConversationUpdated():
            return body.user_id == person.user_id and body.conversation_id in person.tracks
        case messenger.ConversationRead():
            is_told = body.user_id == person.user_id or body.readers_told
            return is_told and body.conversation_id in person.tracks
        case messenger.GroupChanged():
            conversation_id = body.conversation.conversation_id
            if body.reason is not None:
                return person.lost.get(conversation_id) == "deleted"
            return conversation_id in person.tracks
        case messenger.MemberAdded():
            return body.user_id == person.user_id and body.conversation.conversation_id in person.tracks
        case messenger.MemberRemoved():
            # whoever still belonged to a group that was deleted is told that instead
            return body.user_id == person.user_id and person.lost.get(body.conversation.conversation_id) != "deleted"
        case notifier.NoticeRaised() | notifier.NoticeDismissed():
            return body.user_id == person.user_id
    return False


def told_above(added: messenger.MemberAdded) -> int:
    """What has a higher seq is told to who was added; the rest is history."""
    return added.from_seq if added.read_seq is None else added.read_seq


def missed(found: list[Said], person: Person) -> list[Said]:
    """Of what came meanwhile, what is told: each group from where the person's membership of now begins, one farewell from
    each that was lost, and how far others have read by now."""
    told = [said for said in found if said.frame is not None and concerns(said, person)]
    newest = read_by_others(told, person) | _comings_and_goings(found, person)
    return [
        said
        for said in told
        if newest.get(_turn(said), said) is said
        and _is_since(said, newest.get(("added", _conversation_of(said), person.user_id)))
    ]


def read_before(found: list[Said], meanwhile: list[Said], person: Person) -> list[Said]:
    """As `read_by_others`, since the person's membership of now began; `meanwhile`: what came after `found`."""
    newest = _comings_and_goings(found + meanwhile, person)
    return [
        said
        for said in read_by_others(found, person).values()
        if _is_since(said, newest.get(("added", _conversation_of(said), person.user_id)))
    ]


def _turn(said: Said) -> Turn:
    body = said.body
    match body:
        case messenger.ConversationRead():
            return ("read", body.conversation_id, body.user_id)
        case messenger.MemberAdded():
            return ("added", body.conversation.conversation_id, body.user_id)
        case messenger.MemberRemoved():
            return ("removed", body.conversation.conversation_id, body.user_id)
    return NONE


def read_by_others(found: list[Said], person: Person) -> dict[Turn, Said]:
    """The newest marker of each reader but the person, by conversation."""
    newest: dict[Turn, Said] = {}
    for said in found:
        body = said.body
        if not isinstance(body, messenger.ConversationRead) or body.user_id == person.user_id:
            continue
        known = newest.get(_turn(said))
        if concerns(said, person) and (known is None or body.version >= known.body.version):
            newest[_turn(said)] = said
    return newest


def _comings_and_goings(found: list[Said], person: Person) -> dict[Turn, Said]:
    """The last time the person was added to, and removed from, each group."""
    return {
        _turn(said): said
        for said in found
        if isinstance(said.body, messenger.MemberAdded | messenger.MemberRemoved)
        and said.body.user_id == person.user_id
    }


def _conversation_of(said: Said) -> str:
    """That it is about, if that is one that people are in by now."""
    body = said.body
    match body:
        case messenger.GroupChanged():
            return body.conversation.conversation_id
        case messenger.ConversationRead() | messenger.ConversationUpdated():
            return body.conversation_id
        case messenger.MessageSent() | messenger.MessageChanged():
            return body.message.conversation_id
    return ""


def _is_since(said: Said, joined: Said | None) -> bool:
    """Whether it came after the joining, where that is among what was missed, and is not history for who joined."""
    if joined is None:
        return True
    is_history = isinstance(said.body, messenger.MessageSent) and said.body.message.seq <= told_above(joined.body)
    return said.seq >= joined.seq and not is_history
