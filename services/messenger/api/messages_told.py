"""Hears of messages that were sent, edited and deleted, for the search index, through the durable consumer that all
replicas share."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from chassis.bus import Heard, Told
from contracts.messenger import MESSAGE_DELETED, MESSAGE_EDITED, MESSAGE_SENT
from contracts.table import Wire
from contracts.things import Message
from services.messenger.actions.index_messages import IndexMessages
from services.messenger.domain.words import WORDING

CONSUMER = f"messenger-search-{WORDING}"
SUBJECTS = [f"{event.prefix}.>" for event in (MESSAGE_SENT, MESSAGE_EDITED, MESSAGE_DELETED)]
BATCH_MAX = 200


class _OfMessage(Wire, frozen=True):
    message: Message


_decode = msgspec.json.Decoder(_OfMessage).decode


def understood(told: Told) -> Message:
    """Raises ValueError or RecursionError: it is no such event."""
    return _decode(told.data).message


def taking(index_messages: IndexMessages) -> Callable[[Sequence[Heard[Message]]], Awaitable[None]]:
    async def take(heard: Sequence[Heard[Message]]) -> None:
        await index_messages([one.event for one in heard])

    return take
