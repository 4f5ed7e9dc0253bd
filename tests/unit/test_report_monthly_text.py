"""A month in plain text, as an official pastes it into a message."""

from __future__ import annotations

from dataclasses import replace

from sync.report.monthly_text import monthly_text
from tests.unit.announced import PROVINCE, UNITS, many, month, overdue, standing


def test_the_month_is_told_the_most_important_first() -> None:
    told = monthly_text(month())
    assert told.startswith("KẾT QUẢ BỘ CHỈ SỐ 766 THÁNG 9/2026: An Giang\n")
    assert "lúc 16:30 ngày 04/10/2026; có thể thay đổi" in told
    assert (
        "Tổng điểm 82,70, hạng 6/63, loại Tốt; giảm 0,35 điểm so tháng trước, "
        "tụt 1 bậc (5 → 6).\n" in told
    )
    assert "- Công khai, minh bạch: 10,00/20,00\n" in told
    assert "Sở, ban, ngành: 3 đơn vị (Xuất sắc 1, Khá 1, không xếp loại 1)\n" in told
    assert "- Cao nhất: Sở Công Thương 90,12; Sở Xây dựng 74,31\n" in told
    assert "Huyện: 1 đơn vị (Yếu 1)\n" in told
    assert "2 đơn vị; thấp nhất: Sở Xây dựng 0,00 % (giao 52,00 %); Sở Công Thương 47,86 %" in told
    assert "Hồ sơ quá hạn (danh sách lúc 16:30 ngày 04/10/2026): 82 hồ sơ\n" in told
    assert told.endswith("- Sở Xây dựng: 81\n- Huyện Tri Tôn: 1\n")


def test_what_is_not_there_is_left_out_and_what_is_not_printed_is_no_zero() -> None:
    subject = replace(PROVINCE, standing=standing(None, None), period_before=None, figures={})
    told = monthly_text(month(subject=subject, units=[], weak=[], overdue=None))
    assert told.endswith("Tổng điểm chưa có.\n")
    assert told.count("\n") == 3


def test_equal_and_better_months_are_told_as_such() -> None:
    equal = replace(PROVINCE, period_before=PROVINCE.standing)
    assert "; bằng tháng trước." in monthly_text(month(subject=equal))
    better = replace(PROVINCE, period_before=standing(8170, 9, 63))
    told = monthly_text(month(subject=better))
    assert "; tăng 1,00 điểm so tháng trước, tăng 3 bậc (9 → 6)." in told


def test_of_many_units_the_first_and_the_last_are_named_and_none_twice() -> None:
    units = [
        replace(one, standing=one.standing._replace(rank=number, total=9000 - number))
        for number, one in enumerate(many(8, 9000), 1)
    ]
    told = monthly_text(month(units=units))
    assert "- Thấp nhất: Xã Số 6 89,94; Xã Số 7 89,93; Xã Số 8 89,92\n" in told
    assert told.count("Xã Số 5 ") == 1


def test_units_beyond_those_that_are_named_are_counted() -> None:
    listed = [overdue(f"H01.{number}", f"Xã {number}", 10 - number) for number in range(1, 8)]
    told = monthly_text(month(units=list(UNITS), overdue=listed))
    assert told.endswith("- Xã 5: 5\n- các đơn vị khác: 7\n")
