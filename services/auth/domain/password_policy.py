"""The password policy as data: the rules a new password has to meet, and which earlier ones may not come again."""

import re

from contracts.auth import PasswordPolicy, PasswordRule
from contracts.refusals import Refused
from services.auth.domain.passwords import TOO_LONG, password_faults
from services.auth.domain.people import Person
from services.auth.settings import AuthSettings


class Policy:
    """Bounds of bcrypt hold whether the policy is enabled or not; the rest is settings."""

    def __init__(self, settings: AuthSettings) -> None:
        self._settings = settings
        self.enabled = settings.password_policy_enabled
        self._patterned = _patterned(settings) if self.enabled else []
        self._reuse = _reuse(settings.password_history)

    def data(self, *, reset_available: bool) -> PasswordPolicy:
        reuse = [self._reuse] if self.enabled else []
        return PasswordPolicy(
            enabled=self.enabled,
            rules=[*self._patterned, _BYTES, *reuse],
            max_age_days=self._settings.password_max_age_days if self.enabled else 0,
            warn_days=self._settings.password_warn_days if self.enabled else 0,
            history=self._settings.password_history if self.enabled else 0,
            reset_available=reset_available,
        )

    def faults(self, password: str) -> list[str]:
        """The message of every rule that is not met, in the order of the rules."""
        unmet = [rule.message for rule in self._patterned if not re.search(rule.pattern or "", password)]
        return unmet + [fault for fault in password_faults(password) if password or not unmet]

    def check(self, password: str, field: str) -> None:
        """Raises Refused `password_policy` with all faults of this field."""
        if faults := self.faults(password):
            raise Refused("password_policy", "The password does not meet the policy.", errors={field: faults})

    def barred(self, person: Person) -> list[bytes]:
        """The hashes of passwords that may not come again, newest first. What must be changed must become another one,
        policy or not."""
        count = self._settings.password_history if self.enabled else int(person.must_change)
        return _known(person)[:count]

    def kept(self, person: Person) -> tuple[bytes, ...]:
        """The former hashes once this person's password is former, too. Also while the policy is off: it may come back."""
        return tuple(_known(person)[: self._settings.password_history - 1])

    def reused(self, field: str) -> Refused:
        return Refused("password_reused", "The password was used before.", errors={field: [self._reuse.message]})


def _known(person: Person) -> list[bytes]:
    return [one for one in (person.password_hash, *person.former_hashes) if one]


def _patterned(settings: AuthSettings) -> list[PasswordRule]:
    """Classes are of ASCII, and escaped so that Python and JavaScript, its flags u and v too, find the same."""
    least = settings.password_length_min
    rules = (
        (least > 0, "min_length", f"At least {least} characters.", rf"^[\s\S]{{{least},}}"),
        (settings.password_lowercase, "lowercase", "At least one lowercase letter, a to z.", "[a-z]"),
        (settings.password_uppercase, "uppercase", "At least one uppercase letter, A to Z.", "[A-Z]"),
        (settings.password_digit, "digit", "At least one digit.", "[0-9]"),
        (settings.password_special, "special", r"At least one of ~!@#$%^&-_=+[{]}.", r"[~!@#$%^&\-_=+\[\{\]\}]"),
    )
    return [
        PasswordRule(code=code, message=message, pattern=pattern) for wanted, code, message, pattern in rules if wanted
    ]


def _reuse(history: int) -> PasswordRule:
    if history == 1:
        return PasswordRule(code="different", message="Not the current password.")
    return PasswordRule(code="history", message=f"None of the latest {history} passwords.")


_BYTES = PasswordRule(code="max_bytes", message=TOO_LONG)
