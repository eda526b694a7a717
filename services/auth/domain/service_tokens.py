"""Tokens of service accounts: what a good one is, for whom, and how a secret is kept."""

from datetime import datetime, timedelta
from hashlib import sha256

from chassis.clock import new_id, rfc3339
from contracts.auth import CreateToken
from contracts.limits import TOKEN_DAYS_MAX, TOKENS_MAX
from contracts.names import name_fault
from contracts.outsiders import OUTSIDE_SCOPES
from contracts.refusals import Refused
from contracts.things import ServiceToken
from services.auth.domain.people import Person
from services.auth.domain.sessions import Session, ended

PREFIX = "parley_"
SECRET_BYTES = 32
SCOPES = ("read", "write", *OUTSIDE_SCOPES)
"""Those of outsiders open NATS alone, the others the doors of gateways."""
USED_EVERY = timedelta(minutes=1)
"""So exactly it is known when a token was last used."""


def token_hash(secret: str) -> bytes:
    """Of 256 random bits: nothing slower is needed to keep them from being found again."""
    return sha256(secret.encode()).digest()


def check_wanted(request: CreateToken) -> None:
    """Raises Refused `invalid`, with every field at fault."""
    faults = {
        "name": name_fault(request.name),
        "scope": None if request.scope in SCOPES else f"{', '.join(SCOPES[:-1])} or {SCOPES[-1]}.",
        "expires_in_days": None if 1 <= request.expires_in_days <= TOKEN_DAYS_MAX else f"1 to {TOKEN_DAYS_MAX}.",
    }
    errors = {field: [fault] for field, fault in faults.items() if fault}
    if errors:
        raise Refused("invalid", "Some fields are not right.", errors=errors)


def check_owner(person: Person) -> None:
    """Raises Refused `conflict`."""
    if not person.is_service:
        raise Refused("conflict", "Only a service account has tokens: people log in.")
    if person.disabled:
        raise Refused("conflict", "This account is disabled: enable it first.")


def check_count(count: int) -> None:
    """Raises Refused `conflict`."""
    if count >= TOKENS_MAX:
        raise Refused("conflict", f"This account has {TOKENS_MAX} tokens: revoke one first.")


def new_token(person: Person, request: CreateToken, secret: str, now: datetime, address: str) -> Session:
    return Session(
        session_id=new_id("t"),
        user_id=person.user_id,
        generation=0,
        created_at=now,
        expires_at=now + timedelta(days=request.expires_in_days),
        used_at=now,
        address=address,
        client=request.name,
        token_hash=token_hash(secret),
        scope=request.scope,
    )


def check_good(session: Session, now: datetime) -> None:
    """Raises Refused: `session_ended`, `token_expired`."""
    if session.ended_at is not None:
        raise ended()
    if now >= session.expires_at:
        raise Refused("token_expired", "This token has expired: an administrator makes another.")


def check_door(session: Session) -> None:
    """Whether it is for the doors of gateways. Raises Refused `token_invalid`."""
    if session.scope in OUTSIDE_SCOPES:
        raise Refused("token_invalid", "This token is for events on NATS, and opens no other door.")


def unknown() -> Refused:
    return Refused("token_invalid", "There is no such token.")


def as_token(session: Session) -> ServiceToken:
    """As administrators see it."""
    return ServiceToken(
        token_id=session.session_id,
        user_id=session.user_id,
        name=session.client,
        scope=session.scope or "",
        created_at=rfc3339(session.created_at),
        expires_at=rfc3339(session.expires_at),
        last_used_at=rfc3339(session.used_at) if session.used_at > session.created_at else None,
    )
