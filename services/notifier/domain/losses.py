"""Connections of agents that are lost: what leaders are told, and what is asked of the place that keeps them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from contracts.table import LEADERS
from contracts.things import Notice

AUDIENCE = "leaders"
NAMED_MAX = 50
BATCH_MAX = 5_000
LISTED_MAX = 10
LOST, RESTORED = "lost", "restored"
AGENT = "agent"


class Loss(msgspec.Struct, frozen=True):
    """The connection of one person, lost since then. `name` empty: nobody could tell; `role` empty: nor whether it is an
    agent, and then it is told as if."""

    user_id: str
    lost_at: str
    name: str = ""
    role: str = ""
    batch: str = ""

    @property
    def is_told(self) -> bool:
        return self.role in ("", AGENT)


class Announcement(msgspec.Struct, frozen=True):
    """A notice to everyone of a role."""

    notice: Notice
    roles: tuple[str, ...] = LEADERS
    audience: str = AUDIENCE


class Losses(Protocol):
    """Each loss is told once, and so is its end; of any number of replicas each takes what no other has. Any call may raise
    StoreAway, and may then be made again."""

    async def lose(self, user_id: str, lost_at: str) -> None:
        """Once for each loss; one that is over already stays so."""
        ...

    async def restore(self, user_id: str, lost_at: str, *, is_back: bool) -> None:
        """It is over. Told only where the loss was, or is about to be, and who it is about is back."""
        ...

    async def take(self, kind: str, batch: str, before: datetime) -> None:
        """Puts all that is to be told and was heard of by then into the batch; nothing, where nothing waits for so long."""
        ...

    async def batches(self, kind: str, before: datetime | None = None) -> list[str]:
        """Those that are not told yet, and were made before that."""
        ...

    async def of_batch(self, kind: str, batch: str) -> list[Loss]: ...

    async def know(self, losses: Sequence[Loss]) -> None:
        """Keeps their names and roles."""
        ...

    async def told(self, kind: str, batch: str) -> None: ...

    async def open(self) -> list[Loss]:
        """Those that were told, or are about to be, and are not over: the newest first, at most BATCH_MAX."""
        ...


class Announcements(Protocol):
    async def announce(self, announcement: Announcement) -> None:
        """Remembers it once, by the id of its notice, and sees to it that it is told. Raises StoreAway."""
        ...

    async def dismissed(self, notice_ids: Sequence[str], user_id: str) -> set[str]:
        """Those that this person has dismissed."""
        ...

    async def dismiss(self, notice_id: str, user_id: str, at: datetime) -> bool:
        """Whether there is such an announcement. That it is gone for this person is told, once."""
        ...


def lost_notice(losses: Sequence[Loss], notice_id: str | None, at: str) -> Notice:
    """Of at least one."""
    if len(losses) == 1:
        (loss,) = losses
        message = f"The connection of {loss.name or 'a person'} is lost since {loss.lost_at[11:16]} UTC."
    else:
        message = f"{len(losses)} people have lost their connection."
    return _notice("connection_lost", "warning", message, losses, notice_id, at)


def restored_notice(losses: Sequence[Loss], notice_id: str, at: str) -> Notice:
    """Of at least one."""
    if len(losses) == 1:
        message = f"{losses[0].name or 'A person whose connection was lost'} is connected again."
    else:
        message = f"{len(losses)} people are connected again."
    return _notice("connection_restored", "info", message, losses, notice_id, at)


def what_is_lost(losses: Sequence[Loss]) -> list[Notice]:
    """One notice for each that was announced, of those it is still true of; beyond LISTED_MAX the rest in one, without an
    id. The newest first, as they are given."""
    by_batch: dict[str, list[Loss]] = {}
    for loss in losses:
        if loss.is_told:
            by_batch.setdefault(loss.batch, []).append(loss)
    batches = list(by_batch.items())
    notices = [lost_notice(some, batch, some[0].lost_at) for batch, some in batches[:LISTED_MAX]]
    rest = [loss for _, some in batches[LISTED_MAX:] for loss in some]
    return [*notices, lost_notice(rest, None, rest[0].lost_at)] if rest else notices


def _notice(code: str, severity: str, message: str, losses: Sequence[Loss], notice_id: str | None, at: str) -> Notice:
    return Notice(
        code=code,
        severity=severity,
        message=message,
        notice_id=notice_id,
        raised_at=at,
        user_ids=[loss.user_id for loss in losses[:NAMED_MAX]],
        count=len(losses),
    )
