"""Pages of a listing: where one ended, as an opaque cursor, and how long one may be."""

import base64
import binascii
from dataclasses import dataclass

import msgspec

from contracts.limits import PAGE_MAX
from contracts.refusals import Refused

PAGE_DEFAULT = 50


@dataclass(frozen=True)
class Place:
    """The last one of a page."""

    name: str
    user_id: str


def cursor_of(place: Place) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode((place.name, place.user_id))).decode()


def place_of(cursor: str | None) -> Place | None:
    """Raises Refused `invalid`."""
    if cursor is None:
        return None
    try:
        data = base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True)
        return Place(*msgspec.json.decode(data, type=tuple[str, str]))
    except (UnicodeEncodeError, binascii.Error, msgspec.DecodeError):
        raise _invalid("cursor", "Not a cursor of this listing.") from None


def page_size(limit: int | None) -> int:
    """Raises Refused `invalid`."""
    if limit is None:
        return PAGE_DEFAULT
    if not 1 <= limit <= PAGE_MAX:
        raise _invalid("limit", f"1 to {PAGE_MAX}.")
    return limit


def check_choice(field: str, value: str | None, choices: tuple[str, ...]) -> None:
    """Raises Refused `invalid`."""
    if value is not None and value not in choices:
        raise _invalid(field, f"One of {', '.join(choices)}.")


def _invalid(field: str, fault: str) -> Refused:
    return Refused("invalid", f"The {field} is not right.", errors={field: [fault]})
