"""The few lines that end a report on a terminal."""

from __future__ import annotations

from sync.changes import Severity
from sync.report.in_short import in_short
from tests.unit.page_world import change, empty, filled, unit


def test_a_day_is_told_in_a_line_for_each_matter() -> None:
    report = filled([unit(1)])
    report.provinces[0].changes = [
        change("a", Severity.critical),
        change("b"),
        change("c", Severity.info),
    ]
    assert in_short(report) == [
        "Tỉnh H01: 59,73 điểm năm 2026 (−0,62), hạng 20/34 (từ 19), 2 cảnh báo (1 nghiêm trọng)",
        "Hồ sơ quá hạn (igate): quá hạn mới 3, rời danh sách 0, còn quá hạn 5",
        "Thủ tục: 1 thay đổi trong 6.000 thủ tục",
    ]


def test_what_was_not_received_is_named_and_nothing_is_made_up() -> None:
    assert in_short(empty()) == ["Chưa nhận được: Cả nước, năm 2026"]
