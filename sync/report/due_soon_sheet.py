"""What is due soon, as a sheet of the day's workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sync import wording
from sync.report.due_soon import DueSoonDossier, DueSoonReport
from sync.report.sheets import Styles, Value, set_for_print, write_head, write_rows

_UNIT_COLUMNS = ("STT", "Đơn vị", "Mã đơn vị", "Sắp đến hạn", "Hạn gần nhất", "Nguồn")
_COLUMNS = (
    ("STT", 6),
    ("Đơn vị", 40),
    ("Mã hồ sơ", 27),
    ("Còn (ngày làm việc)", 12),
    ("Ngày hẹn trả", 12),
    ("Nguồn", 16),
    ("Tên thủ tục", 55),
    ("Cán bộ xử lý", 24),
)


def write_due_soon(sheet: Any, styles: Styles, reports: Sequence[DueSoonReport]) -> None:
    """The units, then the dossiers, in one sheet that is printed as a whole."""
    lines = [f"Hồ sơ sắp đến hạn ngày {wording.day(reports[0].day)}"]
    for report in reports:
        lines.append(f"Nguồn {report.source}: {report.headline}, {report.occasion}.")
        if report.total > len(report.dossiers):
            kept = wording.count(len(report.dossiers))
            lines.append(f"Nguồn {report.source}: chỉ liệt kê {kept} hồ sơ gần hạn nhất.")
    units = [(report.source, unit) for report in reports for unit in report.units]
    dossiers = [(report.source, one) for report in reports for one in report.dossiers]
    dossiers.sort(key=lambda pair: (pair[1].due_on, pair[1].code))
    write_head(sheet, styles, lines, _COLUMNS)
    write_rows(
        sheet,
        styles,
        len(lines),
        _UNIT_COLUMNS,
        (
            (number, unit.name, unit.code, unit.dossiers, unit.nearest, source)
            for number, (source, unit) in enumerate(units, 1)
        ),
    )
    top = len(lines) + len(units) + 2
    rows = (_row(number, *pair) for number, pair in enumerate(dossiers, 1))
    write_rows(sheet, styles, top, [name for name, _ in _COLUMNS], rows)
    set_for_print(sheet, top, len(dossiers), len(_COLUMNS) - 1)


def _row(number: int, source: str, one: DueSoonDossier) -> tuple[Value, ...]:
    return (
        number,
        one.unit_name,
        one.code,
        one.working_days_left,
        one.due_on,
        source,
        one.procedure,
        one.officer,
    )
