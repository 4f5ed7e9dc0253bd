"""How a reading of the index becomes record sets, and what the guard and the rules see of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, select, update

from models import tables
from scrapers.evaluation_groups import GROUPS, TOTAL
from scrapers.periods import Period
from scrapers.records import NATION, Figure, IndexReading, Indicator
from sync import guard, history, wording
from sync.capture import Applied, RecordSet
from sync.capture_log import Scope, numbers, scope_number
from sync.changes import Change, Severity
from sync.guard import Objection
from sync.history import FIGURES, STANDINGS, UNITS, Delta
from sync.rules import index as rules
from sync.rules.differences import Context, Move, Renaming, UnitDifference
from sync.rules.differences import Figure as FigureValues
from sync.rules.differences import Standing as StandingValues
from sync.standings import Classes, Standing, standings

DATASET = "index"
SOURCE = "portal"
SERIES = "current"


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


def index_scope(province_code: str | None, province_name: str, period: Period) -> Scope:
    """The scope of one reading; the nation's table has no province."""
    return Scope(
        dataset=DATASET,
        source=SOURCE,
        name=scope_name(province_code, period),
        label=f"Chỉ số 766, {province_name}, {wording.period(period)}",
        series=SERIES,
        province_code=province_code,
        period=period,
    )


class IndexMaterial:
    """One reading of the index on its way into the store.

    A province's own total and groups belong to the nation's table, so that its rank is told from
    one answer; its metrics belong to its own scope. One reading of each day, the longest open
    period, also keeps the registry of units (`keeps_registry`).
    """

    def __init__(
        self, reading: IndexReading, settings: IndexSettings, *, keeps_registry: bool
    ) -> None:
        self._reading = reading
        self._settings = settings
        self._keeps_registry = keeps_registry
        self._units = list(reading.units.values())
        self._figures = [figure for figure in reading.figures if self._belongs_here(figure)]
        self._standings = standings(self._units, self._figures, settings.classes)

    @property
    def rows(self) -> int:
        """Number of figures."""
        return len(self._figures)

    @property
    def declared_rows(self) -> int | None:
        """Number of units that the portal declares, the same for every group."""
        return max(self._reading.declared.values(), default=None)

    def record_sets(self, connection: Connection, scope_id: int) -> list[RecordSet]:
        """Standings and figures of the scope, and the registry where this reading keeps it."""
        units = self._know_units(connection)
        indicators = _know_indicators(connection, self._reading.indicators)
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
        if self._keeps_registry:
            nation = {NATION} & self._reading.units.keys()
            listed = [u for u in self._units if u.code in self._reading.listed | nation]
            rows = ((units[unit.code], *unit[1:]) for unit in listed)
            sets.append(RecordSet(UNITS, self._registry(connection), rows))
        return sets

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
            before=None if is_first else _before(connection, scope_id, self._head),
            registry=deltas.get(UNITS.name),
        )
        return guard.objections(facts)

    def changes(self, applied: Applied) -> list[Change]:
        """What the rules make of the differences."""
        context = self._context(applied)
        figures = rules.index_changes(self._differences(applied, context), context)
        return [*rules.registry_changes(_renamings(applied)), *figures]

    @property
    def _head(self) -> str:
        """The unit that has figures but is no unit of the list: the province, or the nation."""
        return self._reading.province_code or NATION

    def _belongs_here(self, figure: Figure) -> bool:
        is_province = figure.unit_code == self._reading.province_code
        return not (is_province and (figure.indicator == TOTAL.code or figure.indicator in GROUPS))

    def _registry(self, connection: Connection) -> int:
        code = self._reading.province_code
        scope = Scope(DATASET, SOURCE, f"{code or NATION}/units", "", SERIES, code)
        return scope_number(connection, scope)

    def _know_units(self, connection: Connection) -> dict[str | None, int]:
        """Numbers for all units; names as the registry's reading has them, or as first seen."""
        codes = {figure.unit_code for figure in self._figures} | set(self._reading.units)
        known = connection.execute(select(tables.unit_codes.c.code, tables.unit_codes.c.name)).all()
        names = {row.code: row.name for row in known}
        new = [{"code": code} for code in sorted(codes - set(names))]
        if new:
            connection.execute(tables.unit_codes.insert(), new)
        renamed = [
            {"b_code": unit.code, "name": unit.name, "kind": unit.kind, "in": unit.province_code}
            for unit in self._units
            if names.get(unit.code) is None
            or (self._keeps_registry and names[unit.code] != unit.name)
        ]
        if renamed:
            connection.execute(
                update(tables.unit_codes)
                .where(tables.unit_codes.c.code == bindparam("b_code"))
                .values(
                    name=bindparam("name"), kind=bindparam("kind"), province_code=bindparam("in")
                ),
                renamed,
            )
        return numbers(connection, tables.unit_codes, codes)

    def _context(self, applied: Applied) -> Context:
        period, previous = self._reading.period, applied.previous
        was_closed = previous is not None and previous.day > period.last_day
        is_closed = applied.day > period.last_day
        just_closed = previous is not None and is_closed and not was_closed
        province = self._reading.province_code
        totals = _totals_of(applied.connection, province, period.previous()) if just_closed else {}
        watched = self._settings.watched_provinces
        return Context(
            period=period,
            is_baseline=previous is None,
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
        codes = _codes(applied.connection, tables.unit_codes)
        indicators = _codes(applied.connection, tables.indicators)
        now = {one.unit_code: _standing(one) for one in self._standings}
        stood: dict[str, StandingValues | None] = {}
        moves: dict[str, dict[str, Move]] = defaultdict(dict)
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


def _moved(applied: Applied, *ledgers: history.Ledger) -> Iterator[tuple[history.Ledger, Any]]:
    """The differences of some of a capture's ledgers."""
    for one in applied.sets:
        if one.ledger in ledgers:
            for found in history.differences(
                applied.connection, one.ledger, one.scope_id, applied.capture_id
            ):
                yield one.ledger, found


def _renamings(applied: Applied) -> Iterator[Renaming]:
    """What differs in the registry; nothing when it was empty before, which is a baseline."""
    registries = [one.scope_id for one in applied.sets if one.ledger is UNITS]
    if not any(_was_known(applied, scope_id) for scope_id in registries):
        return
    codes = _codes(applied.connection, tables.unit_codes)
    for _, found in _moved(applied, UNITS):
        before, after = (values and (values[0], values[1]) for values in found[1:])
        yield Renaming(codes[found.key[0]], before, after)


def _was_known(applied: Applied, registry_id: int) -> bool:
    versions = tables.unit_versions.c
    older = select(versions.unit_id).where(
        versions.scope_id == registry_id, versions.opened_by != applied.capture_id
    )
    return applied.connection.execute(older.limit(1)).first() is not None


def _before(connection: Connection, scope_id: int, head: str) -> guard.Before:
    """What the last accepted capture of a scope held, for the guard."""
    standing, figure = tables.standing_versions.c, tables.figure_versions.c
    active = connection.execute(
        select(func.count())
        .select_from(tables.standing_versions)
        .join(tables.unit_codes, tables.unit_codes.c.id == standing.unit_id)
        .where(
            standing.scope_id == scope_id,
            standing.closed_by.is_(None),
            standing.has_activity == 1,
            tables.unit_codes.c.code != head,
        )
    ).scalar_one()
    groups = connection.execute(
        select(tables.indicators.c.code, func.count(figure.unit_id.distinct()).label("n"))
        .join(tables.indicators, tables.indicators.c.id == figure.indicator_id)
        .where(
            figure.scope_id == scope_id,
            figure.closed_by.is_(None),
            tables.indicators.c.code.in_(GROUPS),
        )
        .group_by(tables.indicators.c.code)
    )
    return guard.Before(active, {row.code: row.n for row in groups})


def _totals_of(connection: Connection, province: str | None, period: Period) -> dict[str, int]:
    """Totals of active units in another period of the same province, as they stand."""
    standing, scopes = tables.standing_versions.c, tables.scopes.c
    rows = connection.execute(
        select(tables.unit_codes.c.code, standing.total)
        .join(tables.unit_codes, tables.unit_codes.c.id == standing.unit_id)
        .join(tables.scopes, scopes.id == standing.scope_id)
        .where(
            scopes.dataset == DATASET,
            scopes.source == SOURCE,
            scopes.name == scope_name(province, period),
            standing.closed_by.is_(None),
            standing.has_activity == 1,
            standing.total.is_not(None),
        )
    )
    return {row.code: row.total for row in rows}


def _know_indicators(
    connection: Connection, indicators: Mapping[str, Indicator]
) -> dict[str | None, int]:
    """Numbers for all indicators, new ones written down."""
    known = numbers(connection, tables.indicators, indicators)
    new = [one._asdict() for code, one in sorted(indicators.items()) if code not in known]
    if not new:
        return known
    connection.execute(tables.indicators.insert(), new)
    return numbers(connection, tables.indicators, indicators)


def _codes(connection: Connection, table: Table) -> dict[int, str]:
    """Number -> code."""
    return {row.id: row.code for row in connection.execute(select(table.c.id, table.c.code))}


def _standing(one: Standing) -> StandingValues:
    return StandingValues(one.total, one.rank, one.rank_of, one.class_, int(one.has_activity))


def _figure_row(
    units: Mapping[str | None, int], indicators: Mapping[str | None, int], figure: Figure
) -> history.Values:
    return (units[figure.unit_code], indicators[figure.indicator], *figure[2:])
