"""The rules of overdue dossiers: from what differs about one dossier to what people are told.

Only what is, or was, on the list of overdue dossiers is told. `gone` is never called resolved:
where the source says why a dossier left the list, the sentence repeats it, else it says that the
reason is unknown. Severities are told in `docs/rules.md` under the same names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sync import wording
from sync.changes import Change, Severity
from sync.clock import VIETNAM


class DossierValues(NamedTuple):
    """The values of one dossier, in the order of the ledger's columns; instants in seconds."""

    national_code: str | None
    procedure_code: str | None
    procedure_name: str | None
    unit_code: str | None
    unit_name: str | None
    officer: str | None
    state: str | None
    received_at: int | None
    due_at: int | None
    due_is_date_only: int
    ended_at: int | None
    returned_at: int | None
    is_overdue: int
    applicant: str | None


class DossierDifference(NamedTuple):
    """One dossier before and after; None where it was not listed."""

    code: str
    before: DossierValues | None
    after: DossierValues | None
    was_overdue_earlier: bool
    """It was on the list of overdue dossiers at some time before the capture before."""


class UnitDay(NamedTuple):
    """One unit's overdue dossiers now and before; rates in per cent."""

    unit_code: str | None
    unit_name: str | None
    kind: str | None
    overdue: int
    rate: float | None
    rate_before: float | None
    month_ago: int | None


def dossier_changes(differences: Iterable[DossierDifference]) -> Iterator[Change]:
    """The changes of one capture that is no baseline."""
    for one in differences:
        was = one.before is not None and bool(one.before.is_overdue)
        now = one.after is not None and bool(one.after.is_overdue)
        if now and not was:
            yield _came(one)
        elif was and not now:
            yield _left(one)
        elif was and now:
            yield from _moved(one)


def unit_changes(
    days: Iterable[UnitDay], limits: Mapping[str, float], *, is_first_of_day: bool
) -> Iterator[Change]:
    """`rate_exceeded`, a state told when it is entered, and `overdue_growing`, once a day."""
    for day in days:
        limit = limit_for(limits, day.kind)
        unit = wording.unit(day.unit_name or day.unit_code or "")
        if day.rate is not None and day.rate > limit >= (day.rate_before or 0.0):
            yield Change(
                "dossiers",
                "rate_exceeded",
                Severity.warning,
                f"{unit}: tỷ lệ hồ sơ quá hạn {wording.points(round(day.rate * 100))} %, "
                f"vượt mức {wording.points(round(limit * 100))} % "
                f"({wording.count(day.overdue)} hồ sơ).",
                unit_code=day.unit_code,
                unit_name=day.unit_name,
                before=None if day.rate_before is None else f"{day.rate_before:.2f}",
                after=f"{day.rate:.2f}",
            )
        if is_first_of_day and day.month_ago is not None and day.overdue > day.month_ago:
            yield Change(
                "dossiers",
                "overdue_growing",
                Severity.info,
                f"{unit}: {wording.count(day.overdue)} hồ sơ quá hạn, cùng ngày tháng trước có "
                f"{wording.count(day.month_ago)}.",
                unit_code=day.unit_code,
                unit_name=day.unit_name,
                before=str(day.month_ago),
                after=str(day.overdue),
            )


def limit_for(limits: Mapping[str, float], kind: str | None) -> float:
    """The limit for a kind of unit; an unknown one is held against that of communes."""
    return limits.get(kind or "", limits["commune"])


def _came(one: DossierDifference) -> Change:
    """`newly_overdue`, or `returned` when it had been on the list before."""
    assert one.after is not None
    kind = "returned" if one.was_overdue_earlier else "newly_overdue"
    words = "trở lại danh sách quá hạn" if one.was_overdue_earlier else "quá hạn"
    due = _due(one.after)
    told = f", hẹn trả {due}" if due else ""
    return _change(one, kind, Severity.warning, f"{words}{told}", None, due)


def _left(one: DossierDifference) -> Change:
    """`gone`, with the source's own reason where it gives one."""
    assert one.before is not None
    return _change(
        one, "gone", Severity.info, f"rời danh sách quá hạn, {_reason(one)}", _due(one.before), None
    )


def _reason(one: DossierDifference) -> str:
    after = one.after
    if after is None:
        return "chưa rõ lý do"
    if after.ended_at is not None and after.ended_at == after.due_at:
        return f"ngày kết thúc trùng ngày hẹn trả {_day(after.ended_at)} (đặt lại hạn?)"
    if after.returned_at is not None:
        return f"đã trả kết quả {_day(after.returned_at)}"
    if after.ended_at is not None:
        return f"kết thúc xử lý {_day(after.ended_at)}"
    assert one.before is not None
    if after.due_at != one.before.due_at and after.due_at is not None:
        return f"hẹn trả dời sang {_day(after.due_at)}"
    if after.state != one.before.state and after.state:
        return f"trạng thái “{after.state}”"
    return "chưa rõ lý do"


def _moved(one: DossierDifference) -> Iterator[Change]:
    """`deadline_moved`, `reassigned`, `state_changed`, while it stays overdue."""
    before, after = one.before, one.after
    assert before is not None
    assert after is not None
    if before.due_at != after.due_at:
        old, new = _due(before) or "không có", _due(after) or "không có"
        words = f"hẹn trả đổi từ {old} sang {new}, vẫn quá hạn"
        yield _change(one, "deadline_moved", Severity.warning, words, old, new)
    who, who_now = _handler(before), _handler(after)
    if who != who_now:
        words = f"chuyển từ {who} sang {who_now}"
        yield _change(one, "reassigned", Severity.info, words, who, who_now)
    if before.state != after.state:
        old, new = before.state or "không ghi", after.state or "không ghi"
        words = f"trạng thái từ “{old}” sang “{new}”, vẫn quá hạn"
        yield _change(one, "state_changed", Severity.info, words, old, new)


def _change(
    one: DossierDifference,
    kind: str,
    severity: Severity,
    words: str,
    before: str | None,
    after: str | None,
) -> Change:
    values = one.after or one.before
    assert values is not None
    return Change(
        "dossiers",
        kind,
        severity,
        f"Hồ sơ {one.code}: {words}.",
        unit_code=values.unit_code,
        unit_name=values.unit_name,
        subject=one.code,
        before=before,
        after=after,
    )


def _handler(values: DossierValues) -> str:
    parts = (values.unit_name or values.unit_code, values.officer)
    return ", ".join(part for part in parts if part) or "không ghi"


def _due(values: DossierValues) -> str | None:
    return None if values.due_at is None else _day(values.due_at)


def _day(seconds: int) -> str:
    return wording.day(dt.datetime.fromtimestamp(seconds, VIETNAM).date())
