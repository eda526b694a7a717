"""Docstrings as descriptions: of a type the whole text, of a field the sentences that name it."""

import re

_SENTENCE_END = re.compile(r"(?<=[.?!])\s+(?=[A-Z`\"])")
_NAMED = re.compile(r"`(\w+)`")


def text_of(kind: type) -> str:
    """The docstring in one line; of a type without one of its own, nothing."""
    return " ".join((kind.__dict__.get("__doc__") or "").split())


def sentences_on(field: str, text: str) -> str:
    return " ".join(one for one in _SENTENCE_END.split(text) if f"`{field}`" in one)


def on_one_field(text: str, fields: set[str]) -> tuple[dict[str, str], str]:
    """By field, the sentences that begin with it and name no other; and the rest."""
    about: dict[str, list[str]] = {}
    rest = []
    for sentence in filter(None, _SENTENCE_END.split(text)):
        named = fields & set(_NAMED.findall(sentence))
        begun = _NAMED.match(sentence)
        if begun and named == {begun[1]}:
            about.setdefault(begun[1], []).append(sentence)
        else:
            rest.append(sentence)
    return {field: " ".join(sentences) for field, sentences in about.items()}, " ".join(rest)
