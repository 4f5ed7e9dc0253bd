"""A reconciliation as officials read it: on the terminal what differs, in a workbook everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scrapers.provinces import PROVINCES
from sync import wording
from sync.reconcile import ComparedUnit, Formula, Reason, Reconciliation, Unmatched
from sync.reconcile_store import COUNTS, Count, PortalUnit
from sync.report.sheets import Styles, Value, new_workbook, styles_of, write_table

MOST_MISSING: Final = 15
"""Units that are named on the terminal; the workbook has them all."""
NO_FIGURE: Final = "không có số liệu"
UNREADABLE: Final = "ô không phải số nguyên"
LABELS: Final[dict[Count, str]] = {
    "received": "Tiếp nhận",
    "on_time": "Đúng hạn, trong hạn",
    "not_on_time": "Ngoài nhóm đúng hạn",
}
PUBLISHED: Final[dict[Count, str]] = {
    "received": "hồ sơ tiếp nhận, xử lý trong kỳ (totalReceived)",
    "on_time": "hồ sơ đã giải quyết đúng hạn và đang giải quyết trong hạn (totalOnTime)",
    "not_on_time": "hồ sơ ngoài nhóm đúng hạn (totalOverdue; cả tỉnh: tiếp nhận trừ đúng hạn)",
}
NEEDED: Final[dict[Count, str]] = {
    "received": "tiếp nhận",
    "on_time": "đã giải quyết đúng hạn, đang giải quyết trong hạn",
    "not_on_time": "đã giải quyết trễ hạn và đang giải quyết quá hạn",
}
NOT_PUBLISHED: Final = (
    "Cổng không công bố riêng số hồ sơ giải quyết trước hạn, đúng hạn, trễ hạn, đang giải quyết, "
    "đang giải quyết quá hạn, từ kỳ trước chuyển sang; các cột đó chỉ đối chiếu được theo tổng."
)
REASONS: Final[dict[Reason, str]] = {
    "unknown code": "mã không có trong danh sách đơn vị của tỉnh",
    "unknown name": "tên không trùng với đơn vị nào",
    "several units": "tên trùng với nhiều đơn vị; cần thêm cột mã",
    "several rows": "nhiều dòng của cùng một đơn vị",
    "no counts": "Cổng không có số liệu của đơn vị trong kỳ này",
}


def print_reconciliation(found: Reconciliation, console: Console) -> None:
    """Print how the figures were held against each other, what differs, and what was left out."""

    def say(line: str, style: str | None = None) -> None:
        # Names and headings are the office's own: brackets in them are no markup.
        console.print(line, style=style, highlight=False, markup=False)

    title, *lines = _introduction(found)
    say(title, "bold")
    for line in lines:
        say(line)
    differing = [pair for one in found.compared for pair in _told(found, one)]
    if differing:
        console.print(_differences(differing))
    say(_conclusion(found), "bold")
    if found.unmatched:
        say("\nDòng không đối chiếu được", "bold")
        console.print(_unmatched(found.unmatched))
    if found.missing:
        say("\nCổng có số liệu, bảng không có", "bold")
        for unit in found.missing[:MOST_MISSING]:
            say(f"  {wording.unit(unit.name)} ({unit.code})")
        rest = len(found.missing) - MOST_MISSING
        if rest > 0:
            say(f"  … và {wording.count(rest)} đơn vị khác; --out ghi đủ vào tệp Excel")


def write_reconciliation(found: Reconciliation, path: Path) -> None:
    """Write everything as a workbook, whole or not at all. Raises OSError."""
    title, *lines = _introduction(found)
    with new_workbook(path) as book:
        book.set_properties(
            {"title": title, "created": found.portal.observed_at.replace(tzinfo=None)}
        )
        styles = styles_of(book)
        _compared_sheet(book.add_worksheet("Đối chiếu"), styles, found, (title, *lines))
        _unmatched_sheet(book.add_worksheet("Không đối chiếu được"), styles, found)
        _missing_sheet(book.add_worksheet("Bảng không có"), styles, found.missing)


def _introduction(found: Reconciliation) -> list[str]:
    province = PROVINCES[found.province_code].name
    lines = [
        f"Đối chiếu {found.table.name} với số liệu của Cổng, {wording.period(found.period)}, "
        f"{province} ({found.province_code})",
        f"Số liệu của Cổng: lần đọc lúc {wording.moment(found.portal.observed_at)}.",
    ]
    lines += [_how(found, count) for count in COUNTS]
    lines.append(NOT_PUBLISHED)
    by_name = sum(one.is_by_name for one in found.compared)
    matched = f"Đối chiếu được {wording.count(len(found.compared))} đơn vị"
    if by_name:
        matched += (
            f", trong đó {wording.count(by_name)} đơn vị chỉ khớp theo tên vì bảng không có mã: "
            "cần xem lại"
        )
    lines.append(f"{matched}.")
    if found.table.other_tables:
        lines.append(f"Tệp còn {found.table.other_tables} bảng khác cùng loại chưa được đọc.")
    return lines


def _how(found: Reconciliation, count: Count) -> str:
    formula = found.formulas.get(count)
    if formula is None:
        return (
            f"• {LABELS[count]}: không đối chiếu được, bảng không đủ cột (cần {NEEDED[count]}), "
            "hoặc có hai cột cùng nghĩa."
        )
    return f"• {LABELS[count]}: {_formula(found, formula)} ↔ Cổng: {PUBLISHED[count]}."


def _formula(found: Reconciliation, formula: Formula) -> str:
    """The columns of a formula as the table names them."""
    words = [
        f"{'−' if sign < 0 else '+'} «{found.table.headings[name]}»"
        for name, sign in formula.items()
    ]
    return " ".join(words).removeprefix("+ ")


def _told(found: Reconciliation, one: ComparedUnit) -> Iterator[tuple[ComparedUnit, Count, str]]:
    """The counts of a unit that differ or that one side lacks, with what the table says."""
    for count, formula in found.formulas.items():
        if one.difference(count) != 0:
            yield one, count, _office(found, one, count, formula)


def _office(found: Reconciliation, one: ComparedUnit, count: Count, formula: Formula) -> str:
    value = one.office[count]
    if value is not None:
        return wording.count(value)
    headings = {found.table.headings[name] for name in formula}
    return UNREADABLE if headings & set(one.row.unreadable) else NO_FIGURE


def _differences(differing: list[tuple[ComparedUnit, Count, str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("Đơn vị", "Mã", "Số hồ sơ"):
        table.add_column(name)
    for name in ("Bảng", "Cổng", "Chênh lệch"):
        table.add_column(name, justify="right")
    before = None
    for one, count, office in differing:
        is_new = one is not before
        table.add_row(
            Text(wording.unit(one.unit.name) if is_new else ""),
            one.unit.code if is_new else "",
            LABELS[count],
            office,
            _figure(one.unit.counts[count]),
            _signed(one.difference(count)),
        )
        before = one
    return table


def _conclusion(found: Reconciliation) -> str:
    if found.differing:
        return f"{wording.count(found.differing)} đơn vị có chênh lệch."
    return "Không có chênh lệch ở những số liệu đối chiếu được."


def _unmatched(rows: list[Unmatched]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("Dòng", "Mã", "Tên trong bảng", "Lý do"):
        table.add_column(name)
    for one in rows:
        table.add_row(
            str(one.row.row),
            Text(one.row.code or ""),
            Text(one.row.name or ""),
            REASONS[one.reason],
        )
    return table


def _figure(value: int | None) -> str:
    return NO_FIGURE if value is None else wording.count(value)


def _signed(difference: int | None) -> str:
    if difference is None:
        return "–"
    return f"{'+' if difference > 0 else '−'}{wording.count(abs(difference))}"


def _compared_sheet(
    sheet: object, styles: Styles, found: Reconciliation, lines: tuple[str, ...]
) -> None:
    columns = [
        ("STT", 6),
        ("Mã đơn vị", 14),
        ("Đơn vị", 45),
        ("Tên trong bảng", 45),
        ("Khớp theo", 9),
    ]
    for count in found.formulas:
        columns += [
            (f"{LABELS[count]}: bảng", 13),
            (f"{LABELS[count]}: Cổng", 13),
            (f"{LABELS[count]}: chênh lệch", 13),
        ]
    rows = (_compared_row(number, found, one) for number, one in enumerate(found.compared, 1))
    write_table(sheet, styles, lines, columns, rows, len(found.compared))


def _compared_row(number: int, found: Reconciliation, one: ComparedUnit) -> tuple[Value, ...]:
    values: list[Value] = [
        number,
        one.unit.code,
        one.unit.name,
        one.row.name,
        "tên" if one.is_by_name else "mã",
    ]
    for count, formula in found.formulas.items():
        office, portal = one.office[count], one.unit.counts[count]
        values += [
            _office(found, one, count, formula) if office is None else office,
            NO_FIGURE if portal is None else portal,
            one.difference(count),
        ]
    return tuple(values)


def _unmatched_sheet(sheet: object, styles: Styles, found: Reconciliation) -> None:
    columns = [("Dòng", 8), ("Mã trong bảng", 16), ("Tên trong bảng", 50), ("Lý do", 50)]
    rows = [
        (one.row.row, one.row.code, one.row.name, REASONS[one.reason]) for one in found.unmatched
    ]
    write_table(sheet, styles, ("Dòng của bảng không đối chiếu được",), columns, rows, len(rows))


def _missing_sheet(sheet: object, styles: Styles, missing: list[PortalUnit]) -> None:
    columns = [("Mã đơn vị", 14), ("Đơn vị", 50), *((LABELS[count], 13) for count in COUNTS)]
    rows = [
        (unit.code, unit.name, *(_or_none(unit.counts[count]) for count in COUNTS))
        for unit in missing
    ]
    title = "Đơn vị có số liệu trên Cổng mà bảng không có"
    write_table(sheet, styles, (title,), columns, rows, len(rows))


def _or_none(value: int | None) -> Value:
    return NO_FIGURE if value is None else value
