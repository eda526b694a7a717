"""The tests of the page's and the client's own functions, which Vitest runs: here they are one test of all."""

import subprocess

from deploy.local.node import node, with_node
from deploy.local.web import WEB

VITEST = WEB / "node_modules" / "vitest" / "vitest.mjs"


def test_what_vitest_runs_is_green() -> None:
    """`npx vitest` in web/ shows more. One process at a time: the rest of the tests run beside it."""
    command = [str(node().path), str(VITEST), "run", "--no-color", "--maxWorkers=1"]
    done = subprocess.run(command, cwd=WEB, env=with_node(), capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
