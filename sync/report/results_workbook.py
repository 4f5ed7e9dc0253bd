"""The 766 results of provinces as one Excel workbook, in the sheets that offices circulate.

For each province its total, groups and indicators, and a ranking for each level of its units; then
the proof that the daily check was made. A figure that the portal did not print is an empty cell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sync import wording
from sync.report.duty_log import DutyDay
from sync.report.results import Results
from sync.report.results_workbook_duty import write_duty
from sync.report.results_workbook_province import has_indicators, write_indicators, write_summary
from sync.report.results_workbook_units import LEVELS, ClassStyles, write_level
from sync.report.sheets import new_workbook, styles_of
from sync.standings import Classes

SUMMARY = "Tổng hợp"
INDICATORS = "Chỉ tiêu thành phần"
DUTY = "Nhật ký kiểm tra"


def write_results_workbook(
    results: Sequence[Results], duties: Sequence[DutyDay], path: Path, classes: Classes
) -> Path:
    """Write the workbook, whole or not at all; its path.

    Each province comes once; without any, only the proof of duty is written. The days come in
    the order in which they are to be read, instants in Viet Nam's time, and `classes` are the
    configured labels, best first. Raises OSError when it cannot be written, for example because
    it is open in Excel.
    """
    with new_workbook(path) as book:
        book.set_properties(_properties(results))
        styles = styles_of(book)
        class_styles = ClassStyles(book, [label for label, _ in classes])
        for one in results:
            ending = f" {_short_name(one)}" if len(results) > 1 else ""
            write_summary(_sheet(book, SUMMARY, ending), styles, class_styles, one)
            if has_indicators(one):
                write_indicators(_sheet(book, INDICATORS, ending), styles, one)
            for level in LEVELS:
                units = one.of_kind(level.kind)
                if units:
                    sheet = _sheet(book, level.sheet, ending)
                    write_level(sheet, styles, class_styles, one, level, units)
        write_duty(book.add_worksheet(DUTY), styles, duties)
    return path


def _properties(results: Sequence[Results]) -> dict[str, str | dt.datetime]:
    found: dict[str, str | dt.datetime] = {"title": "Nhật ký kiểm tra hằng ngày"}
    if results:
        names = ", ".join(one.province.name for one in results)
        found["title"] = f"Kết quả Bộ chỉ số 766 {wording.period(results[0].period)}: {names}"
        found["created"] = max(one.read_at for one in results).replace(tzinfo=None)
    return found


def _sheet(book: Any, name: str, ending: str) -> Any:
    return book.add_worksheet(f"{name}{ending}")


def _short_name(results: Results) -> str:
    """The province's name; with it, no name of a sheet is longer than Excel's 31 characters."""
    return results.province.name.removeprefix("TP ")
