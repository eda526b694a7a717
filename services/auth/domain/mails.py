"""The mails auth has sent: what they say, as text and as HTML."""

from datetime import datetime
from html import escape

from contracts.notifier import SendMail
from services.auth.domain.links import INVITATION, Link
from services.auth.domain.people import Person

_HTML = """\
<!doctype html>
<html lang="en">
<body style="font-family: sans-serif; line-height: 1.5">
<p>Hello {name},</p>
<p>{why}</p>
<p><a href="{url}">{do}</a></p>
<p>If the link does not open, copy this address into your browser:<br>{url}</p>
<p>{until}</p>
<p>{otherwise}</p>
</body>
</html>
"""
_TEXT = """\
Hello {name},

{why}
{do}:

{url}

{until}

{otherwise}
"""


def mail_of(link: Link, person: Person, url: str) -> SendMail:
    """To somebody with an address."""
    invites = link.kind == INVITATION
    words = {
        "name": " ".join(person.name.split()),
        "why": f"An account was made for you in Parley. Your login name is {person.login}."
        if invites
        else f"Somebody, hopefully you, forgot the password of {person.login} in Parley.",
        "do": "Choose your password" if invites else "Choose a new password",
        "until": f"The link works once, until {_time(link.expires_at)}.",
        "otherwise": "If you did not expect this, you need not do anything."
        if invites
        else "If it was not you, you need not do anything: your password stays as it is.",
        "url": url,
    }
    return SendMail(
        to=person.email or "",
        subject="Your account in Parley" if invites else "Your password in Parley",
        text=_TEXT.format(**words),
        html=_HTML.format(**{name: escape(word) for name, word in words.items()}),
    )


def _time(moment: datetime) -> str:
    return moment.strftime("%d %B %Y, %H:%M UTC")
