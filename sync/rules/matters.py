"""Which matter a change belongs to: changes about one matter join one alert (`docs/alerts.md`).

`TOPICS` is the whole table. Only changes from a warning up open an alert; information joins an
alert that is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from scrapers.evaluation_groups import TOTAL
from sync import wording
from sync.changes import Severity

OPENS = Severity.warning
"""The least severity that opens an alert, or opens it again."""
MOST_CODES = 3
"""Dossiers that a message names; the rest is counted."""


class Fact(NamedTuple):
    """One change as alerts look at it; the source and the period are those of its scope."""

    id: int
    """Its number; 0 for what a setting tells and no change."""
    dataset: str
    kind: str
    severity: Severity
    message: str
    unit_code: str | None
    unit_name: str | None
    subject: str | None
    indicator: str | None
    delta: int | None
    scope_id: int
    about: str
    """The dataset of its scope: of what a source in trouble was to give."""
    source: str
    series: str | None
    period: str | None

    @property
    def unit(self) -> str | None:
        """The unit as its source tells it apart: by code, or by name where it prints no code."""
        return self.unit_code or self.unit_name

    @property
    def is_fall(self) -> bool:
        """Whether it says that a score, a class or a rank was lost."""
        if self.kind == "class_change":
            return (self.delta or 0) < 0
        return self.kind in ("score_drop", "period_drop", "rank_drop")


class Life(Enum):
    """What ends a matter."""

    fall = "what was lost is back, or the period is no longer read"
    target = "the rate reaches the target of today's configuration"
    rate = "the rate is within the limit of today's configuration"
    overdue = "the last accepted listing has no overdue dossier of the unit"
    source = "the newest reading of every scope that is due was accepted"
    decision = "the decision is published; from then on it is news"
    news = "nothing new was told for a week"


class Topic(NamedTuple):
    """A kind of matter: its name, the attributes of a fact that tell one from another, its life."""

    name: str
    parts: tuple[str, ...]
    life: Life

    def key_of(self, fact: Fact) -> str:
        """The text by which a matter is known for ever."""
        return ":".join((self.name, *(getattr(fact, part) or "" for part in self.parts)))

    def read(self, key: str) -> dict[str, str]:
        """The parts of a key, by name."""
        return dict(zip(self.parts, key.split(":", len(self.parts))[1:], strict=True))


FALL = Topic("fall", ("series", "period", "unit"), Life.fall)
BELOW_TARGET = Topic("below_target", ("series", "period", "indicator", "unit"), Life.target)
REVISED = Topic("revised", ("series", "period", "unit"), Life.news)
NOT_ON_TIME = Topic("not_on_time", ("series", "period", "unit"), Life.news)
UNIT = Topic("unit", ("unit",), Life.news)
OVERDUE = Topic("overdue", ("source", "unit"), Life.overdue)
RATE = Topic("rate", ("source", "unit"), Life.rate)
PROCEDURE = Topic("procedure", ("subject",), Life.news)
DECISION = Topic("decision", ("subject",), Life.decision)
SOURCE = Topic("source", ("about", "source"), Life.source)
RECOMPUTED = Topic("recomputed", ("about",), Life.news)

TOPICS: dict[tuple[str, str], Topic] = {
    ("index", "score_drop"): FALL,
    ("index", "score_rise"): FALL,
    ("index", "rank_drop"): FALL,
    ("index", "rank_rise"): FALL,
    ("index", "class_change"): FALL,
    ("index", "period_drop"): FALL,
    ("index", "no_activity"): FALL,
    ("index", "below_target"): BELOW_TARGET,
    ("index", "revised"): REVISED,
    ("index", "overdue_growing"): NOT_ON_TIME,
    ("index", "unit_new"): UNIT,
    ("index", "unit_missing"): UNIT,
    ("index", "unit_renamed"): UNIT,
    ("dossiers", "newly_overdue"): OVERDUE,
    ("dossiers", "returned"): OVERDUE,
    ("dossiers", "deadline_moved"): OVERDUE,
    ("dossiers", "gone"): OVERDUE,
    ("dossiers", "reassigned"): OVERDUE,
    ("dossiers", "state_changed"): OVERDUE,
    ("dossiers", "overdue_growing"): OVERDUE,
    ("dossiers", "rate_exceeded"): RATE,
    ("procedures", "procedure_new"): PROCEDURE,
    ("procedures", "procedure_amended"): PROCEDURE,
    ("procedures", "procedure_gone"): PROCEDURE,
    ("procedures", "decision_changed"): PROCEDURE,
    ("procedures", "decision_pending"): PROCEDURE,
    ("procedures", "decision_new"): DECISION,
    ("procedures", "published_late"): DECISION,
    ("system", "source_refused"): SOURCE,
    ("system", "source_failed"): SOURCE,
    ("system", "source_stale"): SOURCE,
    ("system", "format_changed"): SOURCE,
    ("system", "recomputed"): RECOMPUTED,
}
"""Dataset and kind of a change -> the topic of its matter."""

_BY_NAME = {topic.name: topic for topic in TOPICS.values()}
_COUNTED = {
    "newly_overdue": "hồ sơ mới quá hạn",
    "returned": "hồ sơ trở lại danh sách quá hạn",
    "deadline_moved": "hồ sơ bị dời hẹn trả, vẫn quá hạn",
    "gone": "hồ sơ rời danh sách quá hạn",
    "reassigned": "hồ sơ quá hạn chuyển người xử lý",
    "state_changed": "hồ sơ quá hạn đổi trạng thái",
}
_FALLS = ("class_change", "period_drop", "score_drop", "rank_drop")
"""What says best what has to be made good, after a drop of the total."""


def topic_of(key: str) -> Topic:
    """The topic of a matter, from its key."""
    return _BY_NAME[key.split(":", 1)[0]]


@dataclass
class Batch:
    """The changes of one matter that are worked through together, in the order of their ids."""

    key: str
    topic: Topic
    facts: list[Fact] = field(default_factory=list)

    @property
    def severity(self) -> Severity:
        """The gravest."""
        return max(fact.severity for fact in self.facts)

    @property
    def lead(self) -> Fact:
        """The change that stands for all: the gravest, and of these the first."""
        return max(self.facts, key=lambda fact: (fact.severity, -fact.id))

    @property
    def newest(self) -> Fact:
        """The change that was found last."""
        return self.facts[-1]

    @property
    def fallen(self) -> Fact | None:
        """The change that says what has to be made good; the total where it fell."""
        falls = [fact for fact in self.facts if fact.is_fall]
        return min(falls, key=_order_of_falls, default=None)

    @property
    def subject(self) -> str:
        """What it is about beside the unit, such as "2026-Q4 REUSED_DIGITIZED_DATA"."""
        parts = self.topic.read(self.key)
        return " ".join(parts[part] for part in self.topic.parts if part not in ("unit", "series"))

    @property
    def message(self) -> str:
        """One Vietnamese text for all: dossiers are counted, else the gravest of each kind told."""
        if self.topic is OVERDUE:
            return self._dossiers()
        told: dict[str, Fact] = {}
        for fact in sorted(self.facts, key=lambda fact: (-fact.severity, fact.id)):
            if not told or fact.severity >= OPENS:
                told.setdefault(fact.kind, fact)
        first, *others = told.values()
        text = " ".join((first.message, *(_without_unit(one, first.unit_name) for one in others)))
        more = len(self.facts) - len(told)
        return f"{text} (Cùng {more} phạm vi khác.)" if self.topic is SOURCE and more else text

    def _dossiers(self) -> str:
        codes: dict[str, list[str]] = {}
        for fact in self.facts:
            codes.setdefault(fact.kind, []).append(fact.subject or "")
        parts = [_counted(codes[kind], words) for kind, words in _COUNTED.items() if kind in codes]
        lead = self.lead
        if not parts:
            return lead.message
        unit = wording.unit(lead.unit_name or lead.unit_code or "Không rõ đơn vị")
        return f"{unit}: {', '.join(parts)}; nguồn {lead.source}."


def batches(facts: Iterable[Fact]) -> list[Batch]:
    """The changes by matter, in the order in which each matter was first told of."""
    found: dict[str, Batch] = {}
    for fact in facts:
        topic = TOPICS[fact.dataset, fact.kind]
        key = topic.key_of(fact)
        found.setdefault(key, Batch(key, topic)).facts.append(fact)
    return list(found.values())


def _order_of_falls(fact: Fact) -> tuple[bool, int, int, int]:
    is_total = fact.kind == "score_drop" and fact.indicator == TOTAL.code
    return not is_total, _FALLS.index(fact.kind), fact.delta or 0, fact.id


def _without_unit(fact: Fact, unit_name: str | None) -> str:
    """A further sentence about a unit that was named already."""
    said = fact.message.removeprefix(f"{wording.unit(unit_name or '')}: ")
    return said[:1].upper() + said[1:]


def _counted(codes: list[str], words: str) -> str:
    named = sorted(set(codes))
    listed = ", ".join(named[:MOST_CODES]) + (", …" if len(named) > MOST_CODES else "")
    return f"{wording.count(len(named))} {words} ({listed})"
