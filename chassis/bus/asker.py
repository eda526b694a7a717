"""Who is asking: travels in the headers of an ask, set by the gateway after it verified the credential."""

from collections.abc import Mapping

import msgspec

_FIELDS = {
    "user_id": "Parley-User-Id",
    "role": "Parley-Role",
    "session_id": "Parley-Session-Id",
    "request_id": "Parley-Request-Id",
    "address": "Parley-Address",
    "client": "Parley-Client",
}


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """`user_id` empty: nobody in particular. `address` is the client's, for limits and the audit trail; `client` is what it
    calls itself, printable ASCII of at most 200 characters."""

    user_id: str = ""
    role: str = ""
    session_id: str = ""
    request_id: str = ""
    address: str = ""
    client: str = ""

    def headers(self) -> dict[str, str]:
        return {header: value for field, header in _FIELDS.items() if (value := getattr(self, field))}


PARLEY = Asker(role="parley")
"""A part of Parley itself."""


def asker_of(headers: Mapping[str, str] | None) -> Asker:
    return Asker(**{field: (headers or {}).get(header, "") for field, header in _FIELDS.items()})
