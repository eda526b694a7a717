"""The mail that tells somebody what they missed: who wrote and how much, in plain text and as simple HTML.

Its subject says nothing of that, and nothing that somebody else chose gets into a header.
"""

from collections.abc import Sequence
from datetime import timedelta
from html import escape

import msgspec

from contracts.notifier import SendMail

LISTED_MAX = 20
SENDERS_MAX = 3
TEXTS_MAX = 3
TEXT_CHARS_MAX = 200


class MissedIn(msgspec.Struct, frozen=True):
    """In one conversation; `path` leads there in the page. `count` of messages, or `is_more` than that; `senders` the latest
    first; `texts` with their senders, the last ones, oldest first; none where they may not be mailed."""

    name: str
    path: str
    is_direct: bool
    count: int
    is_more: bool
    senders: Sequence[str]
    texts: Sequence[tuple[str, str]] = ()


_WORDS = {
    "en": {
        "subject": "You have new messages in Parley",
        "hello": "Hello {name},",
        "what": "this was written to you in Parley while you were away:",
        "one": "1 message",
        "many": "{count} messages",
        "more": "more than {count} messages",
        "from": "{count} from {names}",
        "and": "{names} and {last}",
        "others": "others",
        "somebody": "Somebody",
        "group": "A group",
        "rest": "And in {count} more conversations.",
        "open": "Read and answer",
        "every": "You get at most one such mail in {minutes} minutes.",
        "choose": "What you are mailed, and when not, is yours to choose: in Parley under Quick actions, Mail when I am away.",
    },
    "it": {
        "subject": "Hai nuovi messaggi in Parley",
        "hello": "Ciao {name},",
        "what": "mentre non c’eri ti è stato scritto in Parley:",
        "one": "1 messaggio",
        "many": "{count} messaggi",
        "more": "più di {count} messaggi",
        "from": "{count} da {names}",
        "and": "{names} e {last}",
        "others": "altri",
        "somebody": "Qualcuno",
        "group": "Un gruppo",
        "rest": "E in altre {count} conversazioni.",
        "open": "Leggi e rispondi",
        "every": "Ricevi al massimo una mail di questo tipo ogni {minutes} minuti.",
        "choose": "Che cosa ricevere per posta, e quando no, lo scegli tu: in Parley, Azioni rapide, Posta quando non ci sono.",
    },
}


def missed_mail(to: str, name: str, missed: Sequence[MissedIn], language: str, url: str, every: timedelta) -> SendMail:
    """Of at least one conversation; those with the most first are for the caller to choose."""
    say = _WORDS[language]
    listed = missed[:LISTED_MAX]
    lines = [(one, _line(one, say), [f"{_one_line(who)}: {_short(text)}" for who, text in one.texts]) for one in listed]
    rest = say["rest"].format(count=len(missed) - LISTED_MAX) if len(missed) > LISTED_MAX else ""
    hello = say["hello"].format(name=_one_line(name))
    end = say["choose"]
    if (minutes := round(every.total_seconds() / 60)) > 1:
        end = say["every"].format(minutes=minutes) + " " + end
    text = [hello, "", say["what"], ""]
    for _, line, texts in lines:
        text += [f"- {line}", *(f"    {each}" for each in texts)]
    text += [*(["", rest] if rest else []), "", f"{say['open']}: {url}", "", end, ""]
    items = "\n".join(
        f'<li><a href="{escape(url + one.path)}">{escape(line)}</a>{_quoted(texts)}</li>' for one, line, texts in lines
    )
    html = "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{language}">',
            '<body style="font-family: sans-serif; line-height: 1.5">',
            f"<p>{escape(hello)}</p>",
            f"<p>{escape(say['what'])}</p>",
            f"<ul>\n{items}\n</ul>",
            *([f"<p>{escape(rest)}</p>"] if rest else []),
            f'<p><a href="{escape(url)}">{escape(say["open"])}</a></p>',
            f'<p style="color: #555; font-size: 0.9em">{escape(end)}</p>',
            "</body>",
            "</html>",
            "",
        ]
    )
    return SendMail(to=to, subject=say["subject"], text="\n".join(text), html=html)


def _line(one: MissedIn, say: dict[str, str]) -> str:
    kind = "more" if one.is_more else "one" if one.count == 1 else "many"
    count = say[kind].format(count=one.count)
    if one.is_direct:
        return f"{_one_line(one.name) or say['somebody']}: {count}"
    return f"{_one_line(one.name) or say['group']}: {say['from'].format(count=count, names=_names(one.senders, say))}"


def _names(senders: Sequence[str], say: dict[str, str]) -> str:
    names = [_one_line(sender) or say["somebody"] for sender in senders[:SENDERS_MAX]]
    if len(senders) > SENDERS_MAX:
        names.append(say["others"])
    if len(names) < 2:
        return "".join(names)
    return say["and"].format(names=", ".join(names[:-1]), last=names[-1])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _short(text: str) -> str:
    line = _one_line(text)
    return line if len(line) <= TEXT_CHARS_MAX else line[: TEXT_CHARS_MAX - 1] + "…"


def _quoted(texts: Sequence[str]) -> str:
    return "".join(f'<br><span style="color: #444">{escape(text)}</span>' for text in texts)
