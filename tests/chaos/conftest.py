"""The same cluster and people as in the stories."""

from tests.stories.conftest import cluster, enter, history

__all__ = ["cluster", "enter", "history"]
