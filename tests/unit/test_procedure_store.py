"""What the store keeps and tells of the list and its details, and which lists it refuses."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from scrapers.errors import Unreachable
from scrapers.procedures import DETAIL, FORMALITIES, LIST
from sync.procedures import ALWAYS_ALLOWED_GONE
from sync.rules.procedures import STRANGE_LEAST
from tests.fixtures.procedure_answers import detail, procedure_id
from tests.unit.procedure_office import Office

pytestmark = pytest.mark.both_databases


@pytest.fixture
def office(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(engine, monkeypatch)


def listed_versions(office: Office) -> list[int]:
    """How many versions of the list are open, and how many are closed."""
    (row,) = office.rows(
        "SELECT COUNT(*) - COUNT(closed_by) AS open, COUNT(closed_by) AS closed"
        " FROM listed_versions"
    )
    return [row["open"], row["closed"]]


# --- which lists are believed


@pytest.mark.parametrize(
    ("count", "total", "said"),
    [
        (8, 10, "danh mục chỉ trả về 8/10 thủ tục"),
        (10, 8, "danh mục chỉ trả về 10/8 thủ tục"),
        (0, 10, "danh mục trống"),
        (0, 0, "danh mục trống"),
    ],
)
def test_a_list_of_another_length_is_refused_and_nothing_is_gone(
    office: Office, count: int, total: int, said: str
) -> None:
    office.hold(*range(1, 11))
    office.check(19)
    office.portal.unlisted = {procedure_id(number) for number in range(count + 1, 11)}
    office.portal.total = total
    office.check(20)
    assert office.captures("catalogue")[1:] == [("refused", count, total)]
    assert office.told(20) == ["source_refused"]
    assert f"Danh mục thủ tục: Số liệu không được nhận: {said}." in office.messages(20)[0]
    assert listed_versions(office) == [10, 0]
    assert office.read_numbers() == list(range(10, 0, -1)), "the last list that was believed"


def test_a_first_list_that_is_short_is_refused_and_no_detail_is_read(office: Office) -> None:
    office.hold(1, 2)
    office.portal.total = 3
    office.check(20)
    assert office.captures("catalogue") == [("refused", 2, 3)]
    assert {path for path, _body in office.portal.asked} == {LIST}
    assert office.captures("decisions") == []


@pytest.mark.parametrize(
    ("before", "lost", "status"),
    [
        (100, ALWAYS_ALLOWED_GONE, "accepted"),
        (100, ALWAYS_ALLOWED_GONE + 1, "refused"),
        (1200, 60, "accepted"),
        (1200, 61, "refused"),
    ],
)
def test_a_list_that_lost_too_many_at_once_is_refused(
    office: Office, before: int, lost: int, status: str
) -> None:
    office.procedures = {"detail_minutes": 0}
    office.hold(*range(before))
    office.check(19)
    office.lose(*range(lost))
    office.check(20)
    assert office.captures("catalogue")[1][0] == status
    was_believed = status == "accepted"
    gone = office.rows("SELECT id FROM procedures WHERE gone_at IS NOT NULL")
    assert len(gone) == (lost if was_believed else 0)
    assert office.told(20) == (["procedure_gone"] * lost if was_believed else ["source_refused"])


def test_of_a_list_that_collapsed_no_state_is_asked_for(office: Office) -> None:
    office.procedures = {"detail_minutes": 0}
    office.hold(*range(200))
    office.check(19)
    office.lose(*range(150))
    office.check(20)
    assert office.portal.asked_for(FORMALITIES) == []


# --- gone, new, back


def test_one_that_is_gone_is_told_with_its_state(office: Office) -> None:
    office.hold(1, 2, 3)
    office.check(19)
    office.lose(2)
    office.portal.states = {procedure_id(2): ("1.000002", "INACTIVE")}
    office.check(20)
    assert office.portal.asked_for(FORMALITIES) == ["1.000002"]
    (change,) = office.changes(20)
    assert change["message"] == (
        "Thủ tục 1.000002 “Cấp giấy mẫu số 2” (Bộ Mẫu) không còn trong danh mục công khai; Cổng "
        "ghi trạng thái INACTIVE."
    )
    assert (change["before_value"], change["after_value"]) == ("100/QĐ-BM", "INACTIVE")
    (row,) = office.rows("SELECT * FROM procedures WHERE code = '1.000002'")
    assert (row["last_seen_at"], row["gone_at"]) == ("2026-11-19T00:00:00Z", "2026-11-20T00:00:00Z")
    assert row["decision_number"] == "100/QĐ-BM"
    office.check(21)
    assert office.told(21) == []
    assert office.portal.asked_for(FORMALITIES) == []
    assert procedure_id(2) not in office.portal.asked_for(DETAIL)


def test_that_it_is_gone_is_told_though_its_state_is_not(office: Office) -> None:
    office.hold(1, 2, 3)
    office.check(19)
    office.lose(1, 2)
    office.portal.troubles = {FORMALITIES: Unreachable("no answer")}
    office.check(20)
    assert office.told(20) == ["procedure_gone", "procedure_gone"]
    assert all(message.endswith("công khai.") for message in office.messages(20))


def test_one_that_was_never_read_is_told_by_its_line_in_the_list(office: Office) -> None:
    office.procedures = {"detail_minutes": 0}
    office.hold(1, 2)
    office.check(19)
    office.lose(1)
    office.check(20)
    (change,) = office.changes(20)
    assert "1.000001 “Cấp giấy mẫu số 1” (Bộ Mẫu)" in change["message"]
    assert (change["unit_code"], change["unit_name"]) == (None, "Bộ Mẫu")


def test_a_first_check_tells_nothing_however_long_it_takes(office: Office) -> None:
    office.procedures, office.seconds = {"detail_minutes": 0.5}, 10.0
    office.hold(*range(1, 8))
    for day in (18, 19, 20):
        office.check(day)
        assert office.told(day) == []


def test_a_new_one_is_told_on_the_day_its_detail_is_read(office: Office) -> None:
    office.hold(1)
    office.check(18)
    office.hold(2)
    office.portal.troubles = {procedure_id(2): 400}
    office.check(19)
    assert office.told(19) == ["source_failed"]
    office.portal.troubles = {}
    office.check(20)
    office.check(21)
    assert (office.told(20), office.told(21)) == (["procedure_new"], [])


def test_one_that_comes_back_is_told_once(office: Office) -> None:
    office.hold(1, 2)
    office.check(17)
    office.lose(2)
    office.check(18)
    office.hold(2)
    office.check(19)
    office.check(20)
    assert [office.told(day) for day in (18, 19, 20)] == [["procedure_gone"], ["procedure_new"], []]
    assert office.messages(19)[0].startswith("Thủ tục trở lại danh mục công khai: 1.000002 ")
    (row,) = office.rows("SELECT * FROM procedures WHERE code = '1.000002'")
    assert (row["first_seen_at"][:10], row["last_seen_at"][:10]) == ("2026-11-17", "2026-11-20")
    assert row["gone_at"] is None


def test_two_ids_of_one_code_are_two_procedures(office: Office) -> None:
    office.hold(1)
    office.check(19)
    office.hold(2, code=" 1.000001")
    office.check(20)
    assert office.told(20) == ["procedure_new"]
    rows = office.rows("SELECT id FROM procedures WHERE code = '1.000001' ORDER BY id")
    assert [row["id"] for row in rows] == [procedure_id(1), procedure_id(2)]


# --- content


def test_what_the_portal_moves_about_is_no_change(office: Office) -> None:
    office.hold(1)
    office.check(19)
    again = detail(1)
    again["cases"] *= 3
    again["legalBasisesDetails"].reverse()
    again["name"] += " "
    office.portal.put(again)
    office.check(20)
    assert office.captures("details")[1:] == [("unchanged", 1, 1)]
    assert office.told(20) == []


def test_an_answer_of_another_format_is_named_and_closes_nothing(office: Office) -> None:
    office.hold(1, 2)
    office.check(19)
    del office.portal.details[procedure_id(1)]["cases"]
    office.check(20)
    (row,) = office.rows("SELECT reason FROM captures WHERE scope = 'missing'")
    assert "the field data.cases is missing" in row["reason"]
    (row,) = office.rows("SELECT online_level FROM procedures WHERE code = '1.000001'")
    assert row["online_level"] == "partial"


def test_where_the_portal_changed_its_answers_one_change_says_so(office: Office) -> None:
    office.procedures = {"watch": {"agencies": ["G99"]}}
    office.batch(STRANGE_LEAST)
    office.hold(*range(2 * STRANGE_LEAST))
    office.check(19)
    office.hold(*range(2 * STRANGE_LEAST), keywords="khác")
    office.check(20)
    (change, *others) = office.changes(20)
    assert (change["dataset"], change["kind"]) == ("system", "recomputed")
    assert change["message"].startswith(
        "Cổng thay đổi cách cung cấp dữ liệu thủ tục: 20/20 thủ tục vừa đọc khác lần trước"
    )
    assert [one["kind"] for one in others] == ["procedure_amended"] * 2 * STRANGE_LEAST
    assert {(one["severity"], one["listed"]) for one in others} == {("info", 0)}


def test_the_view_of_procedures(office: Office) -> None:
    office.hold(1)
    office.check(19)
    office.hold(2)
    office.portal.troubles = {procedure_id(2): 400}
    office.check(20)
    unread, whole = office.rows("SELECT * FROM procedures ORDER BY code DESC")
    assert whole == {
        "id": procedure_id(1),
        "code": "1.000001",
        "name": "Cấp giấy mẫu số 1",
        "agency_code": "G99",
        "agency_name": "Bộ Mẫu",
        "field": "Lĩnh vực mẫu",
        "state": "ACTIVE",
        "online_level": "partial",
        "decision_id": "decision-a",
        "decision_number": "100/QĐ-BM",
        "decision_date": "2026-11-02",
        "published_at": "2026-11-05T02:00:00Z",
        "pending_decision": 0,
        "updated_at": "2026-11-05T02:00:00Z",
        "first_seen_at": "2026-11-19T00:00:00Z",
        "last_seen_at": "2026-11-20T00:00:00Z",
        "gone_at": None,
        "type": "STANDARD",
        "levels": "province",
        "processing_times": "Trực tiếp: 5 ngày làm việc; Trực tuyến: 3,5 ngày",
        "fees": "Lệ phí: 20000; Lệ phí: Miễn phí cho trẻ em",
        "is_test": 0,
        "read_at": "2026-11-20T00:00:00Z",
    }
    known = {"id", "code", "name", "agency_name", "field", "state", "type", "first_seen_at"}
    assert {key for key, value in unread.items() if value is not None} == known | {"last_seen_at"}
