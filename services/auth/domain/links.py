"""Links by which somebody chooses a password: a forgotten one, or the first. Whoever has the link needs no other proof."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

from contracts.refusals import Refused

RESET = "reset"
INVITATION = "invitation"
RESET_LIFE = timedelta(hours=1)
"""From when it was asked for, however late the mail is."""
REQUEST_PAUSE = timedelta(minutes=1)
REQUESTS_AN_HOUR = 5
AGAIN_MAX = timedelta(minutes=1)
TOKENS_KEPT = 3
"""Each attempt at a mail has a token of its own, as none is stored; the mail of one that seemed to fail may arrive yet."""
TOKEN_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Link:
    """One for each person and `kind`. `waiting`: for a mail, next tried at `due_at`. `requested_at`: of the last hour,
    newest last. Of tokens there are only hashes; without any it leads nowhere."""

    kind: str
    user_id: str
    requested_at: tuple[datetime, ...]
    expires_at: datetime
    due_at: datetime
    waiting: bool = False
    attempts: int = 0
    token_hashes: tuple[bytes, ...] = ()

    @property
    def link_id(self) -> str:
        return link_id(self.kind, self.user_id)


class Links(Protocol):
    """Where links are remembered. One that expired goes by itself."""

    async def read(self, transaction: Any, link_id: str) -> Link | None: ...

    async def read_all(self, transaction: Any, link_ids: Sequence[str]) -> list[Link]:
        """Those there are."""
        ...

    async def put(self, transaction: Any, link: Link) -> None:
        """In the place of the one that was there. Who read it in the same transaction is alone with it."""
        ...

    async def add(self, transaction: Any, links: Sequence[Link]) -> None:
        """Of people who have none yet."""
        ...

    async def use(self, transaction: Any, link: Link, token_hash: bytes) -> None:
        """Voids every link of its person. Raises Refused `reset_token_invalid` where another was first."""
        ...

    async def void(self, transaction: Any, user_id: str) -> None:
        """Every link of this person leads nowhere, and no mail is sent any more."""
        ...

    async def by_token(self, token_hash: bytes) -> Link | None: ...

    async def claim(self, now: datetime, until: datetime, token_hash: bytes) -> Link | None:
        """One that is due, with a token for this attempt; nobody else gets it before `until`. Resets come first."""
        ...

    async def sent(self, link: Link) -> None:
        """What was claimed is sent; nothing if it was replaced or voided meanwhile."""
        ...

    async def put_off(self, link: Link, due_at: datetime) -> None: ...

    async def give_up(self, link: Link) -> None: ...


def link_id(kind: str, user_id: str) -> str:
    return f"{kind}.{user_id}"


def requested(before: Link | None, user_id: str, now: datetime) -> Link:
    """After somebody asked for a reset: a new link in the place of `before`; or that one still, if it is too soon."""
    lately = tuple(at for at in before.requested_at if at > now - RESET_LIFE) if before else ()
    if before and lately and (lately[-1] > now - REQUEST_PAUSE or len(lately) >= REQUESTS_AN_HOUR):
        return before
    return Link(
        kind=RESET,
        user_id=user_id,
        requested_at=(*lately, now),
        expires_at=now + RESET_LIFE,
        due_at=now,
        waiting=True,
    )


def renewed(before: Link | None, link: Link) -> Link:
    """`link` in the place of `before`, whose tokens stay good."""
    known = before.token_hashes if before else ()
    return replace(link, token_hashes=(*known, *link.token_hashes)[-TOKENS_KEPT:])


def put_off_until(link: Link, now: datetime) -> datetime:
    """1, 2, 4, … seconds after the attempts so far, a minute at most."""
    return now + min(timedelta(seconds=2 ** min(link.attempts - 1, 10)), AGAIN_MAX)


def is_good(link: Link, now: datetime) -> bool:
    return now < link.expires_at


def hash_of(token: str) -> bytes:
    """Raises Refused `reset_token_invalid` for what can be no token. It has 256 random bits: no slow hash is needed."""
    if not _TOKEN.fullmatch(token):
        raise invalid()
    return sha256(token.encode()).digest()


def url_of(public_url: str, token: str) -> str:
    """After the `#`, which browsers send to no server: it is in no log on the way."""
    return f"{public_url.rstrip('/')}/login#reset={token}"


def invalid() -> Refused:
    return Refused("reset_token_invalid", "This link has expired or was used already: ask for a new one.")
