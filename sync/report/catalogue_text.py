"""The catalogue's part of the day's report for a terminal."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.text import Text

from sync import wording
from sync.report.catalogue import CatalogueReport
from sync.report.kinds import KINDS, MARKS, STYLES

MOST_LINES = 20


def print_catalogue(report: CatalogueReport, console: Console) -> None:
    """What the portal prints is shown as it is, never read as the markup of this terminal."""
    console.print(Text(f"\nThủ tục hành chính: {report.headline}", "bold cyan"))
    if report.is_first:
        console.print("Lần đầu: làm mốc so sánh, chưa có thay đổi.")
        return
    if not report.counted:
        console.print("Không có thay đổi trong ngày.")
        return
    total = wording.count(report.counted.total())
    console.print(f"Thay đổi trong ngày: {total} ({counted(report.counted)})", highlight=False)
    for line in report.lines[:MOST_LINES]:
        mark = Text(f" {MARKS[line.severity]:>2} ", style=STYLES[line.severity])
        console.print(mark.append(line.message))
    rest = len(report.lines) - MOST_LINES
    if rest > 0:
        console.print(f"  … và {wording.count(rest)} thay đổi khác trong báo cáo.")
    if report.aside:
        aside = f"  Ngoài danh sách theo dõi: {counted(report.aside)}."
        console.print(aside, highlight=False, style="dim")


def counted(numbers: Counter[str]) -> str:
    """Kinds with their numbers: "thủ tục mới 2, thủ tục sửa đổi 11"."""
    return ", ".join(f"{KINDS.get(kind, kind)} {n}" for kind, n in numbers.most_common())
