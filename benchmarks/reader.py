"""One program that reads the views, as a step of `benchmarks.readers`: standard library and driver.

It says when it is connected and begins when it is sent a line: asks one usual question after the other,
takes the whole answer, and rests in between. When its standard input is closed it ends, and says of each
answer how many seconds it took by the clock and of the processor, its own and its connection's on the
server.
"""

from __future__ import annotations

import contextlib
import json
import random
import select
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.steps import Task, task

REST_SECONDS = 0.25
QUESTIONS = (
    "units WHERE kind = 'commune'",
    "scores_latest WHERE unit_code = 'H01.14' AND period_type = 'year' AND year = 2026",
    "scores_latest WHERE indicator = 'TOTAL' AND period_type = 'year' AND year = 2026 ORDER BY rank",
    "score_history WHERE unit_code = 'H01.14' AND indicator = 'TOTAL' AND year = 2026",
    "overdue_now WHERE source = 'quantri' AND unit_code = 'H01.14'",
    "overdue_now WHERE source = 'quantri' ORDER BY days_late DESC LIMIT 200",
    "overdue_now WHERE source = 'quantri'",
    "overdue_daily WHERE unit_code = 'H01.14'",
    "procedures WHERE code = '1.000042'",
    "procedures WHERE agency_code = 'H01' AND gone_at IS NULL",
    "decisions WHERE published_at IS NULL",
    "changes WHERE day = '2026-01-09'",
    "changes ORDER BY id DESC LIMIT 100",
    "alerts WHERE state <> 'closed'",
    "captures ORDER BY id DESC LIMIT 30",
    "checks ORDER BY id DESC LIMIT 30",
)
"""What stands behind SELECT * FROM, on both databases."""


def main() -> None:
    """Ask until told to stop; argument 2 is the reader's number."""
    chance = random.Random(int(sys.argv[2]))
    taken: dict[str, list[tuple[float, float]]] = {question: [] for question in QUESTIONS}
    told = task()
    with connected(told) as store:
        backend = store.info.backend_pid if told.is_postgresql else None
        print("connected", flush=True)
        sys.stdin.readline()
        while True:
            for question in chance.sample(QUESTIONS, len(QUESTIONS)):
                if select.select([sys.stdin], [], [], chance.uniform(0, 2 * REST_SECONDS))[0]:
                    print(json.dumps(taken))
                    return
                began, worked = time.perf_counter(), processor(backend)
                store.execute(f"SELECT * FROM {question}").fetchall()
                took = time.perf_counter() - began
                taken[question].append((took, processor(backend) - worked))


def processor(backend: int | None) -> float:
    """Processor seconds of this process, and of the server's process that works for it."""
    spent = time.process_time()
    if backend is not None:
        nanoseconds = Path(f"/proc/{backend}/schedstat").read_text(encoding="ascii").split()[0]
        spent += int(nanoseconds) / 1e9
    return spent


@contextlib.contextmanager
def connected(told: Task) -> Iterator[Any]:
    """A connection as another program would make it."""
    if told.is_postgresql:
        import psycopg

        with psycopg.connect(told.address, autocommit=True) as store:
            yield store
        return
    opened = sqlite3.connect(f"file:{told.place}?mode=ro", uri=True, isolation_level=None)
    with contextlib.closing(opened) as store:
        yield store


if __name__ == "__main__":
    main()
