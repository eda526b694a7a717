"""Bodies of requests as fields of an ask: JSON, or a file of people, which may be larger than anything else."""

import asyncio
from typing import Any

import msgspec
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from contracts.limits import IMPORT_BYTES_MAX, IMPORT_SENT_BYTES_MAX
from contracts.refusals import Refused

CSV = "text/csv"
CHARSETS = ("utf-8", "utf8", "us-ascii")
FILE_S = 60.0
"""So long a file may take to come."""
_OPTIONS = ("dry_run", "passwords", "must_change")
_encode = msgspec.json.Encoder().encode


async def json_fields(request: web.Request) -> dict[str, Any]:
    """Raises Refused: `invalid`, `too_large`."""
    try:
        raw = await request.read()
    except (web.RequestPayloadError, HttpProcessingError, ConnectionError):
        raise _broken() from None
    return _json(raw)


async def file_fields(request: web.Request) -> dict[str, Any]:
    """Of an import: the file is the body, or one field of it in JSON. What the body does not say the query may. Raises
    Refused: `invalid`, `too_large`."""
    try:
        async with asyncio.timeout(FILE_S):
            raw = await _file(request)
    except (web.RequestPayloadError, HttpProcessingError, ConnectionError, TimeoutError):
        raise _broken() from None
    fields = {"csv": _text(request, raw)} if request.content_type == CSV else _json(raw)
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
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _not_utf8() from None


def _json(raw: bytes) -> dict[str, Any]:
    try:
        body = msgspec.json.decode(raw) if raw.strip() else {}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused("invalid", "The body is not JSON.") from None
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
    return Refused("invalid", "The body breaks off, or is not what its headers say.")


def _not_utf8() -> Refused:
    return Refused("invalid", "The file is not UTF-8 text.", errors={"csv": ["Save it as CSV in UTF-8."]})


def _too_large() -> Refused:
    return Refused("too_large", f"A file of people has at most {IMPORT_BYTES_MAX} bytes.")
