"""More overdue dossiers than on the same day of the month before: told to the unit, once a day."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from tests import forked
from tests.flow.office import Office

HEADINGS = ("Mã hồ sơ", "Tên thủ tục", "Mã đơn vị", "Đơn vị giải quyết", "Trạng thái", "Hẹn trả")
WARD = ("H01.12", "UBND phường Long Xuyên - tỉnh An Giang")
JUSTICE = ("H01.10", "Sở Tư pháp")
TOLD = """
    SELECT day, unit_code, severity, before_value, after_value, message FROM changes
    WHERE kind = 'overdue_growing' ORDER BY id
"""


def row(code: str, unit: tuple[str, str]) -> tuple[str, ...]:
    return (code, "Cấp bản sao trích lục", *unit, "Đang xử lý", "02/10/2026")


def listing(ward: int, justice: int) -> list[tuple[str, ...]]:
    """So many overdue dossiers of each of two units."""
    return [
        *(row(f"H01.12-261001-{number:04}", WARD) for number in range(ward)),
        *(row(f"H01.10-261001-{number:04}", JUSTICE) for number in range(justice)),
    ]


def imported(office: Office, now: str, rows: Sequence[Sequence[str]], as_of: str = "") -> str:
    """Import a listing at an instant; returns what the summary says."""
    file = office.folder / f"{now[:13]}.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADINGS, *rows])
    command = ("import", file.name, "--source", "motcua", "--as-of", as_of or now)
    done = forked.run(command, office.folder, {"DVCQG_NOW": f"{now}+07:00"})
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_unit_that_has_more_than_a_month_ago_is_told_once_that_day(office: Office) -> None:
    imported(office, "2026-10-20T07:00", listing(ward=2, justice=5))
    imported(office, "2026-11-19T07:00", listing(ward=3, justice=5))
    assert office.rows(TOLD) == []

    summary = imported(office, "2026-11-20T07:30", listing(ward=5, justice=4), "2026-11-20T07:00")
    message = "Phường Long Xuyên: 5 hồ sơ quá hạn, cùng ngày tháng trước có 2."
    assert office.rows(TOLD) == [("2026-11-20", "H01.12", "info", "2", "5", message)]
    assert "còn quá hạn 9" in summary
    page = (office.folder / "reports" / "report-2026-11-20.html").read_text(encoding="utf-8")
    assert message in page

    imported(office, "2026-11-20T15:00", listing(ward=6, justice=4))
    assert len(office.rows(TOLD)) == 1


def test_on_the_31st_the_last_day_of_a_shorter_month_is_compared_with(office: Office) -> None:
    imported(office, "2026-11-30T07:00", listing(ward=1, justice=1))
    imported(office, "2026-12-31T07:00", listing(ward=2, justice=1))
    assert [row[:5] for row in office.rows(TOLD)] == [("2026-12-31", "H01.12", "info", "1", "2")]
