"""The password policy, for whoever fills in a form."""

from collections.abc import Callable
from dataclasses import dataclass

from chassis.bus import Asker
from contracts.auth import PasswordPolicy
from contracts.table import Nothing
from services.auth.domain.password_policy import Policy


@dataclass(frozen=True)
class GetPasswordPolicy:
    """`can_reset`: whether a forgotten password can be reset by mail here."""

    policy: Policy
    can_reset: Callable[[], bool]

    async def __call__(self, asker: Asker, request: Nothing) -> PasswordPolicy:
        return self.policy.data(reset_available=self.can_reset())
