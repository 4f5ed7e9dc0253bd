"""What a right program must tell on each day, written by hand and without its code.

Working days are those of the national calendar with 24 November 2026 off. A procedure that comes
back to the list is told as new: the contract has no kind of its own for it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "procedure_new", "procedure_amended", "procedure_gone", "decision_changed",
    "decision_pending", "decision_new", "published_late",
]  # fmt: skip
Part = Literal[
    "name", "agency", "field", "levels", "online", "methods", "fees", "steps", "dossier",
    "legal_basis", "results", "requirements", "subjects", "executing_agencies", "cases", "other",
]  # fmt: skip


class Told(NamedTuple):
    """One thing to tell. `subject` is a procedure's code or a decision's number, as printed."""

    day: int
    kind: Kind
    agency: str
    subject: str
    parts: frozenset[Part] = frozenset()


def _amended(day: int, agency: str, subject: str, *parts: Part) -> Told:
    return Told(day, "procedure_amended", agency, subject, frozenset(parts))


DAY_2 = (
    Told(2, "procedure_new", "G06", "1.116701"),
    Told(2, "procedure_new", "G18", "1.116702"),
    Told(2, "decision_new", "G06", "3391/QĐ-BKHCN"),
    _amended(2, "G12", "1.004946", "fees"),
    _amended(2, "G15", "1.001612", "methods"),
    _amended(2, "G10", "1.003554", "steps"),
    Told(2, "decision_changed", "G02", "2.000591"),
    Told(2, "decision_changed", "G02", "2.000609"),
    Told(2, "decision_changed", "G15", "1.001008"),
    Told(2, "decision_new", "G15", "3150/QĐ-BTP"),
    # Pending since before the first day; the eleventh working day is 27 November.
    Told(2, "published_late", "G10", "5102/QĐ-BNNMT"),
    Told(2, "procedure_gone", "G04", "1.003141"),
)
DAY_3 = (
    Told(3, "procedure_new", "G01", "1.116710"),
    Told(3, "procedure_new", "G01", "1.116711"),
    _amended(3, "G01", "2.001159", "steps", "dossier"),
    _amended(3, "G01", "2.001160", "methods", "fees"),
    Told(3, "decision_changed", "G01", "1.003177"),
    Told(3, "decision_new", "G01", "4127/QĐ-BCA-C06"),
    Told(3, "procedure_new", "H01", "1.116715"),
    Told(3, "decision_new", "H01", "1893/QĐ-UBND"),
    Told(3, "published_late", "H01", "1893/QĐ-UBND"),
    Told(3, "procedure_new", "G12", "1.116720"),
    Told(3, "decision_pending", "G17", "1.009788"),
    Told(3, "decision_pending", "G17", "1.009791"),
    _amended(3, "G15", "1.005040", "name"),
    _amended(3, "H01", "1.010736", "legal_basis"),
    _amended(3, "G10", "1.007931", "dossier"),
    Told(3, "procedure_gone", "G04", "1.003152"),
    Told(3, "procedure_gone", "G04", "1.003163"),
    Told(3, "procedure_gone", "G06", "1.000997"),
    Told(3, "procedure_gone", "G15", "2.001884"),
    Told(3, "procedure_gone", "H17", "2.002482"),
)
DAY_5 = (
    _amended(5, "G17", "1.009788", "methods", "dossier"),
    _amended(5, "G17", "1.009791", "requirements"),
    Told(5, "decision_new", "G17", "1466/QĐ-BXD"),
    Told(5, "decision_changed", "G02", "2.000591"),
    Told(5, "decision_pending", "H01", "3.000734"),
    Told(5, "decision_pending", "G10", "1.008004"),
    Told(5, "decision_pending", "H17", "2.002481"),
    _amended(5, "G12", "1.010194", "online"),
    _amended(5, "G06", "1.001786", "cases"),
    _amended(5, "G21", "2.000713", "levels"),
    _amended(5, "G17", "1.004002", "agency"),
    _amended(5, "G16", "1.004605", "results"),
    _amended(5, "H01", "3.000735", "subjects"),
    _amended(5, "G12", "1.116720", "name"),
    # Pending on the first day, now published with the content as it was.
    Told(5, "decision_new", "G12", "777/QĐ-BTC"),
    Told(5, "published_late", "G12", "777/QĐ-BTC"),
)
DAY_6 = (
    _amended(6, "G10", "1.012874", "steps"),
    _amended(6, "G10", "1.012875", "fees", "legal_basis"),
    # Told as late on day 2, so not again.
    Told(6, "decision_new", "G10", "5102/QĐ-BNNMT"),
    # Still pending; the sixth working day is 1 December.
    Told(6, "published_late", "H17", "4410/QĐ-UBND"),
    Told(6, "procedure_new", "H15", "1.116728"),
    _amended(6, "H15", "1.012206", "methods", "requirements"),
    Told(6, "decision_new", "H15", "3300/QĐ-UBND"),
    Told(6, "procedure_new", "H24", "1.116729"),
    Told(6, "decision_new", "H24", "3300/QĐ-UBND"),
    Told(6, "procedure_new", "G15", "2.001884"),
    Told(6, "procedure_gone", "G03", "1.006391"),
    Told(6, "procedure_gone", "G18", "1.116702"),
    _amended(6, "G15", "1.001008", "field"),
    _amended(6, "H01", "1.010738", "executing_agencies"),
    _amended(6, "G03", "1.005082", "other"),
    _amended(6, "G10", "1.003695", "fees"),
    _amended(6, "G10", "1.003727", "fees"),
)
DAY_7 = (
    _amended(7, "H01", "3.000734", "fees"),
    Told(7, "decision_new", "H01", "2011/QĐ-UBND"),
    _amended(7, "G10", "1.008004", "methods"),
    Told(7, "decision_new", "G10", "5230/QĐ-BNNMT"),
    Told(7, "published_late", "G10", "5230/QĐ-BNNMT"),
    _amended(7, "G18", "1.002425", "name", "methods", "steps"),
    Told(7, "decision_new", "G18", "2688/QĐ-BYT"),
    _amended(7, "G03", "1.005082", "dossier"),
    Told(7, "decision_new", "G03", "3077/QĐ-BGDĐT"),
    _amended(7, "G12", "1.004946", "fees"),
    Told(7, "procedure_new", "H56", "6.006801"),
    Told(7, "decision_new", "H56", "2520/QĐ-VP"),
    Told(7, "procedure_new", "G16", "1.116733"),
    Told(7, "decision_new", "G16", "2790/QĐ-BVHTTDL"),
    Told(7, "procedure_gone", "H24", "2.002507"),
)

EXPECTED = (*DAY_2, *DAY_3, *DAY_5, *DAY_6, *DAY_7)
TOTALS = {1: 6320, 2: 6321, 3: 6320, 4: 6320, 5: 6320, 6: 6321, 7: 6322}
"""How many procedures the public list holds on each day."""


def expected(day: int) -> frozenset[Told]:
    """What is to be told on a day; nothing on day 1 (the baseline) and on day 4 (noise alone)."""
    return frozenset(told for told in EXPECTED if told.day == day)
