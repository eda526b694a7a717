"""The official JavaScript client, unmodified, goes through the story of two people."""

import asyncio
import shutil
from pathlib import Path

from deploy.local.node import node, npm
from tests.stories.conftest import PASSWORD, Running

WEB = Path(__file__).parents[1] / "web"


async def test_the_official_client(cluster: Running, tmp_path: Path) -> None:
    for name in ("package.json", "package-lock.json", "official_client.mjs"):
        shutil.copy(WEB / name, tmp_path)
    await run(
        *npm(), "ci", "--no-audit", "--no-fund", "--silent", "--prefix", str(tmp_path), cwd=tmp_path, within_s=200
    )
    await run(str(node().path), "official_client.mjs", cluster.url, PASSWORD, cwd=tmp_path, within_s=60)


async def run(*command: str, cwd: Path, within_s: float) -> None:
    """To its end, and never longer than that."""
    child = await asyncio.create_subprocess_exec(
        *command, cwd=cwd, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        said, _ = await asyncio.wait_for(child.communicate(), within_s)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    assert child.returncode == 0, said.decode()
