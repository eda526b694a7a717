"""Every way a connection can end, what the client may do after it, and whether it is warned first; and why a session can."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ending:
    """`returns`: the official client comes back by itself. `warned`: a `connection.warning` goes before it."""

    code: str
    message: str
    returns: bool
    warned: bool


ENDINGS = {
    ending.code: ending
    for ending in (
        Ending("draining", "This gateway is going away; another one takes over.", True, True),
        Ending("session_ended", "The session has ended: log in again.", False, False),
        Ending("session_expired", "The access token has expired: connect with a fresh one.", True, True),
        Ending("slow_consumer", "The connection could not keep up; what was missed follows on return.", True, False),
        Ending("too_many_connections", "This person has too many connections.", False, False),
        Ending("unauthorized", "The credential was not accepted.", False, False),
        Ending("protocol_error", "The connection sent something that is not the protocol.", True, False),
        Ending("too_many_packets", "The connection sent more than a client ever has to.", True, False),
        Ending("unavailable", "A part that is needed is away; try again.", True, False),
    )
}

SESSION_ENDS = {
    "logout": "Logged out.",
    "ended": "This session was ended from another one of the same person.",
    "ended_by_leader": "This session was ended by an administrator or a user.",
    "token_reused": "This session was ended because an old refresh token of it was used: somebody may have taken it.",
    "password_changed": "The password was changed: log in with the new one.",
    "password_set": "The password was set by an administrator or a user: log in with the new one.",
    "disabled": "This account is disabled.",
    "revoked": "This token was revoked.",
}
"""Why a session ended, as its own client is told, and the sentence for people."""
_BY_OTHERS = {"ended": "ended_by_leader", "password_changed": "password_set"}


def end_told(reason: str | None, user_id: str, by: str | None) -> tuple[str | None, str]:
    """What is said to the session of `user_id` that ended for this reason, by `by`: one of SESSION_ENDS, and the sentence."""
    told = _BY_OTHERS.get(reason or "", reason) if by is not None and by != user_id else reason
    if told not in SESSION_ENDS:
        return None, ENDINGS["session_ended"].message
    return told, SESSION_ENDS[told]
