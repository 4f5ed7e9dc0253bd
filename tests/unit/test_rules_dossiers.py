"""What is told of an overdue dossier, and of a unit's day, each as an official reads it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sync.changes import Change, Severity
from sync.clock import VIETNAM
from sync.rules.dossiers import (
    DossierDifference,
    DossierValues,
    UnitDay,
    dossier_changes,
    limit_for,
    unit_changes,
)


def at(day: int, hour: int = 0) -> int:
    """An hour of a day of November 2026 in Viet Nam, in seconds."""
    return int(dt.datetime(2026, 11, day, hour, tzinfo=VIETNAM).timestamp())


LATE = DossierValues(
    national_code=None,
    procedure_code="1.004203",
    procedure_name="Cấp giấy phép",
    unit_code="H01.12",
    unit_name="UBND xã Hiệp Thạnh",
    officer="Nguyễn A",
    state="Đang xử lý",
    received_at=at(2),
    due_at=at(16),
    due_is_date_only=1,
    ended_at=None,
    returned_at=None,
    is_overdue=1,
    applicant=None,
)
IN_TIME = LATE._replace(is_overdue=0, due_at=at(25))


def told(
    before: DossierValues | None, after: DossierValues | None, *, earlier: bool = False
) -> list[Change]:
    return list(dossier_changes([DossierDifference("H01-7", before, after, earlier)]))


def about(
    kind: str, severity: Severity, message: str, before: str | None, after: str | None
) -> Change:
    """A change about the dossier."""
    return Change(
        "dossiers",
        kind,
        severity,
        message,
        unit_code="H01.12",
        unit_name="UBND xã Hiệp Thạnh",
        subject="H01-7",
        before=before,
        after=after,
    )


@pytest.mark.parametrize("before", [None, IN_TIME])
def test_a_dossier_becomes_overdue(before: DossierValues | None) -> None:
    message = "Hồ sơ H01-7: quá hạn, hẹn trả 16/11/2026."
    assert told(before, LATE) == [
        about("newly_overdue", Severity.warning, message, None, "16/11/2026")
    ]


def test_a_dossier_that_was_on_the_list_earlier_returned() -> None:
    message = "Hồ sơ H01-7: trở lại danh sách quá hạn, hẹn trả 16/11/2026."
    assert told(None, LATE, earlier=True) == [
        about("returned", Severity.warning, message, None, "16/11/2026")
    ]


def test_a_dossier_without_a_due_date_is_told_without_one() -> None:
    [change] = told(None, LATE._replace(due_at=None))
    assert change.message == "Hồ sơ H01-7: quá hạn."
    assert change.after is None


def test_the_day_is_that_of_viet_nam() -> None:
    [change] = told(None, LATE._replace(due_at=at(16, 1)))
    assert change.after == "16/11/2026"


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (None, "chưa rõ lý do"),
        (LATE, "chưa rõ lý do"),
        (
            LATE._replace(ended_at=at(16)),
            "ngày kết thúc trùng ngày hẹn trả 16/11/2026 (đặt lại hạn?)",
        ),
        (
            LATE._replace(ended_at=at(16), returned_at=at(18)),
            "ngày kết thúc trùng ngày hẹn trả 16/11/2026 (đặt lại hạn?)",
        ),
        (LATE._replace(ended_at=at(17), returned_at=at(18)), "đã trả kết quả 18/11/2026"),
        (LATE._replace(ended_at=at(17)), "kết thúc xử lý 17/11/2026"),
        (LATE._replace(due_at=at(30), state="Gia hạn"), "hẹn trả dời sang 30/11/2026"),
        (LATE._replace(due_at=None, state="Tạm dừng"), "trạng thái “Tạm dừng”"),
        (LATE._replace(state="Tạm dừng"), "trạng thái “Tạm dừng”"),
        (LATE._replace(state=None), "chưa rõ lý do"),
    ],
)
def test_a_dossier_that_left_is_gone_for_the_reason_that_is_on_file(
    after: DossierValues | None, reason: str
) -> None:
    gone = after and after._replace(is_overdue=0)
    message = f"Hồ sơ H01-7: rời danh sách quá hạn, {reason}."
    assert told(LATE, gone) == [about("gone", Severity.info, message, "16/11/2026", None)]


@pytest.mark.parametrize(
    ("values", "kind", "severity", "words", "old", "new"),
    [
        (
            {"due_at": at(18)},
            "deadline_moved",
            Severity.warning,
            "hẹn trả đổi từ 16/11/2026 sang 18/11/2026, vẫn quá hạn",
            "16/11/2026",
            "18/11/2026",
        ),
        (
            {"due_at": None},
            "deadline_moved",
            Severity.warning,
            "hẹn trả đổi từ 16/11/2026 sang không có, vẫn quá hạn",
            "16/11/2026",
            "không có",
        ),
        (
            {"officer": "Trần B"},
            "reassigned",
            Severity.info,
            "chuyển từ UBND xã Hiệp Thạnh, Nguyễn A sang UBND xã Hiệp Thạnh, Trần B",
            "UBND xã Hiệp Thạnh, Nguyễn A",
            "UBND xã Hiệp Thạnh, Trần B",
        ),
        (
            {"state": "Chờ ký"},
            "state_changed",
            Severity.info,
            "trạng thái từ “Đang xử lý” sang “Chờ ký”, vẫn quá hạn",
            "Đang xử lý",
            "Chờ ký",
        ),
        (
            {"state": None},
            "state_changed",
            Severity.info,
            "trạng thái từ “Đang xử lý” sang “không ghi”, vẫn quá hạn",
            "Đang xử lý",
            "không ghi",
        ),
    ],
)
def test_what_moves_while_a_dossier_stays_overdue(
    values: dict[str, Any], kind: str, severity: Severity, words: str, old: str, new: str
) -> None:
    after = LATE._replace(**values)
    message = f"Hồ sơ H01-7: {words}."
    assert told(LATE, after) == [about(kind, severity, message, old, new)]
    back = [(change.kind, change.before, change.after) for change in told(after, LATE)]
    assert back == [(kind, new, old)]


def test_a_unit_without_a_name_is_called_by_its_code_and_nobody_by_nothing() -> None:
    nobody = LATE._replace(unit_name=None, unit_code=None, officer=None)
    [change] = told(LATE._replace(unit_name=None, officer=None), nobody)
    assert (change.kind, change.before, change.after) == ("reassigned", "H01.12", "không ghi")


def test_all_that_moved_at_once_is_told() -> None:
    after = LATE._replace(due_at=at(18), officer=None, state="Chờ ký")
    kinds = [change.kind for change in told(LATE, after)]
    assert kinds == ["deadline_moved", "reassigned", "state_changed"]


@pytest.mark.parametrize("before", [None, IN_TIME])
@pytest.mark.parametrize("after", [None, IN_TIME._replace(state="Chờ ký", due_at=at(28))])
def test_what_is_not_overdue_is_not_told_of(
    before: DossierValues | None, after: DossierValues | None
) -> None:
    assert told(before, after) == []


def test_a_dossier_that_stands_still_is_not_told_of() -> None:
    assert told(LATE, LATE._replace(procedure_name="Khác", applicant="x")) == []


# --- Units

LIMITS = {"department": 2.0, "commune": 3.5}
QUIET = UnitDay("H01.12", "UBND xã Hiệp Thạnh", "commune", 1204, None, None, None)


def told_of(*, first: bool = True, **values: Any) -> list[Change]:
    return list(unit_changes([QUIET._replace(**values)], LIMITS, is_first_of_day=first))


@pytest.mark.parametrize("before", [None, 3.0, 3.5])
def test_a_rate_that_comes_over_its_limit_is_told(before: float | None) -> None:
    assert told_of(rate=3.51, rate_before=before) == [
        Change(
            "dossiers",
            "rate_exceeded",
            Severity.warning,
            "Xã Hiệp Thạnh: tỷ lệ hồ sơ quá hạn 3,51 %, vượt mức 3,50 % (1.204 hồ sơ).",
            unit_code="H01.12",
            unit_name="UBND xã Hiệp Thạnh",
            before=None if before is None else f"{before:.2f}",
            after="3.51",
        )
    ]


@pytest.mark.parametrize(
    ("rate", "before"), [(3.5, None), (None, None), (None, 9.0), (4.0, 3.51), (3.0, 4.0)]
)
def test_a_rate_within_its_limit_or_over_it_before_is_not_told(
    rate: float | None, before: float | None
) -> None:
    assert told_of(rate=rate, rate_before=before) == []


def test_a_limit_of_zero_is_passed_by_the_first_overdue_dossier() -> None:
    days = [QUIET._replace(rate=0.01)]
    [change] = unit_changes(days, {"commune": 0.0}, is_first_of_day=True)
    assert change.kind == "rate_exceeded"


@pytest.mark.parametrize(
    ("kind", "limit"), [("department", 2.0), ("commune", 3.5), ("district", 3.5), (None, 3.5)]
)
def test_a_kind_without_a_limit_is_held_against_that_of_communes(
    kind: str | None, limit: float
) -> None:
    assert limit_for(LIMITS, kind) == limit


def test_more_than_a_month_ago_is_told_once_a_day() -> None:
    assert told_of(month_ago=1203) == [
        Change(
            "dossiers",
            "overdue_growing",
            Severity.info,
            "Xã Hiệp Thạnh: 1.204 hồ sơ quá hạn, cùng ngày tháng trước có 1.203.",
            unit_code="H01.12",
            unit_name="UBND xã Hiệp Thạnh",
            before="1203",
            after="1204",
        )
    ]
    assert told_of(month_ago=1203, first=False) == []


@pytest.mark.parametrize("month_ago", [None, 1204, 1205])
def test_no_more_than_a_month_ago_or_nobody_knows_is_not_told(month_ago: int | None) -> None:
    assert told_of(month_ago=month_ago) == []


def test_a_unit_without_a_name_is_told_of_by_its_code() -> None:
    [change] = told_of(unit_name=None, month_ago=0)
    assert change.message.startswith("H01.12: 1.204 hồ sơ")
