"""What the person chose for the local cluster, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.errors import CannotStart

PORT_MAX = 65535
MONGO_MEMBERS = (1, 3, 5)


@dataclass(frozen=True)
class Options:
    """`nats_port` is None where NATS may move to a free port; `data_dir` is absolute."""

    data_dir: Path
    port: int = 8080
    gateways: int = 1
    replicas: int = 1
    nats_port: int | None = None
    mongo_members: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)
    """Every PARLEY_ variable the person set: passed on to all services."""

    @property
    def gateway_ports(self) -> range:
        return range(self.port, self.port + self.gateways)

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Options":
        """Raises CannotStart with one sentence about the first variable that is wrong."""
        gateways = _positive(environ, "GATEWAYS", 1)
        port = _positive(environ, "PORT", 8080)
        if port + gateways - 1 > PORT_MAX:
            raise CannotStart(
                f"PORT={port} with GATEWAYS={gateways} needs ports above {PORT_MAX}: choose a lower PORT."
            )
        nats_port = _positive(environ, "NATS_PORT", 0) if environ.get("NATS_PORT") else None
        if nats_port is not None and nats_port > PORT_MAX:
            raise CannotStart(f"NATS_PORT={nats_port} is above {PORT_MAX}: choose a lower one.")
        data_dir = Path(environ.get("DATA_DIR") or ".data").expanduser().absolute()
        if not _is_text(data_dir):
            raise CannotStart(f"DATA_DIR {str(data_dir)!a} is not UTF-8: choose another.")
        return cls(
            data_dir=data_dir,
            port=port,
            gateways=gateways,
            replicas=_positive(environ, "REPLICAS", 1),
            nats_port=nats_port,
            mongo_members=_mongo_members(environ),
            settings={name: value for name, value in environ.items() if name.startswith("PARLEY_")},
        )


def _positive(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and int(text) > 0):
        raise CannotStart(f"{name}={text} is not a positive whole number: set {name} to 1 or more.")
    return int(text)


def _mongo_members(environ: Mapping[str, str]) -> int:
    count = _positive(environ, "MONGO_MEMBERS", 1)
    if count not in MONGO_MEMBERS:
        raise CannotStart(f"MONGO_MEMBERS={count} is none of 1, 3 and 5, which elect a primary: choose one of them.")
    return count


def _is_text(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True
