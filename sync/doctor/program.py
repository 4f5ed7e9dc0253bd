"""The program itself: its version, the packages it stands on, its clock and its calendar."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import sqlite3
from collections.abc import Generator, Iterator
from importlib import metadata

from sync import clock, workdays
from sync.doctor.findings import CONFIGURATION, STORE, Finding, bad, doubtful, well

PROGRAM = "dvcqg-sync"
OLDEST_SQLITE = (3, 37)
"""The first with STRICT tables."""
CLOCK_VARIABLES = ("DVCQG_NOW", "DVCQG_CLOCK")


def versions() -> Iterator[Finding]:
    """Which Python and SQLite run the program. That of Python was seen to when it was installed."""
    said = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        yield bad(
            "versions", f"{said}; the store needs SQLite {oldest}: use a newer Python.", STORE
        )
    else:
        yield well("versions", f"{said}.")


def packages() -> Iterator[Finding]:
    """Whether the libraries are there, in versions that the program was written for."""
    try:
        version, wanted = metadata.version(PROGRAM), metadata.requires(PROGRAM) or []
    except metadata.PackageNotFoundError:
        yield doubtful("packages", f"{PROGRAM} runs without being installed; run `make setup`.")
        return
    troubles = [trouble for one in wanted if (trouble := _trouble_of(one))]
    if troubles:
        yield bad(
            "packages", f"{'; '.join(troubles)}; install {PROGRAM} {version} again.", CONFIGURATION
        )
    else:
        yield well("packages", f"{PROGRAM} {version}, its libraries are those it was made for.")


def _trouble_of(requirement: str) -> str | None:
    """What is wrong with one library, asked for as the metadata do ("httpx<0.29,>=0.28")."""
    asked, _, condition = requirement.partition(";")
    if "extra" in condition:
        return None
    name = re.split(r"[^\w.-]", asked.strip())[0]
    limits = asked.strip().removeprefix(name)
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        return f"{name} is missing"
    fits = all(
        _numbers(found) >= _numbers(limit) if sign == ">=" else _numbers(found) < _numbers(limit)
        for sign, limit in re.findall(r"(>=|<)\s*([\d.]+)", limits)
    )
    return None if fits else f"{name} is {found} and must be {limits.strip()}"


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(number) for number in re.findall(r"\d+", version)[:4]]
    return (*numbers, *[0] * (4 - len(numbers)))


def calendar(today: dt.date) -> Iterator[Finding]:
    """Whether the table of working days reaches through this year and the next."""
    first, last = workdays.FIRST_YEAR, workdays.LAST_YEAR
    if first <= today.year < last:
        yield well("working days", f"the table of holidays covers {first} to {last}.")
        return
    yield doubtful(
        "working days",
        f"the table of holidays covers {first} to {last} only, and next year is {today.year + 1}: "
        f"install a newer {PROGRAM}, or working days are counted wrongly.",
    )


def present() -> Generator[Finding, None, dt.datetime]:
    """The instant (aware, UTC) that the program takes for now, and whether it is the computer's."""
    moved = [name for name in CLOCK_VARIABLES if os.environ.get(name)]
    if moved:
        yield doubtful(
            "clock",
            f"the program's clock is moved by {' and '.join(moved)}, which only demos and tests "
            "want; remove that from the environment.",
        )
    try:
        return clock.now()
    except clock.ClockError as error:
        yield bad("clock", str(error), CONFIGURATION)
        return dt.datetime.now(dt.UTC)
