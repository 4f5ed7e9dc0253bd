"""What the tests of `dvcqg reparse` share: a bug that comes and goes, and what it may touch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from models.schema import word_in_sql
from scrapers import evaluation
from scrapers.errors import FormatChanged
from scrapers.records import IndexReading
from sync import clock
from sync.reparse import reparse
from sync.reparse_output import Reparse
from tests.flow.office import Office

YEAR = 'periods = ["year"]\nrevisit_days = 0'
WEEK = 'periods = ["month"]\nrevisit_days = 0'
UNIT, FALLS_BY = "H01.12", 700
LEDGERS = (
    "unit_versions",
    "standing_versions",
    "figure_versions",
    "listed_versions",
    "procedure_versions",
    "decision_versions",
    "procedure_reads",
)
TOLD = f"""
    SELECT capture_id, of_system, kind, severity, unit_id, unit_name_id, subject, indicator_id,
           {", ".join(map(word_in_sql, ("h.before_value", "h.after_value", "h.sentence")))},
           delta, message, unlisted
    FROM change_log h
"""
CAPTURES = """
    SELECT id, previous_id, status, rows, declared_rows, reason, explanation, day, decision
    FROM capture_log
"""
PUBLIC = {
    "scores_latest": "*",
    "score_history": "*",
    "units": "*",
    "captures": "*",
    "checks": "*",
    "changes": "detected_at, day, kind, severity, unit_code, subject, indicator, before_value,"
    " after_value, delta, message, capture_before, capture_after, listed",
}


def rows_of(office: Office) -> dict[str, set[Any]]:
    """All that a reparse may touch, by table; changes without their own numbers."""
    tables = {name: f"SELECT * FROM {name}" for name in LEDGERS}
    found = {name: office.rows(query) for name, query in tables.items()}
    found["change_log"], found["capture_log"] = office.rows(TOLD), office.rows(CAPTURES)
    for name, rows in found.items():
        assert len(rows) == len(set(rows)), name
    return {name: set(rows) for name, rows in found.items()}


def public(office: Office) -> dict[str, list[Any]]:
    """The public views, in one order."""
    return {
        view: sorted(office.rows(f"SELECT {columns} FROM {view}"), key=repr)
        for view, columns in PUBLIC.items()
    }


def read_again(office: Office, since: int | None = None, **options: bool) -> Reparse:
    day = clock.day_of(clock.read(office.now(since))) if since else None
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DVCQG_NOW", office.now(7, hour=20))
        return reparse(
            office.config,
            office.engine,
            day,
            lambda *_: None,
            apply_it=options.get("apply_it", False),
        )


def leftovers(office: Office) -> list[str]:
    return [one.name for one in office.folder.iterdir() if ".reparse" in one.name]


@contextmanager
def at(office: Office, day: int, hour: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DVCQG_NOW", office.now(day, hour))
        yield


def newest(office: Office, scope: str) -> int:
    found = office.rows("SELECT MAX(id) FROM captures WHERE scope = :scope", scope=scope)
    return int(found[0][0])


def misreads(reading: IndexReading) -> IndexReading:
    """One unit's total, and of another the ratio of one indicator."""
    for place, one in enumerate(reading.figures):
        if one.unit_code == UNIT and one.indicator == "TOTAL":
            reading.figures[place] = one._replace(score=(one.score or 0) - FALLS_BY)
        if one.unit_code == "H01.05" and one.indicator == "TDGQ":
            reading.figures[place] = one._replace(ratio=10_000 - (one.ratio or 0))
    return reading


def stumbles(reading: IndexReading) -> IndexReading:
    """A field that it does not know."""
    raise FormatChanged("service-results", "data.overview", "is missing")


Bug = Callable[[IndexReading], IndexReading]


@contextmanager
def bug_in(bug: Bug) -> Iterator[None]:
    """The daily check reads the province with a bug."""
    right = evaluation.read_province
    with pytest.MonkeyPatch.context() as code:
        code.setattr(evaluation, "read_province", lambda *asked: bug(right(*asked)))
        yield


def check_days(office: Office, last: int = 5, bug: Bug | None = None) -> None:
    """Days 1 to `last`; a bug is there on days 2 to 4."""
    for day in range(1, last + 1):
        if bug is not None and 2 <= day <= 4:
            with bug_in(bug):
                office.check(day)
        else:
            office.check(day)


def differing(name: str, wrong: set[Any], right: set[Any]) -> int:
    """How many rows differ: one that both have with other values counts once."""
    keys: dict[str, Callable[[Any], Any]] = {
        "change_log": lambda row: (*row[:3], row[4], row[6], row[7]),
        "capture_log": lambda row: row[0],
        "procedure_reads": lambda row: row[0],
        "figure_versions": lambda row: row[:4],
    }
    key = keys.get(name, lambda row: row[:3])
    return len({key(row) for row in wrong ^ right})
