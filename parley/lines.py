"""What is shown at a terminal: tables, and words of others that do nothing there but be read."""

from collections.abc import Iterable, Iterator, Sequence


def table(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Columns of one width each; the first row is the headings."""
    cells: list[Sequence[str]] = [tuple(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def plain(text: str) -> str:
    """A name could end the line, or be an order to the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
