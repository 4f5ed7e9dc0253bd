"""The working copy of a store set back to the moment before a capture: SQL only.

What lies before that capture is as it was then. Dossiers stay as they are, since no listing is read
again and nothing that is read again looks at them.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from sync.history import DECISIONS, FIGURES, LISTED, PROCEDURES, STANDINGS, UNITS

LEDGERS = (UNITS, STANDINGS, FIGURES, LISTED, PROCEDURES, DECISIONS)
"""The ledgers of what is read again."""
REPLAYED_SCOPES = "SELECT id FROM scopes WHERE dataset IN ('index', 'procedures')"

# Which capture read a detail last is not kept of earlier days. It was read at least when its
# values last changed, and when it was told as new.
_READ_BEFORE = """
    SELECT MAX(v.opened_by, COALESCE((
               SELECT MAX(h.capture_id) FROM change_log h
               WHERE h.kind = 'procedure_new' AND h.subject = v.code AND h.capture_id < :first), 0))
    FROM procedure_versions v
    WHERE v.procedure_id = procedure_reads.procedure_id AND v.closed_by IS NULL
"""
# A registry has no captures of its own: those of the scope that last kept it count.
_BELIEVED_BEFORE = """
    SELECT MAX(c.id) FROM capture_log c
    WHERE c.id < :first AND c.status IN ('accepted', 'unchanged')
      AND c.scope_id = (SELECT l.scope_id FROM capture_log l WHERE l.id = scopes.last_capture_id)
"""


def set_back(connection: Connection, first: int) -> None:
    """Make the main schema what it was before the capture `first`, its dossiers excepted."""
    for ledger in LEDGERS:
        _run(connection, f"DELETE FROM {ledger.name} WHERE opened_by >= :first", first)
        reopened = f"UPDATE {ledger.name} SET closed_by = NULL WHERE closed_by >= :first"
        _run(connection, reopened, first)
    for statement in (
        f"DELETE FROM change_log WHERE capture_id >= :first AND capture_id IN"
        f" (SELECT id FROM capture_log WHERE scope_id IN ({REPLAYED_SCOPES}))",
        "DELETE FROM procedure_reads WHERE capture_id >= :first AND procedure_id NOT IN"
        " (SELECT procedure_id FROM procedure_versions)",
        f"UPDATE procedure_reads SET capture_id = ({_READ_BEFORE}) WHERE capture_id >= :first",
        f"UPDATE scopes SET last_capture_id = COALESCE(({_BELIEVED_BEFORE}),"
        " (SELECT MAX(opened_by) FROM unit_versions WHERE scope_id = scopes.id))"
        f" WHERE last_capture_id >= :first AND id IN ({REPLAYED_SCOPES})",
        "DELETE FROM capture_log WHERE id >= :first",
    ):
        _run(connection, statement, first)


def _run(connection: Connection, statement: str, first: int) -> None:
    connection.execute(text(statement), {"first": first})
