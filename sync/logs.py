"""Logs on standard error: lines for people, or one JSON object a line for other programs.

`DVCQG_LOG` holds the format ("lines" or "json"), so that a check which the daemon starts writes as
the daemon does.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import sys

FORMAT = "DVCQG_LOG"
QUIET = ("httpx", "apscheduler")
"""Libraries that tell of every request and of every tick."""


class Lines(logging.Formatter):
    """A record as a line, or as a JSON object: at (UTC), level, logger, message, any trouble."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end, in the format that is wanted at this moment."""
        if not is_json():
            return super().format(record)
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        line = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trouble"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def is_json() -> bool:
    """Whether the lines are for other programs."""
    return os.environ.get(FORMAT) == "json"


def log_from(level: int) -> None:
    """Log to standard error from a level on; only the first call of a run counts."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    for library in QUIET:
        logging.getLogger(library).setLevel(logging.WARNING)
    # It writes a traceback where Ctrl-C falls into the giving back of a connection; the transaction
    # is over by then, and what is wrong with the store is raised to us anyway.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
