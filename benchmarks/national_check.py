"""The whole country in one check: 34 provinces, every unit, one period, all six groups.

Run: python -m benchmarks.national_check. The replica runs in a process of its own and is warmed
(its answers are made once) before the clock starts; the check runs as a user would run it, without
pacing. Prints wall time, the check's own processor time and peak memory, requests, and the store's
size, for a first day and for the same day again.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.measuring import Cost, configure, dvcqg, megabytes, replica, requests, table


class Check(NamedTuple):
    """One check: what it took, how many requests, and MB of the store afterwards."""

    cost: Cost
    requests: int
    store_mb: float


def main() -> None:
    """Measure and print a table."""
    print("\n".join(measure()))


def measure() -> list[str]:
    """The lines of a table."""
    lines = [["check", "s", "CPU s", "MB peak", "requests", "store MB"]]
    with replica() as url:
        checks(url, ["all"], 1)
        for label, one in zip(("first day", "the same again"), checks(url, ["all"]), strict=True):
            wall_s, cpu_s, memory_mb = one.cost
            lines.append(
                [label, f"{wall_s:.1f}", f"{cpu_s:.1f}", f"{memory_mb:.0f}", str(one.requests),
                 f"{one.store_mb:.1f}"]
            )  # fmt: skip
    return ["### The national check on the replica, without pacing", "", *table(lines), ""]


def checks(url: str, provinces: Sequence[str], times: int = 2) -> list[Check]:
    """A first check of some provinces, and the same again, on a store of its own."""
    sections = (
        f'[index]\nprovinces = {json.dumps(provinces)}\nperiods = ["year"]\nrevisit_days = 0\n'
    )
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        configure(folder, url, sections)
        dvcqg(folder, "db", "upgrade")
        for _ in range(times):
            before = requests(url)
            cost = dvcqg(folder, "check", "--only", "index")
            found.append(Check(cost, requests(url) - before, megabytes(folder, "dvcqg.db")))
    return found


if __name__ == "__main__":
    main()
