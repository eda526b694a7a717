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
            return track is not None and message.seq > track.from_seq
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
        case notifier.NoticeRaised():
            return body.user_id == person.user_id
    return False


def missed(found: list[Said], person: Person) -> list[Said]:
    """Of what came meanwhile, what is told: each group from where the person's membership of now begins, one farewell from
    each that was lost, and how far others have read by now."""
    told = [said for said in found if said.frame is not None and concerns(said, person)]
    newest = read_by_others(told, person) | _comings_and_goings(found, person)
    return [
        said
        for said in told
        if newest.get(_turn(said), said) is said and said.seq >= _joined_at(said, newest, person.user_id)
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
    """The newest that each reader but the person has read, by conversation."""
    return {
        _turn(said): said
        for said in found
        if isinstance(said.body, messenger.ConversationRead)
        and said.body.user_id != person.user_id
        and concerns(said, person)
    }


def _comings_and_goings(found: list[Said], person: Person) -> dict[Turn, Said]:
    """The last time the person was added to, and removed from, each group."""
    return {
        _turn(said): said
        for said in found
        if isinstance(said.body, messenger.MemberAdded | messenger.MemberRemoved)
        and said.body.user_id == person.user_id
    }


def _joined_at(said: Said, newest: dict[Turn, Said], user_id: str) -> int:
    """Where the person's present membership of the group that this is about begins, if it is among what was missed."""
    body = said.body
    match body:
        case messenger.GroupChanged():
            conversation_id = body.conversation.conversation_id
        case messenger.ConversationRead():
            conversation_id = body.conversation_id
        case messenger.MessageSent():
            conversation_id = body.message.conversation_id
        case _:
            return 0
    joined = newest.get(("added", conversation_id, user_id))
    return joined.seq if joined is not None else 0
