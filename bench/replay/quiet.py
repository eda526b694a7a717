"""The quiet of the test kit, under the name by which others know it."""

from tests.kit.quiet import until_quiet

__all__ = ["until_quiet"]
