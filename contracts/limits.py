"""Limits that every part agrees on. Sizes in bytes or items; a request over one is refused with `too_large` or `invalid`."""

import re
from typing import Annotated

from msgspec import Meta

TEXT_BYTES_MAX = 16 * 1024
CLIENT_MESSAGE_ID_CHARS_MAX = 64
NAME_CHARS_MAX = 100
EMAIL_CHARS_MAX = 254
NOTE_CHARS_MAX = 140
MEMBERS_MAX = 5_000
MEMBERS_LISTED_MAX = 50
MEMBERSHIPS_MAX = 5_000
"""Conversations of one person; joining more is a `conflict`."""
READERS_TOLD_MAX = 32
PINNED_MAX = 50
"""Conversations that one person has pinned."""
SILENT_MAX = 500
"""Conversations of which one person wants no mail."""
TIME_ZONE_CHARS_MAX = 64
PAGE_MAX = 200
SEARCH_PAGE_MAX = 50
WATCHED_MAX = 5_000
PACKET_BYTES_MAX = 256 * 1024
IMPORT_BYTES_MAX = 900_000
"""Of a file of people, alone among what may be asked."""
IMPORT_SENT_BYTES_MAX = 1_000_000
"""Of the same as JSON: NATS carries 1 MiB at once by default."""
IMPORT_PEOPLE_MAX = 5_000
IMPORT_LINES_MAX = 20_000
"""Blank ones and those within quotes are lines, too."""
PASSWORD_BYTES_MAX = 72
"""bcrypt reads no further."""

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
RequestId = Annotated[str, Meta(min_length=1, max_length=64)]
SearchText = Annotated[str, Meta(max_length=NAME_CHARS_MAX)]
"""A store would refuse a search of kilobytes, and it finds no name."""
TOKENS_MAX = 20
"""Of one service account."""
TOKEN_DAYS_MAX = 3_650
SERVICE_TOKEN = re.compile(r"parley_[A-Za-z0-9_-]{43}")
"""So that whoever looks for secrets in code finds it, and nothing else is taken for one."""
LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


def is_id(text: str) -> bool:
    """Only such a text may become a token of a subject."""
    return ID.fullmatch(text) is not None
