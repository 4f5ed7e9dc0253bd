"""What the faults of `dossier_kinds` do to a listing, on the admin site and in iGate alike."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .distortions import place_in_line
from .dossier_rows import DossierRow
from .faults import FaultRule


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it is shown: its rows, which of how many pages it is, and the ordinals.

    `first` is the ordinal of the first row (from 1), `total` what the source declares, `pages` how
    many pages it offers.
    """

    rows: tuple[DossierRow, ...]
    number: int
    pages: int
    first: int
    total: int

    @property
    def is_last(self) -> bool:
        """Whether the source offers no page behind it."""
        return self.number >= self.pages


def rule_of(kind: str, faults: Sequence[FaultRule]) -> FaultRule | None:
    """The first rule of a kind."""
    return next((rule for rule in faults if rule.kind == kind), None)


def rules_at(kind: str, page: int | None, faults: Sequence[FaultRule]) -> list[FaultRule]:
    """The rules of a kind that meet this page; None is an export, which counts as every page."""
    rules = [rule for rule in faults if rule.kind == kind]
    return [rule for rule in rules if page is None or is_at(rule, page)]


def is_at(rule: FaultRule, page: int) -> bool:
    """Whether a rule is about this page; one without a page is about all."""
    return rule.options["page"] is None or number_in(rule, "page") == page


def number_in(rule: FaultRule, option: str) -> float:
    """An option that has to be a number."""
    value = rule.options[option]
    if not isinstance(value, (int, float)):
        raise TypeError(f"{option} of {rule.kind} is {value!r}, not a number")
    return float(value)


def distorted(rows: Sequence[DossierRow], faults: Sequence[FaultRule]) -> tuple[DossierRow, ...]:
    """The rows that the faults leave of a whole listing; the declared total follows them."""
    for rule in faults:
        if rule.kind == "empty":
            rows = ()
        elif rule.kind == "keep_share":
            rows = _share(rows, number_in(rule, "share"))
        elif rule.kind == "one_unit":
            rows = [row for row in rows if row.unit_code == rule.options["unit"]]
        elif rule.kind == "without_unit":
            rows = [row for row in rows if row.unit_code != rule.options["unit"]]
    return tuple(rows)


def page_of(
    rows: Sequence[DossierRow], number: int, size: int, faults: Sequence[FaultRule]
) -> Page:
    """A page of a listing; a page behind the last one has no rows."""
    pages = max(1, math.ceil(len(rows) / size))
    cut = rule_of("page_cut", faults)
    if cut:
        pages = min(pages, int(number_in(cut, "page")))
    shown = number
    if number > 1 and rules_at("page_repeats", number, faults):
        shown = number - 1
    start = (shown - 1) * size
    on_page = tuple(rows[start : start + size]) if number <= pages else ()
    for rule in rules_at("page_short", number, faults):
        on_page = on_page[: int(number_in(rule, "rows"))]
    return Page(on_page, number, pages, (number - 1) * size + 1, len(rows))


class Once:
    """Lets a rule strike once, or at every turn where its option `every` says so."""

    def __init__(self) -> None:
        self._used_up: list[FaultRule] = []
        self._lock = threading.Lock()

    def strikes(self, rules: Sequence[FaultRule]) -> bool:
        """Whether one of these rules strikes now."""
        with self._lock:
            # Rules are equal when they say the same; which one it was matters here.
            fresh = [rule for rule in rules if not any(used is rule for used in self._used_up)]
            self._used_up.extend(fresh)
        return bool(fresh) or any(rule.options["every"] for rule in rules)


class Shifts:
    """Rows that leave the listing while a reader pages, as `page_shifts` says."""

    def __init__(self) -> None:
        self._shifts: list[_Shift] = []
        self._lock = threading.Lock()

    def shifted(
        self,
        rows: Sequence[DossierRow],
        others: Callable[[], Sequence[DossierRow]],
        number: int,
        faults: Sequence[FaultRule],
    ) -> Sequence[DossierRow]:
        """The rows as they stand when that page is asked for; `others` may come in at the end."""
        rule = rule_of("page_shifts", faults)
        if rule is None:
            return rows
        with self._lock:
            shift = next((one for one in self._shifts if one.rule is rule), None)
            if shift is None:
                shift = _Shift(rule)
                self._shifts.append(shift)
            shift.lost += shift.last_page == number_in(rule, "page") and number > shift.last_page
            shift.last_page = number
            lost = shift.lost
        added = others()[:lost] if rule.options["replaced"] else ()
        return [*rows[lost:], *added]


@dataclass(slots=True)
class _Shift:
    """What a rule remembers: the page last asked for, and how many rows have left."""

    rule: FaultRule
    last_page: int = 0
    lost: int = 0


def _share(rows: Sequence[DossierRow], share: float) -> Sequence[DossierRow]:
    in_line = sorted(rows, key=lambda row: place_in_line(row.code))
    kept = {row.code for row in in_line[: math.ceil(share * len(rows))]}
    return [row for row in rows if row.code in kept]
