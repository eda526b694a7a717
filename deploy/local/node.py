"""Node and npm, which build the page and run the tests of the JavaScript: the machine's from 22.12 on, else the packaged ones."""

import functools
import os
import shutil

from deploy.local.binaries import NODE, Binary, choose, packaged

NPM = "lib/node_modules/npm/bin/npm-cli.js"


@functools.cache
def node() -> Binary:
    """Fetched where the machine has none; raises CannotStart with what to install."""
    return choose(NODE)[0]


def npm() -> tuple[str, ...]:
    """The command that is npm: the machine's where its Node is used and has one, else the packaged Node with its own."""
    machines = shutil.which("npm")
    if machines and node().origin != "packaged":
        return (machines,)
    program = packaged(NODE).path.resolve()
    return (str(program), str(program.parents[1] / NPM))


def with_node() -> dict[str, str]:
    """The environment in which `node` is this Node, also for what npm runs."""
    return {**os.environ, "PATH": f"{node().path.resolve().parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
