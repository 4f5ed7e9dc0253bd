"""What the rules of the procedure catalogue ask of the store, as SQL that can be read alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from models.dialect import dialect_of
from sync import history
from sync.history import DECISIONS, LISTED, PROCEDURES
from sync.rules.procedures import (
    PART_WORDS,
    DecisionDifference,
    DecisionValues,
    GoneProcedure,
    ProcedureDifference,
    ProcedureValues,
)

WORD_COLUMNS = len(PROCEDURES.values) - len(PART_WORDS)
"""How many values of a procedure stand before the hashes of its parts."""

_PRESENT_SINCE = """
    SELECT v.scope_id, v.procedure_id, MAX(v.opened_by) AS since
    FROM listed_versions v
    WHERE NOT EXISTS (SELECT 1 FROM listed_versions p
                      WHERE p.scope_id = v.scope_id AND p.procedure_id = v.procedure_id
                        AND p.closed_by = v.opened_by)
    GROUP BY v.scope_id, v.procedure_id
"""
"""The capture with which a procedure's present stay on the list began."""


_LISTED_DETAILS = """
    SELECT v.* FROM scopes s
    JOIN listed_versions l ON l.scope_id = s.id AND l.closed_by IS NULL
    JOIN scopes d ON d.dataset = s.dataset AND d.source = s.source AND d.name = 'details'
    JOIN procedure_versions v ON v.scope_id = d.id AND v.procedure_id = l.procedure_id
         AND v.closed_by IS NULL
    WHERE s.dataset = 'procedures' AND s.name = 'catalogue'
"""
"""The details of the procedures that are public now, as they stand."""


class PublishLimits(NamedTuple):
    """Working days that may pass from a decision to its publication."""

    province: int
    ministry: int

    def of(self, agency_code: str | None) -> int:
        """The limit of an agency: provinces have codes H.., everybody else is as a ministry."""
        return self.province if (agency_code or "").startswith("H") else self.ministry


def gone_procedures(
    connection: Connection,
    scope_id: int,
    capture_id: int,
    states: Mapping[str, str | None],
) -> list[GoneProcedure]:
    """What left the public list with this capture, each as its detail was last read."""
    gone = {
        one.key[0]: one.before
        for one in history.differences(connection, LISTED, scope_id, capture_id)
        if one.after is None and one.before is not None
    }
    values = _values_of(connection, gone)
    return [
        GoneProcedure(
            code=before[0],
            name=before[1],
            agency_name=before[4],
            values=values.get(procedure_id),
            state=states.get(procedure_id),
        )
        for procedure_id, before in gone.items()
    ]


def procedure_differences(
    connection: Connection, scope_id: int, capture_id: int, ids: Sequence[str]
) -> list[ProcedureDifference]:
    """What differs about the procedures of a capture; a new one always does."""
    new = _new_ids(connection, ids)
    found: dict[str, ProcedureDifference] = {}
    for one in history.differences(connection, PROCEDURES, scope_id, capture_id):
        assert one.after is not None
        before = _procedure(one.before) if one.before else None
        after = _procedure(one.after)
        found[one.key[0]] = ProcedureDifference(before, after, one.key[0] in new)
    unchanged = _values_of(connection, new - found.keys())
    for procedure_id, values in unchanged.items():
        found[procedure_id] = ProcedureDifference(values, values, is_new=True)
    return list(found.values())


def note_reads(connection: Connection, capture_id: int, ids: Iterable[str]) -> None:
    """Write down which capture read these details last."""
    rows = [{"id": procedure_id, "capture": capture_id} for procedure_id in ids]
    if rows:
        connection.execute(
            text(
                "INSERT INTO procedure_reads (procedure_id, capture_id) VALUES (:id, :capture)"
                " ON CONFLICT (procedure_id) DO UPDATE SET capture_id = excluded.capture_id"
            ),
            rows,
        )


def decisions_now(connection: Connection, limits: PublishLimits) -> Iterator[history.Values]:
    """Every decision of a listed procedure: id, then the values of the ledger.

    Where its procedures disagree, because only some were read since it moved, the newest counts.
    A decision is late when more working days lie between its date and its publication, or the day
    of the store's newest capture while it is pending, than its agency may take.
    """
    rows = connection.execute(
        text(
            f"""
            SELECT decision.text, number.text, agency_code.text, agency_name.text,
                   p.decision_date, p.published_at,
                   COALESCE(published.number, today.number) - CASE
                       WHEN p.decision_date < (SELECT MIN(day) FROM working_days) THEN 0
                       ELSE decided.number END AS days,
                   p.are_tests
            FROM (SELECT v.*, MIN(v.is_test) OVER (PARTITION BY v.decision_id) AS are_tests,
                         ROW_NUMBER() OVER (PARTITION BY v.decision_id
                                            ORDER BY v.opened_by DESC, v.procedure_id) AS place
                  FROM ({_LISTED_DETAILS}) v
                  WHERE v.decision_id IS NOT NULL) p
            JOIN texts decision ON decision.id = p.decision_id
            LEFT JOIN texts number ON number.id = p.decision_number
            LEFT JOIN texts agency_code ON agency_code.id = p.agency_code
            LEFT JOIN texts agency_name ON agency_name.id = p.agency_name
            LEFT JOIN working_days decided ON decided.day = p.decision_date
            LEFT JOIN working_days published
                   ON published.day = {dialect_of(connection).day("p.published_at")}
            LEFT JOIN working_days today
                   ON p.published_at IS NULL
                  AND today.day = (SELECT day FROM capture_log ORDER BY id DESC LIMIT 1)
            WHERE p.place = 1
            ORDER BY 1
            """
        )
    )
    for row in rows:
        days = None if row.decision_date is None else row.days
        is_late = days is not None and days > limits.of(row[2])
        yield (*row[:6], int(is_late), row.are_tests)


def decision_differences(
    connection: Connection, scope_id: int, capture_id: int, limits: PublishLimits
) -> list[DecisionDifference]:
    """What differs about decisions, each with its procedures and the days it took."""
    found = [
        one
        for one in history.differences(connection, DECISIONS, scope_id, capture_id)
        if one.after is not None
    ]
    started_at = _started_at(connection)
    return [_decision_difference(connection, one, scope_id, started_at, limits) for one in found]


def _decision_difference(
    connection: Connection,
    one: history.Difference,
    scope_id: int,
    started_at: int,
    limits: PublishLimits,
) -> DecisionDifference:
    assert one.after is not None
    decision_id, after = one.key[0], DecisionValues(*one.after)
    procedures = _procedures_of(connection, decision_id)
    if after.published_at is None:
        is_fresh = any(is_new or has_moved for _values, is_new, has_moved in procedures)
    else:
        is_fresh = after.published_at > started_at
    return DecisionDifference(
        id=decision_id,
        before=DecisionValues(*one.before) if one.before else None,
        after=after,
        is_fresh=is_fresh and not _was_known(connection, scope_id, decision_id, after),
        was_told_late=_was_told_late(connection, decision_id),
        working_days=_working_days(connection, after),
        limit=limits.of(after.agency_code),
        procedures=[(values, is_new) for values, is_new, _has_moved in procedures],
    )


def _procedures_of(
    connection: Connection, decision_id: str
) -> list[tuple[ProcedureValues, bool, bool]]:
    """The procedures of a decision: values, whether new since the start, whether it had another."""
    rows = connection.execute(
        text(
            f"""
            SELECT v.procedure_id,
                   present.since > (SELECT MIN(opened_by) FROM listed_versions) AS is_new,
                   EXISTS (SELECT 1 FROM procedure_versions older
                           WHERE older.scope_id = v.scope_id
                             AND older.procedure_id = v.procedure_id
                             AND older.closed_by IS NOT NULL
                             AND COALESCE(older.decision_id, 0) <> v.decision_id) AS has_moved
            FROM ({_LISTED_DETAILS}) v
            JOIN ({_PRESENT_SINCE}) present ON present.procedure_id = v.procedure_id
            WHERE v.decision_id = (SELECT id FROM texts WHERE text = :decision)
            """
        ),
        {"decision": decision_id},
    ).all()
    values = _values_of(connection, [row.procedure_id for row in rows])
    return [(values[row.procedure_id], bool(row.is_new), bool(row.has_moved)) for row in rows]


def _started_at(connection: Connection) -> int:
    """The instant of the first list that was believed, in seconds since 1970."""
    seconds = dialect_of(connection).seconds("completed_at")
    found = connection.execute(
        text(
            f"SELECT {seconds} FROM capture_log"
            " WHERE id = (SELECT MIN(opened_by) FROM listed_versions)"
        )
    ).scalar()
    return int(found or 0)


def _was_known(
    connection: Connection, scope_id: int, decision_id: str, after: DecisionValues
) -> bool:
    """Whether a decision comes back as it was: one that was pending and is now published is new."""
    found = connection.execute(
        text(
            "SELECT 1 FROM decision_versions WHERE scope_id = :scope AND decision_id = :decision"
            " AND closed_by IS NOT NULL AND (:is_pending OR published_at IS NOT NULL) LIMIT 1"
        ),
        {
            "scope": scope_id,
            "decision": decision_id,
            "is_pending": after.published_at is None,
        },
    )
    return found.first() is not None


def _was_told_late(connection: Connection, decision_id: str) -> bool:
    found = connection.execute(
        text("SELECT 1 FROM change_log WHERE kind = 'published_late' AND subject = :decision"),
        {"decision": decision_id},
    )
    return found.first() is not None


def _working_days(connection: Connection, decision: DecisionValues) -> int | None:
    """From the decision's date to its publication, or to the day of the newest capture."""
    return connection.execute(
        text(
            f"""
            SELECT until.number - decided.number
            FROM working_days decided
            JOIN working_days until
              ON until.day = COALESCE({dialect_of(connection).day(":published")},
                                      (SELECT day FROM capture_log ORDER BY id DESC LIMIT 1))
            WHERE decided.day = :decided
            """
        ),
        {"published": decision.published_at, "decided": decision.decision_date},
    ).scalar()


def _new_ids(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those that came to the list after its first capture and have not been read since."""
    rows = connection.execute(
        text(
            f"""
            SELECT present.procedure_id FROM ({_PRESENT_SINCE}) present
            LEFT JOIN procedure_reads r ON r.procedure_id = present.procedure_id
            WHERE present.since > COALESCE(r.capture_id, 0)
              AND present.since > (SELECT MIN(opened_by) FROM listed_versions)
            """
        )
    )
    return {procedure_id for (procedure_id,) in rows}.intersection(ids)


def _values_of(connection: Connection, ids: Iterable[str]) -> dict[str, ProcedureValues]:
    """Procedure id -> values as its detail was last read, for those of which it ever was."""
    columns = PROCEDURES.in_sql("v", PROCEDURES.values)
    query = text(
        f"SELECT v.procedure_id, {columns} FROM procedure_versions v"
        " WHERE v.procedure_id = :id AND v.closed_by IS NULL"
        " AND v.scope_id = (SELECT id FROM scopes"
        " WHERE dataset = 'procedures' AND name = 'details')"
    )
    rows = (connection.execute(query, {"id": procedure_id}).first() for procedure_id in ids)
    return {row[0]: _procedure(tuple(row[1:])) for row in rows if row is not None}


def _procedure(values: Sequence[Any]) -> ProcedureValues:
    return ProcedureValues._make((*values[:WORD_COLUMNS], tuple(values[WORD_COLUMNS:])))
