"""Ten programs read the views while listings are merged: how long an answer takes.

Run: python -m benchmarks.readers [ROWS]. The store holds ten days of an office
(`benchmarks.views_store`: the index, 3,000 dossiers, 6,300 procedures). Each reader is a process of its
own that asks a usual question of a view, takes the whole answer, rests a quarter of a second and asks the
next; first while nobody writes, then while a listing of another source is merged, once whole and then
again and again with one per cent changed. Every program has a session of its own, as those of several
people have; a merge weighs a third of a reader, as the files in `deploy/` say (the server's processes
weigh as much as anybody's). Milliseconds by the clock; what an answer costs the processor, the server's
share included, stands before: where other programs keep it busy, the rest is waiting for it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from statistics import median

from benchmarks import listings
from benchmarks.measuring import table
from benchmarks.merge import NAMES, write_listing
from benchmarks.ours import url
from benchmarks.steps import POSTGRESQL, SQLITE
from benchmarks.stores import ROOT, Place, places
from benchmarks.views_store import build

READERS = 10
DAYS = 10
MERGES = 36
QUIET_SECONDS = 36
NICENESS = 5
"""Which gives a third of the weight."""
Taken = dict[str, list[tuple[float, float]]]
"""Question -> seconds of each answer, by the clock and of the processor."""


def main() -> None:
    """Measure and print the tables."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    for kind in (SQLITE, POSTGRESQL):
        print("\n".join(measure(kind, rows)), flush=True)


def measure(kind: str, rows: int) -> list[str]:
    """The lines of a table."""
    with tempfile.TemporaryDirectory() as name, places(kind, [True]) as (store,):
        days = Path(name, "day1"), Path(name, "day2")
        for number, listing in enumerate(days, 1):
            write_listing(listing, listings.rows(rows, day=number))
        build(url(store.task), DAYS)
        store.rest()
        quiet = _read_while(store, lambda: time.sleep(QUIET_SECONDS))
        merging = _read_while(store, lambda: _merge(store, days))
    lines = [["question", "CPU ms", "quiet, p50", "p99", "while merging, p50", "p99", "answers"]]
    lines += [[f"`{question}`", *_line(quiet[question], merging[question])] for question in quiet]
    every = (list(chain.from_iterable(taken.values())) for taken in (quiet, merging))
    lines.append(["all of them", *_line(*every)])
    return [f"### {READERS} readers while {rows:,} rows are merged on {NAMES[kind]}", "",
            *table(lines), ""]  # fmt: skip


def _merge(store: Place, days: tuple[Path, Path]) -> None:
    for number in range(MERGES):
        store.run("ours", days[number % 2], number + 1, niceness=NICENESS)


def _read_while(store: Place, work: Callable[[], None]) -> Taken:
    """What all readers say that asked while some work was done."""
    command = [sys.executable, "-m", "benchmarks.reader", json.dumps(store.task._asdict())]
    readers = [
        subprocess.Popen(
            [*command, str(number)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        for number in range(READERS)
    ]
    try:
        _start(readers)
        work()
        told = [json.loads(reader.communicate(timeout=60)[0]) for reader in readers]
    finally:
        for reader in readers:
            reader.kill()
    return {question: [one for some in told for one in some[question]] for question in told[0]}


def _start(readers: Sequence[subprocess.Popen[str]]) -> None:
    """Let all of them ask, once each is there: how long a program takes to start is not asked."""
    for reader in readers:
        assert reader.stdout
        reader.stdout.readline()
    for reader in readers:
        assert reader.stdin
        print(file=reader.stdin, flush=True)


def _line(quiet: list[tuple[float, float]], merging: list[tuple[float, float]]) -> list[str]:
    """What an answer costs the processor, and how long it took in both cases; number of answers."""
    alone, beside = ([seconds for seconds, _ in some] for some in (quiet, merging))
    spent = median(processor for _, processor in quiet)
    figures = (spent, median(alone), _p99(alone), median(beside), _p99(beside))
    return [*(f"{seconds * 1e3:.1f}" for seconds in figures), f"{len(beside):,}"]


def _p99(seconds: list[float]) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(0.99 * len(seconds)))]


if __name__ == "__main__":
    main()
