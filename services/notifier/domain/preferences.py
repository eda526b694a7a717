"""What a person wants to be mailed of what they missed, and when not."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import msgspec

from contracts.limits import SILENT_MAX, TIME_ZONE_CHARS_MAX, is_id
from contracts.notifier import OfConversation, Preferences, QuietHours, SetPreferences
from contracts.refusals import Refused

LANGUAGES = ("en", "it")
MAILED = ("all", "nothing")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_ZONE = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*")


class Wishes(msgspec.Struct, frozen=True):
    """As they are kept. `silent`: the conversations nothing is mailed of. `language` empty: nobody knows."""

    mail: bool = True
    silent: Sequence[str] = ()
    quiet_hours: QuietHours | None = None
    language: str = ""

    def preferences(self, available: bool) -> Preferences:
        return Preferences(
            available=available,
            mail=self.mail,
            conversations=[OfConversation(conversation_id=key, mail="nothing") for key in self.silent],
            quiet_hours=self.quiet_hours,
            language=self.language or None,
        )


class Wanted(Protocol):
    """Where wishes are kept. Any call may raise StoreAway, and may then be made again."""

    async def of(self, user_id: str) -> Wishes:
        """Of who never said anything: what is so unless told."""
        ...

    async def change(self, user_id: str, request: SetPreferences) -> Wishes | None:
        """In one step; as they are then. None: too many conversations would have nothing, and nothing was changed."""
        ...


def check(request: SetPreferences) -> None:
    """Raises Refused `invalid`, with every field that is not right."""
    faults = {
        "language": None if request.language in (None, *LANGUAGES) else f"One of {', '.join(LANGUAGES)}.",
        "quiet_hours": _quiet_fault(request.quiet_hours),
        "conversations": _conversations_fault(request.conversations or ()),
    }
    errors = {field: [fault] for field, fault in faults.items() if fault is not None}
    if errors:
        raise Refused("invalid", f"This is not right: {', '.join(errors)}.", errors=errors)


def too_many() -> Refused:
    return Refused("conflict", f"Of at most {SILENT_MAX} conversations nothing is mailed; turn mails off instead.")


def quiet_until(now: datetime, quiet: QuietHours | None) -> datetime | None:
    """When the quiet hours that it is within are over; None: it is not within any. An hour that a clock change leaves out, or
    has twice, is counted as the time zone does."""
    if quiet is None or not quiet.on:
        return None
    zone = ZoneInfo(quiet.time_zone)
    here = now.astimezone(zone)
    begin, end = time.fromisoformat(quiet.begin), time.fromisoformat(quiet.end)
    clock = here.time()
    is_within = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not is_within:
        return None
    day = here.date() if clock < end else here.date() + timedelta(days=1)
    return max(now, datetime.combine(day, end, zone).astimezone(UTC))


def _quiet_fault(quiet: QuietHours | None) -> str | None:
    if quiet is None:
        return None
    if not _TIME.fullmatch(quiet.begin) or not _TIME.fullmatch(quiet.end):
        return "Times like 22:00."
    if quiet.begin == quiet.end:
        return "They begin and end at the same time: turn mails off instead."
    return None if _is_zone(quiet.time_zone) else "A time zone like Europe/Rome."


def _is_zone(name: str) -> bool:
    if len(name) > TIME_ZONE_CHARS_MAX or not _ZONE.fullmatch(name):
        return False
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a folder of the database, no such file
        return False
    return True


def _conversations_fault(conversations: Sequence[OfConversation]) -> str | None:
    if len(conversations) > SILENT_MAX:
        return f"At most {SILENT_MAX} at once."
    if not all(is_id(one.conversation_id) and one.mail in MAILED for one in conversations):
        return "A conversation_id, and mail: all or nothing."
    return None


def silenced(conversations: Sequence[OfConversation]) -> Mapping[str, bool]:
    """Whether nothing is to be mailed, by conversation; of one named twice the last counts."""
    return {one.conversation_id: one.mail == "nothing" for one in conversations}
