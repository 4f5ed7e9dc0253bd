"""Merging a listing into history, beside the plain way, dlt and dbt; and a listing that collapses.

Run: python -m benchmarks.merge [ROWS ...]. Every tool gets the same parsed records, on a first day and on
a second with one per cent of them changed, each day in a process of its own; the tools take turns,
five times over (once where there are more than 200,000 rows, and dlt not at all: there its NOT IN
compares every row with every other on PostgreSQL, and of a million rows the second day had not ended
after 17 minutes), and medians stand in the table. The clock runs from the first record to
the commit: neither a start nor an import is in it. On PostgreSQL the server's processor time counts
too. Between two days it does what it does by itself: VACUUM and ANALYZE, for every tool. All write
with the same durability: SQLite with WAL and synchronous=NORMAL, PostgreSQL with fsync and commits
that wait. Bytes are those of tables and indexes.

Ours stands there twice: the whole capture as a check takes it, with its guard, rules and changes,
which the others do not have, and the history engine alone. dbt compares what was loaded before, so it
is held against the engine's comparison and versions without the staging.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks import listings
from benchmarks.measuring import table
from benchmarks.ours import ENGINE, write_columns
from benchmarks.rivals.dbt_snapshot import LOAD
from benchmarks.steps import POSTGRESQL, SQLITE, Told
from benchmarks.stores import Place, places

DIFF = "diff and apply"
SIZES = (100_000, 1_000_000)
MANY = 200_000
REPEATS = 5
COLLAPSED_ROWS = 20_000
NAMES = {SQLITE: "SQLite", POSTGRESQL: "PostgreSQL"}


class Tool(NamedTuple):
    """Who merges: its name in the table, its step, and where."""

    name: str
    module: str
    argument: str = ""
    is_ours: bool = False
    kinds: Sequence[str] = (SQLITE, POSTGRESQL)
    is_slow: bool = False
    """It does not take part where there are many rows."""


FLOOR = Tool("plain floor", "rivals.floor")
CAPTURE = Tool("ours, whole capture", "ours", is_ours=True)
MERGER = Tool("ours, engine alone", "ours", ENGINE, is_ours=True)
DLT = Tool("dlt, scd2", "rivals.dlt_scd2", is_slow=True)
DBT = Tool("dbt snapshot", "rivals.dbt_snapshot", kinds=(POSTGRESQL,))
TOOLS = (FLOOR, CAPTURE, MERGER, DLT, DBT)


class Figure(NamedTuple):
    """One tool's medians for one day, and the bytes its store has afterwards."""

    seconds: float
    cpu: float
    diff: float | None
    peak: float
    size: int


def main() -> None:
    """Measure and print the tables."""
    sizes = list(map(int, sys.argv[1:])) or list(SIZES)
    for rows in sizes:
        for kind in (SQLITE, POSTGRESQL):
            print("\n".join(measure(kind, rows)), flush=True)
    print("\n".join(collapse(min(*sizes, COLLAPSED_ROWS))))


def measure(kind: str, rows: int) -> list[str]:
    """The lines of a table for so many rows, and the ratios that follow from it."""
    repeats = 1 if rows > MANY else REPEATS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for day in (1, 2):
            write_listing(folder / f"day{day}", listings.rows(rows, day=day))
        taken: dict[tuple[Tool, int], list[tuple[Told, int]]] = {}
        for turn in range(repeats):
            for tool, day, told, size in _turn(kind, folder, turn, is_large=rows > MANY):
                taken.setdefault((tool, day), []).append((told, size))
    figures = {which: _medians(found) for which, found in taken.items()}
    return _shown(kind, rows, repeats, figures)


def write_listing(listing: Path, rows: Iterable[listings.Row]) -> None:
    """Put a listing into files for every tool."""
    listings.write_rows(listing, rows)
    write_columns(listing)


def _turn(
    kind: str, folder: Path, turn: int, *, is_large: bool
) -> Iterator[tuple[Tool, int, Told, int]]:
    """Every tool once, beginning with another one each turn; days 1 and 2, and 2 once more."""
    tools = [tool for tool in TOOLS if kind in tool.kinds and not (tool.is_slow and is_large)]
    tools = tools[turn % len(tools) :] + tools[: turn % len(tools)]
    with places(kind, [tool.is_ours for tool in tools]) as stores:
        for day in (1, 2, 3):
            for tool, store in zip(tools, stores, strict=True):
                if day < 3 or tool is CAPTURE:
                    told = merge(tool, store, folder / f"day{min(day, 2)}", day)
                    store.rest()
                    yield tool, day, told, store.size()


def merge(tool: Tool, store: Place, listing: Path, day: int) -> Told:
    """Let a tool merge a listing into a store."""
    if tool is DBT:
        store.run(tool.module, listing, day, LOAD)
    return store.measure(tool.module, listing, day, *([tool.argument] if tool.argument else []))


def _medians(taken: list[tuple[Told, int]]) -> Figure:
    told = [one for one, _ in taken]
    diffs = [one.parts[DIFF] for one in told if DIFF in one.parts]
    return Figure(
        median(one.seconds for one in told),
        median(one.cpu for one in told),
        median(diffs) if diffs else None,
        max(one.peak for one in told),
        taken[0][1],
    )


def _shown(
    kind: str, rows: int, repeats: int, figures: Mapping[tuple[Tool, int], Figure]
) -> list[str]:
    lines = [["day", "tool", "s", "CPU s", f"s, {DIFF}", "rows/s", "× floor's rate",
              "× by CPU", "MB peak"]]  # fmt: skip
    for (tool, day), one in sorted(
        figures.items(), key=lambda it: (it[0][1], TOOLS.index(it[0][0]))
    ):
        floor = figures.get((FLOOR, day))
        diff = "" if one.diff is None else f"{one.diff:.2f}"
        whole = [f"{one.seconds:.2f}", f"{one.cpu:.2f}", diff, f"{rows / one.seconds:,.0f}"]
        ratios = ["", ""]
        if floor:
            ratios = [f"{floor.seconds / one.seconds:.2f}", f"{floor.cpu / one.cpu:.2f}"]
        if tool is DBT:
            whole, ratios = ["", "", diff, ""], ["", ""]
        name = "2, read again" if day == 3 else str(day)
        lines.append([name, tool.name, *whole, *ratios, f"{one.peak:.0f}"])
    times = f"medians of {repeats}" if repeats > 1 else "one turn"
    return [
        f"### {rows:,} rows on {NAMES[kind]} ({times})",
        "",
        *table(lines),
        "",
        *_said(rows, figures),
        "",
    ]


def _said(rows: int, figures: Mapping[tuple[Tool, int], Figure]) -> list[str]:
    """The ratios that are promised, one a line."""
    lines = []
    for day in (1, 2):
        of = {tool: figures[tool, day] for tool in TOOLS if (tool, day) in figures}
        said = []
        if DLT in of:
            said.append(
                f"the engine {of[DLT].seconds / of[MERGER].seconds:.1f} times dlt's rate"
                f" ({of[DLT].cpu / of[MERGER].cpu:.1f} by CPU), the whole capture"
                f" {of[DLT].seconds / of[CAPTURE].seconds:.1f} times"
                f" ({of[DLT].cpu / of[CAPTURE].cpu:.1f} by CPU)"
            )
        if DBT in of:
            ours, its = of[MERGER].diff, of[DBT].diff
            assert ours is not None
            assert its is not None
            said.append(f"{DIFF} {its / ours:.1f} times as fast as the dbt snapshot")
        if said:
            lines.append(f"* day {day}: {'; '.join(said)}.")
    sizes = [figures[CAPTURE, day].size for day in (1, 2, 3)]
    changed = len(range(0, rows, listings.CHANGED_EVERY))
    lines.append(
        f"* store: {sizes[0] / rows:.0f} bytes a row; {(sizes[1] - sizes[0]) / changed:.0f} for each"
        f" changed row, its change and what is told of it included; {sizes[2] - sizes[1]} for the"
        f" {rows:,} that came again unchanged."
    )
    return lines


def collapse(rows: int) -> list[str]:
    """What each tool makes of a listing with a twentieth of its rows, and of an empty one."""
    lines = [["store", "tool", "a listing with 5 % of the rows", "an empty listing"]]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole, part, nothing = folder / "whole", folder / "part", folder / "nothing"
        every = list(listings.rows(rows, day=1))
        write_listing(whole, every)
        write_listing(part, every[:: listings.LEFT_EVERY])
        write_listing(nothing, [])
        for kind in (SQLITE, POSTGRESQL):
            for tool in (FLOOR, CAPTURE, DLT, DBT):
                if kind not in tool.kinds:
                    continue
                said = []
                for listing in (part, nothing):
                    with places(kind, [tool.is_ours]) as (store,):
                        merge(tool, store, whole, 1)
                        said.append(_fate(merge(tool, store, listing, 2), rows))
                lines.append([NAMES[kind], tool.name, *said])
    return [f"### A second day that collapses, {rows:,} rows", "", *table(lines), ""]


def _fate(told: Told, rows: int) -> str:
    if told.closed:
        return f"{told.closed / rows:.0%} of the rows retired, no word"
    return (
        f"refused: {told.said}" if told.said not in ("", "success") else "nothing retired, no word"
    )


if __name__ == "__main__":
    main()
