"""NATS's configuration for one machine: JetStream on disk, a user for each part with just its subjects, and an account for
outsiders, whom auth admits."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from contracts.outsiders import MIRRORED, MIRRORED_API, OUTSIDE_API, OUTSIDE_STREAMS, OUTSIDERS, TOLD_STREAM
from contracts.permissions import ACCOUNT, STREAM
from deploy.local.ports import HOST

ADMITTED_S = 3
"""So long NATS waits for auth's word on an outsider."""
CONSUMERS_MAX = 1_000
"""Of all outsiders, on each of their streams: one of them could make any number, by calling its connections by ever new names."""
PAYLOAD_BYTES_MAX = 4 * 1024 * 1024


class Permissions(Protocol):
    """What `contracts.permissions` says of a part."""

    @property
    def publish(self) -> tuple[str, ...]: ...

    @property
    def subscribe(self) -> tuple[str, ...]: ...


def nats_config(
    *,
    port: int,
    monitor_port: int,
    store: Path,
    users: Mapping[str, Permissions],
    passwords: Mapping[str, str],
    issuer: str,
) -> str:
    """One server, so every write is synced before it is acknowledged. `issuer`: the public key of whoever admits outsiders; the
    users here need nobody's word. Contains passwords: for the owner's eyes only."""
    rules = "\n".join(_user(part, passwords[part], allowed) for part, allowed in users.items())
    return f"""\
server_name: parley-local
listen: "{HOST}:{port}"
http: "{HOST}:{monitor_port}"
max_payload: {PAYLOAD_BYTES_MAX}
jetstream {{
  store_dir: {_text(str(store))}
  sync_interval: always
}}
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
    exports = [f"{{ {kind}: {_text(subject)}, accounts: [{to}] }}" for kind, subject, _ in exported]
    imports = [
        f"{{ {kind}: {{ account: {to}, subject: {_text(subject)} }}{'' if known == subject else f', to: {_text(known)}'} }}"
        for kind, subject, known in imported
    ]
    return f"    exports: [{', '.join(exports)}]\n    imports: [{', '.join(imports)}]"


def _user(part: str, password: str, allowed: Permissions) -> str:
    publish = f"publish: {{ allow: {json.dumps(list(allowed.publish))} }}"
    subscribe = f"subscribe: {{ allow: {json.dumps(list(allowed.subscribe))} }}"
    permissions = f"{{ {publish}, {subscribe}, allow_responses: true }}"
    return f"      {{ user: {_text(part)}, password: {_text(password)}, permissions: {permissions} }}"


def _text(text: str) -> str:
    """A quoted string as NATS reads it: it knows no \\u."""
    return json.dumps(text, ensure_ascii=False)
