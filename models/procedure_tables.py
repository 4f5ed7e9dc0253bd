"""The tables of the procedure catalogue: its list, its details, its decisions."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer

from models.schema import BIG, TEXT, ledger, table, word

listed_versions = ledger(
    "listed_versions",
    (Column("procedure_id", TEXT, primary_key=True),),
    Column("code", TEXT, nullable=False),
    word("name"),
    word("state"),
    word("type"),
    word("agency_name"),
    word("field_names"),
)
"""The public list of procedures: which there are, and the little that it says of each."""

PARTS = (
    "name",
    "code",
    "agency",
    "field",
    "levels",
    "online",
    "cases",
    "methods",
    "fees",
    "steps",
    "dossier",
    "legal_basis",
    "results",
    "requirements",
    "subjects",
    "executing_agencies",
    "other",
)
"""The parts of a procedure's content, each compared by a hash of its own."""

procedure_versions = ledger(
    "procedure_versions",
    (Column("procedure_id", TEXT, primary_key=True),),
    Column("code", TEXT, nullable=False),
    word("name"),
    word("agency_code"),
    word("agency_name"),
    word("field_code"),
    word("field_name"),
    word("state"),
    word("type"),
    word("levels"),
    word("online_level"),
    word("processing"),
    word("fees"),
    word("decision_id"),
    word("decision_number"),
    Column("decision_date", TEXT),
    Column("published_at", BIG),
    Column("updated_at", BIG),
    Column("is_test", Integer, nullable=False),
    *(Column(f"part_{name}", BIG, nullable=False) for name in PARTS),
)
"""Procedures in detail, as each was last read. A version closes only when another takes its place:
whether a procedure is still public is said by `listed_versions`."""

procedure_reads = table(
    "procedure_reads",
    Column("procedure_id", TEXT, primary_key=True),
    Column("capture_id", Integer, ForeignKey("capture_log.id"), nullable=False),
    sqlite_with_rowid=False,
)
"""The capture that read a procedure's detail last, whether or not it differed."""

decision_versions = ledger(
    "decision_versions",
    (Column("decision_id", TEXT, primary_key=True),),
    word("number"),
    word("agency_code"),
    word("agency_name"),
    Column("decision_date", TEXT),
    Column("published_at", BIG),
    Column("is_late", Integer, nullable=False),
    Column("is_test", Integer, nullable=False),
)
"""Publication decisions that some procedure points to, keyed by the portal's id, not the number."""
