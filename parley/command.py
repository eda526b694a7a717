"""The command: its verbs, and how it ends. 0: done; 1: the cluster refused, or is away; 2: to be asked in another way.
Where something is wrong it says so in one sentence."""

import argparse
import os
import sys
from collections.abc import Sequence

from parley.stop import BROKEN_OFF, Stop
from parley.verbs import VERBS


def main(words: Sequence[str] | None = None) -> int:
    """Raises SystemExit (2) for words that are no command."""
    arguments = _parser().parse_args(words)
    try:
        arguments.run(arguments)
    except Stop as stop:
        print(f"parley: {stop}", file=sys.stderr)
        return stop.code
    except KeyboardInterrupt:
        print("parley: Broken off.", file=sys.stderr)
        return BROKEN_OFF
    except BrokenPipeError:  # whoever read has enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python would write the rest at its end
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("parley", description="Operates a Parley cluster.")
    verbs = parser.add_subparsers(metavar="verb", required=True)
    for verb in VERBS:
        verb.add(verbs)
    return parser
