"""The heart: one capture, from what a source answered to versions and changes, in one transaction.

    fetch (no transaction is open) → stage → compare → guard → apply → rules → one commit

Whatever kills the process, the store is as before or as after. A refused capture leaves its own
row, its reason and its raw answers, and nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

from sqlalchemy import Connection, Engine, select, update

from models import tables
from scrapers.archive import Answer, ArchiveError, ArchiveFile
from scrapers.errors import (
    FormatChanged,
    Incomplete,
    NotAsked,
    Refused,
    ScrapeError,
    SessionExpired,
    Unreachable,
)
from sync import capture_log, clock, history
from sync.capture_log import Previous, Scope
from sync.changes import SYSTEM, Change, Severity
from sync.guard import Objection
from sync.history import Batches, Delta, DuplicateKey, Ledger, Values
from sync.store import StoreError, writing


class RecordSet(NamedTuple):
    """Records for one ledger: key columns, then value columns."""

    ledger: Ledger
    scope_id: int
    rows: Iterable[Values] | Batches
    is_partial: bool = False
    """They are some of the records of the scope, so nothing follows from one that is absent."""


class Applied(NamedTuple):
    """What the rules may look at: the capture, the one before, the sets it was made of, and by the
    name of each ledger what they did to it.
    """

    connection: Connection
    capture_id: int
    day: dt.date
    previous: Previous | None
    sets: Sequence[RecordSet]
    deltas: Mapping[str, Delta]


class Material(Protocol):
    """What a reading brought, of whichever dataset."""

    @property
    def rows(self) -> int:
        """Number of records that came."""

    @property
    def declared_rows(self) -> int | None:
        """Number of records that the source says there are, if it says so."""

    def record_sets(self, connection: Connection, scope_id: int) -> list[RecordSet]:
        """The records, by ledger."""

    def objections(
        self, connection: Connection, scope_id: int, deltas: dict[str, Delta], is_first: bool
    ) -> list[Objection]:
        """What the guard holds against the reading."""

    def changes(self, applied: Applied) -> list[Change]:
        """What the rules make of the differences."""


@runtime_checkable
class SetAside(Protocol):
    """Material whose records are not in the archive: refused, it leaves them to a person."""

    def set_aside(self) -> Iterable[Answer]:
        """The records once more, without anything personal."""


@dataclass(frozen=True)
class Reading:
    """One reading that is due: its scope and how to fetch it (which may raise ScrapeError)."""

    scope: Scope
    fetch: Callable[[], Material]
    observed_at: dt.datetime | None = None
    """The instant that the reading shows, where that is not now."""
    content: str | None = None
    """The SHA-256 of a file that is read."""
    renewal: str = "đăng nhập lại rồi lưu lại danh sách"
    """What an official does when a login is over."""


class Outcome(NamedTuple):
    """What became of a capture."""

    capture_id: int
    status: str
    reason: str | None
    changes: int
    brought_nothing: bool = False
    """Nothing came that could be judged: no answer, or one that cannot be read."""


class _Refusal(Exception):
    def __init__(self, objections: list[Objection]) -> None:
        self.objection = Objection(
            "; ".join(one.reason for one in objections),
            "; ".join(one.explanation for one in objections),
        )


def take(
    engine: Engine,
    reading: Reading,
    *,
    check_id: int | None,
    archive: ArchiveFile | None,
    requests: Callable[[], int],
    is_backfill: bool = False,
    aside: ArchiveFile | None = None,
    may_write: Callable[[Connection], None] | None = None,
) -> Outcome:
    """Take one capture: fetch, judge, store. `requests` counts what has been sent so far.

    What is read of the past is marked, so that nobody is alarmed by it today. `aside` takes what a
    refused reading leaves to a person, where the raw answers do not hold it. `may_write` is asked
    in the transaction that stores it, and raises where nothing may be stored any more.
    """
    started_at, sent_before = clock.now(), requests()
    fetched, kept = _fetch(reading, archive)
    log = {
        "check_id": check_id,
        "started_at": started_at,
        "completed_at": reading.observed_at or clock.now(),
        "content": reading.content,
        "day": clock.day_of(clock.now()).isoformat(),
        "requests": requests() - sent_before,
        "archive": kept,
        "is_backfill": 1 if is_backfill else None,
    }
    with writing(engine) as connection:
        if may_write is not None:
            may_write(connection)
        scope_id = capture_log.scope_number(connection, reading.scope)
        capture_id = capture_log.open_capture(connection, scope_id, log)
        if isinstance(fetched, ScrapeError):
            return record_trouble(connection, capture_id, reading.scope, fetched, reading.renewal)
        outcome = settle(connection, reading.scope, capture_id, fetched)
        if outcome.status == "refused" and aside is not None and isinstance(fetched, SetAside):
            _set_aside(connection, capture_id, fetched, aside)
        return outcome


def _set_aside(
    connection: Connection, capture_id: int, material: SetAside, aside: ArchiveFile
) -> None:
    """Keep a refused listing, if it can be read once more to its end."""
    try:
        for answer in material.set_aside():
            aside.add(answer)
        capture_log.update_capture(connection, capture_id, archive=aside.keep())
    except ScrapeError:
        aside.drop()
    except ArchiveError as error:
        aside.drop()
        raise StoreError(str(error)) from error


def _fetch(
    reading: Reading, archive: ArchiveFile | None
) -> tuple[Material | ScrapeError, str | None]:
    """Ask the source; its raw answers are kept whatever they are worth."""
    fetched: Material | ScrapeError
    try:
        try:
            fetched = reading.fetch()
        except ScrapeError as error:
            fetched = error
        return fetched, archive.keep() if archive else None
    except BaseException as error:
        if archive:
            archive.drop()
        if isinstance(error, ArchiveError):
            raise StoreError(str(error)) from error
        raise


def settle(
    connection: Connection,
    scope: Scope,
    capture_id: int,
    material: Material,
    *,
    overrule: bool = False,
) -> Outcome:
    """Judge and store what a capture brought; `overrule` is a person's word against the guard's."""
    scope_id = capture_log.scope_number(connection, scope)
    try:
        with connection.begin_nested():
            has_changed = _merge(connection, scope_id, capture_id, material, overrule)
    except ScrapeError as trouble:
        return record_trouble(connection, capture_id, scope, trouble)
    except _Refusal as refusal:
        return _record_refusal(connection, capture_id, scope, refusal.objection, material)
    row = capture_log.capture_row(connection, capture_id)
    capture_log.update_capture(
        connection,
        capture_id,
        status="accepted" if has_changed else "unchanged",
        rows=material.rows,
        declared_rows=material.declared_rows,
        reason=row.reason if overrule else None,
    )
    found = connection.execute(
        select(tables.changes.c.id).where(tables.changes.c.capture_id == capture_id)
    ).all()
    return Outcome(capture_id, "accepted" if has_changed else "unchanged", None, len(found))


def _merge(
    connection: Connection, scope_id: int, capture_id: int, material: Material, overrule: bool
) -> bool:
    """Stage, compare, judge, apply, and let the rules speak; True when anything differed."""
    row = capture_log.capture_row(connection, capture_id)
    day = dt.date.fromisoformat(row.day)
    previous = capture_log.previous_capture(connection, scope_id, day)
    sets = material.record_sets(connection, scope_id)
    deltas: dict[str, Delta] = {}
    for one in sets:
        try:
            staged = history.stage(connection, one.ledger, one.rows)
        except DuplicateKey as duplicate:
            said = "một mục xuất hiện hai lần với nội dung khác nhau"
            raise _Refusal([Objection(str(duplicate), said)]) from None
        deltas[one.ledger.name] = history.compare(
            connection, one.ledger, one.scope_id, staged=staged, is_partial=one.is_partial
        )
    if not overrule:
        found = material.objections(connection, scope_id, deltas, previous is None)
        if found:
            raise _Refusal(found)
    for one in sets:
        history.apply(connection, one.ledger, one.scope_id, capture_id)
    capture_log.update_capture(
        connection, capture_id, previous_id=previous.id if previous else None
    )
    connection.execute(
        update(tables.scopes)
        .where(tables.scopes.c.id.in_({one.scope_id for one in sets}))
        .values(last_capture_id=capture_id)
    )
    applied = Applied(connection, capture_id, day, previous, sets, deltas)
    capture_log.insert_changes(connection, capture_id, material.changes(applied))
    return any(not delta.is_empty for delta in deltas.values())


def record_trouble(
    connection: Connection,
    capture_id: int,
    scope: Scope,
    trouble: ScrapeError,
    renewal: str = Reading.renewal,
) -> Outcome:
    """A reading that brought nothing usable."""
    kind: str | None
    who = "Nguồn" if scope.dataset == "dossiers" else "Cổng"
    match trouble:
        case FormatChanged():
            status, kind = "refused", "format_changed"
            said = f"{who} đã đổi định dạng (trường {trouble.path}); cần cập nhật dvcqg-sync"
        case NotAsked():
            status, kind = "failed", None
            said = f"{who} đã từ chối trước đó, nên chưa hỏi"
        case Refused():
            status, kind = "refused", "source_refused"
            said = f"{who} từ chối trả lời; thử lại sau"
            if scope.dataset != "dossiers":
                said += ', hoặc đặt [portal] transport = "browser"'
        case SessionExpired():
            status, kind = "failed", "source_failed"
            said = f"Phiên đăng nhập đã hết; {renewal}"
        case Incomplete():
            status, kind, said = "failed", "source_failed", trouble.explanation
        case Unreachable():
            status, kind = "failed", "source_failed"
            said = f"{who} không trả lời; kiểm tra mạng rồi chạy lại"
        case _:
            status, kind = "refused", "source_refused"
            said = f"{who} trả lời không dùng được (không đầy đủ hoặc không đúng phạm vi hỏi)"
    objection = Objection(str(trouble), said)
    outcome = _conclude(connection, capture_id, scope, status, kind, objection)
    return outcome._replace(brought_nothing=True)


def _record_refusal(
    connection: Connection,
    capture_id: int,
    scope: Scope,
    objection: Objection,
    material: Material,
) -> Outcome:
    """A reading that the guard does not believe."""
    capture_log.update_capture(
        connection, capture_id, rows=material.rows, declared_rows=material.declared_rows
    )
    said = objection._replace(
        explanation=f"Số liệu không được nhận: {objection.explanation}. Nếu đúng là như vậy, chạy: "
        f"dvcqg captures accept {capture_id}"
    )
    return _conclude(connection, capture_id, scope, "refused", "source_refused", said)


def _conclude(
    connection: Connection,
    capture_id: int,
    scope: Scope,
    status: str,
    kind: str | None,
    objection: Objection,
) -> Outcome:
    """Write down a capture that was not accepted; told once, and of the past never."""
    is_news = kind is not None and not (
        capture_log.is_backfill(connection, capture_id)
        or capture_log.was_bad_before(connection, capture_id)
    )
    capture_log.update_capture(
        connection,
        capture_id,
        status=status,
        reason=objection.reason,
        explanation=objection.explanation,
    )
    if is_news:
        assert kind is not None
        message = f"{scope.label}: {objection.explanation}."
        change = Change(SYSTEM, kind, Severity.warning, message, subject=scope.name)
        capture_log.insert_changes(connection, capture_id, [change])
    return Outcome(capture_id, status, objection.reason, int(is_news))
