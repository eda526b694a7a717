"""An export as one document: each part is written before the next is asked for, so that it may be longer than memory.

What fails after the first part breaks the connection off: a client sees that the document is not whole.
"""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

import msgspec
from aiohttp import web

from chassis import log
from contracts.messenger import Export
from contracts.refusals import Refused
from contracts.things import Message

Part = Callable[[int], Awaitable[bytes]]
"""The part after that seq, as JSON. Raises Refused."""
TRIES = 30
PAUSE_S = 1.0
COLUMNS = (
    *("seq", "sent_at", "sender_id", "sender_name", "text", "edited_at", "deleted_at", "deleted_by"),
    *("reply_to_seq", "message_id"),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of one (OWASP, CSV Injection)."""
TYPES = {"json": "application/json", "csv": "text/csv"}
_decode = msgspec.json.Decoder(Export).decode
_encode = msgspec.json.Encoder().encode


async def exported(request: web.Request, form: str, part: Part) -> web.StreamResponse:
    """Raises Refused where there is not even a first part."""
    first = _decode(await part(0))
    response = web.StreamResponse(headers={"Cache-Control": "no-store"})
    response.content_type = TYPES[form]
    response.charset = "utf-8"
    name = f"{first.conversation.conversation_id}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    await response.prepare(request)
    write = _as_csv if form == "csv" else _as_json
    try:
        async for piece in write(_parts(first, part)):
            await response.write(piece)
    except Refused as refused:
        log.get().warning("export.broken_off", code=refused.code)
        if request.transport is not None:
            request.transport.abort()
    else:
        await response.write_eof()
    return response


async def _parts(first: Export, part: Part) -> AsyncIterator[Export]:
    yield first
    after = first.next_after_seq
    while after is not None:
        one = _decode(await _patiently(part, after))
        yield one
        after = one.next_after_seq


async def _patiently(part: Part, after: int) -> bytes:
    """A replica that goes, or too many asks a second, end no export."""
    for _ in range(TRIES):
        try:
            return await part(after)
        except Refused as refused:
            if refused.code not in ("unavailable", "rate_limited"):
                raise
            await asyncio.sleep(refused.refusal.retry_after_s or PAUSE_S)
    return await part(after)


async def _as_json(parts: AsyncIterator[Export]) -> AsyncIterator[bytes]:
    """As the answer of the ask would be, were it one."""
    names: dict[str, str] = {}
    begun = False
    async for one in parts:
        if not begun:
            yield b'{"conversation":' + _encode(one.conversation) + b',"messages":['
        written = b",".join(map(_encode, one.messages))
        yield (b"," if begun and written else b"") + written
        begun = True
        names |= one.names
    yield b'],"names":' + _encode(names) + b"}"


async def _as_csv(parts: AsyncIterator[Export]) -> AsyncIterator[bytes]:
    """RFC 4180, in UTF-8."""
    yield _lines([COLUMNS])
    async for one in parts:
        yield _lines(_rows(one))


def _rows(part: Export) -> Iterator[Sequence[object]]:
    for one in part.messages:
        yield [safe(cell) for cell in _cells(one, part.names)]


def _cells(one: Message, names: dict[str, str]) -> Sequence[str | int]:
    return (
        *(one.seq, one.sent_at, one.sender_id, names.get(one.sender_id, ""), one.text),
        *(one.edited_at or "", one.deleted_at or "", one.deleted_by or "", one.reply_to_seq or "", one.message_id),
    )


def safe(cell: str | int) -> str | int:
    """A text that a spreadsheet would work out stands behind an apostrophe, which it does not show."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _lines(rows: Iterator[Sequence[object]] | list[Sequence[object]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()
