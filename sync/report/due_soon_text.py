"""What is due soon, as the day's report tells it on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sync import wording
from sync.report.due_soon import DueSoonDossier, DueSoonReport

MOST_LINES = 15
"""Units and dossiers of one source that are printed; the workbook has more."""


def print_due_soon(reports: Sequence[DueSoonReport], console: Console) -> None:
    """What sources print is shown as it is, never read as the markup of this terminal."""
    for report in reports:
        console.print(Text(f"\nSắp đến hạn, nguồn {report.source}: {report.headline}", "bold cyan"))
        if report.units:
            console.print(_units(report))
        _print_rest(len(report.units), "đơn vị khác", console)
        for dossier in report.dossiers[:MOST_LINES]:
            console.print(Text(f"  {_line(dossier)}"))
        _print_rest(report.total, "hồ sơ khác trong bảng Excel", console)


def _units(report: DueSoonReport) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Đơn vị")
    for name in ("Sắp đến hạn", "Hạn gần nhất"):
        table.add_column(name, justify="right")
    for unit in report.units[:MOST_LINES]:
        dossiers, nearest = wording.count(unit.dossiers), wording.day(unit.nearest)
        table.add_row(Text(unit.name), dossiers, nearest)
    return table


def _line(dossier: DueSoonDossier) -> str:
    parts = [dossier.procedure, dossier.unit_name, dossier.officer]
    left = wording.count(dossier.working_days_left)
    parts.append(f"hẹn trả {wording.day(dossier.due_on)}, còn {left} ngày làm việc")
    return f"{dossier.code}: {'; '.join(filter(None, parts))}"


def _print_rest(number: int, what: str, console: Console) -> None:
    if number > MOST_LINES:
        console.print(f"  … và {wording.count(number - MOST_LINES)} {what}.", highlight=False)
