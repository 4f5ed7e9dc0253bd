"""The proof of duty in the workbook of results: what was looked at each day, and what was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sync import wording
from sync.report.duty_log import DutyDay, DutyStatus, Reading
from sync.report.sheets import Cell, Styles, Value, write_table

DATASETS: Final = {
    "index": "Bộ chỉ số 766",
    "dossiers": "Hồ sơ quá hạn",
    "procedures": "Thủ tục hành chính",
}
NOT_CHECKED: Final = "Không kiểm tra"
NO_CHECK: Final = "Không có lần kiểm tra nào trong ngày."
OUTCOMES: Final[dict[DutyStatus, str]] = {
    "complete": "Đầy đủ",
    "incomplete": "Chưa đầy đủ",
    "none": NOT_CHECKED,
}
READINGS: Final = {
    "accepted": "mới",
    "unchanged": "không đổi",
    "refused": "không nhận",
    "failed": "không đọc được",
}
WEEKDAYS: Final = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")

_COLUMNS = (
    ("Ngày", 12),
    ("Thứ", 10),
    ("Loại ngày", 14),
    ("Bắt đầu", 16),
    ("Kết thúc", 16),
    ("Kết quả", 15),
    *((name, 20) for name in DATASETS.values()),
    ("Chưa nhận được, chưa kiểm tra", 52),
)


def write_duty(sheet: Any, styles: Styles, duties: Sequence[DutyDay]) -> None:
    """The days in the order given; a day without a check says so."""
    lines = ["NHẬT KÝ KIỂM TRA HẰNG NGÀY", *_lines(duties), ""]
    rows = (_row(styles, duty) for duty in duties)
    write_table(sheet, styles, lines, _COLUMNS, rows, len(duties), is_centred=True)


def _lines(duties: Sequence[DutyDay]) -> Iterator[str]:
    if not duties:
        yield "(Không có ngày nào)"
        return
    days = [duty.day for duty in duties]
    yield (
        f"(Từ ngày {wording.day(min(days))} đến ngày {wording.day(max(days))}; giờ Việt Nam; "
        "trong bảng là số lần đọc và kết quả)"
    )
    counted = Counter(duty.status for duty in duties)
    told = "; ".join(
        f"{words} {wording.count(counted[status])} ngày" for status, words in OUTCOMES.items()
    )
    yield f"({told.capitalize()})"


def _row(styles: Styles, duty: DutyDay) -> tuple[Value | Cell, ...]:
    is_gap = duty.status == "incomplete" or (duty.status == "none" and duty.is_working_day)
    return (
        duty.day,
        Cell(WEEKDAYS[duty.day.weekday()], styles.centred),
        Cell("Ngày làm việc" if duty.is_working_day else "Ngày nghỉ", styles.centred),
        duty.started_at,
        duty.finished_at,
        Cell(OUTCOMES[duty.status], styles.alarm if is_gap else styles.centred),
        *(_read(duty, dataset) for dataset in DATASETS),
        _shortcomings(duty),
    )


def _read(duty: DutyDay, dataset: str) -> str | None:
    """What came of the readings of a dataset: "12 mới, 3 không đổi"."""
    if dataset in duty.missing:
        return NOT_CHECKED
    counted = duty.readings.get(dataset, Counter[str]())
    told = [f"{counted[status]} {words}" for status, words in READINGS.items() if counted[status]]
    return ", ".join(told) or None


def _shortcomings(duty: DutyDay) -> str | None:
    """What was not believed, and why, then what nobody looked at; a line each."""
    if duty.status == "none":
        return NO_CHECK
    told = [_trouble(reading) for reading in duty.troubles]
    if duty.missing:
        names = ", ".join(DATASETS.get(dataset, dataset) for dataset in duty.missing)
        told.append(f"{NOT_CHECKED}: {names}.")
    return "\n".join(told) or None


def _trouble(reading: Reading) -> str:
    why = reading.explanation or "không rõ lý do"
    settled = " (đã có người xác nhận không dùng)" if reading.is_settled else ""
    return f"{reading.scope}: {READINGS[reading.status]}{settled}. {why}"
