"""The password policy as data: the rules a new password has to meet, and which earlier ones may not come again."""

import re
from dataclasses import dataclass

from contracts.auth import PasswordPolicy, PasswordRule
from contracts.refusals import Refused
from services.auth.domain.password_age import PasswordAge
from services.auth.domain.passwords import EMPTY, TOO_LONG, password_faults
from services.auth.domain.people import Person


@dataclass(frozen=True)
class Policy:
    """The settings of these names. Bounds of bcrypt hold whether the policy is enabled or not."""

    password_policy_enabled: bool
    password_length_min: int
    password_lowercase: bool
    password_uppercase: bool
    password_digit: bool
    password_special: bool
    password_max_age_days: int
    password_warn_days: int
    password_history: int

    def data(self, *, reset_available: bool) -> PasswordPolicy:
        is_on = self.password_policy_enabled
        return PasswordPolicy(
            enabled=is_on,
            rules=[*self._patterned(), _BYTES, *([self._reuse()] if is_on else [])],
            max_age_days=self.password_max_age_days if is_on else 0,
            warn_days=self.password_warn_days if is_on else 0,
            history=self.password_history if is_on else 0,
            reset_available=reset_available,
        )

    def age(self) -> PasswordAge:
        return PasswordAge(self.password_max_age_days if self.password_policy_enabled else 0, self.password_warn_days)

    def faults(self, password: str) -> list[str]:
        """The message of every rule that is not met, in the order of the rules."""
        unmet = [rule.message for rule in self._patterned() if not re.search(rule.pattern or "", password)]
        return unmet + [fault for fault in password_faults(password) if password or not unmet]

    def check(self, password: str, field: str) -> None:
        """Raises Refused `password_policy` with all faults of this field."""
        if faults := self.faults(password):
            raise Refused("password_policy", "The password does not meet the policy.", errors={field: faults})

    def barred(self, person: Person) -> list[bytes]:
        """The hashes of passwords that may not come again, newest first. What must be changed must become another one,
        policy or not."""
        count = self.password_history if self.password_policy_enabled else int(person.must_change)
        return _known(person)[:count]

    def kept(self, person: Person) -> tuple[bytes, ...]:
        """The former hashes once this person's password is former, too. Also while the policy is off: it may come back."""
        return tuple(_known(person)[: self.password_history - 1])

    def reused(self, field: str) -> Refused:
        return Refused("password_reused", "The password was used before.", errors={field: [self._reuse().message]})

    def _patterned(self) -> list[PasswordRule]:
        """Classes are of ASCII, and escaped so that Python and JavaScript, its flags u and v too, find the same."""
        least = self.password_length_min
        rules = (
            (True, "min_length", f"At least {least} characters." if least > 1 else EMPTY, rf"^[\s\S]{{{least},}}"),
            (self.password_lowercase, "lowercase", "At least one lowercase letter, a to z.", "[a-z]"),
            (self.password_uppercase, "uppercase", "At least one uppercase letter, A to Z.", "[A-Z]"),
            (self.password_digit, "digit", "At least one digit.", "[0-9]"),
            (self.password_special, "special", "At least one of ~!@#$%^&-_=+[{]}.", r"[~!@#$%^&\-_=+\[\{\]\}]"),
        )
        return [
            PasswordRule(code=code, message=message, pattern=pattern)
            for is_wanted, code, message, pattern in rules
            if is_wanted and self.password_policy_enabled
        ]

    def _reuse(self) -> PasswordRule:
        if self.password_history == 1:
            return PasswordRule(code="different", message="Not the current password.")
        return PasswordRule(code="history", message=f"None of the latest {self.password_history} passwords.")


def _known(person: Person) -> list[bytes]:
    return [one for one in (person.password_hash, *person.former_hashes) if one]


_BYTES = PasswordRule(code="max_bytes", message=TOO_LONG)
