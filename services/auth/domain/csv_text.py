"""CSV (RFC 4180) as it is met: separated by comma or semicolon, quoted where needed, and every record with the lines it is on.

What is inside quotes is never read as a record, also where something else is wrong with them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

SEPARATORS = ",;"
COLUMNS_MAX = 50
_QUOTED = re.compile(r'[ \t]*+"([^"]*+(?:""[^"]*+)*+)"[ \t]*+')
_PLAIN = {separator: re.compile(rf"[^{separator}\n]*") for separator in SEPARATORS}
_OPENS = re.compile(r'[ \t]*"')
_BLANKS = re.compile(rf"[ \t{SEPARATORS}]*+\n")


@dataclass(frozen=True)
class Record:
    """Lines count from 1; `last_line` differs where a cell has line breaks. `fault`: no cells are known, for this reason."""

    line: int
    last_line: int
    cells: tuple[str, ...]
    fault: str | None = None


def records(text: str) -> Iterator[Record]:
    """Those with anything in them, the header's first. A byte order mark at the beginning means nothing."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    separator = _separator(text)
    place, line = 0, 1
    while place < len(text):
        if blank := _BLANKS.match(text, place):
            place, line = blank.end(), line + 1
            continue
        cells, end, fault = _record(text, place, separator)
        last_line = line + text.count("\n", place, end)
        if fault or any(cell.strip() for cell in cells):
            yield Record(line, last_line, tuple(cells), fault)
        place, line = end + 1, last_line + 1


def _separator(text: str) -> str:
    """The one that the header has more of."""
    header = text.lstrip().partition("\n")[0]
    return max(SEPARATORS, key=header.count)


def _record(text: str, place: int, separator: str) -> tuple[list[str], int, str | None]:
    """Its cells, where its last line ends, and what is wrong with it."""
    cells: list[str] = []
    fault = None
    plain = _PLAIN[separator]
    while True:
        if quoted := _QUOTED.match(text, place):
            cells.append(quoted[1].replace('""', '"'))
            place = quoted.end()
            rest = plain.match(text, place)
            if rest and rest[0]:
                fault, place = "Something follows a closing quote.", rest.end()
        elif _OPENS.match(text, place):
            return [], len(text), "A quote is opened and never closed: nothing after it was read."
        else:
            cell = plain.match(text, place)
            assert cell is not None
            cells.append(cell[0])
            place = cell.end()
        if place == len(text) or text[place] == "\n":
            return ([] if fault else cells), place, fault
        if len(cells) == COLUMNS_MAX:
            return [], len(text), f"More than {COLUMNS_MAX} cells: nothing after it was read."
        place += 1
