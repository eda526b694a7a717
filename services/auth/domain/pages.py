"""Pages of a listing: where one ended, as an opaque cursor, and how long one may be."""

import base64
from dataclasses import dataclass

import msgspec

from contracts.limits import NAME_CHARS_MAX, PAGE_MAX, is_id
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
        place = Place(*msgspec.json.decode(data, type=tuple[str, str]))
    except ValueError:  # which those of base64, UTF-8 and msgspec are, too
        raise _invalid("cursor", "Not a cursor of this listing.") from None
    if len(place.name) > NAME_CHARS_MAX or not is_id(place.user_id):
        raise _invalid("cursor", "Not a cursor of this listing.")
    return place


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
