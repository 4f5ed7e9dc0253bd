"""The whole country in one check: 34 provinces, every unit, one period, all six groups.

Run: python -m benchmarks.national_check. The replica runs in a process of its own and is warmed
(its answers are made once) before the clock starts; the check runs as a user would run it. Prints
wall time, the check's own processor time and peak memory, requests, and the store's size, for a
first day and for the same day again.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.measuring import configure, dvcqg, megabytes, replica, requests

SECTIONS = """
[index]
provinces = ["all"]
periods = ["year"]
revisit_days = 0
"""


def main() -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as name, replica() as url:
        folder = Path(name)
        configure(folder, url, SECTIONS)
        dvcqg(folder, "db", "upgrade")
        dvcqg(folder, "check", "--only", "index")
        (folder / "dvcqg.db").unlink()
        dvcqg(folder, "db", "upgrade")
        print(f"{'':<12}{'wall s':>8}{'cpu s':>8}{'MB':>6}{'requests':>10}{'store MB':>10}")
        for label in ("first day", "same again"):
            before = requests(url)
            cost = dvcqg(folder, "check", "--only", "index")
            size, sent = megabytes(folder, "dvcqg.db"), requests(url) - before
            print(
                f"{label:<12}{cost.wall_s:8.1f}{cost.cpu_s:8.1f}{cost.memory_mb:6.0f}"
                f"{sent:10d}{size:10.1f}"
            )


if __name__ == "__main__":
    main()
