"""The proof of duty: every day a row, gaps named, nothing that was learnt later."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import Engine

from models import tables
from sync.capture_log import TAKEN_BACK
from sync.clock import VIETNAM
from sync.report.duty_log import DutyDay, duty_log, not_believed
from sync.store import reading, writing

THURSDAY, FRIDAY, SATURDAY = (dt.date(2026, 11, number) for number in (19, 20, 21))
INDEX, DOSSIERS, CATALOGUE = 1, 2, 3


class Log:
    """A store with a log of checks and captures, written by hand."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        rows: list[dict[str, Any]] = [
            {"dataset": "index", "source": "portal", "name": "H01/2026-10", "series": "current",
             "province_code": "H01", "period_type": "month", "year": 2026, "period_no": 10},
            {"dataset": "dossiers", "source": "igate", "name": "igate"},
            {"dataset": "procedures", "source": "portal", "name": "catalogue"},
        ]  # fmt: skip
        with writing(engine) as connection:
            for row in rows:
                connection.execute(tables.scopes.insert().values(**row))

    def checks(self, day: dt.date, *datasets: str, hour: int = 7, minutes: int | None = 5) -> int:
        start = instant(day, hour)
        with writing(self.engine) as connection:
            inserted = connection.execute(
                tables.checks.insert().values(
                    day=day.isoformat(),
                    started_at=start,
                    finished_at=start + dt.timedelta(minutes=minutes) if minutes else None,
                )
            )
            assert inserted.inserted_primary_key is not None
            check = int(inserted.inserted_primary_key[0])
            for dataset in datasets:
                connection.execute(
                    tables.check_sources.insert().values(
                        check_id=check, dataset=dataset, source="x"
                    )
                )
        return check

    def reads(
        self, on: dt.date, status: str, scope: int = INDEX, hour: int = 7, **more: Any
    ) -> None:
        values = {
            "scope_id": scope,
            "started_at": instant(on, hour),
            "completed_at": instant(on, hour),
            "day": on.isoformat(),
            "status": status,
            "requests": 7,
            "explanation": "Cổng không trả lời" if status in ("refused", "failed") else None,
            **more,
        }
        with writing(self.engine) as connection:
            connection.execute(tables.captures.insert().values(**values))

    def days(self, first: dt.date, last: dt.date, *datasets: str) -> list[DutyDay]:
        with reading(self.engine) as connection:
            return duty_log(connection, first, last, datasets or ("index",))

    def day(self, day: dt.date, *datasets: str) -> DutyDay:
        (found,) = self.days(day, day, *datasets)
        return found


@pytest.fixture
def log(engine: Engine) -> Log:
    return Log(engine)


def instant(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), VIETNAM)


def test_every_day_is_a_row_newest_first_and_says_when_nobody_looked(log: Log) -> None:
    log.checks(FRIDAY, "index")
    log.reads(FRIDAY, "accepted")
    days = log.days(THURSDAY, SATURDAY)
    assert [(one.day, one.status) for one in days] == [
        (SATURDAY, "none"), (FRIDAY, "complete"), (THURSDAY, "none"),
    ]  # fmt: skip
    assert [one.is_working_day for one in days] == [False, True, True]
    assert (days[2].missing, days[2].started_at, days[2].readings) == (("index",), None, {})


def test_a_whole_day_tells_what_was_read_and_when(log: Log) -> None:
    log.checks(FRIDAY, "index", "procedures")
    log.reads(FRIDAY, "accepted")
    log.reads(FRIDAY, "unchanged", CATALOGUE)
    found = log.day(FRIDAY, "index", "procedures")
    assert found.status == "complete"
    assert found.readings == {
        "index": Counter(accepted=1), "procedures": Counter(unchanged=1)
    }  # fmt: skip
    assert found.started_at == instant(FRIDAY, 7)
    assert found.finished_at == instant(FRIDAY, 7) + dt.timedelta(minutes=5)


def test_the_evening_in_viet_nam_is_the_same_day(log: Log) -> None:
    log.checks(FRIDAY, "index", hour=23)
    log.reads(FRIDAY, "accepted", hour=23)
    log.checks(FRIDAY, "index", hour=0)
    assert [len(one.readings) for one in log.days(THURSDAY, SATURDAY)] == [0, 1, 0]
    assert log.day(FRIDAY).started_at == instant(FRIDAY, 0)


def test_what_nobody_looked_at_is_named(log: Log) -> None:
    log.checks(FRIDAY, "index")
    log.reads(FRIDAY, "accepted")
    found = log.day(FRIDAY, "index", "dossiers", "procedures")
    assert (found.status, found.missing) == ("incomplete", ("dossiers", "procedures"))


def test_a_folder_with_nothing_new_was_looked_at(log: Log) -> None:
    log.checks(FRIDAY, "dossiers")
    assert log.day(FRIDAY, "dossiers").status == "complete"


def test_a_trouble_that_stands_is_told_and_one_made_good_is_counted(log: Log) -> None:
    log.checks(FRIDAY, "index", "dossiers")
    log.reads(FRIDAY, "failed")
    log.reads(FRIDAY, "refused", DOSSIERS)
    log.reads(FRIDAY, "accepted", hour=9)
    found = log.day(FRIDAY, "index", "dossiers")
    (trouble,) = found.troubles
    assert (trouble.scope, trouble.explanation) == (
        "Hồ sơ quá hạn, nguồn igate", "Cổng không trả lời",
    )  # fmt: skip
    assert found.status == "incomplete"
    assert found.readings["index"] == Counter(failed=1, accepted=1)


def test_a_check_that_was_broken_off_is_incomplete_until_another_is_finished(log: Log) -> None:
    log.checks(FRIDAY, "index", minutes=None)
    log.reads(FRIDAY, "accepted")
    assert (log.day(FRIDAY).status, log.day(FRIDAY).finished_at) == ("incomplete", None)
    log.checks(FRIDAY, "index", hour=9)
    assert log.day(FRIDAY).status == "complete"


def test_reading_the_past_is_no_duty(log: Log) -> None:
    log.reads(FRIDAY, "accepted", is_backfill=1)
    assert log.day(FRIDAY).status == "none"


@pytest.mark.parametrize(
    ("decision", "status", "reason", "that_day"),
    [
        ("accepted", "accepted", "the guard's", "refused"),
        ("rejected", "refused", TAKEN_BACK, "accepted"),
        ("rejected", "refused", "the guard's", "refused"),
    ],
)
def test_what_a_person_decided_later_is_not_known_before(
    log: Log, decision: str, status: str, reason: str, that_day: str
) -> None:
    log.checks(THURSDAY, "index")
    decided: dict[str, Any] = {"decided_at": instant(FRIDAY, 8), "day": FRIDAY.isoformat()}
    log.reads(THURSDAY, status, reason=reason, decision=decision, **decided)
    assert log.day(THURSDAY).readings["index"] == Counter({that_day: 1})
    (after,) = log.days(THURSDAY, FRIDAY)[1:]
    assert after.readings["index"] == Counter({status: 1})


def test_a_confirmed_refusal_is_settled_and_told_on_the_day_of_the_decision(log: Log) -> None:
    log.checks(THURSDAY, "index")
    log.reads(THURSDAY, "refused", decision="rejected", decided_at=instant(FRIDAY, 8))
    with reading(log.engine) as connection:
        (then,) = not_believed(connection, THURSDAY)
        (decided,) = not_believed(connection, FRIDAY)
    assert (then.is_settled, decided.is_settled) == (False, True)
    assert log.day(THURSDAY).status == "incomplete"
    assert log.days(THURSDAY, FRIDAY)[1].status == "complete"
