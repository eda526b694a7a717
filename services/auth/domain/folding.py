"""Folding: what texts are compared as when people are searched, without case and accents."""

import unicodedata

from contracts.refusals import Refused

FOLDING = 2
"""One more with each change of `fold`: what was folded before is folded anew."""
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u0131\u0269", "i"),  # without a dot
        **{"\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00f0": "d", "\u0127": "h", "\u0167": "t"},  # with a stroke
        **{"\u00e6": "ae", "\u0153": "oe", "\u00fe": "th", "\u014b": "n", "\u0138": "k", "\u0259": "e"},
        **dict.fromkeys("\u2019\u2018\u02bc\u00b4`", "'"),  # however an apostrophe was typed
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014", "-"),
    }
)
"""Letters that Unicode takes for letters of their own, as they are typed where the keyboard has none."""


def fold(text: str) -> str:
    """Folding what is folded changes nothing."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", plain).translate(_PLAIN) if not unicodedata.combining(c))


def search_text(q: str | None) -> str | None:
    """Folded; None: no matter what. Raises Refused `invalid`."""
    text = (q or "").strip()
    if not is_text(text) or "\0" in text:
        raise Refused("invalid", "This cannot be searched for.", errors={"q": ["Not a text."]})
    return fold(text) or None


def is_text(text: str) -> bool:
    """A lone surrogate can be neither stored nor sent."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
