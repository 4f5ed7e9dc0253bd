"""All benchmarks in one run, and their tables in docs/benchmarks.md.

Run: make bench, or python -m benchmarks [ROWS ...], the sizes to merge (default 100,000 and a
million; 20000 is a quick trial). The page is written anew after each part, so that a run that is
ended keeps what it has.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import sqlite3
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import ModuleType

from benchmarks import growth, merge, national_check, pages
from benchmarks.stores import RIVALS, ROOT, server
from sync import clock

PAGE = ROOT / "docs/benchmarks.md"
SIZES = (100_000, 1_000_000)
DAYS = 365
TRIAL = 50_000
"""A run of fewer rows is a trial, of fewer days, too."""
TRIAL_DAYS = 10
RIVAL_NAMES = ("dlt", "dbt-core", "dbt-postgres", "selectolax", "lxml")


def main() -> None:
    """Run every part in a process of its own, and write the page after each."""
    sizes = list(map(int, sys.argv[1:])) or list(SIZES)
    days = DAYS if max(sizes) > TRIAL else TRIAL_DAYS
    parts: list[tuple[str, ModuleType, list[int]]] = [
        ("Merging a listing", merge, sizes),
        ("Reading a listing in HTML", pages, [1_000, 20_000]),
        ("The national check", national_check, []),
        ("How it grows", growth, [days]),
    ]
    written = _head()
    for title, module, arguments in parts:
        command = [sys.executable, "-m", module.__name__, *map(str, arguments)]
        done = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", check=True
        )
        print(done.stdout, flush=True)
        written += [f"## {title}", "", *_without_command(str(module.__doc__)), "", done.stdout]
        PAGE.write_text("\n".join(written).rstrip() + "\n", encoding="utf-8")


def _head() -> list[str]:
    return [
        "# Benchmarks",
        "",
        "Written by `make bench`; do not edit. Every ratio is of one run, the tools in turns.",
        "",
        f"* day: {clock.day_of(dt.datetime.now(dt.UTC)):%Y-%m-%d}",
        f"* machine: {_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB of memory,"
        f" {platform.system()} {platform.machine()}; load when it began:"
        f" {os.getloadavg()[0]:.1f}",
        f"* Python {platform.python_version()}, SQLite {sqlite3.sqlite_version},"
        f" PostgreSQL {_server_version()}, {_versions()}",
        "",
    ]


def _without_command(told: str) -> list[str]:
    """A part's own words: its docstring as paragraphs, without how it is run."""
    first, _, rest = told.strip().partition("\n\n")
    _, _, rest = rest.partition(". ") if rest.startswith("Run: ") else ("", "", rest)
    return f"{first}\n\n{rest}".splitlines()


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def _server_version() -> str:
    program = server().programs / "postgres"
    told = subprocess.run([program, "--version"], capture_output=True, encoding="ascii", check=True)
    return told.stdout.split()[-1]


def _versions() -> str:
    """The rivals' versions, asked in their own environment, and our lxml's."""
    script = "import sys\nfrom importlib.metadata import version\n"
    script += "print(', '.join(f'{name} {version(name)}' for name in sys.argv[1:]))"
    told = subprocess.run(
        [RIVALS, "-c", script, *RIVAL_NAMES], capture_output=True, encoding="utf-8", check=True
    )
    return f"{told.stdout.strip()}, ours with SQLAlchemy {metadata.version('sqlalchemy')}"


if __name__ == "__main__":
    main()
