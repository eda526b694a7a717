"""Logs of messengers that run within the tests."""

import pytest
import structlog


@pytest.fixture(autouse=True, scope="package")
def plain_traces() -> None:
    """With the values of every frame one trace takes seconds: all else that was asked would come too late as well."""
    console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, console])
