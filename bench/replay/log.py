"""Reads a chat log: JSONL with `minute`, `from`, `to` (a name or null) and `text`."""

from __future__ import annotations

from pathlib import Path

import msgspec


class LogUnreadable(Exception):
    """The file, and where it can be said the line, that is no chat log."""


class Line(msgspec.Struct, frozen=True):
    """One message. `to` is whom it is addressed to, where that is someone."""

    minute: float
    sender: str = msgspec.field(name="from")
    text: str
    to: str | None = None


def read_log(path: Path, limit: int | None = None) -> list[Line]:
    """In the order of the file, blank lines left out; the first `limit` messages only."""
    try:
        rows = path.read_bytes().splitlines()
    except OSError as error:
        raise LogUnreadable(f"{path} cannot be read: {error.strerror}") from error
    lines: list[Line] = []
    for number, row in enumerate(rows, 1):
        if row.strip() and (limit is None or len(lines) < limit):
            lines.append(_line(path, number, row))
    if not lines:
        raise LogUnreadable(f"{path} has no message")
    return lines


def names(lines: list[Line]) -> list[str]:
    """Everyone who writes, in order of their first message. Who is only written to never connects."""
    return list(dict.fromkeys(line.sender for line in lines))


def _line(path: Path, number: int, row: bytes) -> Line:
    try:
        line = _decoder.decode(row)
    except msgspec.DecodeError as error:
        raise LogUnreadable(f"{path}, line {number}: {error}") from error
    if not line.sender.strip() or not line.text.strip():
        raise LogUnreadable(f"{path}, line {number}: an empty name or text")
    return line


_decoder = msgspec.json.Decoder(Line)
