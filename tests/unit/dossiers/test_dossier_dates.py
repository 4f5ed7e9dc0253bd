"""Every shape of a date that listings print, and what must never be taken for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.dossiers.cells import Cell
from scrapers.dossiers.dates import VIET_NAM, Moment, UnreadableDate, read_moment

HALF_PAST_EIGHT = datetime(2026, 11, 20, 8, 30, tzinfo=VIET_NAM)
THE_DAY = datetime(2026, 11, 20, tzinfo=VIET_NAM)


@pytest.mark.parametrize(
    "cell",
    [
        "20/11/2026 08:30",
        "20/11/2026 08:30:00",
        "20/11/2026 8:30",
        "20-11-2026 08:30",
        "20.11.2026 08:30",
        " 20/11/2026   08:30 ",
        "20/11/2026\n08:30",
        "20/11/2026 08:30 (Quá hạn 3 ngày)",
        "20/11/2026 08:30\nQuá hạn 3 ngày",
        "20261120083000",
        20261120083000.0,
        "2026-11-20 08:30:00",
        "2026-11-20T08:30:00",
        "2026-11-20T08:30:00.123",
        "2026-11-20T08:30:00.000+0700",
        "2026-11-20T08:30:00+07:00",
        "2026-11-20T01:30:00Z",
        "2026-11-20T01:30:00.000+0000",
        "2026-11-19T20:30:00.5-05:00",
        46346 + 8.5 / 24,
        "46346.3541666667",
        "46346,3541666667",
        datetime(2026, 11, 20, 1, 30, tzinfo=UTC),
    ],
)
def test_an_instant_in_any_shape_is_the_same_instant(cell: Cell) -> None:
    assert read_moment(cell) == Moment(HALF_PAST_EIGHT.astimezone(UTC), False)


@pytest.mark.parametrize(
    "cell",
    [
        "20/11/2026", "20-11-2026", "20.11.2026", "20261120", 20261120.0, 46346.0, "46346",
        "2026-11-20", "2026-11-20T00:00:00", "20/11/2026 00:00", "20/11/2026 00:00:00",
        "20261120000000", "20/11/2026 (còn 3 ngày)", datetime(2026, 11, 19, 17, tzinfo=UTC),
    ],
)  # fmt: skip
def test_a_mere_day_is_midnight_in_viet_nam(cell: Cell) -> None:
    assert read_moment(cell) == Moment(THE_DAY.astimezone(UTC), True)


def test_a_day_stored_as_the_evening_before_in_utc_is_the_right_day() -> None:
    moment = read_moment("2026-11-19T17:00:00.000+0000")
    assert moment is not None
    assert moment.is_date_only
    assert moment.at.astimezone(VIET_NAM).date().isoformat() == "2026-11-20"


@pytest.mark.parametrize("cell", [None, "", "  ", "-", "–", "null", "N/A", "\xa0"])
def test_nothing_is_no_date(cell: Cell) -> None:
    assert read_moment(cell) is None


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("20/11/26", "two digits"),
        ("20-11-26 08:30", "two digits"),
        ("31/02/2026", "no such day"),
        ("11/20/2026", "no such day"),  # never month before day
        ("20/11/2026 24:00", "no such day or time"),
        ("20/11/2026 08:60", "no such day or time"),
        ("20261320", "no such day"),
        ("2026-11-20T08:30:00+99:99", "no such day"),
        ("20/11/2062 08:30 20/11/2026", "known shape"),
        ("20/11/2026 (trước 17:00)", "known shape"),
        ("20/11/2026 08:30 SA", "known shape"),
        ("thứ sáu 20/11/2026", "known shape"),
        ("20-11/2026", "known shape"),
        ("20/11", "known shape"),
        ("3 ngày", "known shape"),
        ("20/11/0026", "year outside"),
        ("20/11/1926", "year outside"),
        ("0001-01-01T00:00:00Z", "year outside"),
        ("0001-01-01T00:00:00+14:00", "no such day"),
        ("9999-12-31", "a year outside 1990–2100$"),
        ("31/12/1989 23:59:59", "year outside"),
        ("01/01/2101", "year outside"),
        (0.0, "no day of Excel"),
        (100_000.0, "no day of Excel"),
        (3.0, "year outside"),
        (-1.0, "no day of Excel"),
        (1_760_000_000_000.0, "no day of Excel"),
        (float("nan"), "no day of Excel"),
        (float("inf"), "no day of Excel"),
        ("²⁰/11/2026", "known shape"),
    ],
)
def test_what_is_not_certainly_a_date_is_refused_with_the_reason(cell: Cell, reason: str) -> None:
    with pytest.raises(UnreadableDate, match=reason) as refused:
        read_moment(cell)
    assert not str(cell) or str(cell) not in str(refused.value)


def test_the_first_and_the_last_year_are_whole() -> None:
    for text in ("01/01/1990 00:00:00", "31/12/2100 23:59:59"):
        moment = read_moment(text)
        assert moment is not None
        assert f"{moment.at.astimezone(VIET_NAM):%d/%m/%Y %H:%M:%S}" == text


FIRST = datetime(1990, 1, 2, tzinfo=VIET_NAM)
INSTANTS = st.integers(0, 110 * 365 * 86_400).map(lambda s: FIRST + timedelta(seconds=s))
OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))


@given(INSTANTS)
def test_local_shapes_round_trip(instant: datetime) -> None:
    is_midnight = instant.time().isoformat() == "00:00:00"
    for shape in (
        "%d/%m/%Y %H:%M:%S",
        "%Y%m%d%H%M%S",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S.000",
    ):
        assert read_moment(instant.strftime(shape)) == (instant.astimezone(UTC), is_midnight)
    minute = instant.replace(second=0)
    assert read_moment(minute.strftime("%d/%m/%Y %H:%M")) == (
        minute.astimezone(UTC),
        minute.hour == minute.minute == 0,
    )
    day = instant.replace(hour=0, minute=0, second=0)
    for shape in ("%d/%m/%Y", "%Y%m%d", "%Y-%m-%d"):
        assert read_moment(day.strftime(shape)) == (day.astimezone(UTC), True)


@given(INSTANTS, OFFSETS)
def test_shapes_with_an_offset_round_trip(instant: datetime, zone: timezone) -> None:
    elsewhere = instant.astimezone(zone)
    for shape in ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.000%z"):
        moment = read_moment(elsewhere.strftime(shape))
        assert moment is not None
        assert moment.at == instant
    assert read_moment(elsewhere.isoformat()) == moment


@given(INSTANTS)
def test_days_of_excel_round_trip(instant: datetime) -> None:
    days = (instant - datetime(1899, 12, 30, tzinfo=VIET_NAM)) / timedelta(days=1)
    moment = read_moment(days)
    assert moment is not None
    assert moment.at == instant


@given(st.text() | st.floats() | st.from_regex(r"[0-9/.:\- TZ+(\n]{1,30}", fullmatch=True))
def test_anything_else_is_refused_and_never_breaks(cell: Cell) -> None:
    try:
        moment = read_moment(cell)
    except UnreadableDate:
        return
    assert moment is None or moment.at.tzinfo is UTC
