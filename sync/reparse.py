"""Reading the raw archive again: what today's code would have stored, and putting it right.

    copy the store as it was → do every capture again → what differs? → apply

The daily check is repeated word for word, so what differs is the code or the configuration, and a
store that today's code has filled alone does not differ at all. `docs/reparse.md` explains it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from itertools import chain, count
from pathlib import Path

from sqlalchemy import Engine, text

from models.dialect import dialect_of
from sync import clock, leases
from sync.config import Config
from sync.reparse_apply import apply
from sync.reparse_differences import Both, Differences, find_differences
from sync.reparse_output import Reparse, lines_of
from sync.reparse_plan import ReparseError, make_plan
from sync.reparse_replay import Replay, Stood, why_not
from sync.reparse_scratch import scratch
from sync.run import Progress
from sync.store import back_up, reading, require_backup


def reparse(
    config: Config,
    engine: Engine,
    since: dt.date | None,
    progress: Progress,
    *,
    apply_it: bool = False,
) -> Reparse:
    """Read everything again that the archive holds since a day in Viet Nam, by default all.

    Only `apply_it` writes to the store. Raises ReparseError, LeaseHeld, LeaseLost and StoreError.
    """
    archive = config.archive_folder
    if archive is None:
        raise ReparseError(
            "the archive is switched off ([store] archive), so there is nothing to read again."
        )
    if apply_it:
        require_backup(config.store_url)
    names = ("reparse", "check", "backfill") if apply_it else ("reparse",)
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(leases.holding(engine, name)) for name in names]

        def going_on(done: int, total: int, label: str) -> None:
            for lease in held:
                lease.require()
            progress(done, total, label)

        # All that is read of the store is of the instant at which this begins.
        stored = stack.enter_context(reading(engine))
        if dialect_of(stored).is_postgresql:
            # It idles there while captures are read again; a server may be set to end who does.
            stored.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        plan = make_plan(stored, archive, since)
        stood = [
            Stood(one, why_not(one))
            for one in plan.passed_over
            if one.is_believed and not one.is_drawn
        ]
        if not plan.captures:
            return Reparse(0, stood, 0, [], None)
        # Beside the store's file; what a server's database needs, beside the configuration.
        place = config.in_folder(engine.url.database or "dvcqg")
        file = place.with_name(f"{place.name}.reparse")
        copy = stack.enter_context(scratch(file, stored, plan.first))
        replay = Replay(config, stored, copy, archive)
        replay.run(plan, going_on)
        both = Both(stored, stack.enter_context(reading(copy)), plan.first)
        found = find_differences(both)
        lines = lines_of(both.again, found)
        backup = _apply(config, engine, both, found, place) if apply_it and found.rows else None
        return Reparse(replay.read, stood + replay.stood, found.rows, lines, backup)


def _apply(config: Config, engine: Engine, both: Both, found: Differences, place: Path) -> Path:
    """Write what differs; returns where the store as it stood is kept."""
    name = f"{place.name}.before-reparse-{clock.now():%Y%m%dT%H%M%SZ}"
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    backup = next(path for path in map(place.with_name, names) if not path.exists())
    back_up(config.store_url, backup)
    try:
        apply(config, engine, both, found)
    except BaseException:
        backup.unlink()
        raise
    return backup
