"""The library as others get it: the package installs without a network, its example runs, and its types are there."""

import asyncio
import json
import shutil
import subprocess
import tarfile
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

from deploy.local.node import node
from tests.stories.conftest import ROOT, Running

EXAMPLE = ROOT / "web" / "client" / "example.mjs"
LINES_MAX = 20
OPTIONS = ("--noEmit", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler")
CHECKED = """
import { createParley, type Parley, Refused, type State } from "parley-client";

const parley: Parley = createParley({ url: "http://127.0.0.1:8080", session: "token" });
const phase: "connected" | "reconnecting" | "catching_up" | "offline" = parley.state.connection.phase;
parley.subscribe((state: State) => state.outbox.filter((one) => one.phase === "failed").map((one) => one.refusal?.code));
try {
  const { user } = await parley.ask("user.get", { user_id: phase });
  parley.send({ userId: user.user_id }, user.name);
} catch (error) {
  if (error instanceof Refused && error.code === "rate_limited") console.log(error.retryAfterS);
}
"""


async def test_the_example_runs(cluster: Running, installed: Path) -> None:
    shutil.copy(EXAMPLE, installed)
    command = [str(node().path), "example.mjs", cluster.url]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=STDOUT, cwd=installed)
    said, _ = await asyncio.wait_for(process.communicate(), 40)
    assert process.returncode == 0, said.decode()
    assert "Marco is connected" in said.decode()
    assert "Elena answers: Good morning" in said.decode()
    assert len(EXAMPLE.read_text().splitlines()) <= LINES_MAX


def test_its_types_are_checked(installed: Path) -> None:
    assert _checked(installed, "good.ts", CHECKED) == ""


def test_a_wrong_use_would_be_seen(installed: Path) -> None:
    assert "GetUser" in _checked(installed, "bad.ts", CHECKED.replace("{ user_id: phase }", "{ id: phase }"))


def test_the_package_has_what_it_needs_and_no_more(tarball: Path) -> None:
    with tarfile.open(tarball) as packed:
        names = {name.removeprefix("package/") for name in packed.getnames()}
        described = packed.extractfile("package/package.json")
        assert described is not None
        package = json.load(described)
    assert {"README.md", "package.json", "dist/client/src/index.js", "dist/client/src/index.d.ts"} <= names
    assert not [name for name in names if not name.startswith(("dist/", "README", "package.json"))]
    assert list(package["dependencies"]) == ["socket.io-client"]


def _checked(folder: Path, name: str, text: str) -> str:
    """What the compiler says."""
    (folder / name).write_text(text)
    compiler = str(folder / "node_modules" / "typescript" / "bin" / "tsc")
    command = [str(node().path), compiler, *OPTIONS, name]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120).stdout
