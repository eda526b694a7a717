"""The cursor a client keeps: the stream's epoch and a place in it. Opaque to clients."""

from typing import NamedTuple


class Cursor(NamedTuple):
    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.seq}"


def parse(text: object) -> Cursor | None:
    """None for anything that is no cursor: such a client gets a snapshot."""
    if not isinstance(text, str) or len(text) > 64:
        return None
    epoch, dash, seq = text.rpartition("-")
    if not dash or not seq.isascii() or not seq.isdigit():
        return None
    return Cursor(epoch, int(seq))
