"""The list of the days, from the names of the files that stand in the folder."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from sync.report.page import write_index
from sync.report.page_index import months_of

FILES = (
    "report-2026-11-26.html",
    "report-2026-11-27.html",
    "overdue-2026-11-27.xlsx",
    "ket-qua-766-2026-11-27.xlsx",
    "report-2026-10-30.html",
    "ket-qua-766-2026-10.xlsx",
    "thong-bao-2026-10.docx",
    "thong-bao-2026-10-H01.12-ban-2.docx",
    "thong-bao-2026-09-ban-2.docx",
)
OTHERS = (
    "index.html",
    "report-2026-11-31.html",
    "report-2026-13-01.html",
    "report-2026-11-27.html.12.part",
    "~$overdue-2026-11-27.xlsx",
    "ghi chú.docx",
)
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2099, 12, 31))


def test_the_days_stand_newest_first_by_month_with_their_files(tmp_path: Path) -> None:
    for name in (*FILES, *OTHERS):
        (tmp_path / name).touch()
    (tmp_path / "report-2026-11-28.html").mkdir()
    path = write_index(tmp_path)
    assert path == tmp_path / "index.html"
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    assert [tag.get_text() for tag in soup.select("h2")] == [
        "Tháng 11/2026",
        "Tháng 10/2026",
        "Tháng 9/2026",
    ]
    assert [tag.get_text() for tag in soup.select("tbody th")] == [
        "27/11/2026",
        "26/11/2026",
        "30/10/2026",
    ]
    links = {str(tag["href"]): tag.get_text() for tag in soup.select("a")}
    assert set(links) == set(FILES)
    assert links["overdue-2026-11-27.xlsx"] == "Hồ sơ quá hạn (Excel)"
    assert links["ket-qua-766-2026-10.xlsx"] == "Kết quả 766 (Excel)"
    assert links["thong-bao-2026-10-H01.12-ban-2.docx"] == (
        "Thông báo kết quả H01.12, bản 2 (Word)"
    )
    assert not soup.select("script, link, [src]")
    assert sorted(each.name for each in tmp_path.iterdir() if each.name.startswith("index")) == [
        "index.html"
    ]


def test_an_empty_folder_says_so_and_an_index_is_written_anew(tmp_path: Path) -> None:
    assert "Chưa có báo cáo nào." in write_index(tmp_path).read_text(encoding="utf-8")
    (tmp_path / FILES[0]).touch()
    assert FILES[0] in write_index(tmp_path).read_text(encoding="utf-8")


@given(st.sets(DAYS, max_size=40), st.sets(DAYS, max_size=40))
def test_each_file_is_listed_once_and_in_order(
    pages: set[dt.date], workbooks: set[dt.date]
) -> None:
    names = [f"report-{day}.html" for day in pages] + [f"overdue-{day}.xlsx" for day in workbooks]
    found = [day for month in months_of(names) for day in month.days]
    assert [day.day for day in found] == sorted(pages | workbooks, reverse=True)
    listed = [day.page for day in found if day.page]
    listed += [file.name for day in found for file in day.files]
    assert sorted(listed) == sorted(names)


@given(st.text(max_size=40))
def test_any_other_name_is_passed_over(name: str) -> None:
    assert all(month.days or month.files for month in months_of([name]))
