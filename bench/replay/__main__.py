"""`python -m bench.replay --log FILE`: 0 when everyone got everything, 1 on any difference, 2 when it could not start."""

import sys

from bench.replay.arguments import parse
from bench.replay.cluster import ClusterMissing, find_cluster
from bench.replay.log import LogUnreadable, read_log
from bench.replay.loop import run
from bench.replay.replay import replay
from tests.kit.refusal import Refused, Unanswered
from tests.kit.waiting import NeverHappened


def main() -> int:
    arguments = parse(sys.argv[1:])
    try:
        lines = read_log(arguments.log, arguments.limit)
        cluster = find_cluster(arguments.data_dir)
    except (LogUnreadable, ClusterMissing) as error:
        print(f"replay: {error}", file=sys.stderr)
        return 2
    try:
        return 0 if run(replay(lines, cluster, arguments)) else 1
    except* (Refused, Unanswered, NeverHappened, ClusterMissing) as group:
        print(f"replay: stopped: {_first(group)}", file=sys.stderr)
    return 1


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


sys.exit(main())
