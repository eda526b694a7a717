"""Changing a person: who may change what of whom, and what is told and remembered of it."""

from dataclasses import replace

from chassis.bus import Asker
from contracts.auth import USER_DISABLED, UpdateUser
from contracts.names import name_fault
from contracts.refusals import Refused
from contracts.table import EVERYONE, LEADERS, Event, Wire
from services.auth.domain.people import (
    MAY_CREATE,
    Person,
    changed_to,
    check_managed,
    email_fault,
    role_fault,
)

FIELDS = ("name", "email", "role", "disabled")


def check_change(asker: Asker, before: Person, request: UpdateUser) -> Person:
    """The person as wanted. Raises Refused: `forbidden`, or `invalid` with every field at fault."""
    check_managed(asker.role, before)
    after = _wanted(before, request)
    faults = {
        "name": name_fault(after.name) if request.name is not None else None,
        "email": email_fault(after.email) if request.email is not None and after.email is not None else None,
        "role": role_fault(after.role),
    }
    if before.is_service:
        faults["email"] = None if after.email is None else "A service account has none."
        faults["role"] = None if after.role == before.role else "A service account is an agent."
    errors = {field: [fault] for field, fault in faults.items() if fault}
    if errors:
        raise Refused("invalid", "Some fields are not right.", errors=errors)
    if after.role not in MAY_CREATE[asker.role]:
        raise Refused("forbidden", "You may not give this role.")
    if before.user_id == asker.user_id and (after.role, after.disabled) != (before.role, before.disabled):
        raise Refused("forbidden", "Nobody disables themselves or changes their own role: ask another administrator.")
    return after


def fields_changed(before: Person, after: Person) -> list[str]:
    return [field for field in FIELDS if getattr(before, field) != getattr(after, field)]


def is_disabling(before: Person, after: Person) -> bool:
    return after.disabled and not before.disabled


def is_enabling(before: Person, after: Person) -> bool:
    return before.disabled and not after.disabled


def is_to_be_invited(before: Person, after: Person) -> bool:
    """Again: somebody without a password whose former link leads nowhere by this change."""
    is_reached_anew = voids_links(before, after) or is_enabling(before, after)
    return is_reached_anew and not after.password_hash and not after.disabled and not after.is_service


def voids_links(before: Person, after: Person) -> bool:
    """Others may read the former mailbox; who could manage them in the former role may have kept a link."""
    return is_disabling(before, after) or before.email != after.email or before.role != after.role


def makes_a_leader(before: Person, after: Person) -> bool:
    """By a higher role, by letting them in again, or by the address that their links go to."""
    is_raised = EVERYONE.index(after.role) > EVERYONE.index(before.role)
    return after.role in LEADERS and (is_raised or is_enabling(before, after) or before.email != after.email)


def takes_an_admin(before: Person, after: Person) -> bool:
    """Whether there is one less that can log in and do everything."""
    return _is_admin(before) and not _is_admin(after)


def check_admins_left(others: int) -> None:
    """Raises Refused `conflict`."""
    if not others:
        raise Refused("conflict", "This is the last administrator: make another one first.")


def told(before: Person, after: Person) -> list[tuple[Event, Wire]]:
    """Besides user.updated."""
    return [(USER_DISABLED, changed_to(before, after))] if is_disabling(before, after) else []


def detail(before: Person, after: Person) -> dict[str, str]:
    """For the audit trail: which fields, and of those that are rules, not texts, what they became."""
    fields = fields_changed(before, after)
    became = {"role": after.role, "disabled": str(after.disabled).lower()}
    return {"fields": ", ".join(fields)} | {field: value for field, value in became.items() if field in fields}


def _wanted(before: Person, request: UpdateUser) -> Person:
    """Without the blanks around."""
    return replace(
        before,
        name=before.name if request.name is None else request.name.strip(),
        email=before.email if request.email is None else request.email.strip() or None,
        role=before.role if request.role is None else request.role,
        disabled=before.disabled if request.disabled is None else request.disabled,
    )


def _is_admin(person: Person) -> bool:
    return person.role == "admin" and not person.disabled and bool(person.password_hash)
