"""What people missed: who is to be mailed, when, and what is asked of the places that keep both.

A message leads to one look at its conversation, some time later; the look leads to what each person missed who had not read
it and was not here; that leads to one mail a person, which tells what is still unread when it is sent.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from contracts.limits import MEMBERSHIPS_MAX
from contracts.notifier import QuietHours
from contracts.presence import Absence
from services.notifier.domain.preferences import quiet_until

TOLD_MAX = MEMBERSHIPS_MAX
"""Conversations of one person of which it is kept up to where they were mailed: with fewer, what was in a mail of many would be
mailed again."""
BACK_OFF_MIN = timedelta(seconds=5)
BACK_OFF_MAX = timedelta(minutes=10)


class Said(msgspec.Struct, frozen=True):
    conversation_id: str
    seq: int
    at: datetime


class Look(msgspec.Struct, frozen=True):
    """At who has missed what was said up to `seq`. `claim`: whoever has it may say that it is done."""

    conversation_id: str
    seq: int
    claim: str


class Missed(msgspec.Struct, frozen=True):
    """By one person, in these conversations. `told`: up to which seq they were mailed, by conversation; `sent_at`: when last.
    `revision` is another after each look that added something. `attempts` of this mail that came to nothing."""

    user_id: str
    conversation_ids: Sequence[str]
    told: Mapping[str, int]
    sent_at: datetime | None
    revision: int
    attempts: int
    claim: str


class Looks(Protocol):
    """One of each conversation. Any call may raise StoreAway, and may then be made again."""

    async def ask_for(self, said: Sequence[Said], after: timedelta) -> None:
        """So long after the first thing said that was not looked at."""
        ...

    async def claim(self, now: datetime, until: datetime) -> Look | None:
        """One that is due, and that nobody has claimed. Whoever dies with it loses it `until` then."""
        ...

    async def done(self, look: Look, again_at: datetime) -> None:
        """It is gone; where more was said meanwhile, due `again_at`."""
        ...

    async def put_off(self, look: Look, until: datetime) -> None: ...


class MissedMails(Protocol):
    """One of each person. Any call may raise StoreAway, and may then be made again."""

    async def add(self, conversation_id: str, due: Mapping[str, datetime]) -> None:
        """By person: when they are due on its account. What is due sooner stays so."""
        ...

    async def claim(self, now: datetime, until: datetime) -> Missed | None:
        """One that is due and that nobody has claimed or is handing over."""
        ...

    async def put_off(self, missed: Missed, until: datetime, *, has_failed: bool = False) -> None:
        """It is known that the mail was not sent."""
        ...

    async def drop(self, missed: Missed) -> None:
        """Nothing is to be mailed of it. What was added since it was claimed stays due."""
        ...

    async def begin(self, missed: Missed, mail_id: str, told: Mapping[str, int], at: datetime) -> bool:
        """Before the mail is handed over: from then on it counts as sent, whatever becomes of this process. False: somebody
        else has it by now, and it must not be handed over."""
        ...

    async def end(self, missed: Missed) -> None:
        """It was handed over, or nobody knows."""
        ...

    async def reconsider(self, user_id: str, now: datetime) -> None:
        """What waits for them is due now: it may be decided otherwise."""
        ...

    async def left(self, now: datetime) -> str | None:
        """The id of a mail whose handing over was begun and not ended by a process that is gone: it counts as sent."""
        ...


def due_at(
    now: datetime,
    absence: Absence,
    quiet: QuietHours | None,
    sent_at: datetime | None,
    after: timedelta,
    every: timedelta,
) -> datetime | None:
    """`now`, or when to look again; None: not while they are away like this, for they asked to be left alone."""
    due = max(now, gone_for(absence, after) or now)
    if sent_at is not None:
        due = max(due, sent_at + every)
    if absence.do_not_disturb:
        if absence.until is None:
            return None
        due = max(due, datetime.fromisoformat(absence.until))
    return quiet_until(due, quiet) or due


def gone_for(absence: Absence, after: timedelta) -> datetime | None:
    """When they will have been away for so long; None: they were never here."""
    return datetime.fromisoformat(absence.last_seen_at) + after if absence.last_seen_at else None


def back_off(attempts: int) -> timedelta:
    doubled: timedelta = BACK_OFF_MIN * 2 ** min(attempts, 10)
    return min(doubled, BACK_OFF_MAX)


def mail_id_of(user_id: str, told: Mapping[str, int]) -> str:
    """The same mail to the same person has the same, however often it is tried: its Message-ID."""
    what = msgspec.json.encode([user_id, sorted(told.items())])
    return "missed_" + hashlib.sha256(what).hexdigest()[:32]


def told_then(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    """With the newest at the end, and the oldest gone."""
    kept = {key: seq for key, seq in before.items() if key not in now} | dict(now)
    return dict(list(kept.items())[-TOLD_MAX:])
