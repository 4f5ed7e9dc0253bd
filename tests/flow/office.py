"""An office in a test: a folder with a configuration and a store, pointed at the replica."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from sqlalchemy import text

from models.views import VIEWS
from sync import store
from sync.check import DATASETS, CheckResult, run_check
from sync.config import load
from tests import databases, forked
from tests.replica.server import Replica

FIRST_DAY = dt.date(2026, 11, 26)
DVCQG = Path(sys.executable).with_name("dvcqg")

# Whatever depends on the moment or on the number of tries is left out of a comparison.
CHANGES = """
    SELECT day, dataset, kind, severity, unit_code, subject, series, period_type, year, period_no,
           indicator, before_value, after_value, delta, message
    FROM changes ORDER BY 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 15
"""
SCORES = """
    SELECT series, province_code, unit_code, unit_name, kind, period_type, year, period_no,
           indicator, level, score, max_score, ratio, numerator, denominator, rank, rank_of, class,
           has_activity
    FROM scores_latest ORDER BY series, unit_code, period_type, year, period_no, indicator
"""


class Office:
    """One office; `check` runs in this process, `dvcqg` as a user would run it.

    In the copied folder of another office, it goes on with a copy of its store.
    """

    def __init__(
        self,
        folder: Path,
        replica: Replica,
        *,
        more: str = "",
        periods: str = "",
        procedures: str = "enabled = false",
    ) -> None:
        self.folder, self.replica = folder, replica
        folder.mkdir(parents=True, exist_ok=True)
        self.config_path = folder / "config.toml"
        before = self.config_path.read_text("utf-8") if self.config_path.exists() else ""
        self.config_path.write_text(
            f"""
            {databases.current.setting(folder, before)}
            [portal]
            base_url = "{replica.url}"
            requests_per_second = 0
            timeout_s = 5
            attempts = 1
            [index]
            provinces = ["H01"]
            {periods}
            [procedures]
            {procedures}
            {more}
            """,
            encoding="utf-8",
        )
        self.reload()

    def reload(self) -> None:
        """Read the configuration (again) and open its store."""
        self.config = load(self.config_path)
        self.engine = store.open_store(self.config.store_url)

    def lose_store(self) -> None:
        """Let there be no store."""
        self.engine.dispose()
        databases.current.drop(self.config.store_url)
        (self.folder / databases.USUAL_FILE).unlink(missing_ok=True)

    def now(self, day: int, hour: int = 7) -> str:
        """An instant of a day of the replica's world, counted from 1."""
        date = FIRST_DAY + dt.timedelta(days=day - 1)
        return f"{date.isoformat()}T{hour:02d}:00:00+07:00"

    def check(self, day: int, hour: int = 7, only: Collection[str] = DATASETS) -> CheckResult:
        """The daily check of a day of the replica's world."""
        self.replica.day = day
        before = os.environ.get("DVCQG_NOW")
        os.environ["DVCQG_NOW"] = self.now(day, hour)
        try:
            return run_check(self.config, self.engine, lambda done, total, label: None, only)
        finally:
            os.environ.pop("DVCQG_NOW")
            if before is not None:
                os.environ["DVCQG_NOW"] = before

    def dvcqg(self, *command: str, day: int, hour: int = 7) -> forked.Finished:
        """Run the command line on a day of the replica's world."""
        self.replica.day = day
        return forked.run(command, self.folder, {"DVCQG_NOW": self.now(day, hour)})

    def rows(self, query: str, **bound: Any) -> list[Any]:
        """The rows of a query, as plain tuples."""
        with store.reading(self.engine) as connection:
            return [tuple(row) for row in connection.execute(text(query), bound)]

    def names(self, query: str) -> list[str]:
        """The names of a query's columns."""
        with store.reading(self.engine) as connection:
            return list(connection.execute(text(query)).keys())

    def is_whole(self) -> bool:
        """Whether nothing is damaged; of a server's store every view is read."""
        if self.engine.dialect.name == "sqlite":
            return self.rows("PRAGMA integrity_check") == [("ok",)]
        return all(self.rows(f"SELECT COUNT(*) FROM {view}") for view in VIEWS)

    def versions(self) -> int:
        """How many versions all ledgers hold."""
        tables = ("figure_versions", "standing_versions", "unit_versions")
        return sum(self.rows(f"SELECT COUNT(*) FROM {name}")[0][0] for name in tables)
