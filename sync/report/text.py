"""The day's report for a terminal, in Vietnamese; plain when it is piped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sync import wording
from sync.changes import Severity
from sync.report.catalogue_text import print_catalogue
from sync.report.daily import DailyReport, ProvinceReport
from sync.report.day_changes import ChangeLine
from sync.report.due_soon_text import print_due_soon
from sync.report.in_short import in_short
from sync.report.kinds import KINDS, MARKS, STYLES
from sync.report.overdue import OverdueReport
from sync.report.overdue_store import OverdueDossier
from sync.rules.differences import Standing

MOST_CHANGES = 20
MOST_OVERDUE = 10
"""Units and new dossiers of one source that are printed; the page and the workbook have more."""


def print_report(report: DailyReport, console: Console) -> None:
    """Print the day, the most important first."""
    console.print(_headline(report), style="bold", highlight=False)
    for province in report.provinces:
        _print_province(province, console)
    _print_overdue(report.overdue, console)
    print_due_soon(report.due_soon, console)
    if report.catalogue is not None:
        print_catalogue(report.catalogue, console)
    if report.system:
        console.print("\nCổng và nguồn số liệu", style="bold")
        for line in report.system:
            _print_change(line, console)
    if report.not_accepted:
        console.print("\nChưa nhận được trong lần kiểm tra này", style="bold red")
        for scope, explanation in report.not_accepted:
            # The command to run stands on a line of its own, so that it can be copied.
            told = explanation.replace(". Nếu đúng", ".\n    Nếu đúng")
            console.print(f"  {scope}: {told}", highlight=False)
    if lines := in_short(report):
        console.print(f"\nTóm tắt ngày {wording.day(report.day)}", style="bold", highlight=False)
        for short in lines:
            console.print(Text(f"  {short}."))


def _headline(report: DailyReport) -> str:
    text = f"Kiểm tra chỉ số 766 ngày {wording.day(report.day)}"
    if report.read_at:
        text += f", số liệu lúc {wording.moment(report.read_at)}"
    if report.seen_on:
        text += f", chỉ số như đã thấy đến {wording.day(report.seen_on)}"
    if report.compared_with:
        return f"{text}, so với {wording.moment(report.compared_with)}"
    return f"{text} (lần đầu: làm mốc so sánh, chưa có tăng giảm)"


def _print_province(report: ProvinceReport, console: Console) -> None:
    console.print(f"\n{report.name} ({report.code})", style="bold cyan", highlight=False)
    if not report.periods:
        console.print("  Chưa có số liệu nào được nhận.")
        return
    console.print(_periods(report))
    if report.groups:
        console.print(_groups(report))
    _print_units(report, console)
    _print_changes(report, console)


def _periods(report: ProvinceReport) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("Kỳ", "Tổng điểm", "So lần trước", "So kỳ trước", "Hạng", "Loại"):
        table.add_column(name, justify="left" if name in ("Kỳ", "Loại") else "right")
    for line in report.periods:
        state = "" if line.is_open else " (đã hết kỳ)"
        table.add_row(
            wording.period(line.period).capitalize() + state,
            _total(line.standing),
            _moved(line.since_last),
            _moved(line.since_period_before),
            _rank(line.standing, line.rank_before),
            line.standing.class_ or "–",
        )
    return table


def _groups(report: ProvinceReport) -> Table:
    period = wording.period(report.leading) if report.leading else ""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(f"Nhóm chỉ số, {period}")
    for name in ("Điểm", "Tối đa", "So lần trước"):
        table.add_column(name, justify="right")
    for line in report.groups:
        score, maximum = line.figure.score, line.figure.max_score
        table.add_row(
            line.name,
            "–" if score is None else wording.points(score),
            "–" if maximum is None else wording.points(maximum),
            _moved(line.since_last),
        )
    return table


def _print_units(report: ProvinceReport, console: Console) -> None:
    if not report.units:
        return
    idle = f", {report.idle} đơn vị không phát sinh hồ sơ" if report.idle else ""
    console.print(f"{report.units} đơn vị{idle}.", highlight=False)
    if report.fallen:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title="Đơn vị giảm nhiều nhất")
        table.title_justify = "left"
        table.add_column("Đơn vị")
        table.add_column("Điểm", justify="right")
        table.add_column("Giảm", justify="right")
        table.add_column("Hạng", justify="right")
        table.add_column("Chủ yếu do")
        for line in report.fallen:
            table.add_row(
                line.name,
                _total(line.standing),
                _moved(line.delta),
                _rank(line.standing, line.before.rank),
                line.cause,
            )
        console.print(table)
    for moved in report.classes:
        console.print(
            f"  Đổi loại: {moved.name} {moved.before.class_} → {moved.standing.class_} "
            f"({_total(moved.before)} → {_total(moved.standing)})",
            highlight=False,
        )


def _print_changes(report: ProvinceReport, console: Console) -> None:
    if not report.changes:
        console.print("Không có thay đổi trong ngày.")
        return
    counted = Counter(line.kind for line in report.changes)
    listed = ", ".join(f"{KINDS.get(kind, kind)} {n}" for kind, n in counted.most_common())
    total = wording.count(len(report.changes))
    console.print(f"\nThay đổi trong ngày: {total} ({listed})", highlight=False)
    grave = [line for line in report.changes if line.severity > Severity.info]
    told = [line for line in grave if not line.is_told_by(grave)]
    for line in told[:MOST_CHANGES]:
        _print_change(line, console)
    rest = len(grave) - len(told[:MOST_CHANGES])
    if rest:
        console.print(
            f"  … và {rest} cảnh báo khác (nhóm, chỉ số của các đơn vị trên…) trong báo cáo.",
            highlight=False,
        )


def _print_change(line: ChangeLine, console: Console) -> None:
    mark = Text(f" {MARKS[line.severity]:>2} ", style=STYLES[line.severity])
    console.print(mark.append(line.message))


def _print_overdue(reports: Sequence[OverdueReport], console: Console) -> None:
    """What sources print is shown as it is, never read as the markup of this terminal."""
    for report in reports:
        console.print(
            Text(f"\nHồ sơ quá hạn, nguồn {report.source}: {report.headline}", "bold cyan")
        )
        console.print(Text(f"{report.occasion.capitalize()}."))
        if report.units:
            console.print(_overdue_units(report))
        if len(report.units) > MOST_OVERDUE:
            console.print(f"  … và {len(report.units) - MOST_OVERDUE} đơn vị khác.")
        if report.arrived:
            console.print("Quá hạn mới:")
        for dossier in report.arrived[:MOST_OVERDUE]:
            console.print(Text(f"  {_overdue_dossier(dossier)}"))
        rest = report.new - MOST_OVERDUE
        if rest > 0:
            console.print(f"  … và {wording.count(rest)} hồ sơ khác trong bảng Excel.")
        console.print(Text(" ".join(report.remarks), "dim"))


def _overdue_units(report: OverdueReport) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Đơn vị")
    for name in ("Mới", "Trở lại", "Rời", "Từ trước", "Quá hạn", "Lâu nhất", "Ngày LV", "Tỷ lệ %"):
        table.add_column(name, justify="right")
    for unit in report.units[:MOST_OVERDUE]:
        numbers = (unit.new, unit.returned, unit.gone, unit.still, unit.overdue)
        oldest = unit.oldest
        table.add_row(
            Text(unit.name),
            *map(wording.count, numbers),
            _days(oldest.days_late if oldest else None),
            _days(oldest.working_days_late if oldest else None),
            "–" if unit.rate is None else wording.points(unit.rate),
        )
    return table


def _overdue_dossier(dossier: OverdueDossier) -> str:
    parts = [dossier.procedure, dossier.unit_name, dossier.officer]
    if dossier.due_on is not None:
        parts.append(
            f"hẹn trả {wording.day(dossier.due_on)}, quá {_days(dossier.days_late)} ngày "
            f"({_days(dossier.working_days_late)} ngày làm việc)"
        )
    return f"{dossier.code}: {'; '.join(filter(None, parts))}"


def _days(number: int | None) -> str:
    return "–" if number is None else wording.count(number)


def _total(standing: Standing) -> str:
    return "–" if standing.total is None else wording.points(standing.total)


def _moved(hundredths: int | None) -> Text:
    if hundredths is None:
        return Text("–")
    if hundredths == 0:
        return Text("=")
    arrow, style = ("▼", "red") if hundredths < 0 else ("▲", "green")
    return Text(f"{arrow} {wording.points(abs(hundredths))}", style=style)


def _rank(standing: Standing, before: int | None) -> Text:
    if standing.rank is None:
        return Text("–")
    text = Text(f"{standing.rank}/{standing.rank_of}")
    if before is not None and before != standing.rank:
        fell = standing.rank > before
        text.append(f" (từ {before})", style="red" if fell else "green")
    return text
