"""The whole procedure catalogue: the first full reading, days with changes, a day without any.

Run: python -m benchmarks.procedures_check. The replica runs in a process of its own and makes each
answer on first use, so its own time is in the first rows. Prints wall time, processor time and peak
memory of the check, requests, and how the store and the archive grew.
"""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from benchmarks.measuring import configure, dvcqg, megabytes, replica, requests, steer

SECTIONS = """
[index]
provinces = ["H01"]
[procedures]
detail_minutes = 600
"""
DAYS = ((1, "first day"), (2, "12 changes"), (3, "20 changes"), (4, "noise only"))


def main() -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as name, replica() as url:
        folder = Path(name)
        configure(folder, url, SECTIONS)
        dvcqg(folder, "db", "upgrade")
        store, archive = megabytes(folder, "dvcqg.db"), 0.0
        head = ("wall s", "cpu s", "MB", "requests", "store MB", "archive MB")
        print(f"{'':<12}" + "".join(f"{word:>11}" for word in head))
        for day, label in DAYS:
            steer(url, "day", day=day)
            before = requests(url)
            cost = dvcqg(folder, "check", "--only", "procedures", day=day)
            _checkpoint(folder)
            grown = megabytes(folder, "dvcqg.db") - store, megabytes(folder, "*.gz") - archive
            store, archive = store + grown[0], archive + grown[1]
            figures = (*cost, requests(url) - before, *grown)
            print(f"{label:<12}" + "".join(f"{figure:11.2f}" for figure in figures), flush=True)


def _checkpoint(folder: Path) -> None:
    """Bring everything into the one file that is measured."""
    connection = sqlite3.connect(folder / "dvcqg.db")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


if __name__ == "__main__":
    main()
