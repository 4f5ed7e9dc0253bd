"""What the store knows of the index: units, indicators, what stood before; SQL only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, Table, bindparam, func, select, update

from models import tables
from scrapers.evaluation_groups import GROUPS
from scrapers.records import Indicator, Unit
from sync import clock
from sync.capture_log import BAD, Scope, numbers
from sync.guard import Before
from sync.history import Ledger


def know_units(
    connection: Connection, codes: Collection[str], units: Iterable[Unit], *, rename: bool
) -> dict[str | None, int]:
    """Numbers for all codes; names as the registry's reading has them (`rename`), or first seen."""
    columns = tables.unit_codes.c
    known = connection.execute(
        select(columns.code, columns.name, columns.kind, columns.province_code)
    ).all()
    called = {row.code: tuple(row[1:]) for row in known}
    new = [{"code": code} for code in sorted(set(codes) - set(called))]
    if new:
        connection.execute(tables.unit_codes.insert(), new)
    nameless = (None, None, None)
    renamed = [
        {"b_code": unit.code, "name": unit.name, "kind": unit.kind, "in": unit.province_code}
        for unit in units
        if (called.get(unit.code) or nameless)[0] is None
        or (rename and called[unit.code] != unit[1:4])
    ]
    if renamed:
        connection.execute(
            update(tables.unit_codes)
            .where(columns.code == bindparam("b_code"))
            .values(name=bindparam("name"), kind=bindparam("kind"), province_code=bindparam("in")),
            renamed,
        )
    return numbers(connection, tables.unit_codes, codes)


def know_indicators(
    connection: Connection, indicators: Mapping[str, Indicator]
) -> dict[str | None, int]:
    """Numbers for all indicators, new ones written down."""
    known = numbers(connection, tables.indicators, indicators)
    new = [one._asdict() for code, one in sorted(indicators.items()) if code not in known]
    if not new:
        return known
    connection.execute(tables.indicators.insert(), new)
    return numbers(connection, tables.indicators, indicators)


def codes_of(connection: Connection, table: Table) -> dict[int, str]:
    """Number -> code."""
    return {row.id: row.code for row in connection.execute(select(table.c.id, table.c.code))}


def has_versions(
    connection: Connection, ledger: Ledger, scope_id: int, *, besides: int = 0
) -> bool:
    """Whether any capture, or any other than `besides`, wrote a ledger in a scope."""
    versions = ledger.table.c
    found = select(versions.opened_by).where(
        versions.scope_id == scope_id, versions.opened_by != besides
    )
    return connection.execute(found.limit(1)).first() is not None


def was_checked(connection: Connection, capture_id: int) -> bool:
    """Whether the scope of a capture had a believed one before that was not of the past."""
    captures, this = tables.captures.c, tables.captures.alias("this")
    found = (
        select(captures.id)
        .join(this, this.c.scope_id == captures.scope_id)
        .where(
            this.c.id == capture_id,
            captures.id < capture_id,
            captures.status.not_in(BAD),
            captures.is_backfill.is_(None),
        )
    )
    return connection.execute(found.limit(1)).first() is not None


def before(connection: Connection, scope_id: int, head: str) -> Before:
    """What the last accepted capture of a scope held, for the guard; `head` is no listed unit."""
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
    return Before(active, {row.code: row.n for row in groups})


def totals_of(connection: Connection, scope: Scope) -> dict[str, int]:
    """Totals of the active units of a scope, in hundredths, as they stand."""
    standing, scopes = tables.standing_versions.c, tables.scopes.c
    rows = connection.execute(
        select(tables.unit_codes.c.code, standing.total)
        .join(tables.unit_codes, tables.unit_codes.c.id == standing.unit_id)
        .join(tables.scopes, scopes.id == standing.scope_id)
        .where(
            scopes.dataset == scope.dataset,
            scopes.source == scope.source,
            scopes.name == scope.name,
            standing.closed_by.is_(None),
            standing.has_activity == 1,
            standing.total.is_not(None),
        )
    )
    return {row.code: row.total for row in rows}


def days_read(
    connection: Connection, source: str, scope_name: str | None = None
) -> dict[str, dt.date]:
    """Scope -> day in Viet Nam of its last believed reading, for the periods of a source."""
    scopes, captures = tables.scopes.c, tables.captures.c
    wanted = scopes.period_type.is_not(None) if scope_name is None else scopes.name == scope_name
    rows = connection.execute(
        select(scopes.name, captures.completed_at)
        .join(tables.captures, captures.id == scopes.last_capture_id)
        .where(scopes.dataset == "index", scopes.source == source, wanted)
    )
    return {row.name: clock.day_of(row.completed_at) for row in rows}


def listed_ids(connection: Connection, scope: Scope, registry: Scope) -> dict[str, str | None]:
    """Unit code -> the portal's id, for the units with figures in a scope as they stand.

    The id is that of the scope's own units, or of the registry; None where neither has one.
    """
    standing, versions, scopes = (
        tables.standing_versions.c,
        tables.unit_versions.c,
        tables.scopes.c,
    )
    of_source = select(scopes.id).where(
        scopes.dataset == scope.dataset, scopes.source == scope.source
    )
    homes = of_source.where(scopes.name.in_((scope.name, registry.name)))
    rows = connection.execute(
        select(tables.unit_codes.c.code, func.max(versions.portal_id).label("portal_id"))
        .select_from(tables.standing_versions)
        .join(tables.unit_codes, tables.unit_codes.c.id == standing.unit_id)
        .outerjoin(
            tables.unit_versions,
            (versions.unit_id == standing.unit_id)
            & versions.scope_id.in_(homes)
            & versions.closed_by.is_(None),
        )
        .where(
            standing.scope_id.in_(of_source.where(scopes.name == scope.name)),
            standing.closed_by.is_(None),
        )
        .group_by(tables.unit_codes.c.code)
    )
    return {row.code: row.portal_id for row in rows}
