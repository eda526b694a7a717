"""Logs: one JSON line each, the event's name first. Ids, never contents."""

import logging
import sys
from typing import Any

import orjson
import structlog


def configure(instance: str, level: str = "info") -> None:
    """Once per process. Errors of libraries pass through as one line each, without what they say."""
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
    of_libraries = logging.StreamHandler(sys.stdout)
    of_libraries.setFormatter(_LineOfALibrary())
    logging.basicConfig(level=logging.ERROR, handlers=[of_libraries], force=True)


def get() -> Any:
    return structlog.get_logger()


class _LineOfALibrary(logging.Formatter):
    """Who and what kind, never the message or the trace: either may hold what a client sent."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"event": "library", "name": record.name, "level": record.levelname.lower()}
        kind, error, trace = record.exc_info or (None, None, None)
        if kind is not None:
            line["exception"] = _trace_without_values((kind, error, trace))
        return orjson.dumps(line).decode()


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
