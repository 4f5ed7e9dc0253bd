"""The older interface in a test, as small as the guard believes: codes that once meant others.

The nation's table prints ids of its own for every year. H01.30 is a district until June 2025 and a
commune since; H01.05 is another department.
"""

from __future__ import annotations

import datetime as dt
import json
from itertools import islice
from typing import Any

from sqlalchemy import Engine

from scrapers.archive import Answer
from scrapers.former_provinces import AGENCY_IDS, is_before_mergers, provinces_in
from scrapers.http import Ask
from scrapers.periods import Period
from scrapers.provinces import PROVINCES
from sync.capture import Outcome, take
from sync.config import Config
from sync.past_sources import PastIndex, PeriodPlan
from sync.series import CURRENT, LEGACY, Series
from sync.span import span_of
from sync.store import reading

Row = dict[str, Any]
GROUPS = {"TDGQ": 10, "MDHL": 10, "MDSH": 10, "TTTT": 5, "CLGQ": 5, "CKMB": 10}


def row(code: str, name: str, word: str, identifier: str) -> Row:
    """One row; its six groups sum to 50 points."""
    return {
        "ID_COQUAN": identifier,
        "TEN_COQUAN": name,
        "MA_COQUAN": code,
        "LOAI_COQUAN": word,
        **{group: str(points) for group, points in GROUPS.items()},
        "TONG_SCORE": str(sum(GROUPS.values())),
    }


class LegacyPortal:
    """Answers the requests of `scrapers.legacy`; scopes are named as in the store."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.ids: list[str] = []
        self.empty: set[str] = set()
        self.broken: set[str] = set()
        self.unlisted: set[str] = set()
        self.points: dict[str, int] = {}
        """Scope -> points of its first unit in each of the six groups."""

    def ask(self, path: str, params: Row) -> Answer:
        """One answer, as the client gives it."""
        period = self._period(params)
        place = self._place(str(params["p_tinh_id"]))
        scope = f"{place}/{period}"
        self.asked.append(scope)
        self.ids.append(str(params["p_tinh_id"]))
        rows = [] if scope in self.empty else self._rows(place, period)
        if scope in self.points:
            points = self.points[scope]
            rows[0] |= {**dict.fromkeys(GROUPS, str(points)), "TONG_SCORE": str(6 * points)}
        body = "[{}]" if scope in self.broken else json.dumps(rows, ensure_ascii=False)
        moment = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
        return Answer(path, params, 200, "text/html", body.encode(), moment)

    @staticmethod
    def _period(params: Row) -> Period:
        year = int(params["p_nam"])
        if params["p_quy"]:
            return Period("quarter", year, params["p_quy"])
        return (
            Period("month", year, params["p_thang"]) if params["p_thang"] else Period("year", year)
        )

    @staticmethod
    def _place(agency_id: str) -> str:
        known = {identifier: code for code, identifier in AGENCY_IDS.items()}
        return {"0": "VN", **known}.get(agency_id) or agency_id.split("/")[0]

    def _rows(self, place: str, period: Period) -> list[Row]:
        if place == "VN":
            codes = [code for code in provinces_in(period) if code not in self.unlisted]
            return [row(c, f"UBND tỉnh {c}", "1", f"{c}/{period.year}") for c in codes]
        if is_before_mergers(period):
            return [
                row(f"{place}.05", "Sở Thông tin và Truyền thông", "2", f"{place}-5"),
                row(f"{place}.30", "UBND huyện Tri Tôn", "3", f"{place}-30"),
                row(f"{place}.31", "UBND huyện Thoại Sơn", "3", f"{place}-31"),
            ]
        units = [row(f"{place}.05", "Sở Dân tộc và Tôn giáo", "2", f"{place}-new-5")]
        count = PROVINCES[place].communes
        return units + [
            row(f"{place}.{n}", f"UBND xã Số {n}", "3", f"{place}-new-{n}")
            for n in range(30, 30 + count)
        ]


def office(**index: Any) -> Config:
    """A configuration of the index of An Giang."""
    return Config.model_validate_json(json.dumps({"index": {"provinces": ["H01"], **index}}))


def past(
    months: str,
    provinces: str = "H01",
    types: str = "year",
    *,
    day: str = "2026-11-26",
    again: bool = False,
) -> PastIndex:
    """What is asked for: months such as "2024-01 2024-12", types such as "year,month"."""
    first, last = months.split()
    span = span_of(first, last, provinces.split(","))
    today = dt.date.fromisoformat(day)
    return PastIndex(office(periods=types.split(",")), span, today, again=again)


def planned(engine: Engine, asked: PastIndex) -> list[PeriodPlan]:
    """What would be read."""
    with reading(engine) as connection:
        return asked.plan(connection)


def read_past(
    engine: Engine, portal: LegacyPortal, asked: PastIndex, most: int | None = None
) -> list[Outcome]:
    """Take the readings that are due, or the first few; returns what became of them."""
    asks: dict[Series, Ask] = {CURRENT: portal.ask, LEGACY: portal.ask}
    return [
        take(
            engine,
            one.reading,
            check_id=None,
            archive=None,
            requests=lambda: 0,
            is_backfill=True,
        )
        for one in islice(asked.readings(engine, asks), most)
    ]
