"""What is planted among the dossiers, day by day, with the effects written by hand.

Day 1 is the baseline, on day 4 only time passes. `sets` is what is done to the dossier before that
day's listing; a dossier that becomes overdue by the clock needs nothing done. The list is complete:
whatever else differs between the overdue listings of two days is a mistake of the replica.

`why` is told by a source that shows more than the overdue listing; "" means that nobody can know:
the dossier is in no answer at all any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "newly_overdue", "gone", "returned", "deadline_moved", "reassigned", "state_changed", "unseen"
]
Why = Literal[
    "", "by the clock", "listed late", "supplement received", "deadline brought forward",
    "done", "result returned", "withdrawn", "stopped", "payment asked", "supplement asked",
    "deadline re-set", "deadline put off",
]  # fmt: skip

CROWDED_UNIT = "H01.120"
"""Without any overdue dossier until day 7, when nine come at once."""


@dataclass(frozen=True, slots=True)
class Planted:
    """One thing that a comparison of two days' overdue listings must find.

    `before` and `after` are due dates ("2026-11-26" for a mere day), unit codes or officers of a
    dossier that is reassigned, or codes of its state. Of `sets` the keys are due, state, ended,
    officers (joined by "; "), unit and listed (yes, no).
    """

    day: int
    kind: Kind
    code: str
    before: str | None
    after: str | None
    why: Why = ""
    sets: Mapping[str, str] = field(default_factory=dict)


def _late(day: int, *codes_and_dues: str) -> tuple[Planted, ...]:
    """Becoming overdue by the clock: a code and its due date each."""
    pairs = [text.split(" ", 1) for text in codes_and_dues]
    return tuple(
        Planted(day, "newly_overdue", code, None, due, "by the clock") for code, due in pairs
    )


def _late_otherwise(day: int, code: str, due: str, why: Why, /, **sets: str) -> Planted:
    return Planted(day, "newly_overdue", code, None, due, why, sets)


def _gone(day: int, code: str, due: str, why: Why = "", /, **sets: str) -> Planted:
    return Planted(day, "gone", code, due, None, why, sets or {"listed": "no"})


def _reset(day: int, code: str, due: str) -> Planted:
    """The deadline is written into the end of processing: late work becomes work in time."""
    return _gone(day, code, due, "deadline re-set", state="9", ended=due)


def _back(day: int, code: str, due: str, why: Why = "", /, **sets: str) -> Planted:
    return Planted(day, "returned", code, None, due, why, sets)


def _moved(day: int, code: str, before: str, after: str) -> Planted:
    return Planted(day, "deadline_moved", code, before, after, "", {"due": after})


def _handed(day: int, code: str, before: str, after: str) -> Planted:
    """To another officer, or to another unit, where the officer changes with it."""
    key = "unit" if after.startswith("H01.") else "officers"
    return Planted(day, "reassigned", code, before, after, "", {key: after})


def _taken_up(day: int, code: str) -> Planted:
    return Planted(day, "state_changed", code, "2", "4", "", {"state": "4"})


def _unseen(day: int, code: str, **sets: str) -> Planted:
    """Something about a dossier that is in no overdue listing before or after."""
    return Planted(day, "unseen", code, None, None, "", sets)


DAY_2 = (
    *_late(
        2,
        "H01.12-261103-0018 2026-11-26 16:30", "H01.12-261105-0007 2026-11-26",
        "H01.12-261106-0021 2026-11-26 11:00", "H01.10-261029-0033 2026-11-26 17:00",
        "H01.10-261110-0004 2026-11-26", "H01.05-261112-0011 2026-11-26 15:45",
        "H01.14-261118-0026 2026-11-26 10:30", "000.00.09.H01-261104-0003 2026-11-26 17:00",
        "G09.20-20261109-0092637 2026-11-26", "H01.146-261113-0009 2026-11-26 16:00",
        "H01.165-261116-0014 2026-11-26", "H01.113-261117-0006 2026-11-26 14:00",
        "H01.100-261119-0002 2026-11-26 08:15", "H01.189-261111-0005 2026-11-26 16:45",
    ),
    _gone(2, "H01.12-261014-0031", "2026-11-13 16:30"),
    _gone(2, "H01.101-261027-0008", "2026-11-18"),
    _gone(2, "H01.177-261102-0012", "2026-11-24 10:00"),
    _gone(2, "H01.10-261019-0015", "2026-11-20", "done", state="9", ended="2026-11-26 15:20"),
    _gone(2, "H01.103-261021-0004", "2026-11-23 16:00", "result returned",
          state="10", ended="2026-11-26 09:10"),
    _gone(2, "H01.05-261028-0017", "2026-11-25", "supplement asked", state="5"),
    _gone(2, "H01.128-261030-0010", "2026-11-24 16:30", "supplement asked", state="5"),
    _reset(2, "H01.14-261026-0022", "2026-11-19 17:00"),
    _gone(2, "H01.146-261023-0013", "2026-11-20 16:30", "deadline put off", due="2026-11-30 16:30"),
    _moved(2, "H01.12-261007-0041", "2026-11-09", "2026-11-23 16:30"),
    _moved(2, "H01.156-261020-0003", "2026-11-17 16:00", "2026-11-24 16:00"),
    _handed(2, "H01.10-261022-0028", "Lâm Quang Thịnh", "Cao Thị Bích"),
    _handed(2, "H01.12-261012-0009", "H01.12", "H01.09"),
    _taken_up(2, "H01.184-261109-0001"),
    _unseen(2, "H01.12-261116-0002", officers="Cao Thị Bích"),
)  # fmt: skip

DAY_3 = (
    *_late(
        3,
        "H01.12-261106-0030 2026-11-27 16:30", "H01.12-261109-0012 2026-11-27",
        "H01.09-261102-0019 2026-11-27 17:00", "H01.05-261103-0008 2026-11-27",
        "H01.14-261119-0040 2026-11-27 09:30", "H01.107-261110-0003 2026-11-27 16:00",
        "H01.133-261116-0021 2026-11-27", "H01.188-261112-0016 2026-11-27 15:00",
        "H01.192-261117-0002 2026-11-27 16:30",
    ),
    _gone(3, "H01.02-261016-0006", "2026-11-16"),
    _gone(3, "H01.139-261028-0011", "2026-11-23 16:30"),
    _gone(3, "H01.12-261015-0027", "2026-11-12 16:30"),
    _gone(3, "H01.105-261026-0005", "2026-11-19"),
    _gone(3, "H01.162-261019-0007", "2026-11-16 16:00", "supplement asked", state="5"),
    _gone(3, "H01.10-261023-0036", "2026-11-24 16:30", "result returned",
          state="10", ended="2026-11-27 14:05"),
    _reset(3, "000.00.12.H01-261013-0002", "2026-11-10 17:00"),
    _reset(3, "H01.117-261022-0018", "2026-11-18"),
    _moved(3, "H01.02-261005-0020", "2026-11-04", "2026-11-20"),
    _handed(3, "H01.09-261008-0014", "Cao Thị Bích; Lâm Quang Thịnh", "Lâm Quang Thịnh"),
    _handed(3, "H01.171-261030-0006", "H01.171", "H01.165"),
    _taken_up(3, "H01.123-261111-0009"),
    _unseen(3, "H01.10-261118-0016", due="2026-12-15 16:30"),
    _unseen(3, "H01.146-261120-0012", state="9", ended="2026-11-27 16:00"),
)  # fmt: skip

DAY_5 = (
    *_late(
        5,
        "H01.12-261109-0044 2026-11-29", "H01.14-261120-0013 2026-11-29 17:00",
        "H01.100-261120-0007 2026-11-29", "H01.146-261118-0030 2026-11-29",
        "H01.128-261119-0017 2026-11-29 11:30",
    ),
    _late_otherwise(5, "H01.12-261020-0055", "2026-11-17 16:30", "listed late", listed="yes"),
    _late_otherwise(5, "H01.110-261022-0023", "2026-11-20", "listed late", listed="yes"),
    _late_otherwise(5, "H01.151-261103-0004", "2026-11-25 10:30", "listed late", listed="yes"),
    _late_otherwise(5, "H01.10-261027-0040", "2026-11-23", "listed late", listed="yes"),
    _late_otherwise(5, "H01.05-261015-0009", "2026-11-18 16:30", "supplement received", state="4"),
    _late_otherwise(5, "H01.112-261029-0012", "2026-11-24", "supplement received", state="4"),
    _late_otherwise(5, "H01.09-261110-0025", "2026-11-27 16:30", "deadline brought forward",
                    due="2026-11-27 16:30"),
    _back(5, "H01.12-261015-0027", "2026-11-12 16:30", listed="yes"),
    _back(5, "H01.105-261026-0005", "2026-11-19", listed="yes"),
    _back(5, "H01.162-261019-0007", "2026-11-27 16:00", "supplement received",
          state="4", due="2026-11-27 16:00"),
    _gone(5, "H01.12-261001-0037", "2026-10-30"),
    _gone(5, "H01.188-261029-0013", "2026-11-25 16:00"),
    _gone(5, "H01.103-261102-0015", "2026-11-23"),
    _gone(5, "H01.10-261021-0019", "2026-11-18 16:30"),
    _gone(5, "H01.12-261019-0016", "2026-11-20 16:30", "done", state="9", ended="2026-11-28 10:40"),
    _gone(5, "H01.05-261020-0003", "2026-11-19", "result returned",
          state="10", ended="2026-11-27 16:55"),
    _gone(5, "H01.113-261026-0011", "2026-11-23 16:30", "withdrawn",
          state="7", ended="2026-11-27 08:20"),
    _gone(5, "H01.107-261023-0020", "2026-11-20", "supplement asked", state="5"),
    _gone(5, "H01.14-261027-0018", "2026-11-24 17:00", "deadline put off", due="2026-12-11 17:00"),
    _moved(5, "H01.156-261027-0014", "2026-11-19", "2026-11-26"),
    _handed(5, "H01.177-261028-0009", "Cao Thị Bích", "Lâm Quang Thịnh"),
    _taken_up(5, "H01.101-261110-0019"),
    _unseen(5, "H01.05-261117-0005", state="5"),
)  # fmt: skip

DAY_6 = (
    *_late(
        6,
        "H01.12-261111-0029 2026-11-30 16:30", "H01.12-261112-0003 2026-11-30",
        "H01.10-261105-0022 2026-11-30 17:00", "H01.02-261116-0010 2026-11-30",
        "000.00.10.H01-261113-0006 2026-11-30 15:00", "H01.184-261118-0008 2026-11-30 16:00",
        "H01.171-261119-0027 2026-11-30", "H01.118-261120-0001 2026-11-30 10:00",
    ),
    _back(6, "H01.146-261023-0013", "2026-11-30 16:30", "by the clock"),
    _gone(6, "H01.09-261022-0008", "2026-11-23"),
    _gone(6, "H01.133-261027-0002", "2026-11-18 16:30"),
    _gone(6, "H01.110-261019-0014", "2026-11-17", "stopped", state="8", ended="2026-11-30 11:00"),
    _gone(6, "H01.14-261021-0031", "2026-11-20 16:30", "payment asked", state="6"),
    _gone(6, "H01.05-261013-0021", "2026-11-16 16:30", "done", state="9", ended="2026-11-30 14:30"),
    _reset(6, "H01.12-261016-0048", "2026-11-13 16:30"),
    _reset(6, "H01.123-261028-0005", "2026-11-25"),
    _moved(6, "H01.139-261103-0016", "2026-11-18", "2026-11-27"),
    _taken_up(6, "H01.139-261103-0016"),
    _handed(6, "H01.10-261102-0001", "Lâm Quang Thịnh", "Cao Thị Bích; Lâm Quang Thịnh"),
    _handed(6, "H01.151-261028-0020", "H01.151", "H01.146"),
    _unseen(6, "H01.12-261130-0001", listed="yes"),
    _unseen(6, "H01.10-261019-0015", state="10"),
)  # fmt: skip

DAY_7 = (
    *_late(
        7,
        "H01.120-261112-0004 2026-12-01 16:30", "H01.120-261112-0009 2026-12-01 16:30",
        "H01.120-261113-0002 2026-12-01", "H01.120-261113-0011 2026-12-01",
        "H01.120-261116-0001 2026-12-01 10:00", "H01.120-261117-0006 2026-12-01",
        "H01.120-261117-0015 2026-12-01 17:00", "H01.120-261118-0003 2026-12-01",
        "H01.120-261119-0008 2026-12-01 15:30",
    ),
    *_late(
        7,
        "H01.12-261113-0035 2026-12-01 16:30", "H01.10-261116-0009 2026-12-01",
        "H01.09-261117-0013 2026-12-01 17:00", "H01.105-261120-0010 2026-12-01",
        "H01.165-261123-0002 2026-12-01 16:00",
    ),
    _back(7, "H01.10-261021-0019", "2026-11-18 16:30", listed="yes"),
    _gone(7, "H01.02-261019-0024", "2026-11-17 16:30"),
    _gone(7, "H01.162-261030-0019", "2026-11-24"),
    _gone(7, "H01.101-261104-0006", "2026-11-25", "result returned",
          state="10", ended="2026-12-01 15:15"),
    _gone(7, "H01.12-261008-0023", "2026-11-11 16:30", "done", state="9", ended="2026-12-01 10:00"),
    _gone(7, "H01.112-261029-0012", "2026-11-24", "supplement asked", state="5"),
    _reset(7, "H01.14-261014-0007", "2026-11-12 17:00"),
    _moved(7, "H01.105-261026-0005", "2026-11-19", "2026-11-30"),
    _handed(7, "H01.12-261022-0050", "H01.12", "H01.10"),
    _taken_up(7, "H01.188-261110-0024"),
)  # fmt: skip

EVENTS = (*DAY_2, *DAY_3, *DAY_5, *DAY_6, *DAY_7)

FIRST_STATES = {
    **{event.code: "2" for event in EVENTS if event.kind == "state_changed"},
    "H01.05-261015-0009": "5",
    "H01.112-261029-0012": "5",
}
"""States on day 1 of what is planted; all others are being processed (4)."""

FIRST_OFFICERS = {
    "H01.10-261022-0028": ("Lâm Quang Thịnh",),
    "H01.09-261008-0014": ("Lâm Quang Thịnh", "Cao Thị Bích"),
    "H01.177-261028-0009": ("Cao Thị Bích",),
    "H01.10-261102-0001": ("Lâm Quang Thịnh",),
}

FIRST_DUES = {
    "H01.10-261022-0028": "2026-11-23 16:30", "H01.12-261012-0009": "2026-11-16",
    "H01.184-261109-0001": "2026-11-24", "H01.12-261116-0002": "2026-12-10 16:30",
    "H01.09-261008-0014": "2026-11-13 17:00", "H01.171-261030-0006": "2026-11-20",
    "H01.123-261111-0009": "2026-11-25 16:00", "H01.10-261118-0016": "2026-11-27 16:30",
    "H01.146-261120-0012": "2026-11-27", "H01.09-261110-0025": "2026-12-08",
    "H01.177-261028-0009": "2026-11-18", "H01.101-261110-0019": "2026-11-24 10:00",
    "H01.05-261117-0005": "2026-12-09", "H01.10-261102-0001": "2026-11-24",
    "H01.151-261028-0020": "2026-11-19 16:00", "H01.12-261130-0001": "2026-12-21",
    "H01.12-261022-0050": "2026-11-20", "H01.188-261110-0024": "2026-11-25 16:30",
}  # fmt: skip
"""Due dates on day 1 where the first event of a dossier does not name them."""


def first_due(code: str) -> str:
    """The due date on day 1 of a planted dossier."""
    if code in FIRST_DUES:
        return FIRST_DUES[code]
    event = next(event for event in EVENTS if event.code == code)
    return event.before or event.after or ""


def is_listed_first(code: str) -> bool:
    """Whether a planted dossier is in any answer on day 1."""
    listed = [
        event.sets["listed"] for event in EVENTS if event.code == code and "listed" in event.sets
    ]
    return not listed or listed[0] == "no"
