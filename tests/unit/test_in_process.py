"""Which dossiers are being processed, by their dates and the words of their state."""

from __future__ import annotations

import pytest

from sync.in_process import is_in_process


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (None, True),
        ("", True),
        ("4", True),
        ("Đang xử lý", True),
        ("Được tiếp nhận", True),
        ("Không được tiếp nhận", False),
        ("YÊU CẦU BỔ SUNG GIẤY TỜ", False),
        ("Yêu cầu thực hiện nghĩa vụ tài chính", False),
        ("Công dân yêu cầu rút hồ sơ", False),
        ("Dừng xử lý", False),
        ("Đã xử lý xong", False),
        ("Đã trả kết quả", False),
    ],
)
def test_a_state_that_waits_or_is_done_is_not_in_process(state: str | None, expected: bool) -> None:
    assert is_in_process(None, None, state) is expected
    assert not is_in_process(0, None, state)
    assert not is_in_process(None, 0, state)
