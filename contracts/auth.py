"""Auth: who you are. People, passwords, sessions, and the keys that tokens are signed with."""

from contracts.limits import SearchText
from contracts.table import LEADERS, NOBODY, Ask, Event, Nothing, Route, Wire
from contracts.things import Notice, User


class Login(Wire, frozen=True):
    """`session` "token" asks for the refresh token in the body; otherwise the gateway keeps it in a cookie."""

    login: str
    password: str
    session: str | None = None


class Tokens(Wire, frozen=True):
    """`expires_in` in seconds. The gateway takes `refresh_token` out of the body for browsers."""

    access_token: str
    expires_in: int
    user: User
    notices: list[Notice]
    refresh_token: str | None = None


class Refresh(Wire, frozen=True):
    """`refresh_token` absent: the gateway fills in the cookie."""

    refresh_token: str | None = None


class Logout(Wire, frozen=True):
    """The session of the asker, else the one of the refresh token."""

    refresh_token: str | None = None


class UserAnswer(Wire, frozen=True):
    user: User


class ListUsers(Wire, frozen=True):
    """`q`: part of name or login, case ignored. `status`: online, offline or all. `cursor`: from the page before."""

    q: SearchText | None = None
    status: str | None = None
    role: str | None = None
    limit: int | None = None
    cursor: str | None = None


class UserList(Wire, frozen=True):
    users: list[User]
    next_cursor: str | None = None


class CreateUser(Wire, frozen=True):
    """`request_id`: the same one from the same person gives the same result."""

    login: str
    name: str
    role: str
    password: str
    email: str | None = None
    request_id: str | None = None


class GetUser(Wire, frozen=True):
    user_id: str


class LookUpUsers(Wire, frozen=True):
    """Up to 5,000 ids; the unknown ones are left out of the answer."""

    user_ids: list[str]


class Keys(Wire, frozen=True):
    """A JWK set (RFC 7517) of Ed25519 public keys (RFC 8037)."""

    keys: list[dict[str, str]]


class UserChanged(Wire, frozen=True):
    user: User


class SessionStarted(Wire, frozen=True):
    session_id: str
    user_id: str
    at: str


class SessionEnded(Wire, frozen=True):
    """Every gateway closes the session's sockets and refuses its tokens from now on. `reason` e.g. logout."""

    session_id: str
    user_id: str
    reason: str
    at: str


ASKS = (
    Ask(
        "auth.login",
        "auth",
        Login,
        Tokens,
        route=Route("POST", "/auth/login"),
        socket=False,
        idempotent=False,
        open=True,
    ),
    Ask("auth.refresh", "auth", Refresh, Tokens, route=Route("POST", "/auth/refresh"), socket=False, open=True),
    Ask("auth.logout", "auth", Logout, Nothing, route=Route("POST", "/auth/logout", 204), socket=False, open=True),
    Ask("me.get", "auth", Nothing, UserAnswer, route=Route("GET", "/me")),
    Ask("user.list", "auth", ListUsers, UserList, route=Route("GET", "/users")),
    Ask("user.get", "auth", GetUser, UserAnswer, route=Route("GET", "/users/{user_id}")),
    Ask(
        "user.create",
        "auth",
        CreateUser,
        UserAnswer,
        roles=LEADERS,
        route=Route("POST", "/users", 201),
        idempotent=False,
        askers=("gateway", "local"),
    ),
    Ask("user.look_up", "auth", LookUpUsers, UserList, NOBODY, socket=False, askers=("messenger", "notifier")),
    Ask("keys.get", "auth", Nothing, Keys, NOBODY, socket=False),
)

USER_CREATED = Event("user.created", "auth", UserChanged, ("user_id",))
SESSION_STARTED = Event("session.started", "auth", SessionStarted, ("user_id",))
SESSION_ENDED = Event("session.ended", "auth", SessionEnded, ("user_id",))
EVENTS = (USER_CREATED, SESSION_STARTED, SESSION_ENDED)
