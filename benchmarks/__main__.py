"""All benchmarks in one run, and their tables in docs/benchmarks.md.

Run: make bench, or python -m benchmarks [PART ...] [ROWS ...]. Parts are merge, readers, pages,
national_check and growth, without any all of them; of the page only their sections are written anew,
each when it is there. ROWS are the sizes to merge (default 100,000 and a million); 20000 is a quick
trial. On a quiet machine of two cores all take about half an hour.
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

from benchmarks import growth, merge, national_check, pages, readers
from benchmarks.stores import RIVALS, ROOT, server
from sync import clock

PAGE = ROOT / "docs/benchmarks.md"
PARTS: dict[str, tuple[str, ModuleType]] = {
    "merge": ("Merging a listing", merge),
    "readers": ("Reading while it is written", readers),
    "pages": ("Reading a listing in HTML", pages),
    "national_check": ("The national check", national_check),
    "growth": ("How it grows", growth),
}
"""Name -> its heading on the page, and its module."""
TRIAL = 50_000
"""A run of fewer rows is a trial: of fewer days, too."""
TRIAL_DAYS = 10
RIVAL_NAMES = ("dlt", "dbt-core", "dbt-postgres", "selectolax", "lxml")


def main() -> None:
    """Run every part in a process of its own, and write its section after it."""
    sizes = [int(one) for one in sys.argv[1:] if one.isdecimal()]
    names = [one for one in sys.argv[1:] if not one.isdecimal()] or list(PARTS)
    if unknown := sorted(set(names) - set(PARTS)):
        sys.exit(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    is_trial = bool(sizes) and max(sizes) <= TRIAL
    arguments: dict[str, list[int]] = {
        "merge": sizes,
        "readers": sizes[:1],
        "pages": [1_000, 20_000],
        "growth": [TRIAL_DAYS] if is_trial else [],
    }
    sections = _sections()
    for name in names:
        title, module = PARTS[name]
        began = f"{_today()}, load when it began {os.getloadavg()[0]:.1f}."
        command = [sys.executable, "-m", module.__name__, *map(str, arguments.get(name, []))]
        done = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", check=True
        )
        print(done.stdout, flush=True)
        said = [*_without_command(str(module.__doc__)), "", began, "", done.stdout.rstrip()]
        sections[title] = "\n".join(said)
        known = [title for title, _ in PARTS.values() if title in sections]
        written = [*_head(), *(f"## {title}\n\n{sections[title]}\n" for title in known)]
        PAGE.write_text("\n".join(written), encoding="utf-8")


def _sections() -> dict[str, str]:
    """The page as it is: heading -> what stands below it."""
    _, *parts = PAGE.read_text(encoding="utf-8").split("\n## ") if PAGE.exists() else [""]
    split = (part.partition("\n") for part in parts)
    return {title: below.strip() for title, _, below in split}


def _today() -> str:
    return f"{clock.day_of(dt.datetime.now(dt.UTC)):%Y-%m-%d}"


def _head() -> list[str]:
    return [
        "# Benchmarks",
        "",
        "Written by `make bench`; do not edit. Every ratio is of one run, the tools in turns.",
        "",
        f"* machine: {_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB of memory,"
        f" {platform.system()} {platform.machine()}",
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
