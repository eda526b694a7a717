"""People: what a valid one is, who may make whom, and how one is found again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import msgspec

from chassis.bus import Asker
from contracts.auth import CreateUser, UserChanged
from contracts.limits import EMAIL_CHARS_MAX, LOGIN
from contracts.names import name_fault
from contracts.refusals import Refused
from contracts.table import ADMINS, EVERYONE, LEADERS, Event, Wire
from contracts.things import User
from services.auth.domain.folding import is_text
from services.auth.domain.pages import Place

EMAIL = re.compile(r"(?!.*=\?)[^\x00-\x20\x7f\s@<>()\[\],;:\\\"]{1,64}@[^\x00-\x20\x7f\s@<>()\[\],;:\\\"]{1,253}")
"""Whether there is a mailbox only a mail can tell; nothing that could be more than one address in a header, nor an encoded
word (RFC 2047), which headers decode, line ends and all."""
REQUEST_ID_CHARS_MAX = 64
SERVICE = "service"
"""The kind of a bot's account."""
MAY_CREATE = {"admin": EVERYONE, "parley": EVERYONE, "user": ("agent",)}
"""By the asker's role; `parley` is a part of Parley itself."""


@dataclass(frozen=True)
class Person:
    """`request_key` names the request that made this person. `password_hash` empty: no password yet. `former_hashes`: of
    passwords before the current one, newest first. `version` grows by one with each change."""

    user_id: str
    login: str
    name: str
    role: str
    password_hash: bytes
    created_at: str
    password_changed_at: datetime
    email: str | None = None
    disabled: bool = False
    must_change: bool = False
    former_hashes: tuple[bytes, ...] = ()
    version: int = 1
    request_key: str | None = None
    kind: str | None = None

    @property
    def is_service(self) -> bool:
        """A bot: it has no password and no presence, and comes in by tokens alone."""
        return self.kind == SERVICE


@dataclass(frozen=True)
class Search:
    """`text` folded. `among`: only these ids; `without`: none of these. Not `disabled`: only people who are not."""

    text: str | None = None
    role: str | None = None
    disabled: bool = True
    among: frozenset[str] | None = None
    without: frozenset[str] = frozenset()
    after: Place | None = None


class Taken(Exception):
    """Somebody has this login, or was made by this request."""


class Changed(Exception):
    """Not what it was when it was read: read it again, and decide again."""


class People(Protocol):
    """Where people are remembered. Logins are unique without case, request keys are unique."""

    async def add(self, transaction: Any, person: Person) -> None:
        """Remembers the person and tells user.created. Raises Taken where login or request key is."""
        ...

    async def add_all(self, transaction: Any, people: Sequence[Person]) -> None:
        """As `add`, many at once."""
        ...

    async def change(self, transaction: Any, before: Person, after: Person, *told: tuple[Event, Wire]) -> None:
        """From `before` to `after`. Tells user.updated where others see a difference, then `told`. Raises Changed where
        somebody changed the person meanwhile."""
        ...

    async def hold(self, transaction: Any, person: Person) -> None:
        """Until the transaction is over nobody changes this person. Raises Changed where somebody has since it was read."""
        ...

    async def services(self) -> list[str]:
        """The ids of all service accounts."""
        ...

    async def by_id(self, user_id: str, transaction: Any = None) -> Person | None: ...

    async def by_login(self, login: str) -> Person | None:
        """`login` in any case."""
        ...

    async def by_logins(self, logins: Sequence[str]) -> list[Person]:
        """`logins` in any case. The unknown ones are left out."""
        ...

    async def by_request(self, request_key: str) -> Person | None: ...

    async def by_ids(self, user_ids: Sequence[str]) -> list[Person]:
        """The unknown ones are left out."""
        ...

    async def other_admins(self, transaction: Any, user_id: str) -> int:
        """How many admins there are, but for this person, that can log in. Of several who count at once all but one count
        again, after that one's transaction."""
        ...

    async def find(self, search: Search, count: int) -> list[Person]:
        """The first `count`, by name, then id."""
        ...


def check_creation(role: str, request: CreateUser) -> CreateUser:
    """The request made tidy. Raises Refused: `forbidden`, or `invalid` with every field at fault."""
    allowed = MAY_CREATE.get(role, ())
    if not allowed:
        raise Refused("forbidden", "You may not create people.")
    tidy = _tidy(request)
    errors = {field: [fault] for field, fault in _faults(tidy).items() if fault}
    if errors:
        raise Refused("invalid", "Some fields are not right.", errors=errors)
    if tidy.role not in allowed or (tidy.kind is not None and not may_manage_services(role)):
        raise Refused("forbidden", "You may not create people of this role or kind.")
    return tidy


def _tidy(request: CreateUser) -> CreateUser:
    """Without the blanks around; a blank email is none."""
    return CreateUser(
        login=request.login,
        name=request.name.strip(),
        role=request.role,
        password=request.password,
        must_change=request.must_change,
        email=(request.email or "").strip() or None,
        request_id=request.request_id,
        kind=request.kind,
    )


def may_manage(role: str, person: Person) -> bool:
    """Whether an asker of this role may change this person, end their sessions, and the like."""
    return person.role in MAY_CREATE.get(role, ()) and (not person.is_service or may_manage_services(role))


def may_manage_services(role: str) -> bool:
    return role in (*ADMINS, "parley")


def check_managed(role: str, person: Person) -> None:
    """Raises Refused `forbidden`."""
    if not may_manage(role, person):
        raise Refused("forbidden", "You may not manage this person.")


def request_key(asker: str, request_id: str | None) -> str | None:
    return None if request_id is None else f"{asker}:{request_id}"


def check_asker(asker: Asker, now: Person | None) -> Person:
    """Whether a token still says who its owner is: it may have been a while since the door looked at it. Raises Refused."""
    if now is None or now.disabled:
        raise Refused("session_ended", "The session has ended: log in again.")
    if now.role != asker.role:
        raise Refused("token_expired", "This role is one from before: refresh the token.")
    return now


def known(person: Person | None) -> Person:
    """Raises Refused `not_found`."""
    if person is None:
        raise Refused("not_found", "There is nobody of this id.")
    return person


def changed_to(before: Person, after: Person) -> UserChanged:
    """What is told of a change that others see."""
    return UserChanged(user=as_user(after), version=before.version + 1)


def leads(role: str) -> bool:
    return role in (*LEADERS, "parley")


def as_seen_by(asker: Asker, user: User) -> User:
    """An e-mail address is for whoever leads, and for whose it is."""
    if leads(asker.role) or user.user_id == asker.user_id:
        return user
    return msgspec.structs.replace(user, email=None)


def as_user(person: Person, status: str | None = None, last_seen_at: str | None = None) -> User:
    """The person as parts of Parley and leaders see them. A service account is never seen to be here or not."""
    return User(
        user_id=person.user_id,
        login=person.login,
        name=person.name,
        role=person.role,
        email=person.email,
        status=None if person.is_service else status,
        last_seen_at=None if person.is_service else last_seen_at,
        disabled=person.disabled,
        created_at=person.created_at,
        invited=not person.password_hash and not person.is_service,
        kind=person.kind,
    )


def _faults(request: CreateUser) -> dict[str, str | None]:
    return {
        "login": None if LOGIN.fullmatch(request.login) else "1 to 64 of A-Z a-z 0-9 . _ @ -, a letter or digit first.",
        "name": name_fault(request.name),
        "role": role_fault(request.role),
        "email": None if request.email is None else email_fault(request.email),
        "request_id": None
        if request.request_id is None or _fits(request.request_id, REQUEST_ID_CHARS_MAX)
        else f"1 to {REQUEST_ID_CHARS_MAX} characters.",
        "kind": None if request.kind in (None, SERVICE) else "service, or nothing.",
        **(_service_faults(request) if request.kind == SERVICE else {}),
    }


def _service_faults(request: CreateUser) -> dict[str, str | None]:
    return {
        "role": None if request.role == "agent" else "A service account is an agent.",
        "password": None if request.password is None else "A service account has none: make a token.",
        "email": None if request.email is None else "A service account has none.",
        "must_change": "A service account has no password." if request.must_change else None,
    }


def role_fault(role: str) -> str | None:
    return None if role in EVERYONE else "agent, user or admin."


def email_fault(email: str) -> str | None:
    return None if len(email) <= EMAIL_CHARS_MAX and is_text(email) and EMAIL.fullmatch(email) else "Not an address."


def _fits(text: str, chars_max: int) -> bool:
    return 0 < len(text) <= chars_max and is_text(text)
