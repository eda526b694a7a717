"""The audit trail: who did what to whom, when and from where. Entries are only ever added."""

import base64
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import msgspec

from chassis.bus import Asker
from chassis.clock import rfc3339
from contracts.auth import ListAudit
from contracts.limits import ID, is_id
from contracts.refusals import Refused
from contracts.things import AuditEntry
from services.auth.domain.people import Person

DONE = "done"


FORMS = {
    "user_id": ID,
    "action": re.compile(r"[a-z_]{1,32}(\.[a-z_]{1,32}){0,3}"),
    "outcome": re.compile(r"[a-z_]{1,64}"),
}
AT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z", re.ASCII)
"""A time as it is in the trail, where it is compared as text."""
TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)


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

    async def add(self, transaction: Any, *added: AuditEntry) -> None:
        """At least one, with the change they are of: all or none."""
        ...

    async def record(self, entry: AuditEntry) -> None:
        """By itself: of what was refused and changed nothing."""
        ...

    async def record_once(self, entry: AuditEntry) -> None:
        """As `record`; nothing where there is an entry of this id."""
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


def query_of(request: ListAudit) -> AuditQuery:
    """Raises Refused `invalid`, naming every field that is not right."""
    texts = {"user_id": request.user_id, "action": request.action, "outcome": request.outcome}
    faults = {
        name: "Not such a name." for name, text in texts.items() if text is not None and not FORMS[name].fullmatch(text)
    }
    times = {"after": request.after, "before": request.before}
    moments = {name: _moment(text) for name, text in times.items() if text is not None}
    faults |= {name: "A time of RFC 3339, with its zone." for name, moment in moments.items() if moment is None}
    place = _place(request.cursor) if request.cursor is not None else None
    if request.cursor is not None and place is None:
        faults["cursor"] = "Not a cursor of this listing."
    if faults:
        raise Refused("invalid", "Some fields are not right.", errors={name: [said] for name, said in faults.items()})
    return AuditQuery(**texts, **moments, before_entry=place)


def cursor_after(last: AuditEntry) -> str:
    """Where the next page begins. What is added meanwhile is newer, and moves nothing."""
    return base64.urlsafe_b64encode(f"{last.at} {last.audit_id}".encode()).decode()


def _place(cursor: str) -> tuple[str, str] | None:
    try:
        at, _, audit_id = (
            base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True).decode().partition(" ")
        )
    except ValueError:  # which those of base64 and UTF-8 are, too
        return None
    return (at, audit_id) if AT.fullmatch(at) and is_id(audit_id) else None


def _moment(text: str) -> str | None:
    """As it is in the trail."""
    try:
        return rfc3339(datetime.fromisoformat(text.upper())) if TIME.fullmatch(text) else None
    except (ValueError, OverflowError):
        return None
