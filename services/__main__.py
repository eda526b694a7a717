"""`python -m services <part>`: any part of Parley, by its name, and what goes with running them: an image has one entry point."""

import runpy
import signal
import sys
from collections.abc import Sequence

TERMINATED = 128 + signal.SIGTERM
PARTS = ("auth", "messenger", "presence", "notifier", "gateway")


def main(words: Sequence[str]) -> None:
    """Does what the one word says. Each does its own imports: a health check is asked for every few seconds."""
    # process 1 of a container has no default for it, and one that is only starting would wait to be killed
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    match words:
        case [part] if part in PARTS:
            runpy.run_module(f"services.{part}", run_name="__main__", alter_sys=True)
        case ["prepare"]:
            from services.prepare import main as prepare

            prepare()
        case ["healthcheck"]:
            from services.healthcheck import main as healthcheck

            healthcheck()
        case _:
            sys.stderr.write(
                f"python -m services takes one word: {', '.join(PARTS)}, which run until SIGTERM;"
                " prepare, which makes what they find; or healthcheck.\n"
            )
            raise SystemExit(2)


if __name__ == "__main__":
    main(sys.argv[1:])
