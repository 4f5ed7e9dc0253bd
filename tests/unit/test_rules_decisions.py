"""When a decision is new, when it is late, and when the portal only changed its answers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.changes import Change, Severity
from sync.rules.procedures import (
    MOST_CODES,
    STRANGE_LEAST,
    DecisionDifference,
    DecisionValues,
    ProcedureDifference,
    ProcedureValues,
    decision_changes,
    is_new_counting,
)
from sync.rules.watch import Watch
from tests.unit.test_rules_procedures import OWN, PUBLISHED, values, with_parts

OLD, NEW = values(code="1.000001"), values(code="1.000002")


def decision(**changes: Any) -> DecisionValues:
    standing: dict[str, Any] = {
        "number": "100/QĐ-UBND",
        "agency_code": "H99",
        "agency_name": "UBND tỉnh Mẫu",
        "decision_date": "2026-11-02",
        "published_at": PUBLISHED,
        "is_late": 0,
        "is_test": 0,
    }
    return DecisionValues(**standing | changes)


PENDING, PUBLIC = decision(published_at=None), decision()
LATE_PENDING, LATE = decision(published_at=None, is_late=1), decision(is_late=1)


def difference(
    before: DecisionValues | None, after: DecisionValues, **changes: Any
) -> DecisionDifference:
    standing: dict[str, Any] = {
        "is_fresh": True,
        "was_told_late": False,
        "working_days": 3,
        "limit": 5,
        "procedures": [(OLD, False), (NEW, True)],
    }
    return DecisionDifference("a", before, after, **standing | changes)


def told(
    before: DecisionValues | None, after: DecisionValues, watch: Watch = OWN, **changes: Any
) -> list[Change]:
    return list(decision_changes([difference(before, after, **changes)], watch))


def kinds(before: DecisionValues | None, after: DecisionValues, **changes: Any) -> list[str]:
    return [change.kind for change in told(before, after, **changes)]


@pytest.mark.parametrize(
    ("before", "after", "is_fresh", "expected"),
    [
        (None, PUBLIC, False, []),
        (None, PUBLIC, True, ["decision_new"]),
        (None, PENDING, True, []),
        (PENDING, PUBLIC, False, ["decision_new"]),
        (PENDING, PENDING, False, []),
        (PUBLIC, decision(number="100a/QĐ-UBND"), False, []),
        (PUBLIC, PENDING, False, []),
        (None, LATE, False, []),
        (None, LATE_PENDING, False, []),
        (None, LATE, True, ["decision_new", "published_late"]),
        (None, LATE_PENDING, True, ["published_late"]),
        (PENDING, LATE_PENDING, False, ["published_late"]),
        (PENDING, LATE, False, ["decision_new", "published_late"]),
        (LATE_PENDING, LATE, False, ["decision_new", "published_late"]),
        (LATE_PENDING, LATE_PENDING._replace(number="1"), False, []),
        (LATE, LATE._replace(number="1"), False, []),
        (PUBLIC, LATE._replace(decision_date="2026-10-02"), False, ["published_late"]),
    ],
)
def test_when_a_decision_is_told(
    before: DecisionValues | None, after: DecisionValues, is_fresh: bool, expected: list[str]
) -> None:
    assert kinds(before, after, is_fresh=is_fresh) == expected


def test_another_limit_does_not_make_old_decisions_late() -> None:
    assert kinds(PUBLIC, LATE, is_fresh=False) == []


@given(
    st.sampled_from([None, PENDING, PUBLIC, LATE_PENDING, LATE]),
    st.sampled_from([PENDING, PUBLIC, LATE_PENDING, LATE]),
    st.booleans(),
)
def test_late_is_told_once(
    before: DecisionValues | None, after: DecisionValues, is_fresh: bool
) -> None:
    again = kinds(before, after, is_fresh=is_fresh, was_told_late=True)
    assert "published_late" not in again


def test_what_is_said_of_a_new_decision() -> None:
    (change,) = told(PENDING, PUBLIC)
    assert change.message == (
        "Quyết định 100/QĐ-UBND ngày 02/11/2026 của UBND tỉnh Mẫu, công bố ngày 05/11/2026, sau 3 "
        "ngày làm việc: 1 thủ tục mới (1.000002); 1 thủ tục khác (1.000001)."
    )
    assert (change.subject, change.before, change.after) == ("a", None, "100/QĐ-UBND")
    assert (change.unit_code, change.unit_name) == ("H99", "UBND tỉnh Mẫu")
    assert (change.severity, change.is_listed) == (Severity.warning, True)


def test_what_is_said_where_little_is_known() -> None:
    bare = decision(number=None, decision_date=None, agency_name=None)
    (change,) = told(None, bare, working_days=None, procedures=[])
    assert change.message == (
        "Quyết định không số của cơ quan chưa rõ, công bố ngày 05/11/2026: chưa rõ thủ tục."
    )
    assert (change.severity, change.is_listed) == (Severity.info, False)


@pytest.mark.parametrize(
    ("after", "days", "said"),
    [
        (LATE, 6, "công bố sau 6 ngày làm việc"),
        (LATE_PENDING, 6, "chưa công bố sau 6 ngày làm việc"),
        (LATE, None, "công bố"),
        (LATE_PENDING, None, "chưa công bố"),
    ],
)
def test_what_is_said_of_a_late_decision(
    after: DecisionValues, days: int | None, said: str
) -> None:
    change = told(PENDING, after, working_days=days)[-1]
    assert change.message == (
        f"Quyết định 100/QĐ-UBND ngày 02/11/2026 của UBND tỉnh Mẫu {said}, quá thời hạn 5 ngày "
        "(ảnh hưởng chỉ số 1.1, 1.2 của 2 thủ tục: 1.000001, 1.000002)."
    )
    assert (change.kind, change.subject) == ("published_late", "a")
    assert (change.before, change.after) == ("5", None if days is None else "6")


def test_a_decision_dated_after_its_publication_took_no_days() -> None:
    (change,) = told(PENDING, decision(decision_date="2026-11-09"), working_days=-2)
    assert ", công bố ngày 05/11/2026: 1 thủ tục mới" in change.message


@pytest.mark.parametrize("count", [MOST_CODES, MOST_CODES + 1])
def test_of_many_procedures_the_first_are_named(count: int) -> None:
    many = [(values(code=f"1.{number:06}"), True) for number in reversed(range(count))]
    (change,) = told(PENDING, PUBLIC, procedures=many)
    named = ", ".join(f"1.{number:06}" for number in range(MOST_CODES))
    more = "" if count == MOST_CODES else ", …"
    assert change.message.endswith(f": {count} thủ tục mới ({named}{more}).")


@pytest.mark.parametrize(
    ("procedures", "severity", "is_listed"),
    [
        ([(OLD, False)], Severity.warning, True),
        (
            [(OLD._replace(agency_code="G12", name="Cấp đất"), False), (NEW, True)],
            Severity.warning,
            True,
        ),
        ([(OLD._replace(agency_code="G12", name="Cấp đất"), False)], Severity.info, False),
        ([(OLD._replace(is_test=1), False)], Severity.info, False),
        (
            [
                (OLD._replace(is_test=1), False),
                (NEW._replace(agency_code="G12", name="Cấp đất"), True),
            ],
            Severity.info,
            False,
        ),
    ],
    ids=["own", "one of them own", "none", "a test", "a test beside one that is not watched"],
)
def test_a_decision_matters_by_its_procedures(
    procedures: list[tuple[ProcedureValues, bool]], severity: Severity, is_listed: bool
) -> None:
    watch = Watch(OWN.own, words=("giấy",))
    (change,) = told(PENDING, PUBLIC, watch=watch, procedures=procedures)
    assert (change.severity, change.is_listed) == (severity, is_listed)


# --- the portal changed its answers


def strange(count: int) -> list[ProcedureDifference]:
    return [ProcedureDifference(values(), with_parts("steps"), False)] * count


@pytest.mark.parametrize(
    ("count", "read", "is_new"),
    [
        (STRANGE_LEAST, STRANGE_LEAST, True),
        (STRANGE_LEAST - 1, STRANGE_LEAST - 1, False),
        (100, 200, False),
        (101, 200, True),
    ],
)
def test_many_contents_that_differ_unannounced_are_a_new_counting(
    count: int, read: int, is_new: bool
) -> None:
    assert is_new_counting(strange(count), read) is is_new


@pytest.mark.parametrize(
    "one",
    [
        ProcedureDifference(values(), with_parts("steps", updated_at=PUBLISHED + 1), False),
        ProcedureDifference(values(), with_parts("steps"), True),
        ProcedureDifference(None, values(), False),
        ProcedureDifference(values(), values(decision_id="b", state="UPDATED"), False),
    ],
    ids=["the portal says so", "new", "first reading", "another decision"],
)
def test_what_differs_for_a_reason_is_no_new_counting(one: ProcedureDifference) -> None:
    assert not is_new_counting([one] * 200, 200)
    assert not is_new_counting([*strange(100), *[one] * 100], 200)
