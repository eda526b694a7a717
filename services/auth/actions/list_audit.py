"""Reading the audit trail, newest first, page by page. That somebody read it is no change: it leaves no entry."""

from dataclasses import dataclass

from chassis.bus import Asker
from contracts.auth import AuditList
from contracts.auth import ListAudit as Request
from contracts.refusals import Refused
from contracts.table import ADMINS
from services.auth.domain.audit import Audit, cursor_after, query_of
from services.auth.domain.pages import page_size


@dataclass(frozen=True)
class ListAudit:
    audit: Audit

    async def __call__(self, asker: Asker, request: Request) -> AuditList:
        if asker.role not in ADMINS:
            raise Refused("forbidden", "The audit trail is for admins.")
        query, count = query_of(request), page_size(request.limit)
        found = await self.audit.find(query, count + 1)
        page = found[:count]
        return AuditList(entries=page, next_cursor=cursor_after(page[-1]) if len(found) > count else None)
