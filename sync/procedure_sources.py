"""Which readings of the procedure catalogue are due, and how each is fetched.

Details are read by these rules, by number:

1. First those that were never read, newest first; then those whose line in the list has changed;
   then the ones that were checked least recently.
2. `daily` reads each again every day, `weekly` every seven days, `new-only` when rule 1's first two
   ask for it.
3. A check stops after `detail_minutes`; the next one goes on where it stopped. Every capture of
   `BATCH` details is kept at once, so a killed check has lost one capture at most.
4. A detail that cannot be read is left out and named. Three without any answer in a row, or a
   refusal, ends the reading. A capture of which more (and at least ten) fail than come ends it too,
   but first those of rule 1's last part have their turn: what fails for ever comes before them
   every day.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from typing import NamedTuple

from sqlalchemy import Connection, Engine, text

from scrapers import procedures as scraper
from scrapers.errors import Incomplete, NotAsked, Refused, ScrapeError, Unreachable, Unusable
from scrapers.http import Ask
from scrapers.procedure_records import CatalogueReading, Procedure
from scrapers.records import clean
from sync.capture import Reading
from sync.catalogue_store import PublishLimits
from sync.config import Config
from sync.procedures import (
    ALWAYS_ALLOWED_GONE,
    CatalogueMaterial,
    DecisionsMaterial,
    DetailsMaterial,
    NothingMissing,
    ProcedureSettings,
    procedure_scope,
)
from sync.rules.watch import Watch
from sync.store import reading as read_store

BATCH = 200
MOST_SILENCES = 3
MANY_FAILURES = 10
MOST_NAMED = 5
REFRESH_DAYS = {"daily": 1, "weekly": 7}

CATALOGUE = procedure_scope("catalogue")
DECISIONS = procedure_scope("decisions")
MISSING = procedure_scope("missing")


class Planned(NamedTuple):
    """A reading, and how many are known to follow it."""

    reading: Reading
    following: int


def procedure_settings(config: Config) -> ProcedureSettings:
    """What the rules of the catalogue need of the configuration."""
    lists, limits = config.procedures.watch, config.procedures.publish_within
    own = frozenset(config.index.province_codes)
    return ProcedureSettings(
        Watch(
            own=own if config.index.provinces != ("all",) else frozenset(),
            agencies=lists.agencies,
            fields=lists.fields,
            levels=lists.levels,
            words=tuple(clean(word) for word in lists.words),
        ),
        PublishLimits(limits.province, limits.ministry),
    )


def procedure_readings(
    config: Config, engine: Engine, ask: Ask, today: dt.date, *, is_limited: bool = True
) -> Iterator[Planned]:
    """The readings of the catalogue due today. Each is to be taken before the next is asked for:
    which details are due follows from the list. `is_limited` obeys `detail_minutes`.
    """
    settings = procedure_settings(config)
    yield Planned(Reading(CATALOGUE, lambda: _catalogue(engine, ask, settings)), 2)
    with read_store(engine) as connection:
        due = due_details(connection, config.procedures.detail_refresh, today)
        is_known = _listed_ids(connection) != {}
        was_missing = _was_missing(connection)
    seconds = config.procedures.detail_minutes * 60 if is_limited else float("inf")
    pass_ = DetailPass(ask, settings, due, time.monotonic() + seconds)
    yield from pass_.readings()
    if is_known:
        yield Planned(Reading(DECISIONS, lambda: DecisionsMaterial(settings)), 1)
    if pass_.gap is not None or (was_missing and pass_.has_read):
        yield Planned(Reading(MISSING, pass_.confess), 0)


class Due(NamedTuple):
    """The ids of the details that are due, in the order of rule 1."""

    ids: list[str]
    urgent: int
    """So many in front were never read, or have changed in the list."""


def due_details(connection: Connection, refresh: str, today: dt.date) -> Due:
    """The details that are due on a day by rules 1 and 2."""
    age = REFRESH_DAYS.get(refresh)
    newest = (today - dt.timedelta(days=age)).isoformat() if age else ""
    rows = connection.execute(
        text(
            """
            SELECT l.procedure_id,
                   CASE WHEN r.capture_id IS NULL THEN 0
                        WHEN l.opened_by > r.capture_id THEN 1 ELSE 2 END AS turn
            FROM listed_versions l
            LEFT JOIN procedure_reads r ON r.procedure_id = l.procedure_id
            LEFT JOIN capture_log c ON c.id = r.capture_id
            WHERE l.closed_by IS NULL
              AND (r.capture_id IS NULL OR l.opened_by > r.capture_id OR c.day <= :newest)
            ORDER BY turn, CASE WHEN r.capture_id IS NULL THEN 0 ELSE r.capture_id END,
                     l.procedure_id DESC
            """
        ),
        {"newest": newest},
    ).all()
    return Due([row.procedure_id for row in rows], sum(row.turn < 2 for row in rows))


@dataclass
class DetailPass:
    """The reading of the due details in one check, and what of them is missing in the end."""

    ask: Ask
    settings: ProcedureSettings
    due: Due
    deadline: float
    missing: dict[str, str] = field(default_factory=dict)
    """Id -> why it could not be read."""
    trouble: ScrapeError | None = None
    """What ended the pass before its time."""
    read: int = 0
    _silences: int = 0
    _most_failed: ScrapeError | None = None
    """Why, where more of the last capture failed than came."""

    def readings(self) -> Iterator[Planned]:
        """Captures of `BATCH` details, until all are read, time is up, or there is trouble."""
        ids, urgent = self.due
        start, passed_over = 0, None
        while start < len(ids) and self.trouble is None and not self._is_over():
            batch = ids[start : start + BATCH]
            place = f"{start + 1}–{start + len(batch)}/{len(ids)}"
            scope = procedure_scope("details", place)
            is_last_turn = start >= urgent
            start += len(batch)
            yield Planned(
                Reading(scope, partial(self._read, batch)), ceil((len(ids) - start) / BATCH) + 1
            )
            if self._most_failed is None:
                continue
            if is_last_turn:
                self.trouble = self._most_failed
            elif start < urgent:
                start, passed_over = urgent, self._most_failed
        self.trouble = self.trouble or passed_over

    @property
    def has_read(self) -> bool:
        """Whether details came, or none was due: then those missing before have had their turn."""
        return self.read > 0 or not self.due.ids

    @property
    def gap(self) -> Incomplete | None:
        """What is missing, in words; None where nothing is, or nothing could be asked."""
        if isinstance(self.trouble, NotAsked) or not (self.missing or self.trouble):
            return None
        named = [f"{key} ({why})" for key, why in list(self.missing.items())[:MOST_NAMED]]
        more = len(self.missing) - len(named)
        due = len(self.due.ids)
        reason = f"{len(self.missing)} of {due} details were not read: "
        reason += "; ".join(named) + (f"; and {more} more" if more > 0 else "")
        if self.trouble is not None:
            reason += f"; the reading ended: {self.trouble}"
        said = f"{len(self.missing)}/{due} thủ tục chưa đọc được chi tiết"
        if self.trouble is not None:
            said += ", và việc đọc dừng giữa chừng"
        return Incomplete(reason, f"{said}; lần kiểm tra sau sẽ đọc tiếp")

    def confess(self) -> NothingMissing:
        """Raise what is missing."""
        if self.gap is not None:
            raise self.gap
        return NothingMissing()

    def _read(self, batch: Sequence[str]) -> DetailsMaterial:
        came: list[Procedure] = []
        failed: list[ScrapeError] = []
        for procedure_id in batch:
            if self._is_over() or self.trouble is not None:
                break
            try:
                came.append(scraper.read_procedure(self.ask, procedure_id))
                self._silences = 0
            except (Unusable, Unreachable) as error:
                self.missing[procedure_id] = str(error).rstrip(".")
                failed.append(error)
                self._count_silence(error)
            except Refused as error:
                self.trouble = error
        self.read += len(came)
        most_failed = len(failed) >= MANY_FAILURES and len(failed) > len(came)
        self._most_failed = failed[0] if most_failed else None
        trouble = self.trouble or self._most_failed
        if not came and trouble is not None:
            raise trouble
        return DetailsMaterial(came, len(came) + len(failed), self.settings)

    def _count_silence(self, error: ScrapeError) -> None:
        self._silences = self._silences + 1 if isinstance(error, Unreachable) else 0
        if self._silences >= MOST_SILENCES:
            self.trouble = error

    def _is_over(self) -> bool:
        return time.monotonic() >= self.deadline


def _catalogue(engine: Engine, ask: Ask, settings: ProcedureSettings) -> CatalogueMaterial:
    """The list, and what the portal says elsewhere of those that are no longer on it."""
    with read_store(engine) as connection:
        known = _listed_ids(connection)
    reading = scraper.read_catalogue(ask)
    gone = known.keys() - {item.id for item in reading.items}
    states = _states(ask, {key: known[key] for key in gone}, reading)
    return CatalogueMaterial(reading, states, settings)


def _states(ask: Ask, gone: dict[str, str], reading: CatalogueReading) -> dict[str, str | None]:
    """Id -> state; nothing is asked about more than a guard would believe to be gone."""
    if len(gone) > max(ALWAYS_ALLOWED_GONE, len(reading.items) // 20):
        return {}
    states: dict[str, str | None] = {}
    for procedure_id, code in sorted(gone.items()):
        try:
            states[procedure_id] = scraper.read_state(ask, procedure_id, code)
        except (Unusable, Unreachable):
            # The list itself is whole: that it is gone is told, its state is not.
            states[procedure_id] = None
    return states


def _listed_ids(connection: Connection) -> dict[str, str]:
    """Id -> code of the procedures on the last list that was believed."""
    rows = connection.execute(
        text("SELECT procedure_id, code FROM listed_versions WHERE closed_by IS NULL")
    )
    return {row.procedure_id: row.code for row in rows}


def _was_missing(connection: Connection) -> bool:
    """Whether the last word on missing details was that there are some."""
    last = connection.execute(
        text(
            "SELECT c.status FROM capture_log c JOIN scopes s ON s.id = c.scope_id"
            " WHERE s.dataset = :dataset AND s.name = :name ORDER BY c.id DESC LIMIT 1"
        ),
        {"dataset": MISSING.dataset, "name": MISSING.name},
    ).scalar()
    return last == "failed"
