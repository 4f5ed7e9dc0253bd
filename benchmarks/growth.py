"""How time and store grow from one province to all, and from one daily capture to a year of them.

Run: python -m benchmarks.growth [DAYS]. The provinces are read by `dvcqg check` from the replica,
which is warmed before; processor time is the check's own, and of each step the last column says how
much a further province took: equal figures are a straight line. The days are those of
`benchmarks.views_store`: the index of a province and of the nation, and a listing of 3,000 dossiers of
which one per cent changes on working days; of each span the median day's processor time stands there.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.measuring import replica, table
from benchmarks.national_check import checks
from benchmarks.views_store import FIRST_DAY, PROVINCE, Dossiers, Index, check
from scrapers.provinces import PROVINCES
from sync import store
from sync.config import Config

COUNTS = (1, 2, 4, 8, 12, 16, 20, 24, 28, 34)
SPANS = (7, 30, 60, 90, 120, 180, 240, 300, 365)


class Day(NamedTuple):
    """Processor seconds of one day's captures, and bytes of the store afterwards."""

    seconds: float
    size: int


def main() -> None:
    """Measure and print the tables."""
    days = int(sys.argv[1]) if len(sys.argv) > 1 else SPANS[-1]
    print("\n".join([*measure_provinces(), *measure_days(days)]))


def measure_provinces() -> list[str]:
    """The lines of a table over the number of provinces."""
    codes = sorted(PROVINCES)
    lines = [["provinces", "s", "CPU s", "requests", "store MB", "CPU s a further province"]]
    with replica() as url:
        checks(url, ["all"], 1)
        found = [(count, checks(url, codes[:count], 1)[0]) for count in COUNTS]
    marginal = [""]
    for (few, before), (many, after) in pairwise(found):
        marginal.append(f"{(after.cost.cpu_s - before.cost.cpu_s) / (many - few):.3f}")
    for (count, one), further in zip(found, marginal, strict=True):
        lines.append(
            [str(count), f"{one.cost.wall_s:.1f}", f"{one.cost.cpu_s:.2f}", str(one.requests),
             f"{one.store_mb:.2f}", further]
        )  # fmt: skip
    return ["### From one province to all, a first check", "", *table(lines), ""]


def measure_days(days: int) -> list[str]:
    """The lines of a table over the number of daily captures."""
    with tempfile.TemporaryDirectory() as name:
        taken = list(_days(Path(name) / "store.db", days))
    lines = [["days", "median day, CPU s", "store MB", "bytes a day"]]
    before = 1
    for span in sorted({one for one in SPANS if one < days} | {days}):
        some = taken[before:span]
        grown = (taken[span - 1].size - taken[before - 1].size) / len(some)
        lines.append(
            [f"{before + 1}-{span}", f"{median(one.seconds for one in some):.3f}",
             f"{taken[span - 1].size / 1e6:.1f}", f"{grown:,.0f}"]
        )  # fmt: skip
        before = span
    first = [["1", f"{taken[0].seconds:.3f}", f"{taken[0].size / 1e6:.1f}", ""]]
    return ["### From one daily capture to many", "", *table(lines[:1] + first + lines[1:]), ""]


def _days(path: Path, days: int) -> Iterator[Day]:
    """Take the captures of each day."""
    url = f"sqlite:///{path}"
    store.upgrade(url)
    engine = store.open_store(url)
    config = Config.model_validate_json(json.dumps({"index": {"provinces": [PROVINCE]}}))
    chance = random.Random(766)
    sources: Sequence[Index | Dossiers] = (Index(chance), Dossiers(chance))
    for number in range(days):
        today = FIRST_DAY + dt.timedelta(days=number)
        os.environ["DVCQG_NOW"] = f"{today}T07:00:00+07:00"
        readings = [one for source in sources for one in source.readings(config, today)]
        began = time.process_time()
        check(engine, config, readings)
        yield Day(time.process_time() - began, store.store_size(engine))
    engine.dispose()


if __name__ == "__main__":
    main()
