"""What the benchmarks share: the replica in a process of its own, and dvcqg run as a user would."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

DVCQG = Path(sys.executable).with_name("dvcqg")
FIRST_DAY = 26


class Cost(NamedTuple):
    """What one command took; memory is its peak in MB, no less than that of who started it."""

    wall_s: float
    cpu_s: float
    memory_mb: float


@contextlib.contextmanager
def replica() -> Iterator[str]:
    """The replica on loopback, ended in the end; gives its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.replica", "--port", "0", "--day", "1"],
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.wait(timeout=10)


def steer(url: str, what: str, **options: object) -> None:
    """Tell the replica something, such as the day it is at."""
    request = urllib.request.Request(
        f"{url}/__replica__/{what}", json.dumps(options).encode(), method="POST"
    )
    urllib.request.urlopen(request, timeout=10).close()


def requests(url: str) -> int:
    """How many requests the replica has had."""
    with urllib.request.urlopen(f"{url}/__replica__/requests", timeout=10) as answer:
        return int(json.load(answer)["requests"])


def dvcqg(folder: Path, *command: str, day: int = 1) -> Cost:
    """Run dvcqg in a folder at seven in the morning of a day of the replica's world."""
    began = time.monotonic()
    now = f"2026-11-{FIRST_DAY + day - 1}T07:00:00+07:00"
    environment = {**os.environ, "DVCQG_NOW": now}
    process = subprocess.Popen(
        [DVCQG, *command], cwd=folder, env=environment, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    wall = time.monotonic() - began
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6)


def configure(folder: Path, url: str, sections: str) -> None:
    """Write a configuration that asks the replica without pacing."""
    (folder / "config.toml").write_text(
        f'[portal]\nbase_url = "{url}"\nrequests_per_second = 0\n{sections}', encoding="utf-8"
    )


def megabytes(folder: Path, pattern: str) -> float:
    """Size of the files of a pattern."""
    return sum(file.stat().st_size for file in folder.rglob(pattern) if file.is_file()) / 1e6


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table in Markdown, which reads well in a terminal, too; its first row is its
    head, and columns of figures stand to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    right = [
        all(not cell or cell[0] in "0123456789-−+<" for cell in column[1:])
        for column in zip(*rows, strict=True)
    ]

    def line(cells: Sequence[str]) -> str:
        placed = [
            cell.rjust(width) if is_right else cell.ljust(width)
            for cell, width, is_right in zip(cells, widths, right, strict=True)
        ]
        return f"| {' | '.join(placed)} |"

    rule = [
        "-" * (width - 1) + (":" if is_right else "-")
        for width, is_right in zip(widths, right, strict=True)
    ]
    return [line(rows[0]), line(rule), *map(line, rows[1:])]
