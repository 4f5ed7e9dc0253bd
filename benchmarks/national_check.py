"""The whole country in one check: 34 provinces, every unit, one period, all six groups.

Run: python -m benchmarks.national_check. The replica runs in a process of its own and is warmed
(its answers are made once) before the clock starts; the check runs as a user would run it. Prints
wall time, the check's own processor time and peak memory, requests, and the store's size, for a
first day and for the same day again.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

DVCQG = Path(sys.executable).with_name("dvcqg")
NOW = "2026-11-26T07:00:00+07:00"


def main() -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        replica = subprocess.Popen(
            [sys.executable, "-m", "tests.replica", "--port", "0", "--day", "1"],
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        try:
            assert replica.stdout is not None
            url = replica.stdout.readline().split()[-1]
            _configure(folder, url)
            _dvcqg(folder, "db", "upgrade")
            _dvcqg(folder, "check")
            (folder / "dvcqg.db").unlink()
            _dvcqg(folder, "db", "upgrade")
            print(f"{'':<12}{'wall s':>8}{'cpu s':>8}{'MB':>6}{'requests':>10}{'store MB':>10}")
            for label in ("first day", "same again"):
                before = _requests(url)
                wall, cpu, memory = _dvcqg(folder, "check")
                size = (folder / "dvcqg.db").stat().st_size / 1e6
                sent = _requests(url) - before
                print(f"{label:<12}{wall:8.1f}{cpu:8.1f}{memory:6.0f}{sent:10d}{size:10.1f}")
        finally:
            replica.terminate()
            replica.wait(timeout=10)


def _configure(folder: Path, url: str) -> None:
    (folder / "config.toml").write_text(
        f"""
        [portal]
        base_url = "{url}"
        requests_per_second = 0
        [index]
        provinces = ["all"]
        periods = ["year"]
        revisit_days = 0
        """,
        encoding="utf-8",
    )


def _dvcqg(folder: Path, *command: str) -> tuple[float, float, float]:
    """Run dvcqg; returns wall seconds, processor seconds, peak MB of the largest child."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    env = {**os.environ, "DVCQG_NOW": NOW}
    subprocess.run([DVCQG, *command], cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, after.ru_maxrss / 1024


def _requests(url: str) -> int:
    with urllib.request.urlopen(f"{url}/__replica__/requests", timeout=10) as answer:
        return int(json.load(answer)["requests"])


if __name__ == "__main__":
    main()
