"""Which reports stand in a folder, by the names of their files, newest first."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from scrapers.periods import Period
from sync import wording

_NAME = re.compile(
    r"(?P<stem>[\w-]*?)-(?P<month>\d{4}-\d{2})(?:-(?P<day>\d{2}))?"
    r"(?:-(?P<unit>[A-Z][\w.]*))?(?:-ban-(?P<draft>\d+))?\.(?P<ending>html|xlsx|docx|txt)",
    re.ASCII,
)
_LABELS = {
    "overdue": "Hồ sơ quá hạn",
    "ket-qua-766": "Kết quả 766",
    "thong-bao": "Thông báo kết quả",
    "thu-xin-loi": "Thư xin lỗi",
    "report": "Báo cáo",
}
"""What files are called, by the beginning of their names; others by their names."""
_PROGRAMS = {"xlsx": "Excel", "docx": "Word", "html": "trang", "txt": "văn bản"}


class FileLink(NamedTuple):
    """A file beside the index, and what it is."""

    name: str
    label: str


@dataclass
class DayLinks:
    """The files of one day."""

    day: dt.date
    page: str | None = None
    files: list[FileLink] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The date."""
        return wording.day(self.day)


@dataclass
class MonthLinks:
    """One month: its own files and its days, newest first."""

    month: Period
    days: list[DayLinks] = field(default_factory=list)
    files: list[FileLink] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Its anchor."""
        return f"thang-{self.month.year}-{self.month.number:02d}"

    @property
    def title(self) -> str:
        """Its name."""
        return wording.period(self.month).capitalize()


def months_of(names: Iterable[str]) -> list[MonthLinks]:
    """The months of the files of a folder, newest first; files that are no reports are left out."""
    months: dict[tuple[int, int], MonthLinks] = {}
    days: dict[dt.date, DayLinks] = {}
    for name in sorted(names):
        match = _NAME.fullmatch(name)
        first = _date(f"{match['month']}-01") if match else None
        if match is None or first is None:
            continue
        key = (first.year, first.month)
        month = months.setdefault(key, MonthLinks(Period("month", *key)))
        if match["day"] is None:
            month.files.append(FileLink(name, _label(match)))
            continue
        date = _date(f"{match['month']}-{match['day']}")
        if date is None:
            continue
        if date not in days:
            days[date] = DayLinks(date)
            month.days.append(days[date])
        if name == f"report-{date.isoformat()}.html":
            days[date].page = name
        else:
            days[date].files.append(FileLink(name, _label(match)))
    for month in months.values():
        month.days.sort(key=lambda one: one.day, reverse=True)
    filled = (months[key] for key in sorted(months, reverse=True))
    return [month for month in filled if month.days or month.files]


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _label(match: re.Match[str]) -> str:
    words = _LABELS.get(match["stem"], match["stem"])
    if match["unit"]:
        words += f" {match['unit']}"
    if match["draft"]:
        words += f", bản {match['draft']}"
    return f"{words} ({_PROGRAMS[match['ending']]})"
