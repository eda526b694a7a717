"""Outsiders at NATS: who one is there, and what the JWT says that admits it."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.outsiders import OUTSIDE_SCOPES, OUTSIDERS, consumers_of, permissions
from contracts.refusals import Refused
from services.auth.domain.people import Person
from services.auth.domain.sessions import Session

NO_LIMIT = -1
SUBSCRIPTIONS_MAX = 100
_PLAIN = re.compile(r"(?!u$)[a-z0-9-]+")
"""Not `u`: with the name of a connection after it that could be somebody's id."""
_CONNECTION = re.compile(r"[A-Za-z0-9-]{1,32}")


@dataclass(frozen=True)
class Coming:
    """Who comes, as the server says: `user_key` is the key it made for this one, `server` is itself. `connection` is what the
    client calls the connection."""

    user_key: str
    server: str
    token: str
    connection: str


def coming(claims: dict[str, Any]) -> Coming:
    """From what a server asks. The token may be given as a token or as a password. Raises ValueError."""
    asked = claims.get("nats", {})
    options = asked.get("connect_opts", {})
    user_key, server = asked.get("user_nkey"), asked.get("server_id", {}).get("id")
    token = options.get("auth_token") or options.get("pass") or ""
    if not (isinstance(user_key, str) and isinstance(server, str) and isinstance(token, str)):
        raise ValueError("not what a server asks")
    return Coming(user_key, server, token, str(options.get("name") or ""))


def name_of(person: Person) -> str:
    """By which an outsider's consumers and inboxes are called: the login, where that can be a part of a subject and of a name,
    else the id, which no login is like, for want of an underscore there."""
    login = person.login.lower()
    return login if _PLAIN.fullmatch(login) else person.user_id


def check_scope(session: Session) -> str:
    """Raises Refused `forbidden`."""
    if session.scope not in OUTSIDE_SCOPES:
        raise Refused("forbidden", "This token does not open NATS: an administrator makes one of the scope events.")
    return session.scope


def user_claims(who: Coming, person: Person, scope: str, now: datetime, until: datetime) -> dict[str, Any]:
    """Admitted to the account of outsiders `until` then; NATS ends the connection. A connection whose name could be no part of a
    consumer's has none for this."""
    name = name_of(person)
    connection = who.connection if _CONNECTION.fullmatch(who.connection) else ""
    allowed = permissions(name, consumers_of(name, connection), scope)
    return {
        "sub": who.user_key,
        "aud": OUTSIDERS,
        "name": name,
        "iat": int(now.timestamp()),
        "exp": int(until.timestamp()),
        "nats": {
            "type": "user",
            "version": 2,
            "pub": {"allow": list(allowed.publish)},
            "sub": {"allow": list(allowed.subscribe)},
            "subs": SUBSCRIPTIONS_MAX,
            "data": NO_LIMIT,
            "payload": NO_LIMIT,
        },
    }


def answer_claims(who: Coming, now: datetime, *, jwt: str = "", error: str = "") -> dict[str, Any]:
    """One of the two: the JWT that admits, or why not."""
    said = {"jwt": jwt} if jwt else {"error": error}
    return {
        "sub": who.user_key,
        "aud": who.server,
        "iat": int(now.timestamp()),
        "nats": {"type": "authorization_response", "version": 2, **said},
    }
