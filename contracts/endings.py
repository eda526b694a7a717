"""Every way a connection can end, what the client may do after it, and whether it is warned first."""

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
