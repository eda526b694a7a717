"""Node and npm for the tests with the official JavaScript client: the machine's from 18 on, else the packaged ones."""

import shutil

from deploy.local.binaries import NODE, Binary, choose, packaged

NPM = "lib/node_modules/npm/bin/npm-cli.js"


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
