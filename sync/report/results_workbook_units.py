"""One level of a province in the workbook of results: its units by rank, with their six groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from scrapers.evaluation_groups import GROUPS, TOTAL
from scrapers.records import Kind
from sync import wording
from sync.report.results import Results, UnitResult
from sync.report.sheets import Cell, Styles, Value, write_table
from sync.rules.differences import Figure
from sync.series import series_of

NO_CLASS: Final = "Không xếp loại"
CLASS_COLOURS: Final = ("#A9D8A4", "#DDF2DF", "#FFF6D1", "#FBE0C8", "#F6C3C0")
"""From the best class to the worst."""


class Level(NamedTuple):
    """Units that are ranked among each other."""

    kind: Kind
    sheet: str
    row: str
    """As the table of classes calls them."""


LEVELS: Final = (
    Level("department", "Cấp sở", "Sở, ban, ngành"),
    Level("district", "Cấp huyện", "Cấp huyện"),
    Level("commune", "Cấp xã", "Cấp xã"),
)


class ClassStyles:
    """The formats of the classes, for one workbook; `labels` are those configured, best first."""

    def __init__(self, book: Any, labels: Sequence[str]) -> None:
        cell = {"border": 1, "border_color": "#BFC7CF", "valign": "top", "align": "center"}
        last = max(len(labels) - 1, 1)
        self.labels = labels
        self._none = book.add_format(cell)
        self._styles = {
            label: book.add_format(
                {**cell, "bg_color": CLASS_COLOURS[place * (len(CLASS_COLOURS) - 1) // last]}
            )
            for place, label in enumerate(labels)
        }

    def cell(self, label: str | None) -> Cell:
        """A class as a word; the colour only repeats it."""
        return Cell(label or NO_CLASS, self._styles.get(label or "", self._none))


def write_level(
    sheet: Any,
    styles: Styles,
    class_styles: ClassStyles,
    results: Results,
    level: Level,
    units: Sequence[UnitResult],
) -> None:
    """The units of one level, in the order given, ready to be filtered and printed."""
    title = f"Kết quả, xếp hạng {level.row} theo Bộ chỉ số 766".upper()
    whose = f"{results.province.name.upper()}, {wording.period(results.period).upper()}"
    lines = [f"{title} – {whose}", cut_off(results), compared(results), ""]
    rows = (_row(styles, class_styles, unit) for unit in units)
    columns = list(_columns(results, units))
    write_table(sheet, styles, lines, columns, rows, len(units), is_centred=True)


def cut_off(results: Results) -> str:
    """When the figures were read, and up to which day readings count."""
    return (
        f"(Số liệu trên Cổng Dịch vụ công quốc gia lúc {wording.moment(results.read_at)}; "
        f"tính các lần đọc đến hết ngày {wording.day(results.seen_on)})"
    )


def compared(results: Results) -> str:
    """What the differences are told against."""
    last = "Chưa có lần đọc trước để so"
    if results.compared_with is not None:
        last = f"Lần trước là lúc {wording.moment(results.compared_with)}"
    period_before = results.period.previous()
    told = f"kỳ trước là {wording.period(period_before)}"
    if series_of(period_before) != results.series:
        told += ", Cổng tính theo cách khác nên không so sánh"
    return f"({last}; {told})"


def group_name(results: Results, code: str) -> str:
    """A group as the portal names it."""
    return results.indicators.get(code, GROUPS[code]).name


def points(hundredths: int | None) -> float | None:
    """Hundredths as a number for a cell: 8270 is 82.7; None stays None."""
    return None if hundredths is None else hundredths / 100


def _columns(results: Results, units: Sequence[UnitResult]) -> Iterator[tuple[str, int]]:
    yield from (("Hạng", 7), ("Tên đơn vị", 33), ("Mã đơn vị", 13))
    for code in GROUPS:
        yield f"{group_name(results, code)}{_maximum(units, code)}", 12
    yield f"TỔNG ĐIỂM{_maximum(units, TOTAL.code)}", 12
    yield from (("Xếp loại", 15), ("Chênh lệch so lần trước", 12), ("So kỳ trước", 12))


def _maximum(units: Iterable[UnitResult], code: str) -> str:
    """The maximum that was printed for all of them; not told where they differ or have none."""
    figures = (unit.figures.get(code) for unit in units)
    printed = {figure.max_score for figure in figures if figure and figure.max_score is not None}
    if len(printed) != 1:
        return ""
    return f" ({wording.points(printed.pop()).removesuffix(',00')}đ)"


def _row(styles: Styles, class_styles: ClassStyles, unit: UnitResult) -> tuple[Value | Cell, ...]:
    standing = unit.standing
    return (
        Cell(standing.rank, styles.centred),
        unit.name,
        unit.code,
        *(points(_score(unit.figures, code)) for code in GROUPS),
        Cell(points(standing.total), styles.strong_share),
        class_styles.cell(standing.class_),
        styles.move(points(unit.since_last)),
        styles.move(points(unit.since_period_before)),
    )


def _score(figures: Mapping[str, Figure], code: str) -> int | None:
    figure = figures.get(code)
    return None if figure is None else figure.score
