"""The end of every action: its change and the entry in the audit trail, both or neither."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chassis.bus import Asker
from chassis.clock import Clock, new_id, rfc3339
from contracts.refusals import Refused
from services.auth.domain.audit import Audit, entry
from services.auth.domain.people import Person
from services.auth.domain.together import Together


@dataclass(frozen=True)
class Remember:
    """`actor`: who did it, where no token says so yet. `detail` names what changed: never a password or a token."""

    together: Together
    audit: Audit
    clock: Clock

    async def __call__(
        self,
        asker: Asker,
        action: str,
        *changes: Callable[[Any], Awaitable[None]],
        actor: Person | None = None,
        target: Person | None = None,
        session_id: str | None = None,
        detail: Mapping[str, str] | None = None,
    ) -> None:
        """`changes` are awaited in order, in one transaction, perhaps more than once. Raises what they raise."""
        at = rfc3339(self.clock.now())
        done = entry(new_id("a"), at, action, asker, actor=actor, target=target, session_id=session_id, detail=detail)

        async def work(transaction: Any) -> None:
            for change in changes:
                await change(transaction)
            await self.audit.add(transaction, done)

        await self.together(work)

    async def refusal(
        self,
        asker: Asker,
        action: str,
        refused: Refused,
        *,
        target: Person | None = None,
        detail: Mapping[str, str] | None = None,
    ) -> Refused:
        """The refusal itself, once it is in the trail."""
        at = rfc3339(self.clock.now())
        await self.audit.record(
            entry(new_id("a"), at, action, asker, outcome=refused.code, target=target, detail=detail)
        )
        return refused
