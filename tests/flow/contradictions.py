"""What no store may say at any instant, as SQL: each query finds the rows that say it all the same.

They hold on both databases, between any two transactions, of any store that no person and no
reparse has rewritten by hand. `tests/flow/invariants.py` asks them.
"""

from __future__ import annotations

from collections.abc import Iterator

from sync.decisions import LEDGERS
from sync.history import DECISIONS, DOSSIERS, FIGURES, LISTED, PROCEDURES, STANDINGS, UNITS, Ledger

BELIEVED = "('accepted', 'unchanged')"
_TROUBLE = "('source_refused', 'source_failed', 'format_changed')"
_TOUCHING = " UNION ".join(
    f"SELECT {edge} FROM {one.name} WHERE {edge} IS NOT NULL"
    for one in LEDGERS
    for edge in ("opened_by", "closed_by")
)
"""The captures that opened or closed any version."""

CAPTURES = {
    "a capture that is half written: none is left without its reason or its number of rows": f"""
        SELECT c.id FROM capture_log c
        WHERE CASE WHEN c.status IN {BELIEVED} THEN c.rows IS NULL ELSE c.reason IS NULL END
    """,
    "a scope whose last capture is not its newest believed one": f"""
        SELECT s.id FROM scopes s
        WHERE s.name NOT LIKE '%/units' AND COALESCE(s.last_capture_id, 0) <> COALESCE(
            (SELECT MAX(c.id) FROM capture_log c
             WHERE c.scope_id = s.id AND c.status IN {BELIEVED}), 0)
    """,
    "a registry whose last capture was not believed": f"""
        SELECT s.id FROM scopes s LEFT JOIN capture_log c ON c.id = s.last_capture_id
        WHERE s.name LIKE '%/units' AND s.last_capture_id IS NOT NULL
          AND COALESCE(c.status, '') NOT IN {BELIEVED}
    """,
    "a believed capture that was not compared with the believed one before": f"""
        SELECT c.id FROM capture_log c
        WHERE c.status IN {BELIEVED} AND COALESCE(c.previous_id, 0) <> COALESCE(
            (SELECT MAX(p.id) FROM capture_log p
             WHERE p.scope_id = c.scope_id AND p.id < c.id AND p.status IN {BELIEVED}), 0)
    """,
    "a capture that says it changed something and did not, or the other way round": f"""
        SELECT c.id FROM capture_log c
        WHERE (c.status = 'accepted') <> (c.id IN ({_TOUCHING}))
    """,
    "details that a capture read, and are not noted as read by it or a later one": f"""
        SELECT c.id FROM capture_log c JOIN scopes s ON s.id = c.scope_id
        WHERE s.dataset = 'procedures' AND s.name = 'details' AND c.status IN {BELIEVED}
          AND c.id = s.last_capture_id
          AND c.rows <> (SELECT COUNT(*) FROM procedure_reads r WHERE r.capture_id = c.id)
    """,
    "a procedure that is said to be read by a capture that was not believed": f"""
        SELECT r.procedure_id FROM procedure_reads r JOIN capture_log c ON c.id = r.capture_id
        WHERE c.status NOT IN {BELIEVED}
    """,
    "a procedure whose detail changed after it was last read": f"""
        SELECT v.procedure_id FROM {PROCEDURES.name} v
        LEFT JOIN procedure_reads r ON r.procedure_id = v.procedure_id
        WHERE v.closed_by IS NULL AND COALESCE(r.capture_id, 0) < v.opened_by
    """,
}

CHECKS = {
    "a finished check whose counts are not those of its captures": f"""
        SELECT k.id FROM check_log k
        WHERE k.finished_at IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM capture_log c
                          WHERE c.check_id = k.id AND c.decision IS NOT NULL)
          AND (k.captures <> (SELECT COUNT(*) FROM capture_log c WHERE c.check_id = k.id)
               OR k.changes <> (SELECT COUNT(*) FROM change_log h
                                JOIN capture_log c ON c.id = h.capture_id
                                WHERE c.check_id = k.id)
               OR k.complete <> CASE WHEN EXISTS (
                      SELECT 1 FROM capture_log c
                      WHERE c.check_id = k.id AND c.status NOT IN {BELIEVED}) THEN 0 ELSE 1 END)
    """,
    "a check that is not finished and has counts": """
        SELECT k.id FROM check_log k
        WHERE k.finished_at IS NULL
          AND COALESCE(k.complete, k.captures, k.changes, k.warnings, k.criticals) IS NOT NULL
    """,
    "a check that asks nobody": """
        SELECT k.id FROM check_log k
        WHERE NOT EXISTS (SELECT 1 FROM check_sources a WHERE a.check_id = k.id)
    """,
    "a mark beyond what there is": """
        SELECT name, value FROM marks
        WHERE name = 'alerts' AND value > (SELECT COALESCE(MAX(id), 0) FROM change_log)
           OR name = 'digest' AND value > (SELECT COALESCE(MAX(id), 0) FROM alert_events)
           OR name = 'told' AND value NOT IN (SELECT id FROM check_log
                                              WHERE finished_at IS NOT NULL)
    """,
    "a message whose state is not what happened to it": """
        SELECT id FROM outbox
        WHERE (state = 'sent') <> (sent_at IS NOT NULL)
           OR state = 'sending' AND claimed_at IS NULL
    """,
}

_STATE_AFTER = """
    CASE e.event WHEN 'acknowledged' THEN 'acknowledged' WHEN 'snoozed' THEN 'snoozed'
                 WHEN 'closed' THEN 'closed' WHEN 'expired' THEN 'closed' ELSE 'open' END
"""
ALERTS = {
    "an alert that is in another state than its events left it": f"""
        SELECT a.id FROM alert_log a
        LEFT JOIN alert_events e ON e.id = (
            SELECT MAX(last.id) FROM alert_events last
            WHERE last.alert_id = a.id AND last.event <> 'joined')
        WHERE e.id IS NULL OR a.state <> {_STATE_AFTER}
           OR (a.state = 'closed') <> (a.closed_at IS NOT NULL)
           OR (a.state = 'snoozed') <> (a.snoozed_until IS NOT NULL)
    """,
    "an alert that was opened or reopened oftener than it says": """
        SELECT a.id FROM alert_log a
        LEFT JOIN alert_events e ON e.alert_id = a.id
        GROUP BY a.id, a.reopened
        HAVING SUM(CASE WHEN e.event = 'opened' THEN 1 ELSE 0 END) <> 1
            OR SUM(CASE WHEN e.event = 'reopened' THEN 1 ELSE 0 END) <> a.reopened
    """,
    "an alert, or what happened to it, that rests on a change that is not there or not its own": """
        SELECT a.id FROM alert_log a
        WHERE a.first_change NOT IN (SELECT id FROM change_log)
           OR a.last_change IS NOT NULL AND NOT EXISTS (
                  SELECT 1 FROM alert_events e
                  WHERE e.alert_id = a.id AND e.change_id = a.last_change)
        UNION
        SELECT e.alert_id FROM alert_events e WHERE e.change_id NOT IN (SELECT id FROM change_log)
    """,
    "an event of a change that the alerts have not worked through, or of two alerts": """
        SELECT e.id FROM alert_events e
        WHERE e.change_id > (SELECT value FROM marks WHERE name = 'alerts')
        UNION
        SELECT MIN(e.id) FROM alert_events e WHERE e.change_id IS NOT NULL
        GROUP BY e.change_id HAVING COUNT(*) > 1
    """,
}

_ALIVE = "opened_by <= c.id AND (closed_by IS NULL OR closed_by > c.id)"
_LATEST_OF_DAY = f"""
    FROM capture_log c JOIN scopes s ON s.id = c.scope_id
    WHERE s.dataset = 'dossiers' AND c.status IN {BELIEVED}
      AND c.id = (SELECT MAX(l.id) FROM capture_log l
                  WHERE l.scope_id = c.scope_id AND l.day = c.day AND l.status IN {BELIEVED})
"""
DAYS = {
    "a day whose overdue dossiers are not those of its last listing": f"""
        SELECT c.id {_LATEST_OF_DAY}
          AND (SELECT COUNT(*) FROM dossier_versions
               WHERE scope_id = c.scope_id AND is_overdue = 1 AND {_ALIVE})
           <> (SELECT COALESCE(SUM(o.overdue), 0) FROM overdue_days o
               WHERE o.scope_id = c.scope_id AND o.day = c.day)
    """,
    **{
        f"a day whose dossiers counted as {column} are not those that were told": f"""
            SELECT c.id {_LATEST_OF_DAY}
              AND (SELECT COUNT(*) FROM change_log h JOIN capture_log t ON t.id = h.capture_id
                   WHERE t.scope_id = c.scope_id AND t.day = c.day AND h.kind = '{kind}')
               <> (SELECT COALESCE(SUM(o."{column}"), 0) FROM overdue_days o
                   WHERE o.scope_id = c.scope_id AND o.day = c.day)
        """
        for kind, column in (("newly_overdue", "new"), ("gone", "gone"), ("returned", "returned"))
    },
    "a day on which nothing was listed": f"""
        SELECT o.day FROM overdue_days o
        WHERE NOT EXISTS (SELECT 1 FROM capture_log c
                          WHERE c.scope_id = o.scope_id AND c.day = o.day
                            AND c.status IN {BELIEVED})
    """,
}


def of_ledgers() -> Iterator[tuple[str, str]]:
    """What no ledger may say."""
    for one in LEDGERS:
        same = " AND ".join(f"w.{name} = v.{name}" for name in ("scope_id", *one.key))
        yield (
            f"{one.name}: a version of no scope, or opened or closed by no accepted capture",
            f"""
            SELECT v.scope_id, v.opened_by, v.closed_by FROM {one.name} v
            LEFT JOIN scopes s ON s.id = v.scope_id
            LEFT JOIN capture_log o ON o.id = v.opened_by
            LEFT JOIN capture_log c ON c.id = v.closed_by
            WHERE s.id IS NULL OR COALESCE(o.status, '') <> 'accepted'
               OR v.closed_by IS NOT NULL AND COALESCE(c.status, '') <> 'accepted'
               OR v.closed_by <= v.opened_by
            """,
        )
        yield (
            f"{one.name}: two versions of a key at once, or the same one after the other",
            f"""
            SELECT v.scope_id, v.opened_by, w.opened_by FROM {one.name} v
            JOIN {one.name} w ON {same} AND w.opened_by > v.opened_by
            WHERE v.closed_by IS NULL OR v.closed_by > w.opened_by
               OR v.closed_by = w.opened_by AND v.hash = w.hash
            """,
        )
    for ledger, where in (
        (FIGURES, "s.dataset = 'index'"),
        (DOSSIERS, "s.dataset = 'dossiers'"),
        (LISTED, "s.dataset = 'procedures' AND s.name = 'catalogue'"),
        (DECISIONS, "s.dataset = 'procedures' AND s.name = 'decisions'"),
    ):
        yield (
            f"{ledger.name}: a believed capture that has other rows than it says it had",
            f"""
            SELECT c.id, c.rows FROM capture_log c JOIN scopes s ON s.id = c.scope_id
            WHERE {where} AND c.status IN {BELIEVED}
              AND c.rows <> (SELECT COUNT(*) FROM {ledger.name}
                             WHERE scope_id = c.scope_id AND {_ALIVE})
            """,
        )


_TOLD = """
    SELECT l.*, s.dataset, before.text AS was, after.text AS became
    FROM change_log l
    JOIN capture_log c ON c.id = l.capture_id
    JOIN scopes s ON s.id = c.scope_id
    LEFT JOIN texts before ON before.id = l.before_value
    LEFT JOIN texts after ON after.id = l.after_value
"""


def _unsupported(
    kinds: str, ledger: Ledger, matched: str, *, old: bool = False, new: bool = False, more: str
) -> str:
    """The changes of some kinds without the version that ended, or began, with their capture."""
    came = f"FROM {ledger.name} new WHERE new.opened_by = h.capture_id"
    if old and new:
        pair = " AND ".join(f"old.{name} = new.{name}" for name in ("scope_id", *ledger.key))
        came = (
            f"FROM {ledger.name} new JOIN {ledger.name} old"
            f" ON {pair} AND old.closed_by = new.opened_by WHERE new.opened_by = h.capture_id"
        )
    elif old:
        came = f"FROM {ledger.name} old WHERE old.closed_by = h.capture_id"
    return f"""
        SELECT h.id, h.kind FROM ({_TOLD}) h
        WHERE h.of_system IS NULL AND h.kind IN ({kinds})
          AND NOT EXISTS (SELECT 1 {came} AND {matched} AND {more})
    """


_UNIT = "new.unit_id = h.unit_id"
_FIGURE = f"{_UNIT} AND new.indicator_id = h.indicator_id"
_PLACES = "CAST(h.{0} AS DOUBLE PRECISION)"
_POINTS = (
    f"old.score = ROUND({_PLACES.format('was')} * 100)"
    f" AND new.score = ROUND({_PLACES.format('became')} * 100)"
    " AND h.delta = new.score - old.score"
)
_ANY = "1 = 1"
_INDEX = "h.dataset = 'index'"
SUPPORT = {
    "a score that moved otherwise than told": _unsupported(
        "'score_drop', 'score_rise', 'revised'", FIGURES, _FIGURE, old=True, new=True,
        more=f"{_POINTS} AND (h.kind <> 'score_drop' OR h.delta < 0)"
        " AND (h.kind <> 'score_rise' OR h.delta > 0)",
    ),
    "a rank that moved otherwise than told": _unsupported(
        "'rank_drop', 'rank_rise'", STANDINGS, _UNIT, old=True, new=True,
        more=f"old.rank = {_PLACES.format('was')}"
        f" AND new.rank = {_PLACES.format('became')}",
    ),
    "a class that changed with another total than told": _unsupported(
        "'class_change'", STANDINGS, _UNIT, old=True, new=True,
        more="h.delta = new.total - old.total",
    ),
    "a unit that has activity, and is told to have none": _unsupported(
        "'no_activity'", STANDINGS, _UNIT, new=True, more="new.has_activity = 0"
    ),
    "a rate below its target that was not read then": _unsupported(
        "'below_target'", FIGURES, _FIGURE, new=True, more=_ANY
    ),
    "a count of late dossiers that grew otherwise than told": _unsupported(
        "'overdue_growing'", FIGURES, _FIGURE, old=True, new=True,
        more=f"old.numerator = {_PLACES.format('was')}"
        f" AND new.numerator = {_PLACES.format('became')}",
    ) + f" AND {_INDEX}",
    "a unit that is told to be new or renamed, and did not come": _unsupported(
        "'unit_new', 'unit_renamed'", UNITS, _UNIT, new=True, more="new.name = h.became"
    ),
    "a unit that is told to be missing, and did not leave": _unsupported(
        "'unit_missing'", UNITS, "old.unit_id = h.unit_id", old=True,
        more="old.name = h.was",
    ),
    "a dossier that is told to be overdue, and did not become so": _unsupported(
        "'newly_overdue', 'returned'", DOSSIERS, "new.code = h.subject", new=True,
        more="new.is_overdue = 1",
    ),
    "a dossier that is told to be gone, and was not overdue": _unsupported(
        "'gone'", DOSSIERS, "old.code = h.subject", old=True, more="old.is_overdue = 1"
    ),
    "a dossier that did not move as told": _unsupported(
        "'deadline_moved', 'reassigned', 'state_changed'", DOSSIERS, "new.code = h.subject",
        old=True, new=True, more="old.is_overdue = 1 AND new.is_overdue = 1",
    ),
    "a procedure that is told to be gone, and did not leave": _unsupported(
        "'procedure_gone'", LISTED, "old.code = h.subject", old=True, more=_ANY
    ),
    "a procedure that is told to be amended, and was not": _unsupported(
        "'procedure_amended', 'decision_changed', 'decision_pending'", PROCEDURES,
        "new.code = h.subject", old=True, new=True, more=_ANY,
    ),
    "a decision that is told and did not come": _unsupported(
        "'decision_new', 'published_late'", DECISIONS, "new.decision_id = h.subject", new=True,
        more=_ANY,
    ),
    "what a source did, told of a capture that was believed, or the other way round": f"""
        SELECT h.id, h.kind FROM change_log h JOIN capture_log c ON c.id = h.capture_id
        WHERE c.decision IS NULL AND (c.status IN {BELIEVED}) = (h.kind IN {_TROUBLE})
    """,
}  # fmt: skip
"""Each change is held up by the versions of its capture."""

_COMPARED = "c.previous_id IS NOT NULL AND c.is_backfill IS NULL"
_WAS_OVERDUE = f"""
    EXISTS (SELECT 1 FROM {DOSSIERS.name} {{0}} WHERE {{0}}.scope_id = {{1}}.scope_id
            AND {{0}}.code = {{1}}.code AND {{0}}.{{2}} = c.id AND {{0}}.is_overdue = 1)
"""
TOLD = {
    "a dossier that became overdue and was not told once": f"""
        SELECT v.code FROM {DOSSIERS.name} v JOIN capture_log c ON c.id = v.opened_by
        WHERE {_COMPARED} AND v.is_overdue = 1
          AND NOT {_WAS_OVERDUE.format("old", "v", "closed_by")}
          AND 1 <> (SELECT COUNT(*) FROM change_log h WHERE h.capture_id = c.id
                    AND h.subject = v.code AND h.kind IN ('newly_overdue', 'returned'))
    """,
    "a dossier that left the list and was not told once": f"""
        SELECT v.code FROM {DOSSIERS.name} v JOIN capture_log c ON c.id = v.closed_by
        WHERE {_COMPARED} AND v.is_overdue = 1
          AND NOT {_WAS_OVERDUE.format("new", "v", "opened_by")}
          AND 1 <> (SELECT COUNT(*) FROM change_log h WHERE h.capture_id = c.id
                    AND h.subject = v.code AND h.kind = 'gone')
    """,
    "a score of a watched unit that moved and was not told": f"""
        SELECT new.scope_id, new.unit_id, new.indicator_id FROM {FIGURES.name} new
        JOIN {FIGURES.name} old ON old.scope_id = new.scope_id AND old.unit_id = new.unit_id
             AND old.indicator_id = new.indicator_id AND old.closed_by = new.opened_by
        JOIN capture_log c ON c.id = new.opened_by
        JOIN scopes s ON s.id = c.scope_id
        WHERE {_COMPARED} AND s.province_code IS NOT NULL AND new.score <> old.score
          AND EXISTS (SELECT 1 FROM capture_log p WHERE p.scope_id = c.scope_id AND p.id < c.id
                      AND p.status IN {BELIEVED} AND p.is_backfill IS NULL)
          AND NOT EXISTS (SELECT 1 FROM {STANDINGS.name} after
                          JOIN {STANDINGS.name} before ON before.scope_id = after.scope_id
                               AND before.unit_id = after.unit_id
                               AND before.closed_by = after.opened_by
                          WHERE after.opened_by = c.id AND after.unit_id = new.unit_id
                            AND before.has_activity <> after.has_activity)
          AND NOT EXISTS (SELECT 1 FROM change_log h
                          WHERE h.capture_id = c.id AND h.unit_id = new.unit_id
                            AND (h.kind = 'revised' OR h.kind IN ('score_drop', 'score_rise')
                                 AND h.indicator_id = new.indicator_id))
    """,
    "a unit that came to a registry, or left it, and was not told once": f"""
        SELECT v.unit_id FROM {UNITS.name} v
        JOIN capture_log c ON c.id IN (v.opened_by, v.closed_by)
        JOIN scopes s ON s.id = v.scope_id
        WHERE c.is_backfill IS NULL AND s.name LIKE '%/units'
          AND EXISTS (SELECT 1 FROM {UNITS.name} first
                      WHERE first.scope_id = v.scope_id AND first.opened_by < c.id)
          AND NOT EXISTS (SELECT 1 FROM {UNITS.name} other
                          WHERE other.scope_id = v.scope_id AND other.unit_id = v.unit_id
                            AND other.opened_by <> v.opened_by
                            AND c.id IN (other.opened_by, other.closed_by))
          AND 1 <> (SELECT COUNT(*) FROM change_log h
                    WHERE h.capture_id = c.id AND h.unit_id = v.unit_id
                      AND h.kind = CASE WHEN c.id = v.opened_by THEN 'unit_new'
                                        ELSE 'unit_missing' END)
    """,
    "a procedure that left the catalogue and was not told": f"""
        SELECT v.code FROM {LISTED.name} v JOIN capture_log c ON c.id = v.closed_by
        WHERE {_COMPARED}
          AND NOT EXISTS (SELECT 1 FROM {LISTED.name} new WHERE new.opened_by = c.id
                          AND new.procedure_id = v.procedure_id)
          AND NOT EXISTS (SELECT 1 FROM change_log h WHERE h.capture_id = c.id
                          AND h.subject = v.code AND h.kind = 'procedure_gone')
    """,
}
"""What the versions of a capture say, its changes tell."""


def contradictions() -> dict[str, str]:
    """All of them: what is wrong -> the query that finds it."""
    return {**dict(of_ledgers()), **CAPTURES, **CHECKS, **ALERTS, **DAYS, **SUPPORT, **TOLD}
