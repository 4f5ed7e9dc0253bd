"""The public views of the store (contract section 4), as SQL that SQLite and PostgreSQL share.

They are code, not data: every migration drops and makes them anew. Instants are UTC, days are
Asia/Ho_Chi_Minh, scores are points with two decimals. `docs/database.md` describes each column.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

_SEVERITY = "CASE h.severity WHEN 3 THEN 'critical' WHEN 2 THEN 'warning' ELSE 'info' END"


def _instant(seconds: str) -> str:
    """Seconds since 1970 as the store's instant text."""
    return f"strftime('%Y-%m-%dT%H:%M:%SZ', {seconds}, 'unixepoch')"


def _day(instant: str) -> str:
    """The day in Viet Nam on which an instant text falls."""
    return f"date({instant}, '+7 hours')"


_due_day = "date(d.due_at, 'unixepoch', '+7 hours')"

VIEWS: dict[str, str] = {
    "units": """
        SELECT u.code, u.name, u.kind, u.province_code,
               MAX(CASE WHEN v.closed_by IS NULL THEN 1 ELSE 0 END) AS active,
               MIN(opened.completed_at) AS first_seen_at,
               MAX(COALESCE(before_closing.completed_at, latest.completed_at)) AS last_seen_at
        FROM unit_codes u
        JOIN unit_versions v ON v.unit_id = u.id
        JOIN capture_log opened ON opened.id = v.opened_by
        JOIN scopes s ON s.id = v.scope_id
        JOIN capture_log latest ON latest.id = s.last_capture_id
        LEFT JOIN capture_log closing ON closing.id = v.closed_by
        LEFT JOIN capture_log before_closing ON before_closing.id = closing.previous_id
        GROUP BY u.id, u.code, u.name, u.kind, u.province_code
    """,
    "scores_latest": """
        SELECT s.series, u.province_code, u.code AS unit_code, u.name AS unit_name, u.kind,
               s.period_type, s.year, s.period_no, i.code AS indicator, i.level,
               f.score / 100.0 AS score, f.max_score / 100.0 AS max_score,
               f.ratio / 100.0 AS ratio, f.numerator, f.denominator,
               CASE WHEN i.level = 'total' THEN t.rank END AS rank,
               CASE WHEN i.level = 'total' AND t.rank IS NOT NULL THEN t.rank_of END AS rank_of,
               CASE WHEN i.level = 'total' THEN t.class END AS class,
               t.has_activity,
               latest.completed_at AS observed_at, opened.completed_at AS changed_at,
               f.quality
        FROM scopes s
        JOIN capture_log latest ON latest.id = s.last_capture_id
        JOIN figure_versions f ON f.scope_id = s.id AND f.closed_by IS NULL
        JOIN unit_codes u ON u.id = f.unit_id
        JOIN indicators i ON i.id = f.indicator_id
        JOIN capture_log opened ON opened.id = f.opened_by
        LEFT JOIN standing_versions t
               ON t.scope_id = f.scope_id AND t.unit_id = f.unit_id AND t.closed_by IS NULL
    """,
    "score_history": """
        SELECT s.series, u.province_code, u.code AS unit_code, s.period_type, s.year, s.period_no,
               i.code AS indicator, i.level,
               f.score / 100.0 AS score, f.ratio / 100.0 AS ratio, f.numerator, f.denominator,
               opened.completed_at AS valid_from, closed.completed_at AS valid_to
        FROM scopes s
        JOIN figure_versions f ON f.scope_id = s.id
        JOIN unit_codes u ON u.id = f.unit_id
        JOIN indicators i ON i.id = f.indicator_id
        JOIN capture_log opened ON opened.id = f.opened_by
        LEFT JOIN capture_log closed ON closed.id = f.closed_by
    """,
    "changes": f"""
        SELECT h.id, COALESCE(c.decided_at, c.completed_at) AS detected_at, c.day,
               h.dataset, h.kind, {_SEVERITY} AS severity,
               u.code AS unit_code, COALESCE(n.text, u.name) AS unit_name, h.subject,
               s.series, s.period_type, s.year, s.period_no, i.code AS indicator,
               h.before_value, h.after_value, h.delta / 100.0 AS delta, h.message,
               s.source, c.previous_id AS capture_before, c.id AS capture_after
        FROM change_log h
        JOIN capture_log c ON c.id = h.capture_id
        JOIN scopes s ON s.id = c.scope_id
        LEFT JOIN unit_codes u ON u.id = h.unit_id
        LEFT JOIN indicators i ON i.id = h.indicator_id
        LEFT JOIN texts n ON n.id = h.unit_name_id
    """,
    "overdue_now": f"""
        SELECT s.source, d.code, procedure_code.text AS procedure_code,
               procedure_name.text AS procedure_name, unit_code.text AS unit_code,
               unit_name.text AS unit_name, officer.text AS officer, state.text AS state,
               {_instant("d.received_at")} AS received_at, {_instant("d.due_at")} AS due_at,
               CAST(julianday({_day("c.completed_at")}) - julianday({_due_day}) AS INTEGER)
                   AS days_late,
               seen.number - due.number AS working_days_late,
               (SELECT MIN(f.completed_at) FROM dossier_versions v
                JOIN capture_log f ON f.id = v.opened_by
                WHERE v.scope_id = d.scope_id AND v.code = d.code AND v.is_overdue = 1)
                   AS first_overdue_at,
               c.completed_at AS observed_at
        FROM scopes s
        JOIN capture_log c ON c.id = s.last_capture_id
        JOIN dossier_versions d
          ON d.scope_id = s.id AND d.closed_by IS NULL AND d.is_overdue = 1
        LEFT JOIN texts procedure_code ON procedure_code.id = d.procedure_code
        LEFT JOIN texts procedure_name ON procedure_name.id = d.procedure_name
        LEFT JOIN texts unit_code ON unit_code.id = d.unit_code
        LEFT JOIN texts unit_name ON unit_name.id = d.unit_name
        LEFT JOIN texts officer ON officer.id = d.officer
        LEFT JOIN texts state ON state.id = d.state
        LEFT JOIN working_days seen ON seen.day = {_day("c.completed_at")}
        LEFT JOIN working_days due ON due.day = {_due_day}
        WHERE s.dataset = 'dossiers'
    """,
    "overdue_daily": """
        SELECT o.day, s.source, o.unit_code, o.unit_name, o.overdue, o.new, o.gone, o.returned,
               o.rate / 100.0 AS rate
        FROM overdue_days o
        JOIN scopes s ON s.id = o.scope_id
    """,
    "captures": """
        SELECT c.id, s.dataset, s.source, s.name AS scope, c.started_at, c.completed_at,
               c.status, c.rows, c.declared_rows, c.reason, c.requests, c.check_id, c.archive,
               c.decision, c.decided_at
        FROM capture_log c
        JOIN scopes s ON s.id = c.scope_id
    """,
    "checks": """
        SELECT k.id, k.day, k.started_at, k.finished_at,
               CASE WHEN k.complete = 1 THEN 'complete' ELSE 'incomplete' END AS status,
               COALESCE(k.captures, (SELECT COUNT(*) FROM capture_log c
                                     WHERE c.check_id = k.id)) AS captures,
               COALESCE(k.changes, 0) AS changes, COALESCE(k.warnings, 0) AS warnings,
               COALESCE(k.criticals, 0) AS criticals
        FROM check_log k
    """,
}
"""Name of the view -> its SELECT."""


def drop_views(connection: Connection) -> None:
    """Drop every public view, so that the tables under them may be altered."""
    for name in VIEWS:
        connection.execute(text(f"DROP VIEW IF EXISTS {name}"))


def create_views(connection: Connection) -> None:
    """Create every public view; they must not exist."""
    for name, select in VIEWS.items():
        connection.execute(text(f"CREATE VIEW {name} AS {select}"))
