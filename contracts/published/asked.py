"""Asks in words: what for, and who may."""

from contracts.doors import MAY_SAY_WHO
from contracts.everything import ASKS
from contracts.published.prose import text_of
from contracts.table import ADMINS, EVERYONE, LEADERS, NOBODY, Ask, Nothing

CLIENT_ASKS = {name: ask for name, ask in ASKS.items() if ask.roles != NOBODY}
"""Those of clients; the others are between parts of Parley."""
_WHO = {EVERYONE: "For everyone.", LEADERS: "For users and admins.", ADMINS: "For admins."}


def about(ask: Ask) -> str:
    said = [] if ask.request is Nothing else [text_of(ask.request)]
    return " ".join(part for part in (ask.about, *said) if part)


def who(ask: Ask) -> str:
    if ask.open:
        return "With a token, or without." if ask.name in MAY_SAY_WHO else "Without a token."
    return _WHO[ask.roles]
