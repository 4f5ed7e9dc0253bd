"""The whole country from 2022 to October 2026, read once in one go and once killed ten times.

Run: python -m benchmarks.backfill [KILLS]. The replica runs in a process of its own; the kills come
at seeded random instants, SIGKILL in the middle of whatever is done. Prints wall and processor time,
peak memory, requests and the store's size of both, and whether the same rows are in the views.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measuring import DVCQG, configure, dvcqg, megabytes, replica, requests

COMMAND = ("backfill", "index", "--from", "2022-01", "--to", "2026-10", "--province", "all")
NOW = "2026-11-26T07:00:00+07:00"
SECTIONS = '[index]\nprovinces = ["H01"]\n'
SEED = 766
COMPARED = (
    "SELECT * FROM scores_latest ORDER BY series, province_code, unit_code, period_type, year,"
    " period_no, indicator",
    "SELECT * FROM score_history ORDER BY series, province_code, unit_code, period_type, year,"
    " period_no, indicator, valid_from",
    "SELECT * FROM units ORDER BY code",
    "SELECT source, scope, status, rows, requests, backfilled FROM captures ORDER BY 1, 2",
    "SELECT COUNT(*) FROM changes",
)


def main() -> None:
    """Measure both and print a table."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory() as name, replica() as url:
        steady, killed = Path(name, "steady"), Path(name, "killed")
        for folder in (steady, killed):
            folder.mkdir()
            configure(folder, url, SECTIONS)
            dvcqg(folder, "db", "upgrade")
        subprocess.run([DVCQG, *COMMAND, "--dry-run"], cwd=steady, env=environment(), check=True)
        cost = dvcqg(steady, *COMMAND)
        needed = requests(url)
        print(
            f"in one go: {cost.wall_s:.0f} s, processor {cost.cpu_s:.0f} s, {cost.memory_mb:.0f} MB"
            f" peak, {needed} requests, {captures(steady)} captures,"
            f" store {megabytes(steady, 'dvcqg.db*'):.1f} MB,"
            f" archive {megabytes(steady, '*.gz'):.1f} MB",
            flush=True,
        )
        kill_and_resume(killed, kills, captures(steady))
        sent = requests(url) - needed
        print(f"killed {kills} times: {sent} requests, {(sent / needed - 1) * 100:+.2f} %")
        for query in COMPARED:
            (rows, one), (_, other) = digest(steady, query), digest(killed, query)
            print(f"{'same' if one == other else 'DIFFERENT'}: {rows:>9,} rows of {query[:40]}")


def kill_and_resume(folder: Path, kills: int, whole: int) -> None:
    """Run until killed at each of so many instants, then to the end."""
    instants = random.Random(SEED)
    for number in sorted(instants.sample(range(1, whole), kills)):
        process = subprocess.Popen([DVCQG, *COMMAND], cwd=folder, env=environment())
        while captures(folder) < number and process.poll() is None:
            time.sleep(0.005)
        time.sleep(instants.uniform(0, 0.1))
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
        print(f"  killed after capture {captures(folder)} of {whole}", flush=True)
    dvcqg(folder, *COMMAND)


def environment() -> dict[str, str]:
    """The environment of a run, with the clock at the replica's first day."""
    return {**os.environ, "DVCQG_NOW": NOW}


def captures(folder: Path) -> int:
    """How many captures there are."""
    connection = sqlite3.connect(folder / "dvcqg.db", timeout=60)
    count = connection.execute("SELECT COUNT(*) FROM capture_log").fetchone()[0]
    connection.close()
    return int(count)


def digest(folder: Path, query: str) -> tuple[int, str]:
    """Number and digest of the rows of a query."""
    connection, hashed, count = sqlite3.connect(folder / "dvcqg.db"), hashlib.sha256(), 0
    for row in connection.execute(query):
        hashed.update(repr(row).encode())
        count += 1
    connection.close()
    return count, hashed.hexdigest()


if __name__ == "__main__":
    main()
