"""Kinds of fields, with what the published schemas say of them beyond their type. What is noted here is not checked where a
request is read: whose ask it is refuses it, with the code that fits."""

from typing import Annotated, Any

from msgspec import Meta

from contracts.endings import ENDINGS, SESSION_ENDS
from contracts.limits import (
    CLIENT_MESSAGE_ID_CHARS_MAX,
    EMAIL_CHARS_MAX,
    IMPORT_BYTES_MAX,
    LOGIN,
    MEMBERS_MAX,
    NAME_CHARS_MAX,
    NOTE_CHARS_MAX,
    PAGE_MAX,
    PASSWORD_BYTES_MAX,
    SEARCH_PAGE_MAX,
    TEXT_BYTES_MAX,
    TIME_ZONE_CHARS_MAX,
    TOKEN_DAYS_MAX,
    WATCHED_MAX,
)
from contracts.table import EVERYONE

BYTES_MAX = "x-max-utf8-bytes"
"""JSON schema counts characters; of a text that may have so many bytes."""


def noted(**schema: Any) -> Meta:
    return Meta(extra_json_schema=schema)


def _bytes(least: int, most: int) -> Meta:
    return Meta(extra_json_schema={"minLength": least, "maxLength": most, BYTES_MAX: most})


Role = Annotated[str, noted(enum=list(EVERYONE))]
AccountKind = Annotated[str, noted(enum=["service"])]
Scope = Annotated[str, noted(enum=["read", "write", "events", "events.text"])]
Kind = Annotated[str, noted(enum=["direct", "group"])]
History = Annotated[str, noted(enum=["joined", "everything"])]
Shown = Annotated[str, noted(enum=["online", "away", "do_not_disturb", "offline"])]
"""A status as others see it."""
Choosable = Annotated[str, noted(enum=["online", "away", "do_not_disturb"])]
Sought = Annotated[str, noted(enum=["online", "offline", "all"])]
ExportFormat = Annotated[str, noted(enum=["json", "csv"])]
Severity = Annotated[str, noted(enum=["info", "warning", "error"])]
LicenseState = Annotated[str, noted(enum=["valid", "expiring", "expired"])]
ImportState = Annotated[str, noted(enum=["running", "done", "interrupted"])]
RuleCode = Annotated[
    str,
    noted(enum=["min_length", "lowercase", "uppercase", "digit", "special", "max_bytes", "different", "history"]),
]
EndingCode = Annotated[str, noted(enum=list(ENDINGS))]
EndReason = Annotated[str, noted(enum=list(SESSION_ENDS))]
InBody = Annotated[str, noted(enum=["token"])]

Text = Annotated[str, _bytes(1, TEXT_BYTES_MAX)]
File = Annotated[str, _bytes(1, IMPORT_BYTES_MAX)]
NewPassword = Annotated[str, _bytes(1, PASSWORD_BYTES_MAX)]
Name = Annotated[str, noted(minLength=1, maxLength=NAME_CHARS_MAX)]
NewLogin = Annotated[str, noted(pattern=f"^{LOGIN.pattern}$")]
Email = Annotated[str, noted(maxLength=EMAIL_CHARS_MAX)]
Note = Annotated[str, noted(maxLength=NOTE_CHARS_MAX)]
ClientMessageId = Annotated[str, noted(minLength=1, maxLength=CLIENT_MESSAGE_ID_CHARS_MAX)]
Members = Annotated[list[str], noted(maxItems=MEMBERS_MAX)]
Seen = Annotated[list[str], noted(maxItems=WATCHED_MAX)]
Everybody = Annotated[str, noted(enum=["all"])]
TokenDays = Annotated[int, noted(minimum=1, maximum=TOKEN_DAYS_MAX)]
Language = Annotated[str, noted(enum=["en", "it"])]
"""In which mails are written."""
TimeOfDay = Annotated[str, noted(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
TimeZone = Annotated[str, noted(maxLength=TIME_ZONE_CHARS_MAX, examples=["Europe/Rome"])]
"""A name of the IANA time zone database."""
MailedOf = Annotated[str, noted(enum=["all", "nothing"])]
Seq = Annotated[int, noted(minimum=1)]
Page = Annotated[int, noted(minimum=1, maximum=PAGE_MAX)]
SearchPage = Annotated[int, noted(minimum=1, maximum=SEARCH_PAGE_MAX)]
