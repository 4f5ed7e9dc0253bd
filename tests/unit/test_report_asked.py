"""What a report is asked for: read exactly, or refused with a sentence."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from scrapers.periods import Period
from sync.config import Config
from sync.report import asked
from sync.report.asked import WrongQuestion
from sync.store import reading

TODAY = dt.date(2026, 11, 20)


def config(*provinces: str) -> Config:
    return Config.model_validate_json(json.dumps({"index": {"provinces": provinces}}))


@given(st.dates(dt.date(2000, 1, 1), TODAY))
def test_a_day_is_read_as_officials_and_as_programs_write_it(day: dt.date) -> None:
    for text in (day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day}/{day.month}/{day.year}"):
        assert asked.day_asked("--date", text, TODAY) == day


def test_without_a_day_it_is_today() -> None:
    assert asked.day_asked("--date", None, TODAY) == TODAY


@pytest.mark.parametrize(
    "text", ["", "20-11-2026", "31/02/2026", "2026-13-01", "hôm qua", "٢٠/١١/٢٠٢٦"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(WrongQuestion, match="write a day as 2026-11-20 or 20/11/2026"):
        asked.day_asked("--date", text, TODAY)


def test_a_day_to_come_is_refused() -> None:
    with pytest.raises(WrongQuestion, match="--date is 2026-11-21, which is after today"):
        asked.day_asked("--date", "21/11/2026", TODAY)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        (None, Period("month", 2026, 10)),
        ("2026-10", Period("month", 2026, 10)),
        ("10/2026", Period("month", 2026, 10)),
        ("1/2026", Period("month", 2026, 1)),
        ("2026-11", Period("month", 2026, 11)),
    ],
)
def test_a_month_is_read_and_the_default_has_ended(text: str | None, month: Period) -> None:
    assert asked.month_asked(text, TODAY) == month


def test_in_january_the_default_month_is_december() -> None:
    assert asked.month_asked(None, dt.date(2027, 1, 4)) == Period("month", 2026, 12)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-13", "write it as"),
        ("Q3", "write it as"),
        ("2026-12", "after today"),
        ("0/2026", "write it as"),
    ],
)
def test_what_is_no_month_is_refused(text: str, said: str) -> None:
    with pytest.raises(WrongQuestion, match=said):
        asked.month_asked(text, TODAY)


def test_seen_on_is_a_day_from_the_reports_own_on_or_now() -> None:
    day = dt.date(2026, 11, 18)
    assert asked.seen_asked(None, day, day, TODAY) == day
    assert asked.seen_asked("now", day, day, TODAY) == TODAY
    assert asked.seen_asked("19/11/2026", day, day, TODAY) == dt.date(2026, 11, 19)
    with pytest.raises(WrongQuestion, match="before 2026-11-18"):
        asked.seen_asked("2026-11-17", day, day, TODAY)
    with pytest.raises(WrongQuestion, match="--seen-on is 2026-11-21"):
        asked.seen_asked("2026-11-21", day, day, TODAY)


def test_formats_come_once_each_and_others_are_named() -> None:
    assert asked.formats_asked(None, "html,xlsx", asked.DAILY_FORMATS, "daily") == ["html", "xlsx"]
    assert asked.formats_asked("txt, txt", "", asked.DAILY_FORMATS, "daily") == ["txt"]
    with pytest.raises(WrongQuestion, match=r"'html'; a monthly report can be docx, xlsx, txt"):
        asked.formats_asked("docx,html", "", asked.MONTHLY_FORMATS, "monthly")


def test_of_several_provinces_one_must_be_named() -> None:
    assert asked.province_asked(config("H01"), None) == "H01"
    assert asked.province_asked(config("H01", "H53"), "H53") == "H53"
    with pytest.raises(
        WrongQuestion, match="--province is missing; the configuration reads H01, H53"
    ):
        asked.province_asked(config("H01", "H53"), None)
    with pytest.raises(WrongQuestion, match="--province names H15"):
        asked.province_asked(config("H01"), "H15")


def test_an_empty_store_has_nothing_to_report(engine: Engine) -> None:
    month = Period("month", 2026, 10)
    with reading(engine) as connection:
        with pytest.raises(WrongQuestion, match="run `dvcqg check` first"):
            asked.require_read(connection, TODAY)
        assert "months that were: none" in str(asked.never_read(connection, "H01", month, TODAY))
