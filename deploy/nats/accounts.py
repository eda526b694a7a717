"""Who may come to NATS and what they may say: a user for each part with just its subjects, and an account for outsiders, whom
auth admits. Made from the contracts, and the same wherever NATS runs."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from contracts.outsiders import MIRRORED, MIRRORED_API, OUTSIDE_API, OUTSIDE_STREAMS, OUTSIDERS, TOLD_STREAM
from contracts.permissions import ACCOUNT, STREAM

ADMITTED_S = 3
"""So long NATS waits for auth's word on an outsider."""
CONSUMERS_MAX = 1_000
"""Of all outsiders, on each of their streams: one of them could make any number, by calling its connections by ever new names."""


class Permissions(Protocol):
    """What `contracts.permissions` says of a part."""

    @property
    def publish(self) -> tuple[str, ...]: ...

    @property
    def subscribe(self) -> tuple[str, ...]: ...


def accounts(users: Mapping[str, Permissions], password_of: Callable[[str], str], issuer: str) -> str:
    """The part of a configuration that is about people. `password_of` a part and `issuer`, the public key of whoever admits
    outsiders, are as NATS shall read them: a quoted `text`, or a variable. The users here need nobody's word."""
    rules = "\n".join(_user(part, password_of(part), allowed) for part, allowed in users.items())
    return f"""\
authorization {{
  timeout: {ADMITTED_S}
  auth_callout {{ issuer: {issuer}, account: {ACCOUNT}, auth_users: {json.dumps(list(users))} }}
}}
accounts {{
  {ACCOUNT} {{
    jetstream: enabled
    users: [
{rules}
    ]
{_joint(_FROM_PARLEY, _FROM_OUTSIDERS, OUTSIDERS)}
  }}
  {OUTSIDERS} {{
    jetstream {{ max_streams: {len(OUTSIDE_STREAMS)}, max_consumers: {CONSUMERS_MAX} }}
{_joint(_FROM_OUTSIDERS, _FROM_PARLEY, ACCOUNT)}
  }}
}}
"""


def text(said: str) -> str:
    """A quoted string as NATS reads it: it knows no \\u."""
    return json.dumps(said, ensure_ascii=False)


_Joint = tuple[str, str, str]
"""What one account lets the other have: the kind, its subject, and the subject by which the other knows it."""
_FROM_PARLEY: tuple[_Joint, ...] = (
    *(
        ("service", f"$JS.API.CONSUMER.CREATE.{stream}", f"{MIRRORED_API}.CONSUMER.CREATE.{stream}")
        for stream in (STREAM, TOLD_STREAM)
    ),
    *(("service", f"$JS.FC.{stream}.>", f"$JS.FC.{stream}.>") for stream in (STREAM, TOLD_STREAM)),
    ("stream", f"{MIRRORED}.>", f"{MIRRORED}.>"),
)
"""Just what a mirror of either stream needs."""
_FROM_OUTSIDERS: tuple[_Joint, ...] = (("service", "$JS.API.STREAM.>", f"{OUTSIDE_API}.STREAM.>"),)


def _joint(exported: tuple[_Joint, ...], imported: tuple[_Joint, ...], to: str) -> str:
    """What one account lets the account `to` have, and has from it."""
    exports = [f"{{ {kind}: {text(subject)}, accounts: [{to}] }}" for kind, subject, _ in exported]
    imports = [
        f"{{ {kind}: {{ account: {to}, subject: {text(subject)} }}{'' if known == subject else f', to: {text(known)}'} }}"
        for kind, subject, known in imported
    ]
    return f"    exports: {_lines(exports, 4)}\n    imports: {_lines(imports, 4)}"


def _user(part: str, password: str, allowed: Permissions) -> str:
    return f"""\
      {{
        user: {text(part)}, password: {password}
        permissions {{
          publish {{ allow: {_lines(map(text, allowed.publish), 10)} }}
          subscribe {{ allow: {_lines(map(text, allowed.subscribe), 10)} }}
          allow_responses: true
        }}
      }}"""


def _lines(items: Iterable[str], indent: int) -> str:
    """A list with a line for each: what changed is seen in a diff."""
    between = "\n" + " " * (indent + 2)
    return f"[{between}{between.join(items)}\n{' ' * indent}]"
