"""What counts as another content of a procedure, part by part, and what does not."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.errors import FormatChanged
from scrapers.procedure_content import (
    MAY_BE_ABSENT,
    MEMBERS,
    PARTS,
    TEXTS,
    canonical,
    check_members,
    content_parts,
)
from tests.fixtures.procedure_answers import (
    Json,
    case,
    component,
    detail,
    fee,
    method,
    milliseconds,
    named,
    proposal,
)

Path = tuple[str | int, ...]

NO_CONTENT = {
    "id",
    "codeNotation",
    "decisionNo",
    "state",
    "createdAt",
    "updatedAt",
    "procedureProposal",
    "departmentPromulgateId",
    "category",
    "categoryIds",
    "serviceGroupIds",
    "legalBasisIds",
    "resultIds",
    "subjectTypeIds",
    *(
        f"{kind}{group}Ids"
        for kind in ("department", "unitGroup")
        for group in ("Executing", "Authority", "Authorized", "Coordinating")
    ),
}
"""The members that are not compared: the decision, the state, the dates, and ids told elsewhere."""
ROW_NUMBERS = {"id", "profileComponentId", "bucketName", "filePath"}
ARRAYS = sorted(member for member in MEMBERS if isinstance(detail()[member], list))
OTHER = "khác hẳn"
WORDS = st.text("aăâđêôơưÁỆỔữ ợÝñ\n019-", max_size=12)
SIZES = st.integers(0, 3)


@st.composite
def details(draw: st.DrawFn) -> Json:
    """A procedure with arrays of any size, in whose arrays no row stands twice."""
    word = draw(WORDS)
    sizes = {member: draw(SIZES) for member in ARRAYS}
    rows: Json = {
        member: [named(f"{member} {word}", number) for number in range(sizes[member])]
        for member in ARRAYS
    }
    methods = [
        method(
            draw(st.sampled_from(["DIRECT", "ONLINE", "POSTAL"])),
            draw(st.sampled_from([None, 5, 18.0, 2.5, "18", "theo quy định", ""])),
            "DAY",
            *(fee(draw(st.sampled_from([None, 0, 8000])), f"phí {place}.{number} {word}")
              for number in range(draw(SIZES))),
        )
        | {"description": f"cách {place} {word}"}
        for place in range(sizes["executionMethods"])
    ]  # fmt: skip
    cases = [case(number, f"case-{number}") for number in range(sizes["cases"])]
    papers = [component(number) for number in range(sizes["profileComponents"])]
    return detail(
        **rows
        | {
            "name": f"Cấp {word}",
            "requirementsAndConditions": word,
            "isFullProcess": draw(st.booleans()),
            "isUndetermined": draw(st.none() | st.booleans()),
            "executionMethods": methods,
            "cases": cases,
            "executionCases": [{"name": word, "profileComponents": papers}],
            "returningMethods": [{"type": "ONLINE", "value": ["AT_HOME", "ONLINE", word + "!"]}],
            "formalityTargetType": [f"{word} {number}" for number in range(3)],
        }
    )


def noisy(value: Any, dice: random.Random) -> Any:
    """The same content as the portal might send it the next day."""
    if isinstance(value, dict):
        members = [(name, noisy(one, dice)) for name, one in value.items()]
        return dict(dice.sample(members, len(members)))
    if isinstance(value, list):
        places = [*value, *dice.choices(value, k=dice.randint(0, 2))] if value else []
        again = [noisy(one, dice) for one in [*places, *[None] * dice.randint(0, 1)]]
        return dice.sample(again, len(again))
    if isinstance(value, str):
        spelt = unicodedata.normalize(dice.choice(["NFC", "NFD"]), value)
        blanks = dice.choice([" ", "  ", "\n", "\u00a0"])
        return dice.choice(["", " ", "\n"]) + spelt.replace(" ", blanks) + dice.choice(["", "\t"])
    if isinstance(value, int) and not isinstance(value, bool):
        return dice.choice([value, float(value)])
    return value


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of the values that are neither objects nor arrays, null places left out."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, (*path, name))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from leaves(one, (*path, place))
    else:
        yield path


def arrays(value: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of all arrays."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from arrays(one, (*path, name))
    elif isinstance(value, list):
        yield path
        for place, one in enumerate(value):
            yield from arrays(one, (*path, place))


def at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def altered(value: Any) -> Any:
    """Another value of the same type; null becomes a text."""
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int | float) else f"{value or ''} {OTHER}"


def parts_of(path: Path) -> set[str]:
    """The parts to which the value at a path of the answer belongs."""
    member, *below = path
    names = [step for step in below if isinstance(step, str)]
    if names and names[-1] in ROW_NUMBERS and names[-2:] != ["attachments", "id"]:
        return set()
    if member != "executionMethods":
        return {part for part, members in PARTS.items() if member in members}
    if "fees" in names:
        return {"fees"}
    return {"methods", "fees"} if names in ([], ["submissionMethod"]) else {"methods"}


def moved(before: Json, after: Json) -> set[str]:
    """The parts whose hash differs."""
    old, new = content_parts(before), content_parts(after)
    return {part for part in PARTS if old[part] != new[part]}


@given(details(), st.integers(0, 2**32))
def test_order_repetition_spelling_and_kind_of_number_move_nothing(one: Json, seed: int) -> None:
    again = {member: noisy(one[member], random.Random(seed)) for member in one}
    assert moved(one, again) == set()


@given(details(), st.data())
def test_another_value_moves_its_own_parts_and_no_other(one: Json, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(leaves(one), key=repr)))
    other = deepcopy(one)
    at(other, path[:-1])[path[-1]] = altered(at(one, path))
    assert moved(one, other) == (parts_of(path) if path[0] in MEMBERS else set())


def test_every_value_of_a_whole_answer_moves_its_own_parts_and_no_other() -> None:
    one = detail()
    for path in leaves(one):
        other = deepcopy(one)
        at(other, path[:-1])[path[-1]] = altered(at(one, path))
        assert moved(one, other) == (parts_of(path) if path[0] in MEMBERS else set()), path


@given(details(), st.data())
def test_a_row_that_comes_or_goes_moves_its_own_parts_and_no_other(
    one: Json, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from([path for path in arrays(one) if path[0] in MEMBERS]))
    longer = deepcopy(one)
    at(longer, path).append({"submissionMethod": OTHER, "name": OTHER})
    assert moved(one, longer) == moved(longer, one) == parts_of(path)
    rows = at(one, path)
    if rows:
        shorter = deepcopy(one)
        at(shorter, path).pop()
        # A way that goes leaves the fees alone when the same way with the same fees stays.
        assert parts_of(path) - {"fees"} <= moved(one, shorter) <= parts_of(path)


def test_the_compared_and_the_uncompared_members_are_all_there_are() -> None:
    assert set(detail()) == MEMBERS | NO_CONTENT
    assert not MEMBERS & NO_CONTENT


@pytest.mark.parametrize("member", sorted(NO_CONTENT))
def test_a_member_that_is_no_content_moves_nothing(member: str) -> None:
    for value in (None, "", OTHER, [], [OTHER], 17, {"id": OTHER}):
        assert moved(detail(), detail(**{member: value})) == set()


def test_decision_state_dates_and_members_nobody_knows_move_nothing() -> None:
    later = detail(
        procedureProposal=proposal("b", "7/QĐ-KHÁC", "2026-11-19", None),
        state="UPDATED",
        createdAt=milliseconds("2026-11-19"),
        updatedAt=milliseconds("2026-11-20"),
    )
    assert moved(detail(), later | {"effectiveDate": 1, "khác": [OTHER]}) == set()


def test_a_service_again_under_another_id_moves_nothing() -> None:
    again = detail(cases=[case(1, "case-9"), case(1, "case-1"), case(1, "case-7")])
    assert moved(detail(), again) == set()


def test_another_form_of_the_same_name_is_other_content_and_another_shelf_is_not() -> None:
    where: Path = ("executionCases", 0, "profileComponents", 0, "attachments", 0)
    replaced, moved_away = detail(), detail()
    at(replaced, where)["id"] = "file-9"
    at(moved_away, where).update(bucketName="kho", filePath="kho/mau-1.docx")
    assert moved(detail(), replaced) == {"dossier"}
    assert moved(detail(), moved_away) == set()


@pytest.mark.parametrize("member", sorted(MEMBERS))
def test_null_is_neither_an_empty_text_nor_an_empty_array(member: str) -> None:
    empty: Any = "" if member in TEXTS else [] if member in ARRAYS else False
    bare: Json = {"executionMethods": []} if member == "fees" else {}
    nothing = moved(detail(**bare | {member: None}), detail(**bare | {member: empty}))
    assert nothing == (parts_of((member,)) - ({"fees"} if member == "executionMethods" else set()))


def test_the_canonical_form_word_for_word() -> None:
    value = {
        "z": [None, "b", "a", "b"],
        "id": "row-7",
        "a": {"số": 18.0, "x": 2.50, "filePath": "p"},
        "k": [[], "", [None], True],
        "n": None,
        "t": " Ca\u0302\u0301p\n\u00a0 lại ",
    }
    assert canonical(value) == (
        '{"a":{"s\\u1ed1":18,"x":2.5},"k":["",[],true],"n":null,"t":"Cấp lại","z":["a","b"]}'
    )
    assert (
        canonical({"attachments": [{"id": "f", "filePath": "p"}]}) == '{"attachments":[{"id":"f"}]}'
    )


@pytest.mark.parametrize("values", [(18, "18"), (0, None, False, ""), (1, True), ("", " x")])
def test_values_of_other_kinds_are_other_values(values: tuple[Any, ...]) -> None:
    assert len({canonical(value) for value in values}) == len(values)


def test_the_hashes_stay_as_they_stand_in_peoples_stores() -> None:
    parts = content_parts(detail())
    assert list(parts) == list(PARTS)
    assert (parts["name"], parts["fees"]) == (3127590371119320176, 8277418409262532797)


@given(details())
def test_a_hash_has_64_bits(one: Json) -> None:
    assert all(-(2**63) <= number < 2**63 for number in content_parts(one).values())


@pytest.mark.parametrize("member", sorted(MEMBERS - MAY_BE_ABSENT))
def test_a_missing_member_is_another_format(member: str) -> None:
    one = detail()
    del one[member]
    with pytest.raises(FormatChanged) as caught:
        check_members(one, "call")
    assert caught.value.path == f"data.{member}"


@pytest.mark.parametrize("member", sorted(MEMBERS))
@pytest.mark.parametrize("value", [0, "chữ", [], True, {}])
def test_a_retyped_member_is_another_format(member: str, value: Any) -> None:
    one = detail(**{member: value})
    if type(value) is type(detail()[member]):
        check_members(one, "call")
        return
    with pytest.raises(FormatChanged) as caught:
        check_members(one, "call")
    assert caught.value.path == f"data.{member}"


@pytest.mark.parametrize("member", sorted(MAY_BE_ABSENT))
def test_a_member_that_some_answers_lack_is_as_null(member: str) -> None:
    one = detail()
    del one[member]
    check_members(one, "call")
    assert moved(one, detail(**{member: None})) == set()
