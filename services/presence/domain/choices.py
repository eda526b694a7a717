"""What a person may set of themselves."""

import unicodedata
from datetime import datetime

from contracts.limits import NOTE_CHARS_MAX
from contracts.presence import SetPresence
from contracts.refusals import Refused
from services.presence.domain.people import Choice

AS_IT_IS = "online"
STATUSES = (AS_IT_IS, "away", "do_not_disturb")
DAYS_AHEAD_MAX = 366


def choice_of(request: SetPresence, now: datetime) -> Choice:
    """A note of blanks alone is none. Raises Refused `invalid`, with every field that is not right."""
    status = "" if request.status == AS_IT_IS else request.status
    note = (request.note or "").strip()
    faults = {
        "status": None if request.status in STATUSES else f"One of {', '.join(STATUSES)}.",
        "status_until": _time_fault(
            request.status_until, now, status, "Only away and do_not_disturb end by themselves."
        ),
        "note": _note_fault(note),
        "note_until": _time_fault(request.note_until, now, note, "Only a note that is there ends by itself."),
    }
    errors = {field: [fault] for field, fault in faults.items() if fault is not None}
    if errors:
        raise Refused("invalid", f"This is not right: {', '.join(errors)}.", errors=errors)
    return Choice(status, _ms(request.status_until), note, _ms(request.note_until))


def is_left_alone(choice: Choice, now: datetime) -> bool:
    """Whether they chose do_not_disturb, and it is not over: of who is not here, nobody ends it."""
    until_ms = choice.status_until_ms
    return choice.status == "do_not_disturb" and (until_ms is None or now.timestamp() * 1000 < until_ms)


def _note_fault(note: str) -> str | None:
    if len(note) > NOTE_CHARS_MAX:
        return f"At most {NOTE_CHARS_MAX} characters."
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in note):
        return "One line, without control characters."
    return None


def _time_fault(at: str | None, now: datetime, of: str, without: str) -> str | None:
    if at is None:
        return None
    if not of:
        return without
    ahead_s = (_seconds(at) or 0.0) - now.timestamp()
    if not 0 < ahead_s <= DAYS_AHEAD_MAX * 86_400:
        return f"A time to come, like 2026-01-05T08:30:00Z, at most {DAYS_AHEAD_MAX} days ahead."
    return None


def _seconds(at: str) -> float | None:
    try:
        moment = datetime.fromisoformat(at)
        return moment.timestamp() if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _ms(at: str | None) -> int | None:
    return None if at is None else int((_seconds(at) or 0.0) * 1000)
