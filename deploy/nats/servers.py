"""Whole configurations of NATS: of one machine, of one server in a container, and of a server of three in Kubernetes.

Those of production have no secret in them. NATS reads `$NATS_PASSWORD_AUTH` from its environment as if the value stood there, so
a password is letters and digits and begins with a letter: one of digits alone would be a number, and of `a#b` only the `a`."""

from collections.abc import Mapping
from pathlib import Path

from contracts.permissions import users as declared_users
from deploy.nats.accounts import Permissions, accounts, text

PAYLOAD_BYTES_MAX = 4 * 1024 * 1024
CLIENT_PORT, ROUTE_PORT, MONITOR_PORT = 4222, 6222, 8222
STORE = "/data"
PID_FILE = "/var/run/nats/nats.pid"
LAME_DUCK_S = 30
"""So long a server that is told to go lets its clients move, before it ends."""
SERVERS = 3
ISSUER = "NATS_OUTSIDERS_ISSUER"
ROUTES_USER, ROUTES_PASSWORD = "routes", "NATS_PASSWORD_ROUTES"
LOCAL_ONLY = "local"
"""It makes the demo people: no user of production."""


def production_users() -> dict[str, Permissions]:
    return {part: allowed for part, allowed in declared_users().items() if part != LOCAL_ONLY}


def variables() -> list[str]:
    """Those that every configuration of production needs in the environment of its server."""
    return [*map(_variable, production_users()), ISSUER]


def route_variables() -> list[str]:
    """Those that one of several servers needs besides."""
    return ["POD_NAME", ROUTES_PASSWORD, *(f"NATS_ROUTE_{number}" for number in range(SERVERS))]


def of_one_machine(
    *,
    host: str,
    port: int,
    monitor_port: int,
    store: Path,
    users: Mapping[str, Permissions],
    passwords: Mapping[str, str],
    issuer: str,
) -> str:
    """One server, so every write is synced before it is acknowledged. Contains passwords: for the owner's eyes only."""
    return f"""\
server_name: parley-local
{_server(f"{host}:{port}", f"{host}:{monitor_port}")}
jetstream {{
  store_dir: {text(str(store))}
  sync_interval: always
}}
{accounts(users, lambda part: text(passwords[part]), issuer)}"""


def of_one_server() -> str:
    """In a container, alone: as on one machine."""
    return f"""\
{_header(variables())}
server_name: parley
{_server(f"0.0.0.0:{CLIENT_PORT}", f"127.0.0.1:{MONITOR_PORT}")}
lame_duck_duration: {LAME_DUCK_S}s
jetstream {{
  store_dir: {text(STORE)}
  # there is no other server that has what this one lost
  sync_interval: always
}}
{_accounts_of_production()}"""


def of_a_cluster() -> str:
    """One configuration for all servers of it: the environment tells who is who. What is acknowledged lies on two of three."""
    routes = "\n".join(f"    ${name}" for name in route_variables() if name.startswith("NATS_ROUTE_"))
    return f"""\
{_header([*variables(), *route_variables()])}
# POD_NAME is this server's own name; NATS_ROUTE_0 to {SERVERS - 1} are where the servers find each other, all of them in each:
#   nats://{ROUTES_USER}:<NATS_PASSWORD_ROUTES>@nats-0.nats-headless:{ROUTE_PORT}
server_name: $POD_NAME
{_server(f"0.0.0.0:{CLIENT_PORT}", f"0.0.0.0:{MONITOR_PORT}")}
pid_file: {text(PID_FILE)}
lame_duck_duration: {LAME_DUCK_S}s
jetstream {{
  store_dir: {text(STORE)}
}}
cluster {{
  name: parley
  listen: "0.0.0.0:{ROUTE_PORT}"
  # clients come by the name of a Service: addresses of servers are of no use to them
  no_advertise: true
  authorization {{ user: {ROUTES_USER}, password: ${ROUTES_PASSWORD}, timeout: 3 }}
  routes: [
{routes}
  ]
}}
{_accounts_of_production()}"""


def _header(needed: list[str]) -> str:
    listed = "\n".join(f"#   {name}" for name in needed)
    return f"""\
# NATS for Parley. Made from contracts/ by `make publish`: changes made here are lost.
#
# Needed in the environment of the server; a password is letters and digits, and begins with a letter:
{listed}
#"""


def _server(listen: str, monitor: str) -> str:
    return f"""\
listen: {text(listen)}
http: {text(monitor)}
max_payload: {PAYLOAD_BYTES_MAX}"""


def _accounts_of_production() -> str:
    return accounts(production_users(), lambda part: f"${_variable(part)}", f"${ISSUER}")


def _variable(part: str) -> str:
    return f"NATS_PASSWORD_{part.upper()}"
