"""Retention of the raw archive: folders of days that are older than `[store] archive_days` go.

1. A day goes when it lies more than `archive_days` before today; 0 keeps every day for ever.
2. Raw answers that a person may still want to believe stay: those of a refused capture that nobody
   has decided on and no later reading has superseded, for `UNDECIDED_DAYS`.
3. Only what we wrote goes: files that bear an archive's name in folders that bear a day's. Links
   are not followed, and a folder in which anything else lies stays with that.
4. At most `MOST_DAYS_AT_ONCE` days go at a time, the oldest first: a clock that jumps a year ahead
   must not cost a year of proof before somebody notices.

What the store holds is not touched: history stays for ever. `docs/operations.md` tells it too.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, text

from sync.config import Config
from sync.store import reading

UNDECIDED_DAYS = 730
MOST_DAYS_AT_ONCE = 10
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_OURS = re.compile(r"\d{6}-(index|dossiers|procedures)-.*\.jsonl\.gz(\.\d+\.part)?", re.ASCII)

log = logging.getLogger(__name__)


class Pruned(NamedTuple):
    """What was removed: days touched, files, their size in bytes; and what could not be."""

    days: int = 0
    files: int = 0
    size: int = 0
    trouble: str | None = None
    """One English sentence about the first file that would not go; it is tried again next time."""


def prune(config: Config, engine: Engine, today: dt.date) -> Pruned:
    """Remove the days of the archive that are too old; `today` is a day in Viet Nam.

    Called at the end of the daily duty. What cannot be removed stays, is told and logged. Raises
    StoreError.
    """
    folder, keep_days = config.archive_folder, config.store.archive_days
    if folder is None or not keep_days:
        return Pruned()
    try:
        old = _days_before(folder, today - dt.timedelta(days=keep_days))
    except OSError as error:
        return _logged(Pruned(trouble=f"{error.filename} cannot be read: {error.strerror}."))
    if not old:
        return Pruned()
    wanted = _awaiting_decision(engine, today - dt.timedelta(days=UNDECIDED_DAYS))
    total = Pruned()
    for day in old:
        if total.days == MOST_DAYS_AT_ONCE:
            break
        total = _sum(total, _clear(day, wanted))
    return _logged(total)


def _logged(pruned: Pruned) -> Pruned:
    if pruned.trouble:
        log.warning("retention of the archive: %s", pruned.trouble)
    if pruned.files:
        log.info("retention of the archive: %d files of %d days went", pruned.files, pruned.days)
    return pruned


def _sum(total: Pruned, one: Pruned) -> Pruned:
    return Pruned(
        total.days + one.days,
        total.files + one.files,
        total.size + one.size,
        total.trouble or one.trouble,
    )


def _days_before(folder: Path, first_kept: dt.date) -> list[Path]:
    """The folders of days that lie before one, the oldest first."""
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if _is_day(path.name) and path.name < first_kept.isoformat()
        if path.is_dir() and not path.is_symlink()
    )


def _is_day(name: str) -> bool:
    try:
        return bool(_DAY.fullmatch(name) and dt.date.fromisoformat(name))
    except ValueError:
        return False


def _awaiting_decision(engine: Engine, since: dt.date) -> frozenset[str]:
    """The archive files of captures that a person may still accept."""
    with reading(engine) as connection:
        found = connection.execute(
            text(
                """
                SELECT c.archive FROM capture_log c JOIN scopes s ON s.id = c.scope_id
                WHERE c.status = 'refused' AND c.decision IS NULL AND c.archive IS NOT NULL
                  AND c.day >= :since AND c.id > COALESCE(s.last_capture_id, 0)
                """
            ),
            {"since": since.isoformat()},
        )
        return frozenset(found.scalars())


def _clear(day: Path, wanted: Collection[str]) -> Pruned:
    """Remove what is ours of one day, and its folder once that is empty."""
    files = size = 0
    trouble = None
    try:
        for path in _files_of_ours(day, wanted):
            length = path.stat().st_size
            path.unlink()
            files, size = files + 1, size + length
        if not any(day.iterdir()):
            day.rmdir()
    except OSError as error:
        trouble = f"{error.filename} cannot be removed: {error.strerror}."
    return Pruned(1 if files else 0, files, size, trouble)


def _files_of_ours(day: Path, wanted: Collection[str]) -> list[Path]:
    return [
        path
        for path in sorted(day.iterdir())
        if _OURS.fullmatch(path.name) and f"{day.name}/{path.name}" not in wanted
        if path.is_file() and not path.is_symlink()
    ]
