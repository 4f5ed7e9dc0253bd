"""Which matter a change belongs to, and what several changes of one matter say together."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.changes import Severity
from sync.rules.alert_life import Standing, State, step_of_changes
from sync.rules.matters import TOPICS, Fact, Life, batches, topic_of

ROOT = Path(__file__).parents[2]
DATASETS = {
    "What is told, and how gravely": "index",
    "Overdue dossiers": "dossiers",
    "Procedures": "procedures",
}
SYSTEM = {"recomputed", "source_refused", "source_failed", "source_stale", "format_changed"}


def fact(kind: str, severity: Severity = Severity.warning, **values: Any) -> Fact:
    """A change of a unit of the index, or of what `values` say."""
    blank = Fact(
        id=1,
        dataset="index",
        kind=kind,
        severity=severity,
        message=f"Sở Y tế: {kind}.",
        unit_code="H01.10",
        unit_name="Sở Y tế",
        subject=None,
        indicator=None,
        delta=None,
        scope_id=1,
        about="index",
        source="portal",
        series="current",
        period="2026-Q4",
    )
    return blank._replace(**values)


def dossier(kind: str, code: str, **values: Any) -> Fact:
    values = {"about": "dossiers", "source": "quantri", "subject": code, **values}
    return fact(kind, dataset="dossiers", series=None, period=None, **values)


def key_of(one: Fact) -> str:
    return batches([one])[0].key


@pytest.mark.parametrize(
    ("one", "key"),
    [
        (fact("score_drop"), "fall:current:2026-Q4:H01.10"),
        (fact("rank_rise"), "fall:current:2026-Q4:H01.10"),
        (fact("period_drop", period="2026-10"), "fall:current:2026-10:H01.10"),
        (fact("score_drop", series="legacy"), "fall:legacy:2026-Q4:H01.10"),
        (
            fact("below_target", indicator="REUSED_DIGITIZED_DATA"),
            "below_target:current:2026-Q4:REUSED_DIGITIZED_DATA:H01.10",
        ),
        (fact("revised"), "revised:current:2026-Q4:H01.10"),
        (fact("overdue_growing"), "not_on_time:current:2026-Q4:H01.10"),
        (fact("unit_missing"), "unit:H01.10"),
        (dossier("returned", "A-1"), "overdue:quantri:H01.10"),
        (dossier("gone", "A-2"), "overdue:quantri:H01.10"),
        (dossier("gone", "A-2", unit_code=None), "overdue:quantri:Sở Y tế"),
        (dossier("gone", "A-2", unit_code=None, unit_name=None), "overdue:quantri:"),
        (dossier("rate_exceeded", ""), "rate:quantri:H01.10"),
        (
            fact("procedure_gone", dataset="procedures", subject="1.001146"),
            "procedure:1.001146",
        ),
        (fact("published_late", dataset="procedures", subject="019d"), "decision:019d"),
        (fact("source_failed", dataset="system"), "source:index:portal"),
        (fact("format_changed", dataset="system"), "source:index:portal"),
        (fact("recomputed", dataset="system", about="procedures"), "recomputed:procedures"),
    ],
)
def test_a_change_belongs_to_one_matter(one: Fact, key: str) -> None:
    assert key_of(one) == key
    assert topic_of(key).key_of(one) == key


@given(st.text(max_size=30))
def test_a_unit_that_is_known_by_any_name_is_read_back_from_its_key(name: str) -> None:
    one = dossier("newly_overdue", "A-1", unit_code=None, unit_name=name)
    key = key_of(one)
    assert topic_of(key).read(key) == {"source": "quantri", "unit": name}


def documented_kinds() -> set[tuple[str, str]]:
    """Dataset and kind of every change that docs/rules.md lists."""
    text = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
    found = set()
    for section in re.split(r"^#+ ", text, flags=re.MULTILINE):
        dataset = DATASETS.get(section.split("\n", 1)[0])
        for row in re.findall(r"^\| (`[^|]+`) \|", section, flags=re.MULTILINE):
            for kind in re.findall(r"`(\w+)`", row):
                assert dataset is not None
                found.add(("system" if kind in SYSTEM else dataset, kind))
    return found | {("system", "source_stale")}


def test_every_kind_of_change_has_a_matter() -> None:
    assert set(TOPICS) == documented_kinds()


def test_the_table_of_matters_is_documented() -> None:
    text = (ROOT / "docs/alerts.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    documented = {
        (name, kind) for name, kinds, _ in table for kind in re.findall(r"`(\w+)`", kinds)
    }
    assert documented == {(topic.name, kind) for (_, kind), topic in TOPICS.items()}
    news = {name for name, _, over in table if over.startswith("news")}
    assert news == {topic.name for topic in TOPICS.values() if topic.life is Life.news}


def test_one_batch_for_each_matter_in_the_order_of_the_first_change() -> None:
    facts = [
        dossier("newly_overdue", "A-1", id=1),
        fact("score_drop", id=2),
        dossier("gone", "A-2", id=3),
        fact("score_drop", id=4, period="2026"),
    ]
    assert [[one.id for one in batch.facts] for batch in batches(facts)] == [[1, 3], [2], [4]]


def test_dossiers_of_a_unit_are_counted_and_some_are_named() -> None:
    names = ("D-4", "D-1", "D-3", "D-2")
    facts = [dossier("newly_overdue", name, id=n) for n, name in enumerate(names, 1)]
    facts.append(dossier("gone", "G-1", id=9, severity=Severity.info))
    facts.append(dossier("overdue_growing", "", id=10, severity=Severity.info))
    [batch] = batches(facts)
    assert batch.message == (
        "Sở Y tế: 4 hồ sơ mới quá hạn (D-1, D-2, D-3, …), "
        "1 hồ sơ rời danh sách quá hạn (G-1); nguồn quantri."
    )
    assert (batch.severity, batch.newest.id, batch.subject) == (Severity.warning, 10, "quantri")


def test_a_fall_is_told_by_its_gravest_change_of_each_kind_without_the_unit_twice() -> None:
    [batch] = batches(
        [
            fact("score_drop", Severity.info, id=1, indicator="TOTAL", delta=-35),
            fact("score_rise", Severity.info, id=2, indicator="CKMB", delta=5),
            fact("rank_drop", id=3, message="Sở Y tế: tụt 3 bậc năm 2026 (1 → 4 trong 15)."),
            fact("class_change", id=4, message="Sở Y tế: xuống loại Khá.", delta=-35),
        ]
    )
    assert batch.message == "Sở Y tế: tụt 3 bậc năm 2026 (1 → 4 trong 15). Xuống loại Khá."
    assert batch.lead.kind == "rank_drop"
    assert batch.fallen is not None
    assert batch.fallen.id == 1


@pytest.mark.parametrize(
    ("facts", "fallen"),
    [
        ([("score_drop", "CKMB", -90), ("score_drop", "TOTAL", -10)], "TOTAL"),
        ([("score_drop", "CKMB", -10), ("score_drop", "MDSH", -90)], "MDSH"),
        ([("rank_drop", "TOTAL", None), ("class_change", "TOTAL", -10)], "TOTAL"),
        ([("score_rise", "TOTAL", 5), ("class_change", "TOTAL", 5)], None),
    ],
)
def test_what_has_to_be_made_good_is_the_total_where_it_fell(
    facts: list[tuple[str, str, int | None]], fallen: str | None
) -> None:
    [batch] = batches(
        fact(kind, id=number, indicator=indicator, delta=delta)
        for number, (kind, indicator, delta) in enumerate(facts, 1)
    )
    found = batch.fallen
    assert (found and found.indicator) == fallen
    if found and any(kind == "class_change" for kind, _, _ in facts):
        assert found.kind == "class_change"


@pytest.mark.parametrize(
    ("kind", "delta", "is_fall"),
    [
        ("class_change", -1, True),
        ("class_change", 0, False),
        ("class_change", 1, False),
        ("class_change", None, False),
        ("score_drop", None, True),
        ("period_drop", -1, True),
        ("rank_drop", None, True),
        ("score_rise", 1, False),
        ("rank_rise", None, False),
        ("below_target", None, False),
    ],
)
def test_what_is_a_fall(kind: str, delta: int | None, is_fall: bool) -> None:
    assert fact(kind, delta=delta).is_fall is is_fall


def test_a_source_in_trouble_counts_what_else_it_broke() -> None:
    [batch] = batches(
        fact("source_refused", id=n, dataset="system", unit_name=None, message=f"Phạm vi {n}.")
        for n in (1, 2, 3)
    )
    assert batch.message == "Phạm vi 1. (Cùng 2 phạm vi khác.)"
    assert batch.subject == "index portal"


STATES: tuple[State, ...] = ("open", "acknowledged", "snoozed", "closed")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("before", Severity)
@pytest.mark.parametrize("severity", Severity)
def test_what_further_changes_do_to_an_alert(
    state: State, before: Severity, severity: Severity
) -> None:
    step = step_of_changes(Standing(state, before), severity)
    if state == "closed":
        opens = severity >= Severity.warning
        assert (step and step[:]) == (("reopened", "open", severity) if opens else None)
    elif severity > before:
        assert step == ("graver", "open", severity)
    else:
        assert step == ("joined", state, before)


@pytest.mark.parametrize("severity", Severity)
def test_only_from_a_warning_up_a_matter_opens_an_alert(severity: Severity) -> None:
    step = step_of_changes(None, severity)
    assert (step is not None) == (severity >= Severity.warning)
