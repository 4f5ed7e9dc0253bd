"""A store in which captures, changes and figures are laid down by hand, for tests of alerts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, text, update

from models import tables
from scrapers.periods import Period
from sync.alerts import update_alerts
from sync.capture_log import Scope, insert_changes, scope_number
from sync.changes import Change, Severity
from sync.config import Config, load
from sync.store import reading, writing

START = dt.datetime(2026, 11, 26, 0, 0, tzinfo=dt.UTC)
QUARTER = Period("quarter", 2026, 4)
INFO, WARNING, CRITICAL = Severity.info, Severity.warning, Severity.critical
UNIT, NAME = "H01.10", "Sở Y tế"


class World:
    """One store, one configuration, and a day that moves on; `scope` numbers are given by name."""

    def __init__(self, engine: Engine, folder: Path, more: str = "") -> None:
        self.engine, self.folder = engine, folder
        self.configure(more)
        self.now = START
        with writing(engine) as connection:
            connection.execute(
                tables.unit_codes.insert(),
                [
                    {"code": code, "name": name, "kind": kind, "province_code": "H01"}
                    for code, name, kind in (
                        (UNIT, NAME, "department"),
                        ("H01.11", "Sở Tư pháp", "department"),
                        ("H01", "UBND tỉnh An Giang", "province"),
                    )
                ],
            )
            connection.execute(
                tables.indicators.insert(),
                [
                    {"code": code, "level": level, "group_code": group, "name": name}
                    for code, level, group, name in (
                        ("TOTAL", "total", None, "Tổng điểm"),
                        ("REUSED", "metric", "MDSH", "Tái sử dụng"),
                    )
                ],
            )

    def configure(self, more: str) -> None:
        """Use another configuration from now on."""
        path = self.folder / "config.toml"
        path.write_text(f'[index]\nprovinces = ["H01"]\n{more}', encoding="utf-8")
        self.config: Config = load(path)

    def later(self, days: float = 1) -> None:
        """Move on."""
        self.now += dt.timedelta(days=days)

    def index(self, period: Period = QUARTER, province: str = "H01") -> Scope:
        """A scope of the index."""
        owner = None if province == "VN" else province
        name = f"{province}/{period}"
        return Scope("index", "portal", name, name, "current", owner, period)

    def listing(self, source: str = "quantri") -> Scope:
        """A source of dossiers."""
        return Scope("dossiers", source, source, source)

    def procedures(self, name: str) -> Scope:
        """A scope of the catalogue."""
        return Scope("procedures", "portal", name, name)

    def capture(
        self,
        scope: Scope,
        *changes: Change,
        status: str = "accepted",
        is_backfill: bool = False,
    ) -> int:
        """One reading with what it told; returns its number."""
        day = (self.now + dt.timedelta(hours=7)).date().isoformat()
        with writing(self.engine) as connection:
            scope_id = scope_number(connection, scope)
            inserted = connection.execute(
                tables.captures.insert().values(
                    scope_id=scope_id,
                    started_at=self.now,
                    completed_at=self.now,
                    day=day,
                    status=status,
                    requests=0,
                    is_backfill=1 if is_backfill else None,
                )
            )
            assert inserted.inserted_primary_key is not None
            number = int(inserted.inserted_primary_key[0])
            insert_changes(connection, number, changes)
            if status in ("accepted", "unchanged"):
                connection.execute(
                    update(tables.scopes)
                    .where(tables.scopes.c.id == scope_id)
                    .values(last_capture_id=number)
                )
        return number

    def version(
        self, table: str, capture: int, key: dict[str, Any], values: dict[str, Any] | None
    ) -> None:
        """End the open version of a key with a capture, and begin another unless it is gone."""
        where = " AND ".join(f"{name} = :{name}" for name in key)
        row = {"opened_by": capture, **key, "hash": capture, **(values or {})}
        with writing(self.engine) as connection:
            row["scope_id"] = connection.execute(
                select(tables.captures.c.scope_id).where(tables.captures.c.id == capture)
            ).scalar_one()
            connection.execute(
                text(
                    f"UPDATE {table} SET closed_by = :opened_by"
                    f" WHERE scope_id = :scope_id AND closed_by IS NULL AND {where}"
                ),
                {name: row[name] for name in ("opened_by", "scope_id", *key)},
            )
            if values is not None:
                names = ", ".join(row)
                bound = ", ".join(f":{name}" for name in row)
                connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({bound})"), row)

    def figure(
        self, capture: int, indicator: str = "TOTAL", unit: str = UNIT, **values: int | None
    ) -> None:
        """What a figure is from a capture on; hundredths."""
        key = {
            "unit_id": self.number("unit_codes", unit),
            "indicator_id": self.number("indicators", indicator),
        }
        self.version("figure_versions", capture, key, values)

    def standing(self, capture: int, rank: int | None, unit: str = UNIT) -> None:
        """A unit's rank from a capture on; a unit without a rank has no activity."""
        key = {"unit_id": self.number("unit_codes", unit)}
        values = {"rank": rank, "rank_of": 15, "has_activity": int(rank is not None)}
        self.version("standing_versions", capture, key, values)

    def overdue(self, capture: int, code: str, *, is_overdue: bool, unit: str = UNIT) -> None:
        """Whether a dossier is overdue from a capture on."""
        with writing(self.engine) as connection:
            connection.execute(
                text("INSERT INTO texts (text) VALUES (:unit) ON CONFLICT DO NOTHING"),
                {"unit": unit},
            )
        values = {
            "unit_code": self.number("texts", unit, "text"),
            "due_is_date_only": 1,
            "is_overdue": int(is_overdue),
        }
        self.version("dossier_versions", capture, {"code": code}, values)

    def rate(self, scope: Scope, rate: int | None, unit: str = UNIT) -> None:
        """A unit's rate of overdue dossiers today, in hundredths of a per cent."""
        with writing(self.engine) as connection:
            connection.execute(
                text(
                    "INSERT INTO overdue_days (scope_id, day, unit, unit_code, unit_name, overdue,"
                    " new, gone, returned, rate) SELECT :scope, :day, code, code, name, 1, 0, 0, 0,"
                    " :rate FROM unit_codes WHERE code = :unit"
                ),
                {
                    "scope": scope_number(connection, scope),
                    "day": (self.now + dt.timedelta(hours=7)).date().isoformat(),
                    "unit": unit,
                    "rate": rate,
                },
            )

    def number(self, table: str, code: str, column: str = "code") -> int:
        """The number of a code."""
        with reading(self.engine) as connection:
            query = f"SELECT id FROM {table} WHERE {column} = :code"
            return int(connection.execute(text(query), {"code": code}).scalar_one())

    def update(self) -> None:
        """What happens after a check."""
        with writing(self.engine) as connection:
            update_alerts(connection, self.config, self.now)

    def told(self, scope: Scope, *changes: Change) -> int:
        """A reading, and what the alerts make of it."""
        capture = self.capture(scope, *changes)
        self.update()
        return capture

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query, as plain tuples."""
        with reading(self.engine) as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def states(self) -> dict[str, str]:
        """Matter -> state."""
        return dict(self.rows("SELECT matter, state FROM alert_log ORDER BY id"))

    def events(self) -> list[str]:
        """What happened, in order."""
        return [event for (event,) in self.rows("SELECT event FROM alert_events ORDER BY id")]

    def last_message(self) -> str:
        """What the newest event says."""
        rows = self.rows("SELECT message FROM alert_events ORDER BY id DESC LIMIT 1")
        return str(rows[0][0])


def drop(severity: Severity = WARNING, kind: str = "score_drop", **values: Any) -> Change:
    """A change of the unit's total."""
    blank = Change(
        "index", kind, severity, f"{NAME}: {kind}.", UNIT, indicator="TOTAL", before="68.90"
    )
    return blank._replace(**values)


def dossier(kind: str, code: str, severity: Severity = WARNING, **values: Any) -> Change:
    """A change of a dossier of the unit."""
    blank = Change("dossiers", kind, severity, f"Hồ sơ {code}.", UNIT, subject=code, unit_name=NAME)
    return blank._replace(**values)


def trouble(scope: Scope, kind: str = "source_failed") -> Change:
    """A source that could not be read."""
    return Change("system", kind, WARNING, f"{scope.label}: không đọc được.", subject=scope.name)


def about_procedure(kind: str, subject: str, severity: Severity = WARNING) -> Change:
    """A change of a procedure or a decision."""
    return Change("procedures", kind, severity, f"{kind} {subject}.", "H01", subject=subject)
