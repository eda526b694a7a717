"""Logs: one JSON line each, the event's name first. Ids, never contents."""

import logging
import sys
from typing import Any

import orjson
import structlog


def configure(instance: str, level: str = "info") -> None:
    """Once per process. Lines of libraries pass through at warning and above, without their arguments' reprs."""
    number = getattr(logging, level.upper(), logging.INFO)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_trace_without_values),
            _render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(instance=instance)
    logging.basicConfig(level=logging.ERROR, stream=sys.stdout, format='{"event": "library", "name": "%(name)s"}')


def get() -> Any:
    return structlog.get_logger()


def _trace_without_values(exc_info: Any) -> str:
    """Type and places only: a driver's message can contain a document."""
    kind, _, trace = exc_info
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno}:{code.co_name}")
        trace = trace.tb_next
    return f"{kind.__name__} at {' > '.join(places[-8:])}"


def _render(logger: Any, method: str, fields: Any) -> str:
    event = fields.pop("event", "")
    return orjson.dumps({"event": event, **fields}, default=str).decode()
