"""A short run of `make chaos`: a schedule of kills, pauses, restarts and cut connections, under the official client too."""

import asyncio
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SEED, MINUTES = 7, 0.5
WITHIN_S = 280.0


async def test_nobody_loses_anything(tmp_path: Path) -> None:
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.chaos", "--seed", str(SEED), "--minutes", str(MINUTES)),
        *("--data-dir", str(tmp_path / "data")),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(run.communicate(), WITHIN_S)
    finally:
        if run.returncode is None:
            run.kill()
            await run.wait()
    assert run.returncode == 0, said.decode()
    assert "everyone got everything, once, in order" in said.decode()
