"""How a reading of the index becomes record sets, and what the guard and the rules see of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from models import tables
from scrapers.evaluation_groups import GROUPS, TOTAL
from scrapers.periods import Period
from scrapers.records import NATION, Figure, IndexReading
from sync import guard, history, index_store, wording
from sync.capture import Applied, RecordSet
from sync.capture_log import Scope, scope_number
from sync.changes import Change, Severity
from sync.guard import Objection
from sync.history import FIGURES, STANDINGS, UNITS, Delta
from sync.rules import index as rules
from sync.rules.differences import Context, Move, Renaming, UnitDifference
from sync.rules.differences import Figure as FigureValues
from sync.rules.differences import Standing as StandingValues
from sync.series import CURRENT, LEGACY, SOURCES, Series
from sync.standings import IDLE_TOTALS, Classes, Standing, standings

DATASET = "index"

Moves = defaultdict[str, dict[str, Move]]
"""Unit code -> indicator -> move."""


@dataclass(frozen=True)
class IndexSettings:
    """What the office has set; thresholds in hundredths of a point."""

    classes: Classes
    thresholds: Mapping[Severity, int]
    target_for: Callable[[str, str], float | None]
    watched_provinces: frozenset[str]


def scope_name(province_code: str | None, period: Period) -> str:
    """The name of a scope: H01/2026-11, VN/2026."""
    return f"{province_code or NATION}/{period}"


def index_scope(
    province_code: str | None, province_name: str, period: Period, series: Series = CURRENT
) -> Scope:
    """The scope of one reading; the nation's table has no province."""
    return Scope(
        dataset=DATASET,
        source=SOURCES[series],
        name=scope_name(province_code, period),
        label=f"Chỉ số 766, {province_name}, {wording.period(period)}",
        series=series,
        province_code=province_code,
        period=period,
    )


def registry_scope(province_code: str | None) -> Scope:
    """The scope under which the units of a province, or of the nation, are kept."""
    name = f"{province_code or NATION}/units"
    return Scope(DATASET, SOURCES[CURRENT], name, "", CURRENT, province_code)


class IndexMaterial:
    """One reading of the index on its way into the store.

    A province's own total and groups belong to the nation's table, so that its rank is told from
    one answer; its metrics belong to its own scope. One reading of each day, the longest open
    period, also keeps the registry of units (`keeps_registry`).

    A reading `of_past` may be empty, which is a period without data; its first one tells nobody
    anything, and it never tells of units: a later registry would call them missing or new.
    """

    def __init__(
        self,
        reading: IndexReading,
        settings: IndexSettings,
        *,
        keeps_registry: bool,
        series: Series = CURRENT,
        of_past: bool = False,
    ) -> None:
        self._reading = reading
        self._settings = settings
        self._keeps_registry = keeps_registry
        self._series = series
        self._of_past = of_past
        self._units = list(reading.units.values())
        # Without units, the head's zeros are no figures either.
        has_data = bool(reading.listed) or not of_past
        self._figures = [one for one in reading.figures if has_data and self._belongs_here(one)]
        self._standings = standings(
            self._units, self._figures, settings.classes, IDLE_TOTALS[series]
        )

    @property
    def rows(self) -> int:
        """Number of figures."""
        return len(self._figures)

    @property
    def declared_rows(self) -> int | None:
        """Number of units that the portal declares, the same for every group."""
        return max(self._reading.declared.values(), default=None)

    def record_sets(self, connection: Connection, scope_id: int) -> list[RecordSet]:
        """Standings and figures of the scope, and units where this reading writes them down."""
        home = self._home_of_units(connection, scope_id)
        codes = {figure.unit_code for figure in self._figures} | set(self._reading.units)
        is_registry = home not in (None, scope_id)
        units = index_store.know_units(connection, codes, self._units, rename=is_registry)
        indicators = index_store.know_indicators(connection, self._reading.indicators)
        sets = [
            RecordSet(
                STANDINGS,
                scope_id,
                ((units[one.unit_code], *_standing(one)) for one in self._standings),
            ),
            RecordSet(
                FIGURES, scope_id, (_figure_row(units, indicators, one) for one in self._figures)
            ),
        ]
        if home is not None:
            nation = {NATION} & self._reading.units.keys()
            listed = [u for u in self._units if u.code in self._reading.listed | nation]
            sets.append(RecordSet(UNITS, home, ((units[u.code], *u[1:]) for u in listed)))
        return sets

    def _home_of_units(self, connection: Connection, scope_id: int) -> int | None:
        """The scope in which this reading writes down its units, if it does.

        Each legacy reading keeps its own: a code of those years may mean another unit today, or
        another territory. Of the newer series a reading of the past begins a registry, where there
        is none, and touches none that the daily check keeps.
        """
        if self._series == LEGACY:
            return scope_id
        if not self._keeps_registry and not (self._of_past and self._reading.listed):
            return None
        registry = scope_number(connection, registry_scope(self._reading.province_code))
        is_free = not index_store.has_versions(connection, UNITS, registry)
        return registry if self._keeps_registry or is_free else None

    def objections(
        self, connection: Connection, scope_id: int, deltas: dict[str, Delta], is_first: bool
    ) -> list[Objection]:
        """What the guard holds against the reading."""
        facts = guard.Facts(
            reading=self._reading,
            active=sum(
                one.has_activity for one in self._standings if one.unit_code in self._reading.listed
            ),
            units=deltas[STANDINGS.name],
            before=None if is_first else index_store.before(connection, scope_id, self._head),
            registry=deltas.get(UNITS.name),
            of_past=self._of_past,
        )
        return guard.objections(facts)

    def changes(self, applied: Applied) -> list[Change]:
        """What the rules make of the differences."""
        context = self._context(applied)
        if self._of_past and context.is_baseline:
            return []
        figures = rules.index_changes(self._differences(applied, context), context)
        if self._of_past:
            return figures
        return [*rules.registry_changes(_renamings(applied)), *figures]

    @property
    def _head(self) -> str:
        """The unit that has figures but is no unit of the list: the province, or the nation."""
        return self._reading.province_code or NATION

    def _belongs_here(self, figure: Figure) -> bool:
        is_province = figure.unit_code == self._reading.province_code
        return not (is_province and (figure.indicator == TOTAL.code or figure.indicator in GROUPS))

    def _is_baseline(self, applied: Applied) -> bool:
        """Whether there is nothing to compare with: no figures, or none that a check has read.

        So a backfill neither tells what a daily check is to tell, nor takes it away.
        """
        if applied.previous is None or not _stood_before(applied, STANDINGS):
            return True
        was_checked = index_store.was_checked(applied.connection, applied.capture_id)
        return not self._of_past and not was_checked

    def _context(self, applied: Applied) -> Context:
        period, previous = self._reading.period, applied.previous
        was_closed = previous is not None and previous.day > period.last_day
        is_closed = applied.day > period.last_day
        # Told once, also where the clock was set back and passes the period's end again.
        newest_day = previous.newest_day if previous else None
        was_seen_closed = newest_day is not None and newest_day > period.last_day
        just_closed = previous is not None and is_closed and not was_closed and not was_seen_closed
        province = self._reading.province_code
        earlier = index_scope(province, "", period.previous(), self._series)
        totals = index_store.totals_of(applied.connection, earlier) if just_closed else {}
        watched = self._settings.watched_provinces
        return Context(
            period=period,
            is_baseline=self._is_baseline(applied),
            was_closed=was_closed,
            just_closed=just_closed,
            indicators=self._reading.indicators,
            thresholds=self._settings.thresholds,
            active_units=sum(one.has_activity for one in self._standings),
            is_watched=(lambda code: code in watched) if province is None else (lambda code: True),
            classes=self._settings.classes,
            target_for=self._settings.target_for,
            previous_totals=totals,
        )

    def _differences(self, applied: Applied, context: Context) -> Iterator[UnitDifference]:
        """What moved, unit by unit; every unit when the period has just ended."""
        if context.is_baseline:
            yield from self._first_seen()
            return
        codes = index_store.codes_of(applied.connection, tables.unit_codes)
        indicators = index_store.codes_of(applied.connection, tables.indicators)
        now = {one.unit_code: _standing(one) for one in self._standings}
        stood: dict[str, StandingValues | None] = {}
        moves: Moves = defaultdict(dict)
        for ledger, found in _moved(applied, STANDINGS, FIGURES):
            code = codes[found.key[0]]
            if ledger is STANDINGS:
                stood[code] = StandingValues(*found.before) if found.before else None
            else:
                before, after = (values and FigureValues(*values) for values in found[1:])
                moves[code][indicators[found.key[1]]] = Move(before, after)
        touched = {*stood, *moves, *(now if context.just_closed else ())}
        for code in sorted(touched & self._reading.units.keys()):
            unit, after = self._reading.units[code], now.get(code)
            yield UnitDifference(
                code, unit.name, unit.kind, stood.get(code, after), after, moves.get(code, {})
            )

    def _first_seen(self) -> Iterator[UnitDifference]:
        """Every unit as one that was never seen before."""
        now = {one.unit_code: _standing(one) for one in self._standings}
        moves: Moves = defaultdict(dict)
        for figure in self._figures:
            moves[figure.unit_code][figure.indicator] = Move(None, FigureValues(*figure[2:]))
        for code in sorted((now.keys() | moves.keys()) & self._reading.units.keys()):
            unit = self._reading.units[code]
            yield UnitDifference(code, unit.name, unit.kind, None, now.get(code), moves[code])


def _moved(applied: Applied, *ledgers: history.Ledger) -> Iterator[tuple[history.Ledger, Any]]:
    """The differences of some of a capture's ledgers."""
    for one in applied.sets:
        if one.ledger in ledgers:
            for found in history.differences(
                applied.connection, one.ledger, one.scope_id, applied.capture_id
            ):
                yield one.ledger, found


def _stood_before(applied: Applied, ledger: history.Ledger) -> bool:
    """Whether an earlier capture wrote anything where this one writes a ledger."""
    return any(
        index_store.has_versions(
            applied.connection, ledger, one.scope_id, besides=applied.capture_id
        )
        for one in applied.sets
        if one.ledger is ledger
    )


def _renamings(applied: Applied) -> Iterator[Renaming]:
    """What differs in the registry; nothing when it was empty before, which is a baseline."""
    if not _stood_before(applied, UNITS):
        return
    codes = index_store.codes_of(applied.connection, tables.unit_codes)
    for _, found in _moved(applied, UNITS):
        before, after = (values and (values[0], values[1]) for values in found[1:])
        yield Renaming(codes[found.key[0]], before, after)


def _standing(one: Standing) -> StandingValues:
    return StandingValues(one.total, one.rank, one.rank_of, one.class_, int(one.has_activity))


def _figure_row(
    units: Mapping[str | None, int], indicators: Mapping[str | None, int], figure: Figure
) -> history.Values:
    return (units[figure.unit_code], indicators[figure.indicator], *figure[2:])
