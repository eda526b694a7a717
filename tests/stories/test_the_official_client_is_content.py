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
    install = await asyncio.create_subprocess_exec(
        *npm(), "ci", "--no-audit", "--no-fund", "--silent", "--prefix", str(tmp_path), cwd=tmp_path
    )
    assert await asyncio.wait_for(install.wait(), 120) == 0
    story = await asyncio.create_subprocess_exec(
        str(node().path),
        "official_client.mjs",
        cluster.url,
        PASSWORD,
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(story.communicate(), 60)
    assert story.returncode == 0, said.decode()
