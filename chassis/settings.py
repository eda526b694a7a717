"""Settings: one frozen class per service, read from PARLEY_… once. All missing or bad variables are named, then exit 2."""

import os
import sys
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

import msgspec

PREFIX = "PARLEY_"
S = TypeVar("S", bound="Settings")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What every part needs. `nats_url` is the variable PARLEY_NATS_URL; PARLEY_NATS_URL_FILE names a file instead."""

    instance: str
    nats_url: str
    nats_user: str
    nats_password: str
    ops_host: str = "0.0.0.0"
    ops_port: int = 9090
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    stream_max_age_s: int = 3 * 24 * 3600
    stream_max_bytes: int = 4 * 1024**3
    stream_replicas: int = 1
    duplicate_window_s: int = 600


class SettingsError(Exception):
    """Names every variable that is missing or bad."""


def read(cls: type[S], environ: Mapping[str, str]) -> S:
    """Raises SettingsError."""
    values: dict[str, Any] = {}
    faults: list[str] = []
    for field in msgspec.structs.fields(cls):
        variable = PREFIX + field.name.upper()
        raw = environ.get(variable)
        path = environ.get(f"{variable}_FILE")
        if raw is None and path is not None:
            try:
                with open(path, encoding="utf-8") as file:
                    raw = file.read().strip()
            except OSError as error:
                faults.append(f"{variable}_FILE: {error.strerror}")
                continue
            except ValueError:
                faults.append(f"{variable}_FILE: not a text")
                continue
        if raw is None:
            if field.required:
                faults.append(f"{variable} is missing")
            continue
        try:
            values[field.name] = msgspec.convert(raw, field.type, strict=False)
        except msgspec.ValidationError as error:
            faults.append(f"{variable}: {error}")
    if faults:
        raise SettingsError("; ".join(faults))
    try:
        return cls(**values)
    except ValueError as error:  # of a `__post_init__`: it names its variable
        raise SettingsError(str(error)) from None


def from_environment(cls: type[S]) -> S:
    """Reads the settings or ends the process with code 2 and one message."""
    try:
        return read(cls, os.environ)
    except SettingsError as error:
        sys.stderr.write(f"Settings: {error}.\n")
        raise SystemExit(2) from None
