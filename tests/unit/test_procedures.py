"""What is read from the detail of a procedure."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import procedures
from scrapers.errors import FormatChanged, Unusable
from scrapers.procedure_records import Decision, OnlineLevel, Procedure
from scrapers.procedures import (
    day_of,
    read_procedure,
)
from tests.fixtures.procedure_answers import (
    Json,
    ask_for,
    case,
    detail,
    fee,
    method,
    milliseconds,
    procedure_id,
    proposal,
)

UTC = "+00:00"


def read(**changes: Any) -> Procedure:
    one = detail(**changes)
    return read_procedure(ask_for(one), one["id"])


def test_a_detail_as_it_is_read() -> None:
    one = read()
    assert one._replace(parts={}) == Procedure(
        id=procedure_id(1),
        code="1.000001",
        name="Cấp giấy mẫu số 1",
        agency_code="G99",
        agency_name="Bộ Mẫu",
        field_code="G99-XX01",
        field_name="Lĩnh vực mẫu",
        state="ACTIVE",
        type="STANDARD",
        levels="province",
        online_level="partial",
        processing="Trực tiếp: 5 ngày làm việc; Trực tuyến: 3,5 ngày",
        fees="Lệ phí: 20000; Lệ phí: Miễn phí cho trẻ em",
        decision=Decision(
            "decision-a",
            "100/QĐ-BM",
            dt.date(2026, 11, 2),
            milliseconds("2026-11-05T09:00:00+07:00") // 1000,
        ),
        updated_at=milliseconds("2026-11-05T09:00:00+07:00") // 1000,
        is_test=False,
        parts={},
    )


@given(st.dates(dt.date(1970, 1, 2), dt.date(9999, 12, 30)))
def test_both_encodings_of_a_date_give_the_day_in_viet_nam(day: dt.date) -> None:
    migrated, entered = milliseconds(f"{day}T00:00:00{UTC}"), milliseconds(f"{day}")
    assert migrated - entered == 7 * 3_600_000
    assert day_of(migrated) == day_of(entered) == day


def test_dates_that_are_null_stay_without_a_value() -> None:
    one = read(procedureProposal=proposal(number=None, dated=None, published=None), updatedAt=None)
    assert one.decision == Decision("decision-a", None, None, None)
    assert one.updated_at is None
    assert read(procedureProposal=None).decision is None


@pytest.mark.parametrize("instant", [f"9999-12-31T23:59:59{UTC}", f"9999-12-31T17:00:00{UTC}"])
def test_a_day_after_the_last_one_is_another_format(instant: str) -> None:
    dated = proposal() | {"decisionDate": milliseconds(instant)}
    with pytest.raises(FormatChanged, match=r"data\.procedureProposal\.decisionDate"):
        read(procedureProposal=dated)


def test_texts_come_in_nfc_and_in_one_line() -> None:
    one = read(
        code=" 1.014325",
        name=unicodedata.normalize("NFD", " Cấp  lại\ngiấy phép "),
        departmentPromulgateName="Bộ\u00a0Mẫu ",
        departmentPromulgateCode=" ",
        state="ACTIVE\x00",
        type="\u200bSTANDARD ",
    )
    assert (one.code, one.name) == ("1.014325", "Cấp lại giấy phép")
    assert (one.state, one.type) == ("ACTIVE", "STANDARD")
    assert (one.agency_name, one.agency_code) == ("Bộ Mẫu", None)


def test_a_code_that_no_store_keeps_is_another_format() -> None:
    with pytest.raises(FormatChanged, match=r"data\.code"):
        read(code="1.014\x00325")


def test_the_answer_must_be_about_the_procedure_that_was_asked_for() -> None:
    with pytest.raises(Unusable, match=f"asked for procedure {procedure_id(2)}"):
        read_procedure(ask_for(detail(1)), procedure_id(2))


def test_an_unknown_procedure_is_unusable() -> None:
    with pytest.raises(Unusable, match="status 400") as caught:
        read_procedure(ask_for(None, status=400), procedure_id(1))
    assert not isinstance(caught.value, FormatChanged)


def test_half_a_character_makes_an_answer_unusable() -> None:
    with pytest.raises(Unusable, match="no whole JSON"):
        read(requirementsAndConditions="cắt giữa \ud83d")


@pytest.mark.parametrize(
    "member",
    [
        "id",
        "code",
        "name",
        "state",
        "type",
        "departmentPromulgateCode",
        "departmentPromulgateName",
        "categoriesDetails",
        "isMinistry",
        "isProvince",
        "isWard",
        "isOtherAgency",
        "isVertical",
        "isFullProcess",
        "cases",
        "executionMethods",
        "updatedAt",
        "procedureProposal",
        "executionSteps",
        "legalBasisesDetails",
        "unitGroupsExecuting",
    ],
)
def test_a_missing_member_is_named_by_its_path(member: str) -> None:
    one = detail()
    del one[member]
    with pytest.raises(FormatChanged) as caught:
        read_procedure(ask_for(one), procedure_id(1))
    assert caught.value.path == f"data.{member}"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"code": 1.014325}, "code"),
        ({"code": None}, "code"),
        ({"updatedAt": "2026-11-05"}, "updatedAt"),
        ({"updatedAt": 1.5}, "updatedAt"),
        ({"updatedAt": -1}, "updatedAt"),
        ({"categoriesDetails": ["Đất đai"]}, "categoriesDetails.0"),
        ({"executionMethods": [method() | {"processingTime": [5]}]}, "executionMethods.0"),
        ({"executionMethods": [method() | {"fees": {}}]}, "executionMethods.0.fees"),
        ({"procedureProposal": proposal() | {"id": None}}, "procedureProposal.id"),
        ({"procedureProposal": proposal("a" * 500)}, "procedureProposal.id"),
        ({"code": "1" * 501}, "code"),
        # Composing this one gives three letters.
        ({"code": "\U0001d160" * 167}, "code"),
        ({"procedureProposal": {"id": "decision-a"}}, "procedureProposal.proposalNumber"),
        ({"isFullProcess": "true"}, "isFullProcess"),
        ({"isUndetermined": 0}, "isUndetermined"),
        ({"legalBasisesDetails": {}}, "legalBasisesDetails"),
    ],
)
def test_a_retyped_member_is_named_by_its_path(changes: Json, path: str) -> None:
    with pytest.raises(FormatChanged) as caught:
        read(**changes)
    assert caught.value.path.startswith(f"data.{path}")


def test_null_places_in_arrays_are_passed_over() -> None:
    whole = read(executionMethods=[method("DIRECT", 5, "DAY", fee(7))], cases=[])
    one = read(
        executionMethods=[None, method("DIRECT", 5, "DAY", fee(7)) | {"fees": [None, fee(7)]}],
        categoriesDetails=[None, *detail()["categoriesDetails"]],
        unitGroupsExecuting=[None, *detail()["unitGroupsExecuting"]],
        cases=[None],
    )
    assert one == whole
    assert read(categoriesDetails=[None]).field_code is None


@pytest.mark.parametrize(
    ("time", "unit", "printed"),
    [
        (5, "WORKING_DAY", "Trực tiếp: 5 ngày làm việc"),
        (18.0, "DAY", "Trực tiếp: 18 ngày"),
        (0.5, "HOUR", "Trực tiếp: 0,5 giờ"),
        (2, "MONTH", "Trực tiếp: 2 tháng"),
        (1, "YEAR", "Trực tiếp: 1 năm"),
        ("18", "DAY", "Trực tiếp: 18 ngày"),
        (" Ngay khi  nhận\nđủ ", "OTHER", "Trực tiếp: Ngay khi nhận đủ"),
        (3, "WEEK", "Trực tiếp: 3 WEEK"),
        (0, "DAY", "Trực tiếp: 0 ngày"),
        (None, "DAY", None),
        ("", "DAY", None),
    ],
)
def test_processing_times_are_told_as_printed(
    time: float | str | None, unit: str, printed: str | None
) -> None:
    assert read(executionMethods=[method("DIRECT", time, unit)]).processing == printed


def test_each_processing_time_is_told_once() -> None:
    times = [method("POSTAL", 3, "DAY"), method("DIRECT", 3, "DAY"), method("POSTAL", 3, "DAY")]
    assert read(executionMethods=times).processing == "Bưu chính: 3 ngày; Trực tiếp: 3 ngày"
    assert read(executionMethods=[method("DRONE", 1, "DAY")]).processing == "DRONE: 1 ngày"
    assert read(executionMethods=None).processing is None


@pytest.mark.parametrize(
    ("one", "printed"),
    [
        (fee(20000), "Lệ phí: 20000"),
        (fee(0), "Lệ phí: 0"),
        (fee(0, "Theo Thông tư 1"), "Lệ phí: 0, Theo Thông tư 1"),
        (fee(None, "Miễn phí"), "Lệ phí: Miễn phí"),
        (fee(None, ""), None),
        (fee("theo thoả thuận"), "Lệ phí: theo thoả thuận"),
        (fee(1.25, kind="FEE"), "Phí: 1,25"),
        (fee(12_345_678_901, kind="PRICE_LEVEL"), "Mức giá: 12345678901"),
        (fee(5, kind="TAX"), "TAX: 5"),
    ],
)
def test_fees_are_told_as_printed(one: Json, printed: str | None) -> None:
    ways = [method("DIRECT", 1, "DAY", one), method("ONLINE", 1, "DAY", one)]
    assert read(executionMethods=ways).fees == printed


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "1.014955-Xoa"},
        {"procedureProposal": proposal(number="Demo/QĐ-BM")},
        {"procedureProposal": proposal(number="QĐ000001SNNTEST")},
        {"name": "Đăng ký kinh doanh 23/09"},
    ],
)
def test_test_records_are_marked(changes: Json) -> None:
    assert read(**changes).is_test


@pytest.mark.parametrize(
    "changes",
    [
        {"procedureProposal": None},
        {"procedureProposal": proposal(number=None)},
        {"name": "Cấp giấy theo Nghị định số 20/2026"},
        {"name": "Thực hiện Quyết định 12/09/2026"},
    ],
)
def test_real_records_are_not(changes: Json) -> None:
    assert not read(**changes).is_test


@pytest.mark.parametrize(
    ("is_full", "services", "level"),
    [
        (True, [case()], "full"),
        (True, [], "full"),
        (False, [case()], "partial"),
        (False, [], "none"),
        (False, None, "none"),
        (False, [None], "none"),
        (None, [case()], "partial"),
    ],
)
def test_the_online_level(is_full: bool | None, services: Any, level: OnlineLevel) -> None:
    assert read(isFullProcess=is_full, cases=services).online_level == level


def test_levels_stand_in_one_order_whatever_their_number() -> None:
    every = dict.fromkeys(procedures.LEVELS, True)
    assert read(**every).levels == "ministry,province,commune,other,vertical"
    assert read(**dict.fromkeys(procedures.LEVELS, False)).levels == ""
    assert read(**dict.fromkeys(procedures.LEVELS)).levels == ""
