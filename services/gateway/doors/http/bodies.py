"""Bodies of requests as fields of an ask: JSON, or a file of people, which may be larger than anything else."""

import asyncio
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

import msgspec
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from contracts.doors import FILE as CSV
from contracts.limits import IMPORT_BYTES_MAX, IMPORT_SENT_BYTES_MAX
from contracts.refusals import Refused

JSON = "application/json"
NOT_JSON = "The body is not JSON."
CHARSETS = ("utf-8", "utf8", "us-ascii")
FORMS = ("text/plain", "application/x-www-form-urlencoded")
"""These, and multipart, a page's form may send to anybody; of anything else the browser asks first."""
BODY_S = 10.0
"""So long a body may take to come."""
FILE_S = 60.0
"""So long a file may take to come."""
_OPTIONS = ("dry_run", "passwords", "must_change")
_encode = msgspec.json.Encoder().encode


async def json_fields(request: web.Request, origins: Collection[str]) -> dict[str, Any]:
    """Whatever the body is called it is read as JSON; only the form of a strange page is not, for it would log whoever
    looks at that page in as somebody else. A page is strange where its browser says so (Sec-Fetch-Site), or where its
    Origin is of another host than the one that is asked, unless it is one of `origins`. What no browser sends is of no
    page: `curl -d` needs no header.

    Raises Refused: `invalid`, `too_large`."""
    if _is_form(request) and _is_strange(request, origins):
        raise Refused("invalid", "Send JSON: Content-Type: application/json.")
    try:
        async with asyncio.timeout(BODY_S):
            raw = await request.read()
    except (web.RequestPayloadError, HttpProcessingError, ConnectionError, TimeoutError):
        raise _broken() from None
    return _json(raw)


def _is_form(request: web.Request) -> bool:
    """Also what a script sends without saying what it is: no browser asks before that either."""
    if "Content-Type" not in request.headers:
        return True
    return request.content_type in FORMS or request.content_type.startswith("multipart/")


def _is_strange(request: web.Request, origins: Collection[str]) -> bool:
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin in origins or site in ("same-origin", "none"):
        return False  # a proxy between may have changed the host
    return site == "cross-site" or (origin is not None and _host(origin) != _host(f"//{request.host}"))


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return ""


async def file_fields(request: web.Request) -> dict[str, Any]:
    """Of an import: the file is the body, or one field of it in JSON. What the body does not say the query may. Raises
    Refused: `invalid`, `too_large`."""
    try:
        async with asyncio.timeout(FILE_S):
            raw = await _file(request)
    except (web.RequestPayloadError, HttpProcessingError, ConnectionError, TimeoutError):
        raise _broken() from None
    fields = {"csv": _text(request, raw)} if request.content_type == CSV else _json(raw, _not_json(request))
    for name in _OPTIONS:
        if name in request.query:
            fields.setdefault(name, _fact(request.query.getall(name)))
    if _sent_bytes(fields) > IMPORT_SENT_BYTES_MAX:
        raise _too_large()
    return fields


async def _file(request: web.Request) -> bytes:
    """Unpacked where it is packed: the bound is of what it unpacks to."""
    if (request.content_length or 0) > IMPORT_BYTES_MAX:
        raise _too_large()
    read = bytearray()
    async for chunk in request.content.iter_any():
        read += chunk
        if len(read) > IMPORT_BYTES_MAX:
            raise _too_large()
    return bytes(read)


def _text(request: web.Request, raw: bytes) -> str:
    if (request.charset or CHARSETS[0]).lower() not in CHARSETS:
        raise _not_utf8()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _not_utf8() from None
    if not text.strip():
        raise Refused("invalid", "The file is empty.", errors={"csv": ["Empty."]})
    return text


def _not_json(request: web.Request) -> str:
    if request.content_type == JSON:
        return NOT_JSON
    return f"Send the file as {CSV}, or as the field csv of a JSON object."


def _json(raw: bytes, otherwise: str = NOT_JSON) -> dict[str, Any]:
    try:
        body = msgspec.json.decode(raw) if raw.strip() else {}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused("invalid", otherwise) from None
    if not isinstance(body, dict):
        raise Refused("invalid", "Send the fields of the ask as one JSON object.")
    return body


def _fact(said: list[str]) -> Any:
    """What is neither true nor false, or said twice, is refused where the fields are checked."""
    return (
        {"true": True, "1": True, "false": False, "0": False}.get(said[0].lower(), said[0]) if len(said) == 1 else said
    )


def _sent_bytes(fields: dict[str, Any]) -> int:
    """Quotes and line ends are two bytes in JSON, other control characters six."""
    try:
        return len(_encode(fields))
    except (UnicodeEncodeError, RecursionError, OverflowError):
        return 0  # no text: refused where the fields are checked


def _broken() -> Refused:
    return Refused("invalid", "The body breaks off, takes too long, or is not what its headers say.")


def _not_utf8() -> Refused:
    return Refused("invalid", "The file is not UTF-8 text.", errors={"csv": ["Save it as CSV in UTF-8."]})


def _too_large() -> Refused:
    return Refused("too_large", f"A file of people has at most {IMPORT_BYTES_MAX} bytes.")
