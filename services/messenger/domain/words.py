"""Words: what a text is found by, whatever its case, accents and width, in any script.

In scripts with spaces a word is a run of letters, digits and marks. Scripts without them (Han, Kana, Thai, Lao, Khmer,
Myanmar) are found by every two characters that stand side by side, and by each alone.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

WORDING = 1
"""One more with each change of what is a word: then the index is made anew."""
WORDS_MAX = 6_000
"""Of one message, the first: no text in a language has as many within 16 KiB."""
WORD_CHARS_MAX = 40
"""A longer word is known by its beginning."""

_SPACELESS = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0eff"  # Thai, Lao
    "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f\u1780-\u17ff"  # Myanmar, Khmer
    "\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"  # Hiragana, Katakana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # Han
)
_ACCENTS = frozenset((1, *range(10, 37), *range(200, 241)))
"""Combining classes of what is written above, below and through letters. Those of vowels, and of what makes another
letter (Indic, Kana, Thai), are not among them."""
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u0131\u0269", "i"),  # without a dot
        **{"\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00f0": "d", "\u0127": "h", "\u0167": "t"},  # with a stroke
        **{"\u00e6": "ae", "\u0153": "oe", "\u00fe": "th", "\u014b": "n", "\u0138": "k", "\u0259": "e"},
        "_": " ",
    }
)
"""Letters that Unicode takes for letters of their own, as they are typed where the keyboard has none."""


def _ranges(chars: Iterable[str]) -> str:
    """For a class of a regular expression."""
    spans: list[list[int]] = []
    for code in map(ord, chars):
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in spans)


_MARKS = [c for c in map(chr, range(0x300, 0x1F000)) if unicodedata.category(c) in ("Mn", "Mc")]
_UNSEEN = [c for c in map(chr, (*range(0xFFFF), *range(0xE0000, 0xE1000))) if unicodedata.category(c) == "Cf"]
_IGNORED = dict.fromkeys(map(ord, [*_UNSEEN, *map(chr, (0x640, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))]))
"""What joins, splits and varies without being seen, and the stroke that stretches Arabic."""
_WORD = re.compile(f"[\\w{_ranges(_MARKS)}]+")
_PART = re.compile(f"([{_SPACELESS}]+)|[^{_SPACELESS}]+")


class Wanted(NamedTuple):
    """A message is wanted that has all `words` and one that begins with `beginning` (empty: any)."""

    words: tuple[str, ...]
    beginning: str


def fold(text: str) -> str:
    """Folding what is folded changes nothing."""
    if text.isascii():
        return text.lower().replace("_", " ")
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).casefold()
    bare = [_digit(c) for c in plain.translate(_IGNORED).translate(_PLAIN) if unicodedata.combining(c) not in _ACCENTS]
    return unicodedata.normalize("NFKC", "".join(bare))


def words_of(text: str) -> list[str]:
    """Each once, in the order of the text, and at most WORDS_MAX."""
    words: dict[str, None] = {}
    for part, is_spaceless in _parts(text):
        if is_spaceless:
            words |= dict.fromkeys(part)
            words |= dict.fromkeys(_pairs(part))
        else:
            words[part[:WORD_CHARS_MAX]] = None
        if len(words) >= WORDS_MAX:
            break
    return list(words)[:WORDS_MAX]


def wanted(q: str) -> Wanted:
    """The last word is a beginning. Without any word or beginning there is nothing to be found."""
    words: list[str] = []
    beginning = ""
    for part, is_spaceless in _parts(q):
        if beginning:
            words.append(beginning)
        beginning = "" if is_spaceless else part[:WORD_CHARS_MAX]
        if is_spaceless:
            words += _pairs(part) if len(part) > 1 else part
    return Wanted(tuple(dict.fromkeys(words)), beginning)


def is_found(text: str, wanted: Wanted) -> bool:
    words = words_of(text)
    return set(wanted.words) <= set(words) and any(word.startswith(wanted.beginning) for word in words)


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    for run in _WORD.findall(fold(text)):
        if run.isascii():
            yield run, False
        else:
            for match in _PART.finditer(run):
                yield match[0], match[1] is not None


def _pairs(part: str) -> list[str]:
    return [part[place : place + 2] for place in range(len(part) - 1)]


def _digit(char: str) -> str:
    return str(unicodedata.decimal(char)) if char.isdecimal() else char
