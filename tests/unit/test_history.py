"""The history engine against a plain dictionary: what it says, what it keeps, what it can undo."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, Engine, text

from models.dialect import Dialect
from sync import history, staging, words
from sync.canonical import row_hash
from sync.history import DOSSIERS, FIGURES, UNITS, Delta, Difference, Ledger, Values
from sync.store import writing

pytestmark = pytest.mark.both_databases

State = dict[Values, Values]
CAPTURES = 60
FEW = settings(
    max_examples=30,
    stateful_step_count=10,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],  # a failure is small already; shrinking takes minutes
)
MAYBE = st.sampled_from([None, 0, 1])
WORDS = st.sampled_from([None, "", "0", "Sở Tư pháp", "sở tư pháp"])
NULL = st.none()
KEYS: dict[str, st.SearchStrategy[Values]] = {
    "unit_versions": st.tuples(st.integers(1, 4)),
    "figure_versions": st.tuples(st.integers(1, 3), st.integers(1, 2)),
    "dossier_versions": st.tuples(st.sampled_from(["000.A-1", "000.a-1", "Đ/2"])),
}
VALUES: dict[str, st.SearchStrategy[Values]] = {
    "unit_versions": st.tuples(WORDS.filter(bool), st.just("commune"), WORDS, NULL),
    "figure_versions": st.tuples(MAYBE, MAYBE, NULL, NULL, st.sampled_from([None, 0, 2**60]), NULL),
    "dossier_versions": st.tuples(
        *[WORDS, WORDS, WORDS, NULL, NULL, NULL, WORDS, NULL, MAYBE],
        *[st.just(0), NULL, NULL, st.just(1), NULL],
    ),
}


def prepare(connection: Connection) -> None:
    """The rows that versions refer to."""
    connection.execute(
        text("INSERT INTO scopes (id, dataset, source, name) VALUES (:id, 'index', 'p', :id)"),
        [{"id": number} for number in (1, 2)],
    )
    connection.execute(
        text(
            "INSERT INTO capture_log "
            "(id, scope_id, started_at, completed_at, day, status, requests) "
            "VALUES (:id, 1, '', '', '', 'accepted', 0)"
        ),
        [{"id": number} for number in range(1, CAPTURES + 1)],
    )
    connection.execute(
        text("INSERT INTO unit_codes (id, code) VALUES (:id, :id)"),
        [{"id": number} for number in range(1, 5)],
    )
    connection.execute(
        text("INSERT INTO indicators (id, code, level, name) VALUES (:id, :id, 'metric', '')"),
        [{"id": number} for number in range(1, 3)],
    )


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A write transaction with all that versions refer to; nothing of it stays."""
    with engine.connect().execution_options(writes=True) as opened:
        prepare(opened)
        yield opened
        opened.rollback()


def rows(state: State) -> Iterator[Values]:
    return ((*key, *values) for key, values in state.items())


def merge(
    connection: Connection, ledger: Ledger, scope: int, capture: int, state: State
) -> tuple[Delta, list[Difference]]:
    assert history.stage(connection, ledger, rows(state)) == len(state)
    delta = history.compare(connection, ledger, scope, staged=len(state))
    history.apply(connection, ledger, scope, capture)
    return delta, list(history.differences(connection, ledger, scope, capture))


def versions(connection: Connection, ledger: Ledger, scope: int) -> list[tuple[Any, ...]]:
    """All versions of a scope, whole rows."""
    query = text(f"SELECT * FROM {ledger.name} WHERE scope_id = :scope ORDER BY 1, 2, 3, 4")
    return [tuple(row) for row in connection.execute(query, {"scope": scope})]


def as_of(connection: Connection, ledger: Ledger, scope: int, capture: int | None = None) -> State:
    """What a scope looked like after a capture, or what is open now."""
    names = ", ".join(
        f'(SELECT text FROM texts WHERE id = "{name}")' if name in ledger.interned else f'"{name}"'
        for name in (*ledger.key, *ledger.values)
    )
    then = "opened_by <= :capture AND (closed_by IS NULL OR closed_by > :capture)"
    found = connection.execute(
        text(
            f"SELECT {names}, hash FROM {ledger.name} WHERE scope_id = :scope AND "
            f"{'closed_by IS NULL' if capture is None else then}"
        ),
        {"scope": scope, "capture": capture},
    ).all()
    width = len(ledger.key)
    state: State = {tuple(row[:width]): tuple(row[width:-1]) for row in found}
    assert [row_hash(values) for values in state.values()] == [row.hash for row in found]
    return state


def expected(before: State, after: State) -> list[Difference]:
    return [
        Difference(key, before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


class Captures(RuleBasedStateMachine):
    """Two scopes of one ledger, captured and undone at random, beside plain dictionaries."""

    def __init__(self, connection: Connection, ledger: Ledger) -> None:
        super().__init__()
        self.connection = connection
        connection.rollback()
        prepare(connection)
        self.ledger = ledger
        self.capture = 0
        self.past: dict[int, list[tuple[int, State]]] = {1: [(0, {})], 2: [(0, {})]}
        self.rows_before: dict[int, list[list[tuple[Any, ...]]]] = {1: [], 2: []}
        self.records = st.dictionaries(KEYS[ledger.name], VALUES[ledger.name], max_size=5)

    def versions(self, scope: int) -> list[tuple[Any, ...]]:
        return versions(self.connection, self.ledger, scope)

    @precondition(lambda self: self.capture < CAPTURES)
    @rule(data=st.data(), scope=st.sampled_from([1, 2]), again=st.booleans())
    def take(self, data: st.DataObject, scope: int, again: bool) -> None:
        self.capture += 1
        before = self.past[scope][-1][1]
        after = dict(before) if again else {}
        after |= data.draw(self.records)
        mine, others = self.versions(scope), self.versions(3 - scope)
        delta, found = merge(self.connection, self.ledger, scope, self.capture, after)
        assert found == expected(before, after)
        assert delta == Delta(
            before=len(before),
            staged=len(after),
            added=len(after.keys() - before.keys()),
            changed=sum(before[key] != after[key] for key in before.keys() & after.keys()),
            gone=len(before.keys() - after.keys()),
        )
        assert delta.is_empty == (before == after)
        assert len(self.versions(scope)) == len(mine) + delta.added + delta.changed
        if delta.is_empty:
            assert self.versions(scope) == mine
        assert self.versions(3 - scope) == others
        self.past[scope].append((self.capture, after))
        self.rows_before[scope].append(mine)

    @rule(scope=st.sampled_from([1, 2]))
    def undo(self, scope: int) -> None:
        if self.rows_before[scope]:
            others = self.versions(3 - scope)
            capture, _ = self.past[scope].pop()
            history.undo(self.connection, self.ledger, scope, capture)
            assert self.versions(scope) == self.rows_before[scope].pop()
            assert self.versions(3 - scope) == others

    @invariant()
    def every_capture_can_be_seen_again(self) -> None:
        for scope, past in self.past.items():
            assert as_of(self.connection, self.ledger, scope) == past[-1][1]
            for capture, state in past:
                assert as_of(self.connection, self.ledger, scope, capture) == state


@pytest.mark.parametrize("ledger", [UNITS, FIGURES, DOSSIERS], ids=lambda one: str(one.name))
def test_any_sequence_of_captures_and_undoings_agrees_with_dictionaries(
    connection: Connection, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_BATCH", 6)
    monkeypatch.setattr(words, "_MOST_WORDS", 2)
    monkeypatch.setattr(staging, "_AT_ONCE", (3, 2))

    class Here(Captures):
        def __init__(self) -> None:
            super().__init__(connection, ledger)

    run_state_machine_as_test(Here, settings=FEW)


UNIT = ("Sở Tư pháp", "department", "H01", None)
NO_FIGURE = (None, None, None, None, None, None)
ZERO = (0, None, None, None, None, None)


def test_null_is_not_zero_and_absent_is_not_null(connection: Connection) -> None:
    states: list[State] = [{}, {(1, 1): NO_FIGURE}, {(1, 1): ZERO}, {(1, 1): NO_FIGURE}, {}]
    numbered = enumerate(states, start=1)
    told = [merge(connection, FIGURES, 1, number, state)[1] for number, state in numbered]
    assert told == [
        [],
        [Difference((1, 1), None, NO_FIGURE)],
        [Difference((1, 1), NO_FIGURE, ZERO)],
        [Difference((1, 1), ZERO, NO_FIGURE)],
        [Difference((1, 1), NO_FIGURE, None)],
    ]


def test_comparing_writes_nothing_so_that_the_guard_may_still_refuse(
    connection: Connection,
) -> None:
    merge(connection, UNITS, 1, 1, {(1,): UNIT})
    before = versions(connection, UNITS, 1)
    history.stage(connection, UNITS, rows({(2,): UNIT}))
    assert history.compare(connection, UNITS, 1, staged=1) == Delta(
        1, 1, added=1, changed=0, gone=1
    )
    assert versions(connection, UNITS, 1) == before


def test_comparing_again_says_the_same(connection: Connection) -> None:
    merge(connection, UNITS, 1, 1, {(1,): UNIT, (2,): UNIT})
    history.stage(connection, UNITS, rows({(2,): (*UNIT[:3], "x"), (3,): UNIT}))
    once = history.compare(connection, UNITS, 1, staged=2)
    assert once == Delta(2, 2, added=1, changed=1, gone=1)
    assert history.compare(connection, UNITS, 1, staged=2) == once
    assert history.compare(connection, UNITS, 2, staged=2) == Delta(
        0, 2, added=2, changed=0, gone=0
    )


def test_what_is_absent_from_a_partial_set_is_not_gone(connection: Connection) -> None:
    other = (*UNIT[:3], "x")
    merge(connection, UNITS, 1, 1, {(1,): UNIT, (2,): UNIT})
    history.stage(connection, UNITS, rows({(2,): other, (3,): UNIT}))
    delta = history.compare(connection, UNITS, 1, staged=2, is_partial=True)
    assert delta == Delta(2, 2, added=1, changed=1, gone=0)
    history.apply(connection, UNITS, 1, 2)
    assert list(history.differences(connection, UNITS, 1, 2)) == [
        Difference((2,), UNIT, other),
        Difference((3,), None, UNIT),
    ]
    assert as_of(connection, UNITS, 1) == {(1,): UNIT, (2,): other, (3,): UNIT}


def test_a_record_that_comes_again_unchanged_is_taken_once(connection: Connection) -> None:
    assert history.stage(connection, UNITS, [(1, *UNIT), (2, *UNIT), (1, *UNIT)]) == 2
    assert history.compare(connection, UNITS, 1, staged=2).added == 2
    history.apply(connection, UNITS, 1, 1)
    assert as_of(connection, UNITS, 1) == {(1,): UNIT, (2,): UNIT}


def test_a_record_that_comes_again_with_other_values_is_refused(connection: Connection) -> None:
    twice = [(1, 2, *ZERO), (1, 1, *ZERO), (1, 2, *NO_FIGURE)]
    with pytest.raises(history.DuplicateKey, match=r"figure_versions has the key \(1, 2\) twice"):
        history.stage(connection, FIGURES, twice)


def test_of_a_dossier_that_comes_again_the_first_stands(connection: Connection) -> None:
    def dossier(code: str, officer: str) -> Values:
        values = dict.fromkeys(DOSSIERS.values, 0) | dict.fromkeys(DOSSIERS.interned)
        return (code, *(values | {"national_code": None, "officer": officer}).values())

    twice = [dossier("B", "Một"), dossier("A", "Một"), dossier("B", "Hai"), dossier("A", "Một")]
    assert history.stage(connection, DOSSIERS, twice) == 2
    assert history.compare(connection, DOSSIERS, 1, staged=2).added == 2
    history.apply(connection, DOSSIERS, 1, 1)
    place = DOSSIERS.values.index("officer")
    held = as_of(connection, DOSSIERS, 1)
    assert {key: values[place] for key, values in held.items()} == {("A",): "Một", ("B",): "Một"}


def test_keys_that_only_look_alike_are_all_kept(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Dialect, "mark", lambda _self, _columns: "1")
    assert history.stage(connection, UNITS, [(1, *UNIT), (2, *UNIT), (3, *UNIT)]) == 3
    assert history.stage(connection, UNITS, [(1, *UNIT), (2, *UNIT), (1, *UNIT)]) == 2


def test_records_column_by_column_are_the_same_records(connection: Connection) -> None:
    state: State = {(1, 1): NO_FIGURE, (2, 1): ZERO, (3, 1): ZERO, (1, 2): NO_FIGURE}
    records = list(rows(state))
    pieces = [records[:1], records[1:]]
    batches = history.Batches([list(zip(*some, strict=True)) for some in pieces])
    assert history.stage(connection, FIGURES, batches) == len(state)
    delta = history.compare(connection, FIGURES, 1, staged=len(state))
    assert delta == Delta(0, 4, added=4, changed=0, gone=0)
    history.apply(connection, FIGURES, 1, 1)
    assert as_of(connection, FIGURES, 1) == state


def test_words_have_one_number_each_and_few_are_remembered(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "_MOST_WORDS", 10)
    known = words.Words(connection, lambda: None)
    asked = [f"từ {number % 30}" for number in range(100)]
    numbers = [known.numbers([[word, None]])[0] for word in asked]
    assert len(known) <= 10
    assert {tuple(pair) for pair in numbers} == {(pair[0], None) for pair in numbers[:30]}
    assert known.numbers([asked, asked[:1]]) == [[one for one, _ in numbers], numbers[0][:1]]


def test_words_are_kept_as_they_are_spelled(connection: Connection) -> None:
    spelled = ["", "'", '"', "\\", "\\u0041", "a\nb\t", "Đơn vị", "đơn vị", "7", "null", "🏛"]
    (numbers,) = words.Words(connection, lambda: None).numbers([spelled])
    kept: dict[int, str] = dict(connection.execute(text("SELECT id, text FROM texts")).all())
    assert [kept[number] for number in numbers if number is not None] == spelled
    assert words.Words(connection, lambda: None).numbers([spelled]) == [numbers]


def test_what_was_staged_before_is_forgotten(connection: Connection) -> None:
    history.stage(connection, UNITS, rows({(1,): UNIT}))
    assert history.stage(connection, UNITS, rows({(2,): UNIT})) == 1
    assert merge(connection, UNITS, 1, 1, {(3,): UNIT})[1] == [Difference((3,), None, UNIT)]


def test_a_ledger_knows_its_key_from_its_values() -> None:
    units = ("name", "kind", "province_code", "portal_id")
    assert (UNITS.key, UNITS.values) == (("unit_id",), units)
    figures = ("score", "max_score", "ratio", "numerator", "denominator", "quality")
    assert (FIGURES.key, FIGURES.values) == (("unit_id", "indicator_id"), figures)
    everything = [value for value in vars(history).values() if isinstance(value, Ledger)]
    assert {ledger.name: ledger.key for ledger in everything} == {
        "unit_versions": ("unit_id",),
        "standing_versions": ("unit_id",),
        "figure_versions": ("unit_id", "indicator_id"),
        "dossier_versions": ("code",),
        "listed_versions": ("procedure_id",),
        "procedure_versions": ("procedure_id",),
        "decision_versions": ("decision_id",),
    }
    for ledger in everything:
        columns = set(ledger.table.columns.keys())
        assert {*ledger.key, *ledger.values} < columns
        assert not {*ledger.key} & {*ledger.values}


def test_staging_a_long_listing_does_not_hold_it_in_memory(engine: Engine) -> None:
    long = 200_000
    listing = ((number, *UNIT) for number in range(long))
    with writing(engine) as connection:
        tracemalloc.start()
        try:
            assert history.stage(connection, UNITS, listing) == long
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 8_000_000
