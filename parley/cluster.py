"""Which cluster is meant, and asking it: PARLEY_NATS_URL and PARLEY_NATS_PASSWORD (each also as …_FILE), or --data-dir of
a local one."""

import argparse
import asyncio
import json
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import nats.errors
import nats.js.errors

from chassis.bus.caller import Caller, NotReached, calling
from chassis.settings import Settings, SettingsError, read
from contracts.everything import ASKS
from contracts.refusals import Refused
from parley.stop import REFUSED, Stop

T = TypeVar("T")
USER = "operator"
ANSWER_S = 8.0
"""Hashing a password may have to wait for others."""


class ClusterSettings(Settings, frozen=True, kw_only=True):
    instance: str = USER
    nats_user: str = USER


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="the DATA_DIR of a local cluster that runs")


def ask(arguments: argparse.Namespace, name: str, request: Any) -> Any:
    """The answer. Raises Refused, or Stop where there is none."""
    return _reach(_ask(_settings(arguments), name, request))


def reach(arguments: argparse.Namespace, work: Callable[[Caller], Coroutine[Any, Any, T]], user: str = USER) -> T:
    """What the work gives, done over a connection to the cluster. Raises Refused, or Stop where there is none."""

    async def connected() -> T:
        async with calling(_settings(arguments, user)) as caller:
            return await work(caller)

    return _reach(connected())


def check(arguments: argparse.Namespace) -> None:
    """Raises Stop where no cluster is named, or it is away or does not admit us."""
    _reach(_connect(_settings(arguments)))


def refused(refused: Refused) -> Stop:
    """In one sentence, with what is wrong in each field."""
    fields = (refused.refusal.errors or {}).items()
    faults = "".join(f" {field}: {' '.join(faults)}" for field, faults in fields)
    return Stop(f"{refused.refusal.message}{faults}", REFUSED)


def _settings(arguments: argparse.Namespace, user: str = USER) -> Settings:
    return _local(arguments.data_dir, user) if arguments.data_dir else _from_environment(user)


def _reach(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except NotReached as error:
        raise Stop(str(error), REFUSED) from None
    except (nats.js.errors.ServiceUnavailableError, nats.errors.NoRespondersError):
        raise Stop("NATS is there, and its JetStream is not.", REFUSED) from None
    except nats.js.errors.APIError as error:
        raise Stop(f"JetStream does not do it: code {error.err_code}.", REFUSED) from None
    except (nats.errors.Error, TimeoutError):
        raise Stop("NATS does not answer, or goes away.", REFUSED) from None


async def _connect(settings: Settings) -> None:
    async with calling(settings):
        pass


async def _ask(settings: Settings, name: str, request: Any) -> Any:
    async with calling(settings) as caller:
        return await caller.ask(ASKS[name], request, ANSWER_S)


def _from_environment(user: str) -> Settings:
    try:
        return read(ClusterSettings, {**os.environ, "PARLEY_NATS_USER": user})
    except SettingsError as error:
        raise Stop(f"Which cluster? {error} (or give --data-dir, for a local one).") from None


def _local(data_dir: Path, user: str) -> Settings:
    try:
        url = json.loads((data_dir / "run" / "cluster.json").read_bytes())["nats_url"]
        password = json.loads((data_dir / "run" / "secrets.json").read_bytes())["nats"][user]
    except FileNotFoundError:
        raise Stop(f"No cluster runs on DATA_DIR {data_dir}: `make run` starts one.") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise Stop(f"What is in {data_dir / 'run'} is not of a running cluster.") from None
    if not isinstance(url, str):
        raise Stop(f"The cluster on DATA_DIR {data_dir} is still starting.", REFUSED)
    return ClusterSettings(nats_url=url, nats_user=user, nats_password=password)
