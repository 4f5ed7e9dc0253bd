"""Which readings of the procedure catalogue are due, and how each is fetched.

Details are read by these rules, by number:

1. Those that were never read, newest first, and then those whose line in the list has changed;
   in turns with them, the ones that were checked least recently: what fails for ever keeps nobody
   else from being read.
2. `daily` reads each again every day, `weekly` every seven days, `new-only` when rule 1's first two
   ask for it.
3. A check stops after `detail_minutes`; the next one goes on where it stopped. Every capture of
   `BATCH` details is kept at once, so a killed check has lost one capture at most.
4. A detail that cannot be read is left out and named; three without any answer in a row, a
   refusal, or a capture of which more (and at least ten) fail than come, ends the reading.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, zip_longest
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


def due_details(connection: Connection, refresh: str, today: dt.date) -> list[str]:
    """The ids of the details that are due on a day, in the order of rules 1 and 2."""
    age = REFRESH_DAYS.get(refresh)
    newest = (today - dt.timedelta(days=age)).isoformat() if age else ""
    rows = connection.execute(
        text(
            """
            SELECT l.procedure_id,
                   r.capture_id IS NULL OR l.opened_by > r.capture_id AS is_first
            FROM listed_versions l
            LEFT JOIN procedure_reads r ON r.procedure_id = l.procedure_id
            LEFT JOIN capture_log c ON c.id = r.capture_id
            WHERE l.closed_by IS NULL
              AND (r.capture_id IS NULL OR l.opened_by > r.capture_id OR c.day <= :newest)
            ORDER BY COALESCE(r.capture_id, 0), l.procedure_id DESC
            """
        ),
        {"newest": newest},
    )
    first: list[str] = []
    again: list[str] = []
    for row in rows:
        (first if row.is_first else again).append(row.procedure_id)
    in_turns = chain.from_iterable(zip_longest(first, again))
    return [one for one in in_turns if one is not None]


@dataclass
class DetailPass:
    """The reading of the due details in one check, and what of them is missing in the end."""

    ask: Ask
    settings: ProcedureSettings
    due: Sequence[str]
    deadline: float
    missing: dict[str, str] = field(default_factory=dict)
    """Id -> why it could not be read."""
    trouble: ScrapeError | None = None
    """What ended the pass before its time."""
    read: int = 0
    _silences: int = 0

    def readings(self) -> Iterator[Planned]:
        """Captures of `BATCH` details, until all are read, time is up, or there is trouble."""
        starts = range(0, len(self.due), BATCH)
        for number, start in enumerate(starts, start=1):
            if self.trouble is not None or self._is_over():
                return
            batch = self.due[start : start + BATCH]
            place = f"{start + 1}–{start + len(batch)}/{len(self.due)}"
            scope = procedure_scope("details", place)
            reading = Reading(scope, partial(self._read, batch))
            yield Planned(reading, len(starts) - number + 1)

    @property
    def has_read(self) -> bool:
        """Whether details came, or none was due: then those missing before have had their turn."""
        return self.read > 0 or not self.due

    @property
    def gap(self) -> Incomplete | None:
        """What is missing, in words; None where nothing is, or nothing could be asked."""
        if isinstance(self.trouble, NotAsked) or not (self.missing or self.trouble):
            return None
        named = [f"{key} ({why})" for key, why in list(self.missing.items())[:MOST_NAMED]]
        more = len(self.missing) - len(named)
        reason = f"{len(self.missing)} of {len(self.due)} details were not read: "
        reason += "; ".join(named) + (f"; and {more} more" if more > 0 else "")
        if self.trouble is not None:
            reason += f"; the reading ended: {self.trouble}"
        said = f"{len(self.missing)}/{len(self.due)} thủ tục chưa đọc được chi tiết"
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
        if len(failed) >= MANY_FAILURES and len(failed) > len(came):
            self.trouble = self.trouble or failed[0]
        if not came and self.trouble is not None:
            raise self.trouble
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
