"""A person's word on a capture: believe a refused one, take back one that was believed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, delete, select, update

from models import tables
from scrapers import procedures
from scrapers.archive import Answer, read_archive, replay
from scrapers.errors import ScrapeError
from scrapers.periods import Period, period_type
from sync import clock, history, sources
from sync.alert_store import forget_changes
from sync.capture import Material, Outcome, settle
from sync.capture_log import TAKEN_BACK, Scope
from sync.config import Config
from sync.dossiers import DossierMaterial, dossier_scope
from sync.failures import Failure
from sync.index import IndexMaterial, index_scope
from sync.listing_sources import dossier_settings, lists_of
from sync.overdue_days import recount_day
from sync.procedure_sources import procedure_settings
from sync.procedures import CatalogueMaterial, procedure_scope
from sync.set_aside import from_answers
from sync.store import writing

LEDGERS = (
    history.STANDINGS,
    history.FIGURES,
    history.UNITS,
    history.DOSSIERS,
    history.LISTED,
    history.PROCEDURES,
    history.DECISIONS,
)


class DecisionError(Failure):
    """The decision cannot be carried out; the message says why."""

    exit_code = 2


def accept_capture(config: Config, engine: Engine, capture_id: int) -> Outcome:
    """Read a refused capture's raw answers again and store them, whatever the guard thinks.

    Raises DecisionError when it was not refused, is no longer the newest, or cannot be read.
    """
    with writing(engine) as connection:
        row = captured(connection, capture_id)
        if row.status != "refused" or row.decision == "rejected":
            raise DecisionError(
                f"capture {capture_id} is {row.decision or row.status}, not refused."
            )
        if (row.last_capture_id or 0) > capture_id:
            raise DecisionError(
                f"capture {row.last_capture_id} of the same scope is newer and was accepted; "
                f"there is nothing left to accept in {capture_id}."
            )
        scope, material = read_again(config, row)
        _decide(connection, capture_id, "accepted")
        return settle(connection, scope, capture_id, material, overrule=True)


def reject_capture(engine: Engine, capture_id: int) -> None:
    """Take back what a capture stored, or confirm that a refused one stays refused.

    Raises DecisionError when a newer capture of the scope stands on it.
    """
    with writing(engine) as connection:
        row = captured(connection, capture_id)
        if row.status == "failed":
            raise DecisionError(f"capture {capture_id} failed; it stored nothing.")
        if row.status != "refused":
            take_back(connection, row)
        _decide(connection, capture_id, "rejected")


def take_back(connection: Connection, row: Any) -> None:
    """Undo what a capture (its row with its scope's) stored. Raises DecisionError."""
    if row.last_capture_id != row.id:
        raise DecisionError(
            f"capture {row.last_capture_id} of the same scope is newer; reject that one first."
        )
    registry = connection.execute(
        select(tables.scopes.c.id).where(
            tables.scopes.c.dataset == row.dataset,
            tables.scopes.c.source == row.source,
            tables.scopes.c.name == f"{row.name.split('/')[0]}/units",
        )
    ).scalar()
    for ledger in LEDGERS:
        history.undo(connection, ledger, row.scope_id, row.id)
    if registry is not None:
        history.undo(connection, history.UNITS, registry, row.id)
    forget_changes(connection, row.id)
    reads = tables.procedure_reads
    connection.execute(delete(reads).where(reads.c.capture_id == row.id))
    connection.execute(delete(tables.changes).where(tables.changes.c.capture_id == row.id))
    if row.dataset == "dossiers":
        recount_day(connection, row.scope_id, row.day)
    connection.execute(
        update(tables.scopes)
        .where(tables.scopes.c.last_capture_id == row.id)
        .values(last_capture_id=row.previous_id)
    )
    connection.execute(
        update(tables.captures)
        .where(tables.captures.c.id == row.id)
        .values(
            status="refused",
            reason=TAKEN_BACK,
            explanation="Đã được người phụ trách bỏ ra",
        )
    )


def read_again(config: Config, row: Any) -> tuple[Scope, Material]:
    """What a capture's raw answers say, by today's code."""
    if row.archive is None or config.archive_folder is None:
        raise DecisionError(f"the raw answers of capture {row.id} were not kept.")
    try:
        answers = list(read_archive(config.archive_folder / row.archive))
        if row.dataset == "procedures":
            return procedure_scope(row.name), _catalogue(config, answers)
        if row.dataset == "dossiers":
            return dossier_scope(row.source), _listing(config, row, answers)
        return _index(config, row, answers)
    except FileNotFoundError:
        raise DecisionError(
            f"the raw answers of capture {row.id}, {row.archive}, are no longer in the archive "
            "([store] archive_days tells how long they are kept); nothing can be read again."
        ) from None
    except (ScrapeError, OSError, LookupError) as error:
        raise DecisionError(
            f"the raw answers of capture {row.id} hold no reading: {error}"
        ) from error


def _index(config: Config, row: Any, answers: list[Answer]) -> tuple[Scope, Material]:
    period = Period(period_type(row.period_type), row.year, row.period_no)
    reading = sources.read_kept(answers, row.series, period, row.province_code)
    registry = row.is_backfill is None and sources.keeps_registry(
        config, clock.day_of(row.completed_at), period
    )
    material = IndexMaterial(
        reading,
        sources.index_settings(config),
        keeps_registry=registry,
        series=row.series,
        of_past=row.is_backfill is not None,
    )
    label = row.province_code or "cả nước"
    return index_scope(row.province_code, label, period, row.series), material


class _Believed:
    """What a person has believed declares nothing and objects to nothing."""

    declared_total = None

    def objections(self) -> list[tuple[str, str]]:
        """None."""
        return []


def _listing(config: Config, row: Any, answers: list[Answer]) -> Material:
    """A listing that was set aside, of the instant that it showed."""
    columns = list(from_answers(answers))
    settings = dossier_settings(config, lists_of(config, row.source))
    return DossierMaterial(lambda: columns, _Believed(), settings, row.completed_at)


def _catalogue(config: Config, answers: list[Answer]) -> Material:
    """A list that was refused as too short; what is gone with it has no state to tell."""
    reading = procedures.read_catalogue(replay(answers))
    return CatalogueMaterial(reading, {}, procedure_settings(config))


def captured(connection: Connection, capture_id: int) -> Any:
    """The row of a capture with that of its scope. Raises DecisionError when there is none."""
    row = connection.execute(
        select(tables.captures, tables.scopes)
        .join(tables.scopes, tables.scopes.c.id == tables.captures.c.scope_id)
        .where(tables.captures.c.id == capture_id)
    ).first()
    if row is None:
        raise DecisionError(f"there is no capture {capture_id}; see `dvcqg captures`.")
    return row


def _decide(connection: Connection, capture_id: int, decision: str) -> None:
    now = clock.now()
    connection.execute(
        update(tables.captures)
        .where(tables.captures.c.id == capture_id)
        .values(decision=decision, decided_at=now, day=clock.day_of(now).isoformat())
    )
