"""iGate misbehaves at its first, a middle or its last page: nothing is gone, and it is told why."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.flow.listings import (
    COLLAPSES,
    Case,
    assert_closes_nothing,
    assert_collapse_closes_nothing,
    between,
    checked,
    fault,
    given_folder,
    igate_list,
    igate_source,
    make_well,
    repeated,
    said,
    told,
)
from tests.flow.office import Office
from tests.flow.people import assert_nobody_in
from tests.replica import igate_api
from tests.replica.faults import FaultRule
from tests.replica.server import Replica

SHARE = fault("keep_share", share=0.04)
PAGE_SIZE, PAGES = 60, 3
FIRST, MIDDLE, LAST = 1, 2, PAGES
DAY = 5
"""What is read after day 1: a list with dossiers that came and others that left."""


def renamed(page: int | None, reason: str, told: str) -> Case:
    """The field that holds a dossier's code has another name on a page."""
    options = {"old": "code", "new": "maSo", "page": page}
    return Case("field_renamed", options, "refused", reason, told)


CUT = [
    Case("page_cut", {"page": page}, "refused", "contradicts itself", "không đầy đủ")
    for page in (FIRST, MIDDLE)
]
SHORT = Case("page_short", {"page": LAST, "rows": 3}, "refused", "rows came where", "báo tổng số")
REPEATED = repeated(MIDDLE, LAST)
SHIFTED = [
    Case("page_shifts", {"page": page, "replaced": replaced}, "refused", reason, "danh sách")
    for replaced, reason in ((False, "do not agree"), (True, "read again"))
    for page in (FIRST, MIDDLE)
]
WITHOUT_DATE = [
    Case(
        "field_renamed",
        {"page": page},
        "refused",
        "Ngày hẹn trả",
        "đổi định dạng",
        "format_changed",
    )
    for page in (None, MIDDLE, LAST)
]
WITHOUT_CODE = [
    renamed(FIRST, "other columns", "(trang 2, 3)"),
    renamed(MIDDLE, "other columns", f"(trang {MIDDLE})"),
    renamed(LAST, "other columns", f"(trang {LAST})"),
    renamed(None, "gone at once", "biến mất cùng lúc"),
]
WITHOUT_VALUES = [
    Case("field_missing", {"field": field}, "refused", f"lost their {lost}", words)
    for field, lost, words in (
        ("dossierStatus", "state", "không còn ghi trạng thái"),
        ("currentTask", "officer", "không còn ghi cán bộ"),
        ("agency", "unit_code", "không còn ghi mã đơn vị"),
    )
]
OVER = [
    Case(
        "token_expired",
        {"page": page, "every": True},
        "failed",
        "fresh token is not accepted",
        "đặt lại mã truy cập",
        "source_failed",
    )
    for page in (FIRST, MIDDLE, LAST)
]
LOGIN_PAGES = [
    Case("login_200", {"page": page}, "refused", "HTML page came", "từ chối trả lời")
    for page in (FIRST, MIDDLE, LAST)
]
CASES = [
    *CUT, SHORT, *REPEATED, *SHIFTED, *WITHOUT_DATE, *WITHOUT_CODE,
    *WITHOUT_VALUES, *OVER, *LOGIN_PAGES,
]  # fmt: skip


@pytest.fixture(scope="module")
def running() -> Iterator[Replica]:
    with Replica(day=1) as replica, pytest.MonkeyPatch.context() as environment:
        environment.setenv("DVCQG_IGATE_CLIENT_ID", igate_api.CLIENT_ID)
        environment.setenv("DVCQG_IGATE_CLIENT_SECRET", igate_api.CLIENT_SECRET)
        yield replica


@pytest.fixture
def replica(running: Replica) -> Replica:
    """With a listing of three pages, and well."""
    make_well(running, SHARE)
    return running


@pytest.fixture(scope="module")
def first_day(running: Replica, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office that read the listing of day 1."""
    make_well(running, SHARE)
    office = office_in(tmp_path_factory.mktemp("igate") / "office", running)
    assert checked(office, 1).is_complete
    assert office.rows("SELECT (rows - 1) / :size + 1 FROM captures", size=PAGE_SIZE) == [(PAGES,)]
    office.engine.dispose()
    return office.folder


def office_in(folder: Path, replica: Replica) -> Office:
    return Office(folder, replica, more=igate_source(replica, PAGE_SIZE))


@pytest.fixture
def office(first_day: Path, replica: Replica, tmp_path: Path) -> Iterator[Office]:
    """The same office, a few days later."""
    opened = office_in(shutil.copytree(first_day, tmp_path / "office"), replica)
    yield opened
    opened.engine.dispose()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}-{case.options}")
def test_what_is_not_the_whole_list_closes_nothing(
    office: Office, replica: Replica, case: Case
) -> None:
    assert_closes_nothing(office, DAY, case)
    make_well(replica, SHARE)
    assert checked(office, DAY, hour=9).is_complete
    assert told(office, DAY) == between(igate_list(1, SHARE), igate_list(DAY, SHARE))
    assert_nobody_in(office.folder, given=given_folder(office))


@pytest.mark.parametrize("collapse", COLLAPSES)
def test_a_list_that_collapses_closes_nothing(
    office: Office, replica: Replica, collapse: str
) -> None:
    def take(faults: Sequence[FaultRule], hour: int) -> None:
        make_well(replica, SHARE, *faults)
        checked(office, DAY, hour)

    assert_collapse_closes_nothing(office, DAY, take, collapse)
    assert told(office, DAY) == between(igate_list(1, SHARE), igate_list(DAY, SHARE))


@pytest.mark.parametrize("page", [FIRST, MIDDLE, LAST])
def test_a_token_that_runs_out_once_is_no_trouble(
    office: Office, replica: Replica, page: int
) -> None:
    replica.fault("token_expired", page=page)
    assert checked(office, DAY).is_complete
    assert told(office, DAY) == between(igate_list(1, SHARE), igate_list(DAY, SHARE))


def test_the_check_of_a_cut_list_exits_3_and_says_why(office: Office, replica: Replica) -> None:
    replica.fault("page_cut", page=MIDDLE)
    assert said(office, "check", "--only", "dossiers", day=DAY) == 3
    text = (office.folder / "said.txt").read_text(encoding="utf-8")
    assert "1 of 1 readings were not accepted" in text
    assert "Nguồn trả lời không dùng được" in text
