"""How fast the public views answer on a store with years of daily captures of one province.

Run: python -m benchmarks.views [DAYS] [STORE]. Without STORE one is built and thrown away; with it, one
that is not there yet is built and kept, one that is there gets today's views and is measured.
`benchmarks.views_store` says what it holds. Printed are, for each view, its rows, the time to fetch them
all, and the slowest of its usual questions (by unit, by day, the newest); the median of five counts.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import create_engine

from benchmarks.views_store import build
from models.views import create_views, drop_views

LIMIT_MS = 50
ASKED: Mapping[str, Sequence[str]] = {
    "units": ("kind = 'commune'", "code = 'H01.14'"),
    "scores_latest": (
        "unit_code = 'H01.14' AND period_type = 'year' AND year = :year",
        "indicator = 'TOTAL' AND period_type = 'year' AND year = :year",
        "indicator = 'TOTAL' AND period_type = 'month' AND year = :year AND period_no = 11",
        "unit_code = 'H01.14' AND indicator = 'TOTAL'",
    ),
    "score_history": (
        "unit_code = 'H01.14' AND indicator = 'TOTAL' AND period_type = 'year' AND year = :year",
        "unit_code = 'H01.14' AND indicator = 'TOTAL'",
    ),
    "overdue_now": ("unit_code = 'H01.14'", "1 ORDER BY days_late DESC LIMIT 200"),
    "overdue_daily": ("day = :day", "unit_code = 'H01.14'"),
    "procedures": ("code = '1.000042'", "agency_code = 'H01' AND gone_at IS NULL"),
    "decisions": ("number = '42/QĐ-UBND'", "published_at IS NULL"),
    "changes": (
        "day = :day",
        "1 ORDER BY id DESC LIMIT 100",
        "unit_code = 'H01.14' AND day >= :week",
    ),
    "alerts": ("state <> 'closed'", "unit_code = 'H01.14'"),
    "captures": ("1 ORDER BY id DESC LIMIT 30", "scope = 'H01/' || :year"),
    "checks": ("day >= :week", "1 ORDER BY id DESC LIMIT 30"),
}
"""View -> what comes behind its WHERE."""


class Answer(NamedTuple):
    """How many rows came, and the median processor time in milliseconds.

    The file lies in the system's cache, so that is what one waits for where nothing else runs."""

    rows: int
    milliseconds: float


def main() -> None:
    """Build a store where there is none, measure, and print a table."""
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 1_096
    with tempfile.TemporaryDirectory() as name:
        path = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(name) / "views.db"
        if not path.exists():
            build(f"sqlite:///{path}", days)
        measure(path)


def measure(path: Path) -> None:
    """Ask every view for everything, and what people ask of it."""
    renew_views(path)
    store = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    bound = newest(store)
    print(f"{path.stat().st_size / 1e6:,.0f} MB, newest day {bound['day']}")
    print(f"{'view':<16}{'rows':>10}{'all ms':>10}{'rows':>8}{'asked ms':>10}  slowest question")
    for view, conditions in ASKED.items():
        whole = ask(store, f"SELECT * FROM {view}", bound)
        answers = [ask(store, f"SELECT * FROM {view} WHERE {one}", bound) for one in conditions]
        slowest = max(range(len(answers)), key=lambda i: answers[i].milliseconds)
        rows, milliseconds = answers[slowest]
        mark = " SLOW" if milliseconds > LIMIT_MS else ""
        print(
            f"{view:<16}{whole.rows:>10,}{whole.milliseconds:>10,.1f}{rows:>8,}{milliseconds:>10.1f}"
            f"  {conditions[slowest]}{mark}"
        )
    store.close()


def renew_views(path: Path) -> None:
    """Give a store that was built before the views as they are now."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        drop_views(connection)
        create_views(connection)
    engine.dispose()


def newest(store: sqlite3.Connection) -> dict[str, str]:
    """The newest day, a week before it, and its year."""
    day, week = store.execute("SELECT MAX(day), date(MAX(day), '-7 days') FROM checks").fetchone()
    return {"day": day, "week": week, "year": day[:4]}


def ask(store: sqlite3.Connection, query: str, bound: Mapping[str, str]) -> Answer:
    """Ask five times, or once where it takes long."""
    taken: list[float] = []
    rows = 0
    while len(taken) < (1 if taken and taken[0] > 2_000 else 5):
        began = time.process_time()
        rows = len(store.execute(query, dict(bound)).fetchall())
        taken.append((time.process_time() - began) * 1_000)
    return Answer(rows, statistics.median(taken))


if __name__ == "__main__":
    main()
