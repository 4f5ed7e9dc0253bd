"""What the rules of the catalogue say, how gravely, and which changes the reports list."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import tables
from scrapers import procedure_content
from sync.changes import Change, Severity
from sync.history import DECISIONS, PROCEDURES
from sync.rules.procedures import (
    MOST_NAME,
    PART_WORDS,
    DecisionValues,
    GoneProcedure,
    ProcedureDifference,
    ProcedureValues,
    changed_parts,
    gone_changes,
    procedure_changes,
)
from sync.rules.watch import Watch
from tests.fixtures.procedure_answers import milliseconds

OWN = Watch(own=frozenset({"H99"}))
PUBLISHED = milliseconds("2026-11-05T09:00:00+07:00") // 1000
SAME = tuple(range(len(PART_WORDS)))


def values(**changes: Any) -> ProcedureValues:
    standing: dict[str, Any] = dict.fromkeys(ProcedureValues._fields)
    standing |= {
        "code": "1.000001",
        "name": "Cấp giấy mẫu",
        "agency_code": "H99",
        "agency_name": "UBND tỉnh Mẫu",
        "field_code": "G99-XX01",
        "levels": "province,commune",
        "decision_id": "a",
        "decision_number": "100/QĐ-UBND",
        "decision_date": "2026-11-02",
        "published_at": PUBLISHED,
        "updated_at": PUBLISHED,
        "is_test": 0,
        "parts": SAME,
    }
    return ProcedureValues(**standing | changes)


def with_parts(*parts: str, **changes: Any) -> ProcedureValues:
    """The values with other hashes for some parts."""
    hashes = [-1 if part in parts else number for number, part in enumerate(PART_WORDS)]
    return values(parts=tuple(hashes), **changes)


NEXT = {"decision_id": "b", "decision_number": "7/QĐ-UBND", "decision_date": "2026-11-19"}


def told(before: ProcedureValues | None, after: ProcedureValues, new: bool = False) -> list[Change]:
    return list(procedure_changes([ProcedureDifference(before, after, new)], OWN))


def only(changes: list[Change]) -> Change:
    (change,) = changes
    return change


# --- one procedure


@pytest.mark.parametrize(
    ("before", "after", "is_new", "kind", "said"),
    [
        (
            None,
            values(),
            True,
            "procedure_new",
            "Thủ tục mới: 1.000001 “Cấp giấy mẫu” (UBND tỉnh Mẫu), theo Quyết định 100/QĐ-UBND "
            "ngày 02/11/2026.",
        ),
        (
            values(),
            with_parts("name", **NEXT),
            True,
            "procedure_new",
            "Thủ tục trở lại danh mục công khai: 1.000001 “Cấp giấy mẫu” (UBND tỉnh Mẫu), theo "
            "Quyết định 7/QĐ-UBND ngày 19/11/2026.",
        ),
        (
            None,
            values(published_at=None, agency_name=None),
            True,
            "procedure_new",
            "Thủ tục mới: 1.000001 “Cấp giấy mẫu”, theo Quyết định 100/QĐ-UBND ngày 02/11/2026 "
            "(chưa công bố).",
        ),
        (
            None,
            values(decision_id=None, decision_number=None, decision_date=None, name=None),
            True,
            "procedure_new",
            "Thủ tục mới: 1.000001 “không tên” (UBND tỉnh Mẫu).",
        ),
        (
            values(),
            with_parts("fees", "steps"),
            False,
            "procedure_amended",
            "Sửa đổi 1.000001 “Cấp giấy mẫu” (UBND tỉnh Mẫu): phí, lệ phí, trình tự thực hiện, "
            "không kèm quyết định mới.",
        ),
        (
            values(),
            with_parts("name", **NEXT),
            False,
            "procedure_amended",
            "Sửa đổi 1.000001 “Cấp giấy mẫu” (UBND tỉnh Mẫu): tên thủ tục, theo Quyết định "
            "7/QĐ-UBND ngày 19/11/2026.",
        ),
        (
            values(),
            values(**NEXT | {"published_at": None}),
            False,
            "decision_pending",
            "Thủ tục 1.000001 “Cấp giấy mẫu” (UBND tỉnh Mẫu) đã gắn với Quyết định 7/QĐ-UBND ngày "
            "19/11/2026 chưa công bố; nội dung đang hiển thị vẫn là nội dung cũ.",
        ),
        (
            values(decision_number="Quyết định số 100/QĐ-UBND"),
            values(**NEXT | {"decision_number": None, "decision_date": None}),
            False,
            "decision_changed",
            "Thủ tục 1.000001 “Cấp giấy mẫu” (UBND tỉnh Mẫu) đổi từ Quyết định 100/QĐ-UBND ngày "
            "02/11/2026 sang Quyết định không số, nội dung không đổi.",
        ),
        (
            values(),
            values(decision_id=None, published_at=None),
            False,
            "decision_changed",
            "Thủ tục 1.000001 “Cấp giấy mẫu” (UBND tỉnh Mẫu) đổi từ Quyết định 100/QĐ-UBND ngày "
            "02/11/2026 sang không có quyết định, nội dung không đổi.",
        ),
    ],
)
def test_what_is_said_of_a_procedure(
    before: ProcedureValues | None, after: ProcedureValues, is_new: bool, kind: str, said: str
) -> None:
    change = only(told(before, after, is_new))
    assert (change.kind, change.message) == (kind, said)
    assert (change.dataset, change.subject) == ("procedures", "1.000001")
    assert (change.unit_code, change.unit_name) == ("H99", after.agency_name)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, values()),
        (values(), values(state="UPDATED", updated_at=PUBLISHED + 9, processing="x", fees="y")),
        (values(published_at=None), values()),
        (values(), values(decision_number="100a/QĐ-UBND", decision_date="2026-11-03")),
    ],
    ids=["first reading", "state and time", "its decision was published", "its number corrected"],
)
def test_nothing_is_said(before: ProcedureValues | None, after: ProcedureValues) -> None:
    assert told(before, after) == []


def test_what_the_columns_of_a_change_hold() -> None:
    amended = only(told(values(), with_parts("fees", "steps", **NEXT)))
    assert (amended.before, amended.after) == (None, "fees,steps")
    changed = only(told(values(), values(**NEXT)))
    assert (changed.before, changed.after) == ("100/QĐ-UBND", "7/QĐ-UBND")
    new = only(told(None, values(), new=True))
    assert (new.before, new.after) == (None, "100/QĐ-UBND")


@given(st.lists(st.sampled_from(list(PART_WORDS)), min_size=1, unique=True))
def test_every_part_is_named_in_one_order(parts: list[str]) -> None:
    change = only(told(values(), with_parts(*parts)))
    in_order = [part for part in PART_WORDS if part in parts]
    assert change.after == ",".join(in_order)
    assert f": {', '.join(PART_WORDS[part] for part in in_order)}, không kèm" in change.message
    assert changed_parts(values(), with_parts(*parts)) == in_order


def test_the_parts_are_called_in_the_words_of_the_office() -> None:
    change = only(told(values(), with_parts(*PART_WORDS)))
    assert change.message == (
        "Sửa đổi 1.000001 “Cấp giấy mẫu” (UBND tỉnh Mẫu): tên thủ tục, mã thủ tục, cơ quan ban "
        "hành, lĩnh vực, cấp thực hiện, mức độ dịch vụ công trực tuyến, dịch vụ công trực tuyến, "
        "cách thức, thời hạn giải quyết, phí, lệ phí, trình tự thực hiện, thành phần hồ sơ, căn cứ "
        "pháp lý, kết quả thực hiện, yêu cầu, điều kiện, đối tượng thực hiện, cơ quan thực hiện, "
        "mô tả khác, không kèm quyết định mới."
    )


@pytest.mark.parametrize("typed", ["7/QĐ-UBND", "Quyết định 7/QĐ-UBND", "Quyết định số 7/QĐ-UBND"])
def test_a_number_is_told_alike_however_it_was_typed(typed: str) -> None:
    change = only(told(None, values(decision_number=typed), new=True))
    assert change.message.endswith(", theo Quyết định 7/QĐ-UBND ngày 02/11/2026.")


def test_the_parts_have_the_same_names_and_order_everywhere() -> None:
    columns = [name.removeprefix("part_") for name in PROCEDURES.values if name[:5] == "part_"]
    assert tuple(PART_WORDS) == tables.PARTS == tuple(procedure_content.PARTS) == tuple(columns)
    assert (*ProcedureValues._fields[:-1], *(f"part_{name}" for name in tables.PARTS)) == (
        PROCEDURES.values
    )
    assert DecisionValues._fields == DECISIONS.values


def test_a_name_as_long_as_a_page_is_cut() -> None:
    change = only(told(None, values(name="giấy " * 90), new=True))
    quoted = change.message.split("“")[1].split("”")[0]
    assert len(quoted) <= MOST_NAME
    assert quoted.endswith("giấy…")
    parted = only(told(None, values(name=f"{'a' * (MOST_NAME - 2)} {'b' * 9}"), new=True))
    assert f"“{'a' * (MOST_NAME - 2)}…”" in parted.message
    whole = only(told(None, values(name="a" * MOST_NAME), new=True))
    assert f"“{'a' * MOST_NAME}”" in whole.message


# --- who must know


WATCHES = {
    "nothing set": (Watch(), False),
    "own province": (OWN, True),
    "other province": (Watch(own=frozenset({"H01"})), False),
    "own, though the lists say otherwise": (Watch(OWN.own, agencies=("G12",)), True),
    "agency": (Watch(agencies=("G12", "H99")), True),
    "other agency": (Watch(agencies=("H9",)), False),
    "field": (Watch(fields=("G99-XX01",)), True),
    "other field": (Watch(fields=("G99-XX",)), False),
    "level": (Watch(levels=("commune",)), True),
    "other level": (Watch(levels=("ministry",)), False),
    "word": (Watch(words=("ĐẤT ĐAI", "GIẤY mẫu")), True),
    "word without its marks": (Watch(words=("giay mau",)), False),
    "every list": (Watch(OWN.own, ("H99",), ("G99-XX01",), ("province",), ("giấy",)), True),
    "all lists but one": (Watch(frozenset(), ("H99",), ("G99-XX01",), ("other",)), False),
}


@pytest.mark.parametrize(("watch", "is_watched"), WATCHES.values(), ids=WATCHES.keys())
def test_what_is_watched_is_a_warning_and_listed(watch: Watch, is_watched: bool) -> None:
    change = only(list(procedure_changes([ProcedureDifference(None, values(), True)], watch)))
    assert change.severity == (Severity.warning if is_watched else Severity.info)
    assert change.is_listed is (is_watched or not watch.is_set)


@pytest.mark.parametrize("code", ["H99.101", "H99.1.2"])
def test_what_stands_below_an_agency_is_watched_with_it(code: str) -> None:
    assert OWN.names(code, None, None, None)
    assert Watch(agencies=("H99",)).names(code, None, None, None)
    assert not Watch(agencies=(code,)).names("H99", None, None, None)
    assert not Watch(agencies=("H9",)).names(code, None, None, None)


LISTS = st.fixed_dictionaries(
    {
        "agencies": st.sampled_from([(), ("H99",), ("G12",)]),
        "fields": st.sampled_from([(), ("G99-XX01",), ("G12-XX01",)]),
        "levels": st.sampled_from([(), ("province",), ("other", "ministry")]),
        "words": st.sampled_from([(), ("GIẤY",), ("đất đai",)]),
    }
)


@given(LISTS)
def test_a_procedure_must_be_in_every_list_that_is_not_empty(lists: Any) -> None:
    def names(**some: Any) -> bool:
        return Watch(**some).names("H99", "G99-XX01", "province", "Cấp giấy mẫu")

    each = [names(**{key: words}) for key, words in lists.items() if words]
    assert names(**lists) is (bool(each) and all(each))


@pytest.mark.parametrize("missing", ["agency_code", "field_code", "levels", "name"])
def test_what_the_portal_does_not_say_is_not_watched(missing: str) -> None:
    watch = Watch(frozenset(), ("H99",), ("G99-XX01",), ("province",), ("giấy",))
    bare = ProcedureDifference(None, values(**{missing: None}), True)
    assert [change.is_listed for change in procedure_changes([bare], watch)] == [False]


def test_a_decision_changed_alone_is_information_even_where_it_is_watched() -> None:
    for published in (PUBLISHED, None):
        change = only(told(values(), values(**NEXT | {"published_at": published})))
        assert (change.severity, change.is_listed) == (Severity.info, True)


def test_test_records_are_counted_and_never_listed() -> None:
    for watch in (Watch(), OWN):
        new = ProcedureDifference(None, values(is_test=1), True)
        change = only(list(procedure_changes([new], watch)))
        assert (change.severity, change.is_listed) == (Severity.info, False)


# --- gone


@pytest.mark.parametrize(
    ("state", "ending"), [(None, "."), ("INACTIVE", "; Cổng ghi trạng thái INACTIVE.")]
)
def test_what_is_said_of_one_that_is_gone(state: str | None, ending: str) -> None:
    gone = GoneProcedure("1.000001", "Cấp giấy mẫu", "UBND", values(), state)
    change = only(list(gone_changes([gone], OWN)))
    assert change.message == (
        "Thủ tục 1.000001 “Cấp giấy mẫu” (UBND tỉnh Mẫu) không còn trong danh mục công khai"
        + ending
    )
    assert (change.severity, change.before, change.after) == (
        Severity.warning,
        "100/QĐ-UBND",
        state,
    )


def test_one_that_is_gone_and_was_never_read_is_told_and_listed() -> None:
    gone = GoneProcedure("1.000001", None, None, None, None)
    change = only(list(gone_changes([gone], Watch(agencies=("G12",)))))
    assert change.message == "Thủ tục 1.000001 “không tên” không còn trong danh mục công khai."
    assert (change.severity, change.is_listed, change.unit_code) == (Severity.info, True, None)
