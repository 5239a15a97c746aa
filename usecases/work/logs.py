"""Structured logs with an allow-list: a field that is not named here is never written."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# No path, no query, no address, no name: an endpoint and a status tell enough to find a fault.
ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "endpoint",
        "method",
        "status",
        "ms",
        "request_id",
        "job_kind",
        "job_id",
        "step",
        "state",
        "error",
        "network",
        "seconds",
        "rows",
        "exc_info",
        "exception",
        "setting",
        "executor",
    }
)


def _only_allowed(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in event.items() if key in ALLOWED}


def configure() -> None:
    """Write one JSON object per line to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


log = structlog.get_logger()
