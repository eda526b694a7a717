"""How long a password lasts: from its last change on, with a warning before the end."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.refusals import Refused
from contracts.things import Notice
from services.auth.domain.people import Person

DAY = timedelta(days=1)


@dataclass(frozen=True)
class PasswordAge:
    """What has expired, or must be changed, is still good for changing it. `max_days` 0: for ever."""

    max_days: int
    warn_days: int

    def refusal(self, person: Person, now: datetime) -> Refused | None:
        """`password_expired`, where this person may not come in with the password they have."""
        if person.must_change:
            return Refused("password_expired", "This password was set for you: change it, then log in with your own.")
        days_left = self._days_left(person, now)
        if days_left is None or days_left > 0:
            return None
        return Refused(
            "password_expired", f"Your password is older than {_days(self.max_days)}: change it, then log in."
        )

    def notices(self, person: Person, now: datetime) -> list[Notice]:
        """`days_left` is 1 on the last day."""
        days_left = self._days_left(person, now)
        if days_left is None or not 0 < days_left <= self.warn_days:
            return []
        message = f"Your password expires in {_days(days_left)}: change it before."
        return [Notice(code="password_expiring", severity="warning", message=message, days_left=days_left)]

    def _days_left(self, person: Person, now: datetime) -> int | None:
        """Begun days; 0 or less: expired. None: never."""
        if not self.max_days:
            return None
        return math.ceil((person.password_changed_at + self.max_days * DAY - now) / DAY)


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
