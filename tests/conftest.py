"""Who runs what where several run the tests at once (`-n 2`): each file whole, and whole folders that share a cluster."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/chaos/", "tests/stories/")
EARLY = (*TOGETHER, "tests/services/deploy/")
"""The dearest first, so that nobody is left alone with them at the end."""


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
    return next((turn for turn, folder in enumerate(EARLY) if item.nodeid.startswith(folder)), len(EARLY))
