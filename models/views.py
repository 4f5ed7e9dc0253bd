"""The public views of the store (contract section 4), as SQL that SQLite and PostgreSQL share.

They are code, not data: every migration drops and makes them anew. Instants are UTC text, days are
Asia/Ho_Chi_Minh, scores are points with two decimals as floats: the same values on both databases.
`docs/database.md` describes each column.

Where figures are CROSS JOINed, SQLite keeps the order as it is written: from the few scopes to the
figures by their key. Left to itself it walks through every version that was ever stored. PostgreSQL
finds that order by itself; but where it expects one row and many come, it would count the
procedures of all decisions again for each: they are counted once, before.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from models.dialect import Dialect, dialect_of
from models.schema import word_in_sql
from models.sentences import dataset_in_sql, told_in_sql

VIEWS: dict[str, str] = {
    "units": """
        SELECT u.code, u.name, u.kind, u.province_code,
               MAX(CASE WHEN v.closed_by IS NULL AND s.period_type IS NULL THEN 1 ELSE 0 END)
                   AS active,
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
        SELECT s.series, COALESCE(s.province_code, u.province_code) AS province_code,
               u.code AS unit_code, COALESCE(w.name, u.name) AS unit_name,
               COALESCE(w.kind, u.kind) AS kind, s.period_type, s.year, s.period_no,
               i.code AS indicator, i.level,
               f.score / {hundred} AS score, f.max_score / {hundred} AS max_score,
               f.ratio / {hundred} AS ratio, f.numerator, f.denominator,
               CASE WHEN i.level = 'total' THEN t.rank END AS rank,
               CASE WHEN i.level = 'total' AND t.rank IS NOT NULL THEN t.rank_of END AS rank_of,
               CASE WHEN i.level = 'total' THEN t.class END AS class,
               t.has_activity,
               latest.completed_at AS observed_at, opened.completed_at AS changed_at,
               f.quality
        FROM scopes s
        JOIN capture_log latest ON latest.id = s.last_capture_id
        CROSS JOIN figure_versions f
        JOIN unit_codes u ON u.id = f.unit_id
        JOIN indicators i ON i.id = f.indicator_id
        JOIN capture_log opened ON opened.id = f.opened_by
        LEFT JOIN standing_versions t
               ON t.scope_id = f.scope_id AND t.unit_id = f.unit_id AND t.closed_by IS NULL
        LEFT JOIN unit_versions w
               ON w.scope_id = f.scope_id AND w.unit_id = f.unit_id AND w.closed_by IS NULL
        WHERE f.scope_id = s.id AND f.closed_by IS NULL
    """,
    "score_history": """
        SELECT s.series, COALESCE(s.province_code, u.province_code) AS province_code,
               u.code AS unit_code, s.period_type, s.year, s.period_no,
               i.code AS indicator, i.level,
               f.score / {hundred} AS score, f.ratio / {hundred} AS ratio,
               f.numerator, f.denominator,
               opened.completed_at AS valid_from, closed.completed_at AS valid_to
        FROM scopes s
        CROSS JOIN figure_versions f
        JOIN unit_codes u ON u.id = f.unit_id
        JOIN indicators i ON i.id = f.indicator_id
        JOIN capture_log opened ON opened.id = f.opened_by
        LEFT JOIN capture_log closed ON closed.id = f.closed_by
        WHERE f.scope_id = s.id
    """,
    "changes": """
        SELECT h.id, COALESCE(c.decided_at, c.completed_at) AS detected_at, c.day,
               {dataset} AS dataset, h.kind, {severity} AS severity,
               u.code AS unit_code, COALESCE(n.text, u.name) AS unit_name, h.subject,
               s.series, s.period_type, s.year, s.period_no, i.code AS indicator,
               {before_value} AS before_value, {after_value} AS after_value,
               h.delta / {hundred} AS delta, {told} AS message,
               s.source, c.previous_id AS capture_before, c.id AS capture_after,
               1 - COALESCE(h.unlisted, 0) AS listed
        FROM change_log h
        JOIN capture_log c ON c.id = h.capture_id
        JOIN scopes s ON s.id = c.scope_id
        LEFT JOIN unit_codes u ON u.id = h.unit_id
        LEFT JOIN indicators i ON i.id = h.indicator_id
        LEFT JOIN texts n ON n.id = h.unit_name_id
    """,
    "overdue_now": """
        SELECT s.source, d.code, procedure_code.text AS procedure_code,
               procedure_name.text AS procedure_name, unit_code.text AS unit_code,
               unit_name.text AS unit_name, officer.text AS officer, state.text AS state,
               {received_at} AS received_at, {due_at} AS due_at,
               COALESCE(seen.day_number, {listed_number}) - {due_number} AS days_late,
               seen.number - due.number AS working_days_late,
               COALESCE((SELECT f.completed_at FROM capture_log f
                         WHERE f.id = (SELECT MIN(v.opened_by) FROM dossier_versions v
                                       WHERE v.scope_id = d.scope_id AND v.code = d.code
                                         AND v.closed_by IS NOT NULL AND v.is_overdue = 1)),
                        opened.completed_at) AS first_overdue_at,
               c.completed_at AS observed_at
        FROM scopes s
        JOIN capture_log c ON c.id = s.last_capture_id
        LEFT JOIN working_days seen ON seen.day_number = {listed_number}
        JOIN dossier_versions d
          ON d.scope_id = s.id AND d.closed_by IS NULL AND d.is_overdue = 1
        LEFT JOIN texts unit_code ON unit_code.id = d.unit_code
        LEFT JOIN texts unit_name ON unit_name.id = d.unit_name
        LEFT JOIN texts state ON state.id = d.state
        LEFT JOIN texts procedure_code ON procedure_code.id = d.procedure_code
        LEFT JOIN texts procedure_name ON procedure_name.id = d.procedure_name
        LEFT JOIN texts officer ON officer.id = d.officer
        LEFT JOIN capture_log opened ON opened.id = d.opened_by
        LEFT JOIN working_days due ON due.day_number = {due_number}
        WHERE s.dataset = 'dossiers'
    """,
    "overdue_daily": """
        SELECT o.day, s.source, o.unit_code, o.unit_name, o.overdue, o.new, o.gone, o.returned,
               o.rate / {hundred} AS rate
        FROM overdue_days o
        JOIN scopes s ON s.id = o.scope_id
    """,
    "procedures": """
        SELECT l.procedure_id AS id, COALESCE(d.code, l.code) AS code,
               {name} AS name, agency_code.text AS agency_code, {agency_name} AS agency_name,
               {field} AS field, {state} AS state, {online_level} AS online_level,
               {decision_id} AS decision_id, {decision_number} AS decision_number,
               d.decision_date, {detail_published_at} AS published_at,
               CASE WHEN d.procedure_id IS NOT NULL
                    THEN CASE WHEN d.decision_id IS NOT NULL AND d.published_at IS NULL
                              THEN 1 ELSE 0 END END AS pending_decision,
               {updated_at} AS updated_at,
               (SELECT c.completed_at FROM capture_log c
                WHERE c.id = (SELECT MIN(v.opened_by) FROM listed_versions v
                              WHERE v.scope_id = l.scope_id
                                AND v.procedure_id = l.procedure_id)) AS first_seen_at,
               CASE WHEN l.closed_by IS NULL THEN latest.completed_at
                    ELSE last_seen.completed_at END AS last_seen_at,
               gone.completed_at AS gone_at, {type} AS type, {levels} AS levels,
               {processing} AS processing_times, {fees} AS fees, d.is_test,
               (SELECT c.completed_at FROM procedure_reads r
                JOIN capture_log c ON c.id = r.capture_id
                WHERE r.procedure_id = l.procedure_id) AS read_at
        FROM scopes s
        JOIN listed_versions l ON l.scope_id = s.id
             AND (l.closed_by IS NULL
                  OR NOT EXISTS (SELECT 1 FROM listed_versions v
                                 WHERE v.scope_id = l.scope_id
                                   AND v.procedure_id = l.procedure_id
                                   AND v.opened_by > l.opened_by))
        LEFT JOIN capture_log gone ON gone.id = l.closed_by
        LEFT JOIN scopes details ON details.dataset = s.dataset AND details.source = s.source
             AND details.name = 'details'
        LEFT JOIN procedure_versions d ON d.scope_id = details.id
             AND d.procedure_id = l.procedure_id AND d.closed_by IS NULL
        LEFT JOIN texts agency_code ON agency_code.id = d.agency_code
        LEFT JOIN capture_log last_seen ON last_seen.id = gone.previous_id
        JOIN capture_log latest ON latest.id = s.last_capture_id
    """,
    "decisions": """
        WITH counted AS MATERIALIZED
             (SELECT p.decision_id, COUNT(*) AS procedures
              FROM scopes s
              JOIN listed_versions l ON l.scope_id = s.id AND l.closed_by IS NULL
              JOIN scopes details ON details.dataset = s.dataset
                   AND details.source = s.source AND details.name = 'details'
              JOIN procedure_versions p ON p.scope_id = details.id
                   AND p.procedure_id = l.procedure_id AND p.closed_by IS NULL
              WHERE s.dataset = 'procedures' AND s.name = 'catalogue'
              GROUP BY p.decision_id)
        SELECT v.decision_id AS id, number.text AS number, agency_code.text AS agency_code,
               agency_name.text AS agency_name, v.decision_date,
               {published_at} AS published_at,
               COALESCE(c.procedures, 0) AS procedures,
               published.number - decided.number AS working_days_to_publish,
               (SELECT c.completed_at FROM capture_log c
                WHERE c.id = (SELECT MIN(f.opened_by) FROM decision_versions f
                              WHERE f.scope_id = v.scope_id
                                AND f.decision_id = v.decision_id)) AS first_seen_at, v.is_test
        FROM decision_versions v
        LEFT JOIN texts id_word ON id_word.text = v.decision_id
        LEFT JOIN counted c ON c.decision_id = id_word.id
        LEFT JOIN texts number ON number.id = v.number
        LEFT JOIN texts agency_code ON agency_code.id = v.agency_code
        LEFT JOIN texts agency_name ON agency_name.id = v.agency_name
        LEFT JOIN working_days decided ON decided.day = v.decision_date
        LEFT JOIN working_days published ON published.day_number = {published_number}
        WHERE NOT EXISTS (SELECT 1 FROM decision_versions l
                          WHERE l.scope_id = v.scope_id AND l.decision_id = v.decision_id
                            AND l.opened_by > v.opened_by)
    """,
    "captures": """
        SELECT c.id, s.dataset, s.source, s.name AS scope, c.started_at, c.completed_at,
               c.status, c.rows, c.declared_rows, c.reason, c.requests, c.check_id, c.archive,
               c.decision, c.decided_at, COALESCE(c.is_backfill, 0) AS backfilled
        FROM capture_log c
        JOIN scopes s ON s.id = c.scope_id
    """,
    "alerts": """
        SELECT h.id, h.kind, {severity} AS severity, u.code AS unit_code, h.subject, h.state,
               h.opened_at, h.changed_at, h.snoozed_until, h.closed_at, h.reopened,
               h.last_change, h.dataset, COALESCE(h.unit_name, u.name) AS unit_name, h.message
        FROM alert_log h
        LEFT JOIN unit_codes u ON u.id = h.unit_id
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
"""Name of the view -> its SELECT, with names in braces for what databases spell differently."""


def select_of(view: str, dialect: Dialect) -> str:
    """The SELECT of a view as one database reads it."""
    return VIEWS[view].format(
        severity="CASE h.severity WHEN 3 THEN 'critical' WHEN 2 THEN 'warning' ELSE 'info' END",
        hundred="CAST(100 AS DOUBLE PRECISION)",
        told=told_in_sql(dialect, "h"),
        dataset=dataset_in_sql("h", "s"),
        before_value=word_in_sql("h.before_value"),
        after_value=word_in_sql("h.after_value"),
        received_at=dialect.instant("d.received_at"),
        due_at=dialect.instant("d.due_at"),
        due_number=dialect.day_number("d.due_at"),
        listed_number=dialect.day_number(dialect.seconds("c.completed_at")),
        updated_at=dialect.instant("d.updated_at"),
        detail_published_at=dialect.instant("d.published_at"),
        published_at=dialect.instant("v.published_at"),
        name=word_in_sql("COALESCE(d.name, l.name)"),
        agency_name=word_in_sql("COALESCE(d.agency_name, l.agency_name)"),
        field=word_in_sql("COALESCE(d.field_name, l.field_names)"),
        state=word_in_sql("l.state"),
        type=word_in_sql("l.type"),
        levels=word_in_sql("d.levels"),
        online_level=word_in_sql("d.online_level"),
        decision_id=word_in_sql("d.decision_id"),
        decision_number=word_in_sql("d.decision_number"),
        processing=word_in_sql("d.processing"),
        fees=word_in_sql("d.fees"),
        published_number=dialect.day_number("v.published_at"),
    )


READER = "dvcqg_reader"
"""A role of PostgreSQL that may read the views and nothing else, where the server has it."""

PLANNING = {"random_page_cost": "1.1", "jit": "off"}
"""How a server plans queries of the store's database, whoever asks: it reckons with disks that find
any page at once, and compiles no query, which takes longer than answering. As it comes it reads
every dossier of a large source to find those of a small one."""


def drop_views(connection: Connection) -> None:
    """Drop every public view, so that the tables under them may be altered."""
    for name in VIEWS:
        connection.execute(text(f"DROP VIEW IF EXISTS {name}"))


def create_views(connection: Connection) -> None:
    """Create every public view, which must not exist, and let the readers of a server read it."""
    dialect = dialect_of(connection)
    for name in VIEWS:
        connection.execute(text(f"CREATE VIEW {name} AS {select_of(name, dialect)}"))
    if dialect.is_postgresql:
        _plan_well(connection)
        if _has_reader(connection):
            connection.execute(text(f"GRANT SELECT ON {', '.join(VIEWS)} TO {READER}"))


def _plan_well(connection: Connection) -> None:
    """Set what the database has no setting of its own for, if it is ours: only its owner may."""
    query = """
        SELECT COALESCE(ARRAY_TO_STRING(own.setconfig, ' '), '')
        FROM pg_database d
        LEFT JOIN pg_db_role_setting own ON own.setdatabase = d.oid AND own.setrole = 0
        WHERE d.datname = CURRENT_DATABASE() AND PG_HAS_ROLE(d.datdba, 'USAGE')
    """
    settings = connection.execute(text(query)).scalar()
    if settings is None:
        return
    for setting, value in PLANNING.items():
        if f"{setting}=" not in settings:
            change = f"FORMAT('ALTER DATABASE %I SET {setting} = {value}', CURRENT_DATABASE())"
            connection.execute(text(f"DO $$ BEGIN EXECUTE {change}; END $$"))


def _has_reader(connection: Connection) -> bool:
    query = text("SELECT 1 FROM pg_roles WHERE rolname = :reader")
    return connection.execute(query, {"reader": READER}).first() is not None
