"""The audit trail: who did what to whom, when and from where. Entries are only ever added."""

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from chassis.bus import Asker
from contracts.things import AuditEntry
from services.auth.domain.people import Person

DONE = "done"


class AuditQuery(msgspec.Struct, frozen=True):
    """Newest first, older than `before_entry` (time, id) where given; `after` and `before` are times, RFC 3339 UTC."""

    user_id: str | None = None
    action: str | None = None
    outcome: str | None = None
    after: str | None = None
    before: str | None = None
    before_entry: tuple[str, str] | None = None


class Audit(Protocol):
    """Where the trail is kept, and told from."""

    async def add(self, transaction: Any, entry: AuditEntry) -> None:
        """With the change it is of: both or neither."""
        ...

    async def record(self, entry: AuditEntry) -> None:
        """By itself: of what was refused and changed nothing."""
        ...

    async def find(self, query: AuditQuery, count: int) -> list[AuditEntry]: ...


def entry(
    audit_id: str,
    at: str,
    action: str,
    asker: Asker,
    *,
    outcome: str = DONE,
    actor: Person | None = None,
    target: Person | None = None,
    session_id: str | None = None,
    detail: Mapping[str, str] | None = None,
) -> AuditEntry:
    """The asker did it; or `actor`, where the asker is not known by a token yet."""
    return AuditEntry(
        audit_id=audit_id,
        at=at,
        action=action,
        outcome=outcome,
        actor_id=(actor.user_id if actor else asker.user_id) or None,
        actor_login=actor.login if actor else None,
        target_id=target.user_id if target else None,
        target_login=target.login if target else None,
        session_id=session_id or asker.session_id or None,
        address=asker.address or None,
        detail=dict(detail) if detail else None,
    )
