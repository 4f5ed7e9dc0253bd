"""Reading the raw archive again: what today's code would have stored, and putting it right.

    copy the store → set the copy back → do every capture again → what differs? → apply

The daily check is repeated word for word, so what differs is the code or the configuration, and a
store that today's code has filled alone does not differ at all. `docs/reparse.md` explains it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from sync import leases
from sync.config import Config
from sync.failures import StoreError
from sync.reparse_apply import apply, fingerprint
from sync.reparse_differences import Differences, find_differences
from sync.reparse_output import Reparse, lines_of
from sync.reparse_past import set_back
from sync.reparse_plan import Plan, ReparseError, make_plan
from sync.reparse_replay import Replay, Stood, why_not
from sync.reparse_scratch import Scratch, scratch
from sync.run import Progress
from sync.store import reading, writing


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
    store_file = _file_of(engine)
    archive = config.archive_folder
    if archive is None:
        raise ReparseError(
            "the archive is switched off ([store] archive), so there is nothing to read again."
        )
    with _alone(engine, apply_it) as held, scratch(config.store_url, store_file) as copies:
        with reading(copies.engine) as connection:
            expected = fingerprint(connection, "stored")
            plan = make_plan(connection, archive, since)
        stood = [
            Stood(one, why_not(one))
            for one in plan.passed_over
            if one.is_believed and not one.is_drawn
        ]
        if not plan.captures:
            return Reparse(0, stood, 0, [], None)

        def going_on(done: int, total: int, label: str) -> None:
            held.require()
            progress(done, total, label)

        replay, differences, lines = _work_out(config, copies, plan, archive, going_on)
        backup = None
        if apply_it and differences.rows:
            held.require()
            backup = copies.keep_backup(store_file)
            apply(config, copies.again, expected, differences)
        return Reparse(replay.read, stood + replay.stood, differences.rows, lines, backup)


def _work_out(
    config: Config, copies: Scratch, plan: Plan, archive: Path, progress: Progress
) -> tuple[Replay, Differences, list[str]]:
    with writing(copies.engine) as connection:
        set_back(connection, plan.first)
    replay = Replay(config, copies.engine, archive)
    replay.run(plan, progress)
    with reading(copies.engine) as connection:
        differences = find_differences(connection, plan.first)
        return replay, differences, lines_of(connection, differences)


def _file_of(engine: Engine) -> Path:
    if engine.dialect.name != "sqlite" or not engine.url.database:
        raise StoreError(
            "reparse works on a store of SQLite only; this one is a database of "
            f"{engine.dialect.name}."
        )
    return Path(engine.url.database)


class _Held(NamedTuple):
    leases: list[leases.Lease]

    def require(self) -> None:
        for one in self.leases:
            one.require()


@contextlib.contextmanager
def _alone(engine: Engine, apply_it: bool) -> Iterator[_Held]:
    """Alone with the scratch files; and with the store, where it is to be written."""
    names = ["reparse", *(("check", "backfill") if apply_it else ())]
    with contextlib.ExitStack() as stack:
        yield _Held([stack.enter_context(leases.holding(engine, name)) for name in names])
