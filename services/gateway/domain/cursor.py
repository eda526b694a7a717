"""The cursor a client keeps: the stream's epoch and a place in it. Opaque to clients."""

from typing import NamedTuple


class Cursor(NamedTuple):
    """`part`: of the event at `seq` only so many parts have been told; 0 is all of it."""

    epoch: str
    seq: int
    part: int = 0

    def __str__(self) -> str:
        return f"{self.epoch}-{self.seq}.{self.part}" if self.part else f"{self.epoch}-{self.seq}"

    @property
    def after(self) -> int:
        """The last event that was told whole."""
        return self.seq - 1 if self.part else self.seq


def parse(text: object) -> Cursor | None:
    """None for anything that is no cursor: such a client gets a snapshot."""
    if not isinstance(text, str) or len(text) > 64 or not text.isascii():
        return None
    epoch, dash, place = text.rpartition("-")
    seq, dot, part = place.partition(".")
    if not dash or not seq.isdigit() or (dot and not part.isdigit()):
        return None
    return Cursor(epoch, int(seq), int(part or 0))
