"""An office's own report table held against what the portal publishes for a period, unit by unit.

Which of the table's columns make up a count of the portal is said in `FORMULAS`; a formula applies
only where the table has all its columns, and gives a figure only where all their cells hold one.

Rows are matched by the unit's code where the table has one. Else the name must do, the one place
where it may: exactly, but for case, blanks, where a tone mark is set, "UBND" before it and the
province's name behind it. A name that no unit has or that several have is told, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

from sqlalchemy import Engine

from scrapers.periods import Period, period_named
from scrapers.provinces import PROVINCES
from sync.config import Config
from sync.failures import Failure
from sync.reconcile_store import COUNTS, Count, Counts, PortalCounts, PortalUnit, portal_counts
from sync.reconcile_table import OfficeRow, OfficeTable, WrongFile, read_table
from sync.store import reading

Reason = Literal["unknown code", "unknown name", "several units", "several rows", "no counts"]
Formula = Mapping[str, int]
"""Field of the table -> its sign in a sum."""

_RESOLVED_IN_TIME: Final[tuple[Formula, ...]] = (
    {"resolved_in_time": 1},
    {"resolved_early": 1, "resolved_on_time": 1},
    {"resolved_on_time": 1},
)
_IN_PROCESS_IN_TIME: Final[tuple[Formula, ...]] = (
    {"in_process_in_time": 1},
    {"in_process": 1, "in_process_overdue": -1},
)
FORMULAS: Final[Mapping[Count, tuple[Formula, ...]]] = {
    "received": ({"received": 1}, {"received_new": 1, "carried_over": 1}, {"received_new": 1}),
    "on_time": tuple(
        {**resolved, **in_process}
        for resolved in _RESOLVED_IN_TIME
        for in_process in _IN_PROCESS_IN_TIME
    ),
    "not_on_time": ({"resolved_late": 1, "in_process_overdue": 1},),
}
"""What of a table stands for each count of the portal; the first that the table has applies."""

_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_WORD = re.compile(r"\w+")
_NUMERAL = re.compile(r"^\d{1,3}[.)]\s*(?=\D)")
_BODY = re.compile(r"^(?:ubnd|ủy ban nhân dân|uỷ ban nhân dân)\s+")


class WrongQuestion(Failure):
    """What is asked for cannot be answered; the message says what to write instead."""

    exit_code = 2


class ComparedUnit(NamedTuple):
    """A row of the table beside the portal's counts of its unit; None is no figure."""

    row: OfficeRow
    unit: PortalUnit
    office: Counts

    @property
    def is_by_name(self) -> bool:
        """Whether only the name says which unit it is."""
        return self.row.code is None

    def difference(self, count: Count) -> int | None:
        """Table less portal; None unless both have a figure."""
        office, portal = self.office[count], self.unit.counts[count]
        return None if office is None or portal is None else office - portal


class Unmatched(NamedTuple):
    """A row that was held against nothing, and why."""

    row: OfficeRow
    reason: Reason


@dataclass(frozen=True)
class Reconciliation:
    """What came of it; `formulas` has the counts that the table can be held against at all."""

    province_code: str
    period: Period
    table: OfficeTable
    portal: PortalCounts
    formulas: Mapping[Count, Formula]
    compared: list[ComparedUnit]
    unmatched: list[Unmatched]
    missing: list[PortalUnit]
    """Units with dossiers on the portal that the table does not have."""

    @property
    def differing(self) -> int:
        """How many units differ in any count."""
        return sum(any(map(one.difference, self.formulas)) for one in self.compared)


def reconcile(
    config: Config, engine: Engine, file: Path, period: str, province: str | None
) -> Reconciliation:
    """Hold a file against the store.

    `period` is written as 2026, 2026-Q3 or 2026-09; `province` may be left out where the
    configuration names only one. Raises WrongQuestion, WrongFile and NoFigures.
    """
    asked, code = _period(period), _province(config, province)
    table = read_table(file)
    with reading(engine) as connection:
        portal = portal_counts(connection, code, asked)
    found = held_against(table, portal, code, asked)
    if not found.compared:
        raise WrongFile(
            f"{file}: none of its {len(table.rows)} rows could be matched to a unit of {code}."
        )
    return found


def held_against(
    table: OfficeTable, portal: PortalCounts, province_code: str, period: Period
) -> Reconciliation:
    """Match the rows of a table to units and put the counts side by side."""
    formulas = {
        count: formula
        for count in COUNTS
        for formula in [_formula(count, table.headings)]
        if formula is not None
    }
    matched, unmatched = _match(table.rows, portal, PROVINCES[province_code].name)
    compared = []
    for code, row in matched.items():
        if code in portal.units:
            office = {count: _sum(formulas.get(count), row) for count in COUNTS}
            compared.append(ComparedUnit(row, portal.units[code], office))
        else:
            unmatched.append(Unmatched(row, "no counts"))
    missing = [
        unit
        for code, unit in sorted(portal.units.items())
        if code not in matched and code != province_code and unit.counts["received"]
    ]
    unmatched.sort(key=lambda one: one.row.row)
    return Reconciliation(
        province_code, period, table, portal, formulas, compared, unmatched, missing
    )


def name_key(name: str, province: str) -> str:
    """What two spellings of one unit's name have in common, and no other name has."""
    text = " ".join(unicodedata.normalize("NFC", name).casefold().split())
    text = _BODY.sub("", _NUMERAL.sub("", text))
    ending = rf"(?:\s*[-–,]\s*|\s+)(?:tỉnh|thành phố|tp\.?)\s+{re.escape(province.casefold())}$"
    return _WORD.sub(_with_tone_behind, re.sub(ending, "", text))


def _with_tone_behind(word: re.Match[str]) -> str:
    """A word with its tone marks behind it: hoà and hòa are one word, hoá is another."""
    apart = unicodedata.normalize("NFD", word[0])
    return _TONES.sub("", apart) + "".join(_TONES.findall(apart))


class _Names:
    """Which units of a province a row may be about."""

    def __init__(self, names: Mapping[str, str], province: str) -> None:
        self._codes, self._province = names.keys(), province
        self._by_key: dict[str, set[str]] = defaultdict(set)
        for code, name in names.items():
            self._by_key[name_key(name, province)].add(code)

    def units_of(self, row: OfficeRow) -> set[str]:
        """Codes of units: of the row's own code where it has one, else of its name."""
        if row.code is not None:
            return {row.code} & self._codes
        return self._by_key.get(name_key(row.name or "", self._province), set())


def _match(
    rows: Iterable[OfficeRow], portal: PortalCounts, province: str
) -> tuple[dict[str, OfficeRow], list[Unmatched]]:
    """Code of a unit -> its row; and the rows that belong to none."""
    names = _Names(portal.names, province)
    found: dict[str, list[OfficeRow]] = defaultdict(list)
    unmatched = []
    for row in rows:
        codes = names.units_of(row)
        if len(codes) == 1:
            found[next(iter(codes))].append(row)
        elif _has_figures(row):
            unmatched.append(Unmatched(row, _why_none(row, codes)))
    for some in found.values():
        if len(some) > 1:
            unmatched += [Unmatched(row, "several rows") for row in some]
    return {code: some[0] for code, some in found.items() if len(some) == 1}, unmatched


def _why_none(row: OfficeRow, codes: set[str]) -> Reason:
    if row.code is not None:
        return "unknown code"
    return "several units" if codes else "unknown name"


def _has_figures(row: OfficeRow) -> bool:
    """Without any, a row that is no unit's is a group, a note or a signature."""
    return bool(row.unreadable) or any(value is not None for value in row.figures.values())


def _formula(count: Count, headings: Mapping[str, str]) -> Formula | None:
    return next((one for one in FORMULAS[count] if one.keys() <= headings.keys()), None)


def _sum(formula: Formula | None, row: OfficeRow) -> int | None:
    """The figure that a row gives; None where any part of it is missing."""
    if formula is None:
        return None
    total = 0
    for name, sign in formula.items():
        value = row.figures[name]
        if value is None:
            return None
        total += sign * value
    return total


def _period(written: str) -> Period:
    try:
        return period_named(written)
    except ValueError:
        raise WrongQuestion(f"--period is {written!r}; write 2026, 2026-Q3 or 2026-09.") from None


def _province(config: Config, province: str | None) -> str:
    """The code of the province that is meant. Raises WrongQuestion."""
    configured = config.index.province_codes
    if province is None:
        if len(configured) == 1:
            return configured[0]
        raise WrongQuestion("the configuration has several provinces; say which with --province.")
    if province not in PROVINCES:
        raise WrongQuestion(f"--province is {province!r}; write a code such as H01.")
    return province
