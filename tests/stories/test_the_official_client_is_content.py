"""The official JavaScript client, unmodified, goes through the story of two people."""

import asyncio
import shutil
from pathlib import Path

from deploy.local.node import node
from tests.stories.conftest import PASSWORD, WEB, Running


async def test_the_official_client(cluster: Running, beside_the_client: Path) -> None:
    script = shutil.copy(WEB / "official_client.mjs", beside_the_client)
    client = await asyncio.create_subprocess_exec(
        *(str(node().path), script, cluster.url, PASSWORD),
        cwd=beside_the_client,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(client.communicate(), 60)
    finally:
        if client.returncode is None:
            client.kill()
            await client.wait()
    assert client.returncode == 0, said.decode()
