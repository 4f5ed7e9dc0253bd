"""The admin site misbehaves at its first, middle or last page, in a real browser: nothing is gone.

The next whole reading is, for speed, the export that a person imports; the last test reads pages.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.flow.listings import (
    BROWSER_SOURCE,
    COLLAPSES,
    FULL,
    Case,
    assert_closes_nothing,
    assert_collapse_closes_nothing,
    between,
    checked,
    fault,
    given_folder,
    imported_here,
    make_well,
    repeated,
    save_login,
    site_list,
    told,
    write_profile,
)
from tests.flow.office import Office
from tests.flow.people import assert_nobody_in
from tests.lengths import IS_LONG
from tests.replica.faults import FaultRule
from tests.replica.server import Replica

SHARE = fault("keep_share", share=0.24)
FIRST, MIDDLE, LAST = 1, 2, 3
DAY = 5
"""What is read after day 1: a list with dossiers that came and others that left."""
CHANGES = between(site_list(1, SHARE), site_list(DAY, SHARE))

CUT = [
    Case("page_cut", {"page": page}, "refused", f"{25 * page} rows came", "báo tổng số 75")
    for page in (FIRST, MIDDLE)
]
SHORT = Case("page_short", {"page": LAST, "rows": 3}, "refused", "53 rows came", "báo tổng số 75")
REPEATED = repeated(MIDDLE, LAST)
SHIFTED = [
    Case("page_shifts", {"page": page, "replaced": replaced}, "refused", reason, "danh sách")
    for page, replaced, reason in ((FIRST, False, "not agree"), (MIDDLE, True, "read again"))
]
RENAMED = [
    Case(
        "column_renamed", {"page": FIRST}, "refused", "Ngày hẹn trả", "đổi định", "format_changed"
    ),
    Case("column_renamed", {"page": LAST, "old": "Trạng thái"}, "refused", "columns", "(trang 3)"),
    Case("column_renamed", {"old": "Trạng thái"}, "refused", "lost their state", "ghi trạng thái"),
]
OVER = [
    Case(
        kind,
        {"page": page},
        "failed",
        "the session is over",
        "đăng nhập lại: dvcqg login nguon",
        "source_failed",
    )
    for kind in ("session_expired", "login_200")
    for page in (FIRST, MIDDLE, LAST)
]


@pytest.fixture(scope="module")
def running() -> Iterator[Replica]:
    with Replica(day=1) as replica:
        yield replica


@pytest.fixture(scope="module")
def first_day(running: Replica, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office that read the pages of day 1."""
    make_well(running, FULL, SHARE)
    office = Office(tmp_path_factory.mktemp("site") / "office", running, more=BROWSER_SOURCE)
    write_profile(office)
    save_login(office)
    assert checked(office, 1).is_complete
    assert len(site_list(DAY, SHARE)) == 75
    office.engine.dispose()
    return office.folder


@pytest.fixture
def office(first_day: Path, running: Replica, tmp_path: Path) -> Iterator[Office]:
    """The same office, a few days later, logged in; the site is well and has three pages."""
    make_well(running, FULL, SHARE)
    folder = shutil.copytree(first_day, tmp_path / "office")
    opened = Office(folder, running, more=BROWSER_SOURCE)
    save_login(opened)
    yield opened
    opened.engine.dispose()


ALL = [*CUT, SHORT, *REPEATED, *SHIFTED, *RENAMED, *OVER]
"""iGate plays all of them in `make test` too; here each costs a start of Chromium."""


@pytest.mark.parametrize(
    "case",
    ALL if IS_LONG else [CUT[0], SHORT, REPEATED[0], SHIFTED[0], RENAMED[0], *OVER[::4]],
    ids=lambda case: f"{case.kind}-{case.options}",
)
def test_what_is_not_the_whole_list_closes_nothing(office: Office, case: Case) -> None:
    assert_closes_nothing(office, DAY, case)
    assert imported_here(office, DAY, [SHARE], hour=9).status == "accepted"
    assert told(office, DAY) == CHANGES
    assert_nobody_in(office.folder, given=given_folder(office))


@pytest.mark.parametrize("collapse", COLLAPSES)
def test_a_list_that_collapses_closes_nothing(
    office: Office, running: Replica, collapse: str
) -> None:
    def take(faults: Sequence[FaultRule], hour: int) -> None:
        make_well(running, FULL, SHARE, *faults)
        if faults:
            checked(office, DAY, hour)
        else:
            imported_here(office, DAY, [SHARE], hour)

    assert_collapse_closes_nothing(office, DAY, take, collapse)
    assert told(office, DAY) == CHANGES


@pytest.mark.long
def test_after_a_new_login_the_whole_list_brings_the_changes(
    office: Office, running: Replica
) -> None:
    running.fault("session_expired", page=MIDDLE)
    assert not checked(office, DAY).is_complete
    save_login(office)
    assert checked(office, DAY, hour=9).is_complete
    assert told(office, DAY) == CHANGES
