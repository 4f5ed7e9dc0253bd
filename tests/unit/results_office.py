"""Results of provinces and days of duty as reports are given them, made by hand."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from scrapers.evaluation_groups import GROUP_MAXIMA, GROUPS, NOT_ON_TIME, TOTAL
from scrapers.periods import Period
from scrapers.provinces import PROVINCES
from scrapers.records import Indicator, Kind
from sync.report.duty_log import DutyDay
from sync.report.results import Results, UnitResult
from sync.rules.differences import Figure, Standing
from sync.series import CURRENT

CLASSES = (("Xuất sắc", 90.0), ("Tốt", 80.0), ("Khá", 70.0), ("Trung bình", 50.0), ("Yếu", 0.0))
DAY = dt.date(2026, 11, 27)
READ_AT = dt.datetime(2026, 11, 27, 0, 30, tzinfo=dt.UTC)
YEAR = Period("year", 2026)
REUSED = Indicator("REUSED_DIGITIZED_DATA", "metric", "MDSH", "Tỷ lệ tái sử dụng")
INDICATORS = {one.code: one for one in (TOTAL, *GROUPS.values(), NOT_ON_TIME, REUSED)}

SCORES = {"CKMB": 1548, "TDGQ": 1988, "CLGQ": 1136, "TTTT": 921, "MDHL": 1607, "MDSH": 1920}


def figures(scores: Mapping[str, int | None]) -> dict[str, Figure]:
    return {
        code: Figure(score, GROUP_MAXIMA.get(code, 10000), None, None, None, None)
        for code, score in scores.items()
    }


def a_unit(
    code: str,
    kind: Kind,
    total: int | None,
    rank: int | None,
    label: str | None,
    *,
    name: str = "Sở Tư pháp",
    before: int | None = None,
    period_before: int | None = None,
    scores: Mapping[str, int | None] = SCORES,
) -> UnitResult:
    def earlier(points: int | None) -> Standing | None:
        return None if points is None else Standing(points, 21, 34, label, 1)

    return UnitResult(
        code,
        name,
        kind,
        Standing(total, rank, 34, label, int(rank is not None)),
        earlier(before),
        earlier(period_before),
        figures({**scores, "TOTAL": total}),
    )


def some_results(units: Sequence[UnitResult], code: str = "H01", **changes: Any) -> Results:
    values: dict[str, Any] = {
        "series": CURRENT,
        "period": YEAR,
        "seen_on": DAY,
        "read_at": READ_AT,
        "compared_with": READ_AT - dt.timedelta(days=1),
        "province": a_unit(
            code,
            "province",
            8270,
            20,
            "Tốt",
            name=PROVINCES[code].name,
            scores={**SCORES, REUSED.code: 93},
        ),
        "units": list(units),
        "indicators": INDICATORS,
    }
    return Results(**{**values, **changes})


UNITS = (
    a_unit("H01.3", "department", None, None, None, name="Ban B", scores={"TDGQ": 0, "CLGQ": None}),
    a_unit("H01.1", "department", 8720, 1, "Tốt", before=8755, period_before=8000),
    a_unit("H01.2", "department", 4510, 2, "Yếu", name="Sở Y tế", before=4510),
    a_unit("H01.9", "commune", 9205, 1, "Xuất sắc", name="Xã Mỹ Đức", before=9201),
)


def a_day(day: dt.date, **changes: Any) -> DutyDay:
    start = dt.datetime.combine(day, dt.time(0, 0), dt.UTC)
    values: dict[str, Any] = {
        "day": day,
        "started_at": start,
        "finished_at": start + dt.timedelta(minutes=2),
        "status": "complete",
        "is_working_day": True,
        "readings": {"index": Counter(accepted=3, unchanged=5)},
        "troubles": [],
        "missing": (),
    }
    return DutyDay(**{**values, **changes})
