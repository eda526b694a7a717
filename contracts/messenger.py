"""Messenger: what was said. Conversations, members, messages, read markers."""

from typing import Annotated

from contracts.fields import ClientMessageId, ExportFormat, History, Members, Name, Page, SearchPage, Seq, Text, noted
from contracts.limits import RequestId, SearchText
from contracts.table import ADMINS, LEADERS, NOBODY, Ask, Event, Nothing, Route, Wire
from contracts.things import Conversation, Message, Reader, UnreadState


class To(Wire, frozen=True):
    """Exactly one of the two."""

    user_id: str | None = None
    conversation_id: str | None = None


class SendMessage(Wire, frozen=True):
    """`client_message_id` is 1 to 64 characters, unique per sender and conversation: the same one, the same message."""

    to: Annotated[To, noted(minProperties=1, maxProperties=1)]
    client_message_id: ClientMessageId
    text: Text
    reply_to_seq: Seq | None = None


class MessageAnswer(Wire, frozen=True):
    message: Message


class EditMessage(Wire, frozen=True):
    """By its author, within a time of sending it (a setting). The same text is no change."""

    conversation_id: str
    seq: Seq
    text: Text


class DeleteMessage(Wire, frozen=True):
    """By its author within a time of sending it (a setting), by an admin always, also where they do not belong and read
    nothing. Its number stays, its text is gone. Repeatable."""

    conversation_id: str
    seq: Seq


class SearchMessages(Wire, frozen=True):
    """Messages with every word of `q`, the last one as the beginning of a word; of what the asker may see, newest first.
    Case, accents and width are all one; words of scripts without spaces are found within a text.
    `sender_id`, `conversation_id`, and the times `since` and `until` (excluded) narrow it; `limit` 20 unless told, at most 50."""

    q: SearchText
    conversation_id: str | None = None
    sender_id: str | None = None
    since: str | None = None
    until: str | None = None
    limit: SearchPage | None = None
    cursor: str | None = None


class FoundMessages(Wire, frozen=True):
    """Newest first. What was said a moment ago may be missing: the index is built behind the stream. A page may hold fewer
    than `limit`, even none, and have a next one: only without `next_cursor` it is the last."""

    messages: list[Message]
    next_cursor: str | None = None


class ListMessages(Wire, frozen=True):
    """A page before or after a seq, or the newest; `limit` 50 unless told, at most 200."""

    conversation_id: str
    before_seq: int | None = None
    after_seq: int | None = None
    limit: Page | None = None


class ExportConversation(Wire, frozen=True):
    """All that was said in a conversation, whoever belongs to it. Over HTTP it comes as one document, however long: as JSON, or
    with `format` csv as a table. `after_seq` is the gateway's, which asks for one part after the other."""

    conversation_id: str
    format: ExportFormat = "json"
    after_seq: int = 0


class Export(Wire, frozen=True):
    """Oldest first. `names` of who wrote, by id, of those who can be told. `next_after_seq`: between parts only."""

    conversation: Conversation
    messages: list[Message]
    names: dict[str, str]
    next_after_seq: int | None = None


class MessageList(Wire, frozen=True):
    """Oldest first."""

    messages: list[Message]


class ListConversations(Wire, frozen=True):
    """Newest first."""

    limit: Page | None = None
    cursor: str | None = None


class ConversationList(Wire, frozen=True):
    conversations: list[Conversation]
    next_cursor: str | None = None


class GetConversation(Wire, frozen=True):
    conversation_id: str


class ConversationAnswer(Wire, frozen=True):
    conversation: Conversation


class ReadConversation(Wire, frozen=True):
    """A marker only goes forward; `seq` beyond the last message counts as the last."""

    conversation_id: str
    seq: int


class ReadAnswer(Wire, frozen=True):
    conversation_id: str
    read_seq: int
    unread: int


class MarkUnread(Wire, frozen=True):
    """The message with this `seq`, and all after it, are unread for the asker: the only way a marker goes back. One that
    is further back already stays."""

    conversation_id: str
    seq: Seq


class UpdateConversation(Wire, frozen=True):
    """What it is to the asker alone: `muted` raises no notification, `pinned` stays on top. At most 50 are pinned."""

    conversation_id: str
    muted: bool | None = None
    pinned: bool | None = None


class CreateGroup(Wire, frozen=True):
    """The asker becomes owner and is always a member. At most 5,000 members. `history`: what someone added later sees,
    "joined" (what comes from then on) or "everything"."""

    name: Name
    member_ids: Members
    writing_enabled: bool = True
    history: History = "joined"
    request_id: RequestId | None = None


class UpdateGroup(Wire, frozen=True):
    """`member_ids` replaces the others; the owner stays. What is so already is no change: nobody is told, `version` stays.

    To a leader who does not belong to the group `unread` is 0 and `may_write` false.
    """

    conversation_id: str
    name: Name | None = None
    member_ids: Members | None = None
    writing_enabled: bool | None = None
    history: History | None = None


class DeleteGroup(Wire, frozen=True):
    conversation_id: str


class ListGroups(Wire, frozen=True):
    """Whose name has `q` in it, whatever its case and accents; what was said in last comes first."""

    q: SearchText | None = None
    limit: Page | None = None
    cursor: str | None = None


class GroupList(Wire, frozen=True):
    """No word of what was said, and no `member_ids`: `member.list` has them. A page may hold fewer than `limit`, even none, and
    have a next one: only without `next_cursor` it is the last."""

    groups: list[Conversation]
    next_cursor: str | None = None


class ListMembers(Wire, frozen=True):
    """Of a group an admin may ask without belonging to it."""

    conversation_id: str
    cursor: str | None = None
    limit: Page | None = None


class MemberList(Wire, frozen=True):
    """`readers`: how far each of `member_ids` has read, in the same order; absent for who does not belong."""

    member_ids: list[str]
    next_cursor: str | None = None
    readers: list[Reader] | None = None


class ListBehind(Wire, frozen=True):
    """Who of the members has not read up to `seq`, sees it, and has not muted the conversation."""

    conversation_id: str
    seq: Seq
    cursor: str | None = None


class Behind(Wire, frozen=True):
    """In the order of ids, at most 2,000."""

    user_ids: list[str]
    next_cursor: str | None = None


class LoadFeeds(Wire, frozen=True):
    """Up to 100 people in one ask."""

    user_ids: list[str]


class Membership(Wire, frozen=True):
    """A person sees what has a seq above `from_seq`. `read_version` and `sent_above`: see ConversationRead. `is_new`: that they
    were added may not be told yet."""

    conversation_id: str
    from_seq: int
    read_seq: int
    last_seq: int
    read_version: int = 0
    sent_above: int = 0
    is_new: bool = False


class Lost(Wire, frozen=True):
    """A group that the person belonged to while the stream goes back, and does not any more; the newest 2,500."""

    conversation_id: str
    reason: str


class Feed(Wire, frozen=True):
    user_id: str
    memberships: list[Membership]
    lost: list[Lost]


class Feeds(Wire, frozen=True):
    """`rest`: people left out because the answer would have been too large; ask again for them. The windows are those of now:
    so many seconds after sending it a message may be edited, and deleted, by its author."""

    feeds: list[Feed]
    rest: list[str]
    edit_window_s: int | None = None
    delete_window_s: int | None = None


class Snapshot(Wire, frozen=True):
    """The newest 100 conversations, every pinned and every unread one, as many as 1 MiB can carry, at most 1,000; `unread` of
    all.

    `next_cursor`, of `conversation.list`, leads to all that is not here.
    """

    conversations: list[Conversation]
    unread: UnreadState
    next_cursor: str | None = None


class MessageSent(Wire, frozen=True):
    message: Message


class MessageChanged(Wire, frozen=True):
    """The message as it is since then, and who changed it."""

    message: Message
    by: str
    at: str


class ConversationUpdated(Wire, frozen=True):
    """What it is to this person alone, since then. `version` is one more with each change."""

    conversation_id: str
    user_id: str
    muted: bool
    pinned: bool
    version: int
    at: str


class GroupChanged(Wire, frozen=True):
    """`reason` says why a group was deleted, `by` who changed it."""

    conversation: Conversation
    reason: str | None = None
    by: str | None = None


class MemberAdded(Wire, frozen=True):
    """The person sees what is above `from_seq`; what is above `read_seq` (absent: the same) comes as pushes, the rest is
    history, and read. `read_version` of their marker: they may have been here before. `last_message` is the one at `last_seq`,
    where they see it. `member_count` tells who hears of read markers."""

    conversation: Conversation
    user_id: str
    from_seq: int
    by: str
    at: str
    read_seq: int | None = None
    read_version: int = 0


class MemberRemoved(Wire, frozen=True):
    conversation: Conversation
    user_id: str
    by: str
    reason: str
    at: str


class ConversationRead(Wire, frozen=True):
    """`readers_told`: the other members hear of it too. The marker with the highest `version` counts; then it moves forward
    with each of the reader's own messages whose seq is above `sent_above`: those up to it were there when the marker was put
    back. Not with what says that they changed the group."""

    conversation_id: str
    user_id: str
    seq: int
    readers_told: bool
    at: str
    version: int = 0
    sent_above: int = 0


ASKS = (
    Ask(
        "message.send",
        "messenger",
        SendMessage,
        MessageAnswer,
        route=Route("POST", "/messages", 201),
        refusals=("not_found", "writing_disabled", "conflict"),
        about="Says something: to a conversation, or to a person, which begins the conversation of the two.",
    ),
    Ask(
        "message.list",
        "messenger",
        ListMessages,
        MessageList,
        route=Route("GET", "/conversations/{conversation_id}/messages"),
        askers=("gateway", "notifier"),
        refusals=("not_found",),
        about="History.",
    ),
    Ask(
        "conversation.export",
        "messenger",
        ExportConversation,
        Export,
        ADMINS,
        Route("GET", "/conversations/{conversation_id}/export"),
        socket=False,
        idempotent=False,  # each is an entry in the audit trail
        refusals=("not_found",),
        services=False,
    ),
    Ask(
        "conversation.list",
        "messenger",
        ListConversations,
        ConversationList,
        route=Route("GET", "/conversations"),
        about="The asker's conversations.",
    ),
    Ask(
        "conversation.get",
        "messenger",
        GetConversation,
        ConversationAnswer,
        route=Route("GET", "/conversations/{conversation_id}"),
        askers=("gateway", "notifier"),
        refusals=("not_found",),
        about="One conversation, with how far its members have read.",
    ),
    Ask(
        "message.edit",
        "messenger",
        EditMessage,
        MessageAnswer,
        route=Route("PATCH", "/conversations/{conversation_id}/messages/{seq}"),
        refusals=("not_found", "forbidden", "writing_disabled", "conflict"),
        about="Says it differently.",
    ),
    Ask(
        "message.delete",
        "messenger",
        DeleteMessage,
        MessageAnswer,
        route=Route("DELETE", "/conversations/{conversation_id}/messages/{seq}"),
        refusals=("not_found", "forbidden", "conflict"),
        about="Takes it back.",
    ),
    Ask(
        "message.search",
        "messenger",
        SearchMessages,
        FoundMessages,
        route=Route("GET", "/messages/search"),
        refusals=("not_found",),
        about="Finds messages.",
    ),
    Ask(
        "conversation.mark_unread",
        "messenger",
        MarkUnread,
        ReadAnswer,
        route=Route("POST", "/conversations/{conversation_id}/unread"),
        refusals=("not_found",),
        about="Puts the read marker back.",
    ),
    Ask(
        "conversation.update",
        "messenger",
        UpdateConversation,
        ConversationAnswer,
        route=Route("PATCH", "/conversations/{conversation_id}"),
        refusals=("not_found", "conflict"),
        about="Mutes and pins.",
    ),
    Ask(
        "conversation.read",
        "messenger",
        ReadConversation,
        ReadAnswer,
        route=Route("POST", "/conversations/{conversation_id}/read"),
        refusals=("not_found",),
        about="Puts the read marker forward.",
    ),
    Ask(
        "group.create",
        "messenger",
        CreateGroup,
        ConversationAnswer,
        roles=LEADERS,
        route=Route("POST", "/groups", 201),
        idempotent=False,
        askers=("gateway", "local"),
        refusals=("not_found", "conflict"),
        about="Makes a group.",
    ),
    Ask(
        "group.update",
        "messenger",
        UpdateGroup,
        ConversationAnswer,
        roles=LEADERS,
        route=Route("PATCH", "/groups/{conversation_id}"),
        idempotent=False,
        refusals=("not_found", "conflict"),
        about="Changes a group.",
    ),
    Ask(
        "group.delete",
        "messenger",
        DeleteGroup,
        Nothing,
        roles=LEADERS,
        route=Route("DELETE", "/groups/{conversation_id}", 204),
        refusals=("not_found", "conflict"),
        about="Deletes a group: its members are told, and see nothing of it any more.",
    ),
    Ask(
        "group.list",
        "messenger",
        ListGroups,
        GroupList,
        roles=ADMINS,
        route=Route("GET", "/groups"),
        about="Every group there is, whoever belongs to it.",
    ),
    Ask(
        "member.list",
        "messenger",
        ListMembers,
        MemberList,
        route=Route("GET", "/conversations/{conversation_id}/members"),
        refusals=("not_found",),
        about="Who belongs to a conversation, page by page, in the order of ids.",
    ),
    Ask(
        "member.behind",
        "messenger",
        ListBehind,
        Behind,
        NOBODY,
        socket=False,
        askers=("notifier",),
        refusals=("not_found",),
    ),
    Ask("feed.load", "messenger", LoadFeeds, Feeds, NOBODY, socket=False),
    Ask("feed.snapshot", "messenger", Nothing, Snapshot, NOBODY, socket=False),
)

MESSAGE_SENT = Event(
    "message.sent",
    "messenger",
    MessageSent,
    ("conversation_id",),
    when="A message is stored. What says that a group was changed is a message, too.",
    id="<message_id>",
    order="By `seq` in its conversation: 1, 2, 3, …",
)
MESSAGE_EDITED = Event(
    "message.edited",
    "messenger",
    MessageChanged,
    ("conversation_id",),
    when="A message has another text.",
    id="<message_id>.<revision>",
    order="The highest `revision` of a message is the newest.",
)
MESSAGE_DELETED = Event(
    "message.deleted",
    "messenger",
    MessageChanged,
    ("conversation_id",),
    when="The text of a message is gone; its number stays.",
    id="<message_id>.<revision>",
    order="The highest `revision` of a message is the newest.",
)
GROUP_CREATED = Event(
    "group.created",
    "messenger",
    GroupChanged,
    ("conversation_id",),
    when="A group is there, before its first message.",
    id="<conversation_id>.created",
    order="The highest `version` of a group is the newest.",
)
GROUP_UPDATED = Event(
    "group.updated",
    "messenger",
    GroupChanged,
    ("conversation_id",),
    when="The name, the members or the rules of a group are others.",
    id="<conversation_id>.<version>.u",
    order="The highest `version` of a group is the newest.",
)
GROUP_DELETED = Event(
    "group.deleted",
    "messenger",
    GroupChanged,
    ("conversation_id",),
    when="A group is gone for everybody.",
    id="<conversation_id>.deleted",
    order="The last of its group.",
)
MEMBER_ADDED = Event(
    "member.added",
    "messenger",
    MemberAdded,
    ("conversation_id", "user_id"),
    when="Somebody belongs to a conversation: of a direct one both, before its first message.",
    id="<conversation_id>.<user_id>.<version>.added",
    order="By `at`, of one member.",
)
MEMBER_REMOVED = Event(
    "member.removed",
    "messenger",
    MemberRemoved,
    ("conversation_id", "user_id"),
    when="Somebody does not belong to a group any more.",
    id="<conversation_id>.<user_id>.<version>.removed",
    order="By `at`, of one member.",
)
CONVERSATION_READ = Event(
    "conversation.read",
    "messenger",
    ConversationRead,
    ("conversation_id", "user_id"),
    when="A read marker was moved, forward or, by conversation.mark_unread, back.",
    id="<conversation_id>.<user_id>.r<version>",
    order="The highest `version` of a marker is the newest.",
)
CONVERSATION_UPDATED = Event(
    "conversation.updated",
    "messenger",
    ConversationUpdated,
    ("conversation_id", "user_id"),
    when="Somebody has muted or pinned a conversation, or done away with that.",
    id="<conversation_id>.<user_id>.u<version>",
    order="The highest `version` is the newest.",
)
EVENTS = (
    MESSAGE_SENT,
    MESSAGE_EDITED,
    MESSAGE_DELETED,
    GROUP_CREATED,
    GROUP_UPDATED,
    GROUP_DELETED,
    MEMBER_ADDED,
    MEMBER_REMOVED,
    CONVERSATION_READ,
    CONVERSATION_UPDATED,
)
