"""How fast the public views answer on a store with years of daily captures of one province.

Run: python -m benchmarks.views [DAYS] [STORE]. Without STORE one is built and thrown away; with it, one
that is not there yet is built and kept, one that is there gets today's views and is measured. Where
STORE is "postgresql", one is built on a server and thrown away. `benchmarks.views_store` says what it
holds. Printed are, for each view, its rows, the time to fetch them all, and the slowest of its usual
questions (by unit, by day, the newest); the median of five counts.
"""

from __future__ import annotations

import datetime as dt
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import create_engine

from benchmarks.ours import url
from benchmarks.reader import connected, processor
from benchmarks.steps import POSTGRESQL, SQLITE, Task
from benchmarks.stores import places
from benchmarks.views_store import build
from models.views import create_views, drop_views

LIMIT_MS = 50
ASKED: Mapping[str, Sequence[str]] = {
    "units": ("kind = 'commune'", "code = 'H01.14'"),
    "scores_latest": (
        "unit_code = 'H01.14' AND period_type = 'year' AND year = {year}",
        "indicator = 'TOTAL' AND period_type = 'year' AND year = {year}",
        "indicator = 'TOTAL' AND period_type = 'month' AND year = {year} AND period_no = 11",
        "unit_code = 'H01.14' AND indicator = 'TOTAL'",
    ),
    "score_history": (
        "unit_code = 'H01.14' AND indicator = 'TOTAL' AND period_type = 'year' AND year = {year}",
        "unit_code = 'H01.14' AND indicator = 'TOTAL'",
    ),
    "overdue_now": ("unit_code = 'H01.14'", "1 = 1 ORDER BY days_late DESC LIMIT 200"),
    "overdue_daily": ("day = '{day}'", "unit_code = 'H01.14'"),
    "procedures": ("code = '1.000042'", "agency_code = 'H01' AND gone_at IS NULL"),
    "decisions": ("number = '42/QĐ-UBND'", "published_at IS NULL", "agency_code = 'H01'"),
    "changes": (
        "day = '{day}'",
        "1 = 1 ORDER BY id DESC LIMIT 100",
        "unit_code = 'H01.14' AND day >= '{week}'",
    ),
    "alerts": ("state <> 'closed'", "unit_code = 'H01.14'"),
    "captures": ("1 = 1 ORDER BY id DESC LIMIT 30", "scope = 'H01/{year}'"),
    "checks": ("day >= '{week}'", "1 = 1 ORDER BY id DESC LIMIT 30"),
}
"""View -> what comes behind its WHERE, with the newest day, a week before it and its year in braces."""


class Answer(NamedTuple):
    """How many rows came, and the median processor time in milliseconds, a server's included.

    The store lies in the system's cache, so that is what one waits for where nothing else runs."""

    rows: int
    milliseconds: float


def main() -> None:
    """Build a store where there is none, measure, and print a table."""
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 1_096
    if sys.argv[2:] == [POSTGRESQL]:
        with places(POSTGRESQL, [True]) as (store,):
            build(url(store.task), days)
            store.rest()
            measure(store.task, store.size())
        return
    with tempfile.TemporaryDirectory() as name:
        path = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(name) / "views.db"
        task = Task(SQLITE, str(path), "", "", "", 0)
        if path.exists():
            renew_views(url(task))
        else:
            build(url(task), days)
        measure(task, path.stat().st_size)


def renew_views(address: str) -> None:
    """Give a store that was built before the views as they are now."""
    engine = create_engine(address)
    with engine.begin() as connection:
        drop_views(connection)
        create_views(connection)
    engine.dispose()


def measure(task: Task, size: int) -> None:
    """Ask every view of a store of so many bytes for everything, and what people ask of it."""
    with connected(task) as store:
        named = newest(store)
        print(f"{size / 1e6:,.0f} MB, newest day {named['day']}")
        print(
            f"{'view':<16}{'rows':>10}{'all ms':>10}{'rows':>8}{'asked ms':>10}  slowest question"
        )
        for view, questions in ASKED.items():
            whole = ask(store, f"SELECT * FROM {view}")
            answers = [
                (ask(store, f"SELECT * FROM {view} WHERE {one.format(**named)}"), one)
                for one in questions
            ]
            (rows, milliseconds), question = max(answers, key=lambda it: it[0].milliseconds)
            mark = " SLOW" if milliseconds > LIMIT_MS else ""
            print(
                f"{view:<16}{whole.rows:>10,}{whole.milliseconds:>10,.1f}{rows:>8,}"
                f"{milliseconds:>10.1f}  {question}{mark}"
            )


def newest(store: Any) -> dict[str, str]:
    """The newest day, a week before it, and its year."""
    (day,) = store.execute("SELECT MAX(day) FROM checks").fetchone()
    week = dt.date.fromisoformat(day) - dt.timedelta(days=7)
    return {"day": day, "week": week.isoformat(), "year": day[:4]}


def ask(store: Any, query: str) -> Answer:
    """Ask five times, or once where it takes long."""
    backend = store.info.backend_pid if hasattr(store, "info") else None
    taken: list[float] = []
    rows = 0
    while len(taken) < (1 if taken and taken[0] > 2_000 else 5):
        began = processor(backend)
        rows = len(store.execute(query).fetchall())
        taken.append((processor(backend) - began) * 1_000)
    return Answer(rows, statistics.median(taken))


if __name__ == "__main__":
    main()
