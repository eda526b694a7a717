"""NATS's configuration for one machine: JetStream on disk, and a user for each part with just its subjects."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from deploy.local.ports import HOST

ACCOUNT = "PARLEY"
PAYLOAD_BYTES_MAX = 4 * 1024 * 1024


class Permissions(Protocol):
    """What `contracts.permissions` says of a part."""

    @property
    def publish(self) -> tuple[str, ...]: ...

    @property
    def subscribe(self) -> tuple[str, ...]: ...


def nats_config(
    *, port: int, monitor_port: int, store: Path, users: Mapping[str, Permissions], passwords: Mapping[str, str]
) -> str:
    """One server, so every write is synced before it is acknowledged. Contains passwords: for the owner's eyes only."""
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
accounts {{
  {ACCOUNT} {{
    jetstream: enabled
    users: [
{rules}
    ]
  }}
}}
"""


def _user(part: str, password: str, allowed: Permissions) -> str:
    publish = f"publish: {{ allow: {json.dumps(list(allowed.publish))} }}"
    subscribe = f"subscribe: {{ allow: {json.dumps(list(allowed.subscribe))} }}"
    permissions = f"{{ {publish}, {subscribe}, allow_responses: true }}"
    return f"      {{ user: {_text(part)}, password: {_text(password)}, permissions: {permissions} }}"


def _text(text: str) -> str:
    """A quoted string as NATS reads it: it knows no \\u."""
    return json.dumps(text, ensure_ascii=False)
