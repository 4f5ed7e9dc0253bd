"""What the store says of a matter today, from which follows whether it is over; SQL only."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, text

from scrapers.periods import Period
from sync.alert_store import period_in


def troubled_scopes(connection: Connection) -> set[int]:
    """The scopes whose newest daily reading was not accepted: nothing is known of them today."""
    rows = connection.execute(
        text(
            """
            SELECT s.id FROM scopes s
            JOIN capture_log c ON c.id = (SELECT MAX(n.id) FROM capture_log n
                                          WHERE n.scope_id = s.id AND n.is_backfill IS NULL)
            WHERE c.status IN ('refused', 'failed')
            """
        )
    )
    return {number for (number,) in rows}


def abandoned_scopes(connection: Connection, days: int) -> set[int]:
    """The scopes that were not tried on the last so many days on which anything was read."""
    rows = connection.execute(
        text(
            """
            SELECT s.id FROM scopes s
            JOIN capture_log c ON c.id = (SELECT MAX(n.id) FROM capture_log n
                                          WHERE n.scope_id = s.id)
            WHERE c.day < (SELECT CASE WHEN COUNT(*) = :days THEN MIN(d.day) END
                           FROM (SELECT DISTINCT day FROM capture_log WHERE is_backfill IS NULL
                                 ORDER BY day DESC LIMIT :days) d)
            """
        ),
        {"days": days},
    )
    return {number for (number,) in rows}


class SourceScope(NamedTuple):
    """A scope of a source."""

    id: int
    name: str


def scopes_of(connection: Connection, dataset: str, source: str) -> list[SourceScope]:
    """The scopes of a source that were ever read by a daily check or an import."""
    rows = connection.execute(
        text(
            """
            SELECT s.id, s.name FROM scopes s
            WHERE s.dataset = :dataset AND s.source = :source
              AND EXISTS (SELECT 1 FROM capture_log c
                          WHERE c.scope_id = s.id AND c.is_backfill IS NULL)
            """
        ),
        {"dataset": dataset, "source": source},
    )
    return [SourceScope(*row) for row in rows]


class FellFrom(NamedTuple):
    """What an alert's first change says was lost, and what is there now."""

    scope_id: int
    kind: str
    level: str
    indicator_name: str
    before: int | None
    """Hundredths of a point, or a rank, before it fell; None where the store does not say."""
    now: int | None

    @property
    def is_back(self) -> bool:
        """Whether what was lost is there again."""
        if self.before is None or self.now is None:
            return False
        return self.now <= self.before if self.kind == "rank_drop" else self.now >= self.before


def fell_from(connection: Connection, change_id: int, unit_id: int) -> FellFrom | None:
    """What the change that opened an alert says was lost, and what is there now.

    A class is lost with points: the total before is the version that ended with that capture.
    """
    row = connection.execute(
        text(
            """
            SELECT c.scope_id, h.kind, i.level, i.name, before.text AS before_value,
                   ended.score AS ended_score, f.score, t.rank
            FROM change_log h
            JOIN capture_log c ON c.id = h.capture_id
            JOIN indicators i ON i.id = h.indicator_id
            LEFT JOIN texts before ON before.id = h.before_value
            LEFT JOIN figure_versions ended
                   ON ended.scope_id = c.scope_id AND ended.unit_id = :unit
                  AND ended.indicator_id = h.indicator_id AND ended.closed_by = h.capture_id
            LEFT JOIN figure_versions f
                   ON f.scope_id = c.scope_id AND f.unit_id = :unit
                  AND f.indicator_id = h.indicator_id AND f.closed_by IS NULL
            LEFT JOIN standing_versions t
                   ON t.scope_id = c.scope_id AND t.unit_id = :unit AND t.closed_by IS NULL
            WHERE h.id = :change
            """
        ),
        {"change": change_id, "unit": unit_id},
    ).first()
    if row is None:
        return None
    now = row.rank if row.kind == "rank_drop" else row.score
    if row.kind == "rank_drop":
        before = int(row.before_value)
    elif row.kind == "class_change":
        before = row.ended_score
    else:
        before = round(float(row.before_value) * 100)
    return FellFrom(row.scope_id, row.kind, row.level, row.name, before, now)


class RateNow(NamedTuple):
    """A published rate as it stands."""

    scope_id: int
    unit_id: int
    unit_code: str
    unit_name: str
    unit_kind: str
    province_code: str | None
    indicator: str
    indicator_name: str
    level: str
    series: str | None
    period: Period
    has_activity: int | None
    figure: tuple[Any, ...]
    """The values of the figure, in the order of its ledger's columns."""


def rates_now(
    connection: Connection, indicator: str, scopes: list[int], unit_id: int | None = None
) -> list[RateNow]:
    """One indicator in some scopes of the index, of one unit or of all."""
    rows = connection.execute(
        text(
            """
            SELECT s.id AS scope_id, u.id AS unit_id, u.code AS unit_code,
                   u.name AS unit_name, u.kind AS unit_kind, u.province_code,
                   i.code AS indicator, i.name AS indicator_name, i.level, s.series,
                   s.period_type, s.year, s.period_no, t.has_activity,
                   f.score, f.max_score, f.ratio, f.numerator, f.denominator, f.quality
            FROM scopes s
            JOIN figure_versions f ON f.scope_id = s.id AND f.closed_by IS NULL
            JOIN indicators i ON i.id = f.indicator_id AND i.code = :indicator
            JOIN unit_codes u ON u.id = f.unit_id
            LEFT JOIN standing_versions t
                   ON t.scope_id = s.id AND t.unit_id = u.id AND t.closed_by IS NULL
            WHERE s.id IN :scopes AND COALESCE(:unit, u.id) = u.id
            ORDER BY s.id, u.code
            """
        ).bindparams(bindparam("scopes", expanding=True)),
        {"indicator": indicator, "scopes": scopes, "unit": unit_id},
    )
    return [_rate(row) for row in rows]


def _rate(row: Any) -> RateNow:
    values = {name: value for name, value in row._mapping.items() if name in RateNow._fields}
    period = period_in(row)
    assert period is not None
    return RateNow(**values, period=period, figure=tuple(row[-6:]))


def overdue_units(connection: Connection, scope_id: int) -> dict[str, int]:
    """Overdue dossiers by unit (its code, or its name) in a source's last accepted listing."""
    rows = connection.execute(
        text(
            """
            SELECT COALESCE(c.text, n.text, '') AS unit, CAST(SUM(g.number) AS INTEGER) AS number
            FROM (SELECT unit_code, unit_name, COUNT(*) AS number FROM dossier_versions
                  WHERE scope_id = :scope AND closed_by IS NULL AND is_overdue = 1
                  GROUP BY unit_code, unit_name) g
            LEFT JOIN texts c ON c.id = g.unit_code
            LEFT JOIN texts n ON n.id = g.unit_name
            GROUP BY 1
            """
        ),
        {"scope": scope_id},
    )
    return {row.unit: row.number for row in rows}


def overdue_rate_of(connection: Connection, scope_id: int, unit: str) -> float | None:
    """A unit's rate of overdue dossiers, per cent, on the day of the last accepted listing."""
    rate = connection.execute(
        text(
            """
            SELECT o.rate FROM scopes s
            JOIN capture_log c ON c.id = s.last_capture_id
            JOIN overdue_days o ON o.scope_id = s.id AND o.day = c.day AND o.unit = :unit
            WHERE s.id = :scope
            """
        ),
        {"scope": scope_id, "unit": unit},
    ).scalar()
    return None if rate is None else rate / 100


class OverdueRate(NamedTuple):
    """A unit's rate of overdue dossiers on the day of a source's last accepted listing."""

    scope_id: int
    source: str
    unit_code: str | None
    unit_name: str | None
    unit_kind: str | None
    overdue: int
    rate: int
    """Hundredths of a per cent."""


def overdue_rates(connection: Connection, scope_id: int) -> list[OverdueRate]:
    """The rates that are known, of every unit of a source."""
    rows = connection.execute(
        text(
            """
            SELECT s.id, s.source, o.unit_code, o.unit_name, u.kind, o.overdue, o.rate
            FROM scopes s
            JOIN capture_log c ON c.id = s.last_capture_id
            JOIN overdue_days o ON o.scope_id = s.id AND o.day = c.day
            LEFT JOIN unit_codes u ON u.code = o.unit_code
            WHERE s.id = :scope AND o.rate IS NOT NULL
            ORDER BY o.unit
            """
        ),
        {"scope": scope_id},
    )
    return [OverdueRate(*row) for row in rows]


def listings(connection: Connection) -> list[SourceScope]:
    """The scopes of every source of dossiers."""
    rows = connection.execute(text("SELECT id, name FROM scopes WHERE dataset = 'dossiers'"))
    return [SourceScope(*row) for row in rows]


class DecisionNow(NamedTuple):
    """A decision to which a public procedure points."""

    published_at: dt.datetime | None
    """None while it is pending."""


def decision_now(connection: Connection, decision_id: str) -> DecisionNow | None:
    """A decision as it stands; None when no procedure points to it any more."""
    row = connection.execute(
        text(
            "SELECT published_at FROM decision_versions"
            " WHERE decision_id = :id AND closed_by IS NULL"
        ),
        {"id": decision_id},
    ).first()
    if row is None:
        return None
    seconds = row.published_at
    return DecisionNow(None if seconds is None else dt.datetime.fromtimestamp(seconds, dt.UTC))
