"""A province in the workbook of results: its units by class, its groups, its indicators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from scrapers.evaluation_groups import GROUPS, TOTAL
from sync import wording
from sync.report.results import Results, UnitResult
from sync.report.results_workbook_units import (
    LEVELS,
    NO_CLASS,
    ClassStyles,
    compared,
    cut_off,
    group_name,
    points,
)
from sync.report.sheets import (
    Cell,
    Styles,
    Value,
    set_pages,
    write_head,
    write_line,
    write_rows,
    write_table,
)
from sync.rules.differences import Figure
from sync.rules.index import rate_of
from sync.series import LEGACY

SOURCE: Final = (
    "Nguồn: Cổng Dịch vụ công quốc gia, kết quả đánh giá theo Quyết định số 766/QĐ-TTg "
    "ngày 23/6/2022."
)
EMPTY: Final = "Ô trống là số liệu Cổng không công bố, không phải là 0."
BREAK: Final = (
    "Số liệu đến hết năm 2025 là của giao diện cũ của Cổng, không so sánh được với số liệu từ "
    "năm 2026."
)
COMPUTED: Final = "Tiêu chí mà Cổng chỉ cho tử số, mẫu số thì tỷ lệ được tính từ hai số đó."
NO_UNITS: Final = "Chưa có số liệu của các đơn vị trong kỳ này."
ON_TIME: Final = "Tỷ lệ hồ sơ xử lý trước hạn, đúng hạn"
"""The only indicator of the group TDGQ, which the portal prints as the group itself."""

_GROUP_NAMES = (
    "STT",
    "Nhóm chỉ số",
    "Điểm",
    "Điểm tối đa",
    "Tỷ lệ hoàn thành (%)",
    "Chênh lệch so lần trước",
)
_INDICATOR_COLUMNS = (
    ("STT", 6),
    ("Nhóm chỉ số", 28),
    ("Tên tiêu chí", 62),
    ("Tử số", 12),
    ("Mẫu số", 12),
    ("Tỷ lệ (%)", 11),
    ("Điểm đạt", 11),
    ("Điểm tối đa", 11),
)
_Row = Sequence[Value | Cell]


def write_summary(sheet: Any, styles: Styles, class_styles: ClassStyles, results: Results) -> None:
    """The province at a glance, on one page: its units by level and class, then its groups."""
    labels = _labels(class_styles.labels, results.units)
    names = ("STT", "Cấp hành chính", *labels, NO_CLASS, "Tổng")
    title = f"{_title('Kết quả', results)}, {wording.period(results.period).upper()}"
    lines = [title, cut_off(results), compared(results)]
    columns = [("STT", 6), ("Nhóm", 34), *((name, 14) for name in names[2:])]
    write_head(sheet, styles, lines, columns, is_centred=True)
    row = len(lines) + 1
    write_line(sheet, row, _standing(results.province), styles.heading)
    row = _write_classes(sheet, styles, row + 2, names, results)
    widths = [width for _, width in columns]
    write_line(sheet, row, f"2. Điểm sáu nhóm chỉ số của {results.province.name}", styles.heading)
    groups = list(_groups(styles, results))
    write_rows(sheet, styles, row + 1, _GROUP_NAMES, groups, widths)
    row += len(groups) + 3
    for note in _notes(results):
        write_line(sheet, row, note, styles.line)
        row += 1
    set_pages(sheet, row - 1, max(len(columns), len(_GROUP_NAMES)) - 1)


def write_indicators(sheet: Any, styles: Styles, results: Results) -> None:
    """The province's indicators by group, as printed."""
    title = f"{_title('Chỉ tiêu thành phần', results)}, {wording.period(results.period).upper()}"
    rows = [
        (Cell(number, styles.centred), *row) for number, row in enumerate(_indicators(results), 1)
    ]
    lines = [title, cut_off(results), f"({EMPTY} {COMPUTED})", ""]
    write_table(sheet, styles, lines, _INDICATOR_COLUMNS, rows, len(rows), is_centred=True)


def has_indicators(results: Results) -> bool:
    """Whether the portal printed any indicator; its older interface had none."""
    levels = (results.indicators.get(code) for code in results.province.figures)
    return any(one is not None and one.level == "metric" for one in levels)


def _title(what: str, results: Results) -> str:
    return f"{what} theo Bộ chỉ số 766 của {results.province.name}".upper()


def _standing(province: UnitResult) -> str:
    """The province in one line: total, rank, class and what moved."""
    now, before = province.standing, province.before
    told = ["chưa có tổng điểm" if now.total is None else f"{wording.points(now.total)} điểm"]
    if now.rank is not None:
        told.append(f"hạng {now.rank}/{now.rank_of}")
    told.append(f"xếp loại {now.class_}" if now.class_ else "không xếp loại")
    if province.since_last is not None:
        told.append(f"so lần trước {wording.signed(province.since_last)} điểm")
    if before is not None and None not in (before.rank, now.rank) and before.rank != now.rank:
        told.append(f"hạng {before.rank} → {now.rank}")
    return f"{province.name}: {', '.join(told)}"


def _labels(configured: Sequence[str], units: Sequence[UnitResult]) -> list[str]:
    """The configured classes, then those that units were given under an earlier configuration."""
    given = {unit.standing.class_ for unit in units if unit.standing.class_}
    return [*configured, *sorted(given - set(configured))]


def _write_classes(
    sheet: Any, styles: Styles, row: int, names: Sequence[str], results: Results
) -> int:
    """The table of the units by level and class; the row in which the next heading may stand."""
    write_line(sheet, row, "1. Số đơn vị theo cấp hành chính và mức xếp loại", styles.heading)
    if not results.units:
        write_line(sheet, row + 1, NO_UNITS, styles.line)
        return row + 3
    rows = list(_classes(styles, names[2:-1], results))
    write_rows(sheet, styles, row + 1, names, rows)
    return row + len(rows) + 3


def _classes(styles: Styles, labels: Sequence[str], results: Results) -> Iterator[_Row]:
    """A row for every level that has units, their sum, and its shares in per cent."""
    everyone: Counter[str] = Counter()
    for number, (name, units) in enumerate(_levels(results), 1):
        counted = Counter(unit.standing.class_ or NO_CLASS for unit in units)
        everyone += counted
        yield (
            Cell(number, styles.centred),
            name,
            *(counted[label] for label in labels),
            len(units),
        )
    total = everyone.total()
    counts = [*(everyone[label] for label in labels), total]
    shares = [round(count / total * 100, 2) for count in counts]
    yield (
        Cell(None, styles.strong),
        Cell("TỔNG", styles.strong),
        *(Cell(count, styles.strong_whole) for count in counts),
    )
    yield (
        Cell(None, styles.strong),
        Cell("Tỷ lệ (%)", styles.strong),
        *(Cell(share, styles.strong_share) for share in shares),
    )


def _levels(results: Results) -> Iterator[tuple[str, list[UnitResult]]]:
    for level in LEVELS:
        units = results.of_kind(level.kind)
        if units:
            yield level.row, units


def _groups(styles: Styles, results: Results) -> Iterator[_Row]:
    for number, code in enumerate(GROUPS, 1):
        name = group_name(results, code)
        yield (Cell(number, styles.centred), name, *_completed(styles, results, code))
    score, maximum, share, moved = _completed(styles, results, TOTAL.code)
    yield (
        Cell(None, styles.strong),
        Cell("TỔNG ĐIỂM", styles.strong),
        *(Cell(value, styles.strong_share) for value in (score, maximum, share)),
        moved,
    )


def _completed(
    styles: Styles, results: Results, code: str
) -> tuple[float | None, float | None, float | None, Cell | None]:
    """Points, maximum, points in per cent of it, and the move since the reading before."""
    figure = results.province.figures.get(code)
    if figure is None:
        return None, None, None, None
    share = None
    if figure.score is not None and figure.max_score:
        share = round(figure.score / figure.max_score * 100, 2)
    before = results.groups_before.get(code)
    moved = None
    if figure.score is not None and before is not None and before.score is not None:
        moved = figure.score - before.score
    return points(figure.score), points(figure.max_score), share, styles.move(points(moved))


def _indicators(results: Results) -> Iterator[tuple[Value, ...]]:
    """The group's name, then the indicator's, for every indicator that was printed."""
    figures = results.province.figures
    for group in GROUPS:
        name = group_name(results, group)
        if group == "TDGQ" and group in figures:
            yield (name, ON_TIME, *_measured(figures[group]))
        metrics = [
            (one.name, one.code)
            for one in results.indicators.values()
            if one.level == "metric" and one.group_code == group and one.code in figures
        ]
        for metric, code in sorted(metrics):
            yield (name, metric, *_measured(figures[code]))


def _measured(figure: Figure) -> tuple[Value, ...]:
    rate = rate_of(figure)
    return (
        figure.numerator,
        figure.denominator,
        None if rate is None else round(rate) / 100,
        points(figure.score),
        points(figure.max_score),
    )


def _notes(results: Results) -> Iterator[str]:
    yield SOURCE
    yield EMPTY
    if results.series == LEGACY:
        yield BREAK
