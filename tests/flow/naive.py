"""What two days of the replica's world must give, found the slow and plain way.

Whole answers in dictionaries, compared key by key: no store, no SQL, no code of the product beyond
the list of kinds. The rules are those of `docs/rules.md`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from tests.flow.office import FIRST_DAY
from tests.replica import expected
from tests.replica.expected import units
from tests.replica.periods import Period, PeriodType

CLASSES = (("Xuất sắc", 90.0), ("Tốt", 80.0), ("Khá", 70.0), ("Trung bình", 50.0), ("Yếu", 0.0))
GROUPS = ("CKMB", "TDGQ", "CLGQ", "TTTT", "MDHL", "MDSH")
REPEATED = {
    "PUBLISH_ON_TIME": "CKMB",
    "PUBLIC_UPDATE_ON_TIME": "CKMB",
    "PUBLIC_CONTENT_FULL": "CKMB",
}
TARGETS = {"REUSED_DIGITIZED_DATA": 52.0}
DOSSIERS = ("TDGQ", "DOSSIER_SYNC", "DOSSIER_RECEIVING_SATISFACTION", "ORIGINAL_RESULT_AVAILABLE")


class Found(NamedTuple):
    """A change, as far as it must be foreseen."""

    kind: str
    severity: str
    unit_code: str | None
    period_type: str
    period_no: int
    indicator: str | None


class Row(NamedTuple):
    """A figure of the oracle."""

    score: float | None
    max_score: float | None
    ratio: float | None
    numerator: int | None
    denominator: int | None


Table = Mapping[tuple[str, str], Row]
Add = Callable[[str, str, str, str | None], None]
Scope = tuple[str, PeriodType, int]
"""(province code or VN, period type, period number)."""


def date_of(day: int) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=day - 1)


def last_day_of(period_type: str, number: int) -> dt.date:
    months = {"year": 12, "quarter": number * 3, "month": number}[period_type]
    following = dt.date(2026 + months // 12, months % 12 + 1, 1)
    return following - dt.timedelta(days=1)


@cache
def table_of(day: int, scope: Scope) -> Table:
    return {
        key: Row(
            as_float(row.score),
            as_float(row.max_score),
            as_float(row.ratio),
            row.numerator,
            row.denominator,
        )
        for key, row in expected.figures(day, _oracle_scope(scope)).items()
    }


def as_float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


@cache
def ranks_of(day: int, scope: Scope) -> Mapping[str, int | None]:
    return expected.ranks(day, _oracle_scope(scope))


def _oracle_scope(scope: Scope) -> expected.Scope:
    province, period_type, number = scope
    return expected.Scope(province, Period(period_type, 2026, number))


def expected_changes(
    day: int, before_day: int | None, scope: Scope, watched: str = "H01"
) -> Iterator[Found]:
    """What the reading of a scope on a day gives, after the reading on `before_day`."""
    province, period_type, number = scope
    now = table_of(day, scope)
    old: Table = table_of(before_day, scope) if before_day else {}
    end = last_day_of(period_type, number)
    was_closed = before_day is not None and date_of(before_day) > end
    just_closed = before_day is not None and not was_closed and date_of(day) > end
    codes = sorted({code for code, _ in now} | {code for code, _ in old})
    mine = [code for code in codes if province != "VN" or code == watched]
    found: list[Found] = []

    def add(kind: str, severity: str, code: str, indicator: str | None) -> None:
        found.append(Found(kind, severity, code, period_type, number, indicator))

    for code in mine:
        new_row = {name: row for (unit, name), row in now.items() if unit == code}
        old_row = {name: row for (unit, name), row in old.items() if unit == code}
        if before_day:
            add_moves(add, new_row, old_row, code, was_closed)
        add_standing_changes(add, day, before_day, scope, code)
        add_states(add, new_row, old_row, code)
        if before_day and not was_closed:
            late, late_before = new_row.get("NOT_ON_TIME"), old_row.get("NOT_ON_TIME")
            if late and late_before and (late.numerator or 0) > (late_before.numerator or 0):
                more = (late.numerator or 0) - (late_before.numerator or 0)
                fast = more >= 10 and more >= 0.1 * (late_before.numerator or 0)
                add("overdue_growing", "warning" if fast else "info", code, "NOT_ON_TIME")
        if just_closed and is_active(new_row) and "TOTAL" in new_row:
            earlier = table_of(day, (province, period_type, number - 1)).get((code, "TOTAL"))
            fell = delta(earlier, new_row["TOTAL"])
            if fell < 0:
                add("period_drop", severity_of(fell), code, "TOTAL")
    yield from found


def add_moves(
    add: Add,
    new_row: Mapping[str, Row],
    old_row: Mapping[str, Row],
    code: str,
    was_closed: bool,
) -> None:
    moved = {n: delta(old_row.get(n), new_row.get(n)) for n in new_row.keys() | old_row.keys()}
    moved = {name: by for name, by in moved.items() if by}
    if not moved or is_active(new_row) != is_active(old_row):
        return
    own = {name: own_delta(name, moved, "." not in code) for name in moved}
    if was_closed:
        lead = "TOTAL" if "TOTAL" in moved else max(moved, key=lambda name: abs(moved[name]))
        add("revised", severity_of(own[lead]), code, lead)
        return
    for name, by in moved.items():
        add("score_drop" if by < 0 else "score_rise", severity_of(own[name]), code, name)


def add_states(add: Add, new_row: Mapping[str, Row], old_row: Mapping[str, Row], code: str) -> None:
    active = is_active(new_row)
    if new_row and not active and (not old_row or is_active(old_row)):
        add("no_activity", "info", code, "TOTAL")
    for name, target in TARGETS.items():
        rate, rate_before = rate_of(new_row.get(name)), rate_of(old_row.get(name))
        fell = rate_before is None or rate_before >= target
        if active and rate is not None and rate < target and fell:
            add("below_target", "info" if rate_before is None else "warning", code, name)


def add_standing_changes(
    add: Add, day: int, before_day: int | None, scope: Scope, code: str
) -> None:
    if before_day is None:
        return
    province = scope[0]
    new_rank, old_rank = ranks_of(day, scope).get(code), ranks_of(before_day, scope).get(code)
    is_ranked_here = ("." in code) == (province != "VN")
    if new_rank and old_rank and is_ranked_here:
        size = sum(
            rank is not None and kind_of(day, province, other) == kind_of(day, province, code)
            for other, rank in ranks_of(day, scope).items()
        )
        places = new_rank - old_rank
        if places > 0:
            far = "." not in code or places > size * 0.1
            add("rank_drop", "warning" if far else "info", code, "TOTAL")
        elif places < 0:
            add("rank_rise", "info", code, "TOTAL")
        new_total = table_of(day, scope)[code, "TOTAL"].score or 0
        old_total = table_of(before_day, scope)[code, "TOTAL"].score or 0
        new_class, old_class = class_of(new_total), class_of(old_total)
        if new_class != old_class:
            add("class_change", "warning" if new_total < old_total else "info", code, "TOTAL")


def expected_registry(day: int, before_day: int, province: str) -> Iterator[Found]:
    now, old = units(day, province), units(before_day, province)
    for code in sorted(now.keys() | old.keys()):
        if code not in old:
            yield Found("unit_new", "info", code, "year", 0, None)
        elif code not in now:
            yield Found("unit_missing", "warning", code, "year", 0, None)
        elif now[code][0] != old[code][0]:
            yield Found("unit_renamed", "info", code, "year", 0, None)


def delta(before: Row | None, after: Row | None) -> float:
    if before is None or after is None or before.score is None or after.score is None:
        return 0.0
    return round(after.score - before.score, 2)


def own_delta(name: str, moved: Mapping[str, float], is_province: bool) -> float:
    if is_province:
        return moved[name]
    if name in REPEATED:
        return 0.0
    given = sum(
        moved.get(repeated, 0.0) for repeated, group in REPEATED.items() if name in ("TOTAL", group)
    )
    return round(moved[name] - given, 2)


def severity_of(by: float) -> str:
    return "critical" if by <= -2.0 else "warning" if by <= -0.5 else "info"


def class_of(total: float) -> str:
    return next(label for label, least in CLASSES if total >= least)


def rate_of(row: Row | None) -> float | None:
    return None if row is None or not row.denominator else row.ratio


def is_active(rows: Mapping[str, Row]) -> bool:
    counted = [rows[name].denominator for name in DOSSIERS if name in rows]
    known = [one for one in counted if one is not None]
    if known:
        return any(known)
    total = rows.get("TOTAL")
    return total is None or total.score is None or total.score > 16.0


def kind_of(day: int, province: str, code: str) -> str:
    if province == "VN":
        return "province"
    return _kinds(day, province)[code]


@cache
def _kinds(day: int, province: str) -> dict[str, str]:
    return {code: kind for code, (_, kind) in units(day, province).items()}
