"""`make run`: the cluster until Ctrl-C or SIGTERM. Code 0 after a clean stop, 2 with one sentence where it cannot start."""

import asyncio
import os
import signal
import sys
import time

from deploy.local.cluster import Cluster
from deploy.local.errors import CannotStart
from deploy.local.options import Options

SAME_WISH_S = 1.0
"""make passes on a signal that its whole group was sent: a second one this soon is the same wish."""


async def main() -> None:
    cluster = Cluster(Options.of(os.environ))
    asked = asyncio.Event()
    first_at = 0.0

    def ask_to_stop() -> None:
        nonlocal first_at
        if not asked.is_set():
            first_at = time.monotonic()
            asked.set()
            cluster.say("stopping (once more to hurry)")
        elif time.monotonic() - first_at > SAME_WISH_S:
            cluster.hasten()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, ask_to_stop)
    await _run_until(asked, cluster)


async def _run_until(asked: asyncio.Event, cluster: Cluster) -> None:
    starting = asyncio.create_task(cluster.start())
    asking = asyncio.create_task(asked.wait())
    try:
        await asyncio.wait((starting, asking), return_when=asyncio.FIRST_COMPLETED)
        if not asked.is_set():
            await starting
            for url in cluster.urls:
                cluster.say(f"ready {url}")
            await asking
    finally:
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await cluster.stop()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except CannotStart as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(2)
