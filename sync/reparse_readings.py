"""A capture read again: from its raw answers by today's code, or from what the store has of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Engine, text

from scrapers import procedures as procedure_scraper
from scrapers.archive import Answer, replay
from scrapers.errors import NotKept, Refused, ScrapeError, Unreachable, Unusable
from scrapers.former_provinces import provinces_in
from scrapers.http import Ask, is_answer
from scrapers.procedure_records import Procedure
from scrapers.provinces import PROVINCES
from sync import sources
from sync.capture import Material, RecordSet
from sync.capture_log import Scope, scope_number
from sync.config import Config
from sync.history import FIGURES, LISTED, PROCEDURES, STANDINGS, UNITS, Ledger, Values
from sync.index import IndexMaterial, index_scope, registry_scope
from sync.procedure_sources import procedure_readings, procedure_settings
from sync.procedures import DetailsMaterial, procedure_scope
from sync.reparse_plan import Taken
from sync.series import LEGACY


def scope_of(taken: Taken) -> Scope:
    """The scope of a capture, named as it was when it was read."""
    if taken.dataset == "procedures":
        return procedure_scope(taken.scope)
    assert taken.period is not None
    label = "cả nước"
    if taken.province_code is not None:
        known = provinces_in(taken.period)
        is_today = taken.is_backfill is None and taken.province_code in PROVINCES
        code = taken.province_code
        label = PROVINCES[code].name if is_today else known.get(code, code)
    return index_scope(taken.province_code, label, taken.period, taken.series)


def material_of(
    config: Config, engine: Engine, taken: Taken, answers: Sequence[Answer]
) -> Material:
    """What the raw answers of a capture say today; `engine` has the store as it was then.

    Raises NotKept where today's code asks something else, or got no answer then, and ScrapeError
    for what cannot be believed.
    """
    answers = [one for one in answers if is_answer(one)]
    if not answers:
        raise NotKept("the archive holds no answer that was let through.")
    if taken.dataset == "index":
        return _index(config, taken, answers)
    if taken.scope == "details":
        return _details(config, taken, answers)
    readings = procedure_readings(config, engine, replay(answers), taken.own_day)
    return next(readings).reading.fetch()


def keeps_registry(config: Config, taken: Taken) -> bool:
    """Whether a daily capture of the index also kept the registry of units."""
    if taken.is_backfill or taken.period is None:
        return False
    day = taken.own_day if taken.asked_on is None else dt.date.fromisoformat(taken.asked_on)
    return sources.keeps_registry(config, day, taken.period)


def _index(config: Config, taken: Taken, answers: Sequence[Answer]) -> Material:
    assert taken.period is not None
    return IndexMaterial(
        sources.read_kept(answers, taken.series, taken.period, taken.province_code),
        sources.index_settings(config),
        keeps_registry=keeps_registry(config, taken),
        series=taken.series,
        of_past=taken.is_backfill is not None,
    )


def _details(config: Config, taken: Taken, answers: Sequence[Answer]) -> Material:
    """The details that came; those that could not be read then had no usable answer either."""
    ask: Ask = replay(answers)
    came: list[Procedure] = []
    failed: list[ScrapeError] = []
    ids = list(dict.fromkeys(str(one.request["id"]) for one in answers))
    for procedure_id in ids:
        try:
            came.append(procedure_scraper.read_procedure(ask, procedure_id))
        except (Unusable, Unreachable, Refused) as error:
            failed.append(error)
    if not came and failed and taken.rows != 0:
        raise failed[0]
    asked = taken.declared_rows if taken.declared_rows is not None else len(ids)
    return DetailsMaterial(came, asked, procedure_settings(config))


def stored_sets(
    stored: Connection, again: Connection, config: Config, taken: Taken
) -> list[RecordSet]:
    """What the store says that a capture brought, as sets for the one that is read again."""
    if taken.dataset == "procedures":
        if taken.scope == "catalogue":
            return [_standing(stored, LISTED, taken, taken.scope_id)]
        rows = _rows(stored, PROCEDURES, taken, taken.scope_id, "v.opened_by = :capture")
        # They are some of the details, so absence means nothing.
        return [RecordSet(PROCEDURES, taken.scope_id, rows, is_partial=True)]
    sets = [_standing(stored, one, taken, taken.scope_id) for one in (STANDINGS, FIGURES)]
    home = taken.scope_id
    if taken.series != LEGACY:
        home = scope_number(again, registry_scope(taken.province_code))
        if not (keeps_registry(config, taken) or _wrote(stored, UNITS, taken, home)):
            return sets
    return [*sets, _standing(stored, UNITS, taken, home)]


def _standing(stored: Connection, ledger: Ledger, taken: Taken, scope_id: int) -> RecordSet:
    """Everything that stood in a scope after the capture."""
    stood = "v.opened_by <= :capture AND (v.closed_by IS NULL OR v.closed_by > :capture)"
    return RecordSet(ledger, scope_id, _rows(stored, ledger, taken, scope_id, stood))


def _rows(
    stored: Connection, ledger: Ledger, taken: Taken, scope_id: int, which: str
) -> Iterator[Values]:
    columns = ledger.in_sql("v", (*ledger.key, *ledger.values))
    rows = stored.execute(
        text(f"SELECT {columns} FROM {ledger.name} v WHERE v.scope_id = :scope AND {which}"),
        {"scope": scope_id, "capture": taken.id},
    )
    return map(tuple, rows)


def _wrote(stored: Connection, ledger: Ledger, taken: Taken, scope_id: int) -> bool:
    found = stored.execute(
        text(
            f"SELECT 1 FROM {ledger.name} WHERE scope_id = :scope"
            " AND (opened_by = :capture OR closed_by = :capture) LIMIT 1"
        ),
        {"scope": scope_id, "capture": taken.id},
    )
    return found.first() is not None
