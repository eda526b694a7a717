"""Who runs what where several run the tests at once (`-n 2`): each file whole, and whole folders that share a cluster. And
what was left out is said at the end."""

from collections.abc import Iterator

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.kit.browser import LEFT_OUT

TOGETHER = ("tests/chaos/", "tests/library/", "tests/roll_out/", "tests/stories/", "tests/web/")
DEAREST_FIRST = (*TOGETHER, "tests/services/deploy/", "tests/services/", "tests/doors/")
"""So that at the end nobody is left alone with much."""


class ByCluster(LoadScopeScheduling):  # type: ignore[misc]
    """One at a time of those that share a cluster: it is started once, and nobody else harms or loads it."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((folder for folder in TOGETHER if file.startswith(folder)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByCluster:
    return ByCluster(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    turns = (turn for turn, folder in enumerate(DEAREST_FIRST) if item.nodeid.startswith(folder))
    return next(turns, len(DEAREST_FIRST))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Without a browser everything else runs; nobody shall take that for all."""
    yield
    left_out = [one for one in terminalreporter.stats.get("skipped", []) if LEFT_OUT in str(one.longrepr)]
    if left_out:
        said = f"LEFT OUT: {len(left_out)} TESTS OF THE PAGE IN A BROWSER: {LEFT_OUT}"
        terminalreporter.write_sep("!", said, red=True, bold=True)
