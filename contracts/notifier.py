"""Notifier: telling people who are not looking. Notices are kept until dismissed and pushed to those who are here."""

from typing import Annotated

from contracts.fields import Language, MailedOf, TimeOfDay, TimeZone, noted
from contracts.limits import SILENT_MAX
from contracts.table import NOBODY, Ask, Event, Nothing, Route, Wire
from contracts.things import Notice


class DismissNotice(Wire, frozen=True):
    notice_id: str


class Notices(Wire, frozen=True):
    notices: list[Notice]


class NoticeRaised(Wire, frozen=True):
    user_id: str
    notice: Notice


class NoticeDismissed(Wire, frozen=True):
    """By this person, for themselves."""

    user_id: str
    notice_id: str
    at: str


class NoticeAnnounced(Wire, frozen=True):
    """To everyone of these roles who is here; `audience` names them: "leaders"."""

    audience: str
    roles: list[str]
    notice: Notice


class SendMail(Wire, frozen=True):
    """One mail to one address, as text and as HTML. Sent when answered, not kept: whoever asks asks again. Refused with
    `smtp_not_configured`, `invalid` (the server will never take it) or `unavailable` (perhaps later)."""

    to: str
    subject: str
    text: str
    html: str


class MailState(Wire, frozen=True):
    is_configured: bool


class QuietHours(Wire, frozen=True):
    """Every day from `begin` to `end`, hours and minutes of that time zone; over midnight where `end` is the earlier. Not `on`:
    kept, and of no effect."""

    on: bool
    begin: TimeOfDay
    end: TimeOfDay
    time_zone: TimeZone


class OfConversation(Wire, frozen=True):
    """`mail`: "all" or "nothing"."""

    conversation_id: str
    mail: MailedOf


class Preferences(Wire, frozen=True):
    """What is mailed of what a person missed. `available`: whether this server sends such mails at all. `conversations` are
    those with "nothing"; what is muted is not mailed either. `language` absent: nobody knows it."""

    available: bool
    mail: bool
    conversations: list[OfConversation]
    quiet_hours: QuietHours | None = None
    language: Language | None = None


class PreferencesAnswer(Wire, frozen=True):
    preferences: Preferences


class SetPreferences(Wire, frozen=True):
    """What is absent stays, so do conversations that are not named. At most 500 have "nothing"."""

    mail: bool | None = None
    conversations: Annotated[list[OfConversation], noted(maxItems=SILENT_MAX)] | None = None
    quiet_hours: QuietHours | None = None
    language: Language | None = None


ASKS = (
    Ask(
        "notice.dismiss",
        "notifier",
        DismissNotice,
        Nothing,
        route=Route("DELETE", "/notices/{notice_id}", 204),
        refusals=("not_found",),
        about="Does away with a notice that has a `notice_id`, on every device.",
    ),
    Ask(
        "preferences.get",
        "notifier",
        Nothing,
        PreferencesAnswer,
        route=Route("GET", "/me/preferences"),
        about="What the asker is mailed of what they missed.",
        services=False,
    ),
    Ask(
        "preferences.set",
        "notifier",
        SetPreferences,
        PreferencesAnswer,
        route=Route("PATCH", "/me/preferences"),
        refusals=("conflict",),
        about="Changes that.",
        services=False,
    ),
    Ask("notice.list", "notifier", Nothing, Notices, NOBODY, socket=False),
    Ask("mail.send", "notifier", SendMail, Nothing, NOBODY, socket=False, idempotent=False, askers=("auth",)),
    Ask("mail.state", "notifier", Nothing, MailState, NOBODY, socket=False, askers=("auth",)),
)

NOTICE_RAISED = Event(
    "notice.raised",
    "notifier",
    NoticeRaised,
    ("user_id",),
    when="A notice is kept for somebody until they dismiss it.",
    id="<notice_id>",
    order="By `raised_at`.",
)
NOTICE_ANNOUNCED = Event(
    "notice.announced",
    "notifier",
    NoticeAnnounced,
    ("audience",),
    when="A notice for whoever of these roles is here now. It is not kept.",
    id="<notice_id>",
    order="By `raised_at`.",
)
NOTICE_DISMISSED = Event(
    "notice.dismissed",
    "notifier",
    NoticeDismissed,
    ("user_id",),
    when="Somebody has done away with a notice, at all of their devices.",
    id="<notice_id>.<user_id>.dismissed",
    order="The last of its notice.",
)
EVENTS = (NOTICE_RAISED, NOTICE_ANNOUNCED, NOTICE_DISMISSED)
