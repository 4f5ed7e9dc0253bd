"""The day's page from values made by hand: what it says, what it weighs, what it never does."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st

from sync.changes import Severity
from sync.report.daily import DailyReport
from sync.report.page import write_page
from sync.report.page_sections import sections
from sync.rules.differences import Standing
from tests.unit import page_world as world

MOST_BYTES = 1_500_000
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"

Page = Callable[[DailyReport], BeautifulSoup]


@pytest.fixture
def page(tmp_path: Path) -> Page:
    """The page of a report, as a browser would take it apart."""
    return lambda report: BeautifulSoup(
        write_page(report, tmp_path).read_text(encoding="utf-8"), "html.parser"
    )


def section(soup: BeautifulSoup, key: str) -> Tag:
    found = soup.find(id=key)
    assert isinstance(found, Tag), key
    return found


def rows(table: Tag) -> list[list[str]]:
    """The words of the cells, as they are read aloud."""
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
        for row in table.select("tbody tr")
    ]


def test_a_large_day_is_light(tmp_path: Path) -> None:
    report = world.filled(
        [world.unit(n, "department" if n <= 15 else "commune") for n in range(1, 118)]
    )
    report.overdue = [world.overdue(117, 500)]
    report.ages = {"igate": [world.ages(n) for n in range(1, 118)]}
    report.courses = {"H01": world.course(331)}
    report.catalogue = world.catalogue(300)
    report.provinces[0].changes = [world.change(f"Xã Số {n}: giảm 0,35 điểm.") for n in range(300)]
    report.duties = [world.duty(world.DAY - dt.timedelta(days=n)) for n in range(31)]
    path = write_page(report, tmp_path)
    assert 300_000 < path.stat().st_size < MOST_BYTES
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_page_leads_to_the_list_of_days_where_there_is_one(tmp_path: Path) -> None:
    for is_listed in (True, False):
        path = write_page(world.empty(), tmp_path, is_listed=is_listed)
        assert ('href="index.html"' in path.read_text(encoding="utf-8")) == is_listed


def test_anchors_lead_somewhere_also_with_several_provinces(page: Page) -> None:
    soup = page(world.filled([world.unit(1)], ("H01", "H53")))
    ids = [str(tag["id"]) for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    anchors = [str(tag["href"]) for tag in soup.select("nav a")]
    assert [f"#{tag['id']}" for tag in soup.select("main section")] == anchors
    assert {"#don-vi-H01", "#don-vi-H53"} < set(anchors)
    titles = [tag.get_text() for tag in soup.select("nav a")]
    assert "Sáu nhóm chỉ số, Tỉnh H53" in titles
    assert len(set(titles)) == len(titles)
    for tag in soup.select("[aria-labelledby]"):
        assert all(key in ids for key in str(tag["aria-labelledby"]).split())


def test_a_day_without_anything_says_so(page: Page) -> None:
    soup = page(world.empty())
    text = soup.get_text()
    assert "Chưa nhận được số liệu chỉ số nào." in text
    assert "Chưa có số liệu nào được nhận." in text
    assert "Lần đầu" not in text
    assert "Cả nước, năm 2026: Cổng từ chối." in text
    assert [tag["id"] for tag in soup.select("main section")] == ["tong-quan"]


def test_a_first_day_has_no_moves(page: Page) -> None:
    report = world.filled([world.unit(1, before=None)])
    report.compared_with = None
    report.results = [
        replace(
            report.results[0],
            compared_with=None,
            province=replace(report.results[0].province, before=None),
        )
    ]
    line = report.provinces[0].periods[0]
    report.provinces[0].periods = [replace(line, since_last=None, rank_before=None)]
    report.courses = {"H01": world.course(1)}
    soup = page(report)
    assert "Lần đầu: làm mốc so sánh, chưa có tăng giảm." in soup.get_text()
    cards = section(soup, "tong-quan").get_text()
    assert "▲" not in cards
    assert "▼" not in cards
    assert "chưa so sánh được" in cards
    course = section(soup, "dien-bien-H01")
    assert "Mới có một ngày được đọc: 60,00 ngày 27/11/2026." in course.get_text()


def test_what_is_not_printed_is_a_dash_and_sorts_as_nothing(page: Page) -> None:
    idle = replace(
        world.unit(2, name="Xã Không Số"), standing=Standing(None, None, 102, None, 0), figures={}
    )
    soup = page(world.filled([world.unit(1), idle]))
    table = section(soup, "don-vi-H01").select_one("table")
    assert table is not None
    first, second = rows(table)
    assert first[:3] == ["1", "Xã Số 1 H01.1", "70,00"]
    assert second[0] == "–"
    assert second[2:6] == ["–"] * 4
    assert second[6:] == ["không phát sinh", *["–"] * 6]
    numbers = table.select("tbody tr")[1].select("td")
    assert {cell["data-v"] for cell in numbers} == {""}


def test_classes_and_arrows_are_words_and_numbers_too(page: Page) -> None:
    risen = world.unit(1, total=7035, before=7000, class_="Tốt")
    fallen = replace(world.unit(2, total=6990), before=Standing(7000, 1, 102, "Khá", 1))
    own = world.unit(3, "department", class_="Đạt")
    soup = page(world.filled([risen, fallen, own]))
    departments, communes = section(soup, "don-vi-H01").select("table")
    assert [row[6] for row in rows(departments)] == ["Đạt"]
    assert [row[3] for row in rows(communes)] == ["▲ tăng 0,35", "▼ giảm 0,10"]
    assert [row[4] for row in rows(communes)] == ["=", "▼ tụt 1"]
    assert [tag["class"] for tag in communes.select("td .class")] == [
        ["class", "class-2"],
        ["class", "class-3"],
    ]
    assert [tag["class"] for tag in departments.select("td .class")] == [["class", "class-0"]]
    card = section(soup, "tong-quan").get_text(" ")
    assert "1 tăng" in card
    assert "1 giảm" in card


def test_an_estimate_says_that_it_is_one(page: Page) -> None:
    table = section(page(world.filled([])), "mat-diem-H01")
    assert "ước tính" in table.get_text()
    assert rows(table) == [
        ["Tỷ lệ khai thác", "Số hóa hồ sơ", "1,07", "121.633/326.594", "thêm 139.643 hồ sơ"]
    ]


def test_overdue_dossiers_by_age_add_up(page: Page) -> None:
    _, shares, ages, _ = section(page(world.filled([])), "qua-han-1").select("table")
    assert [row[1:] for row in rows(shares)][:3] == [["0", "0,00"], ["2", "6,67"], ["4", "13,33"]]
    assert [row[-1] for row in rows(ages)] == ["15", "15"]
    foot = [cell.get_text() for cell in ages.select("tfoot td")]
    assert foot == ["0", "2", "4", "6", "8", "10", "30"]


def test_days_in_a_row_without_a_check_are_one_line(page: Page) -> None:
    report = world.filled([])
    days = [world.DAY - dt.timedelta(days=number) for number in range(6)]
    report.duties = [world.duty(day, "complete" if day == world.DAY else "none") for day in days]
    first, second = rows(section(page(report), "nhat-ky"))
    assert first == ["27/11/2026", "✓ Đủ", "07:00 – 07:00", "Chỉ số: 3 nhận", "–"]
    assert second[0] == "22/11/2026 – 26/11/2026"
    assert second[1] == "✗ Không kiểm tra"
    assert second[4] == "5 ngày, 4 ngày làm việc"


@given(st.lists(st.sampled_from(["complete", "incomplete", "none"]), min_size=1, max_size=31))
def test_no_day_of_the_log_is_lost(statuses: list[str]) -> None:
    report = world.empty()
    days = [world.DAY - dt.timedelta(days=number) for number in range(len(statuses))]
    report.duties = [world.duty(*pair) for pair in zip(days, statuses, strict=True)]
    *_, log = sections(report)
    assert [one for run in log.content for one in run] == report.duties
    assert all(len(run) == 1 or {one.status for one in run} == {"none"} for run in log.content)


def test_nothing_that_is_printed_can_run_or_be_fetched(page: Page) -> None:
    report = world.filled([world.unit(1, name=HOSTILE)])
    report.provinces[0].changes = [world.change(HOSTILE), world.change(HOSTILE, Severity.info)]
    report.provinces[0].name = HOSTILE
    report.overdue = [replace(report.overdue[0], source=HOSTILE)]
    report.ages = {HOSTILE: report.ages["igate"]}
    report.not_accepted = [(HOSTILE, HOSTILE)]
    soup = page(report)
    (script,) = soup.select("script")
    digest = base64.b64encode(hashlib.sha256(str(script.string).encode()).digest()).decode()
    policy = soup.select_one("meta[http-equiv]")
    assert policy is not None
    assert "default-src 'none'" in str(policy["content"])
    assert f"script-src 'sha256-{digest}'" in str(policy["content"])
    assert not soup.select("img, iframe, link, object, [src], [onerror], [onclick]")
    assert HOSTILE in section(soup, "don-vi-H01").get_text()
    addresses = [str(tag["href"]) for tag in soup.select("[href]")]
    assert all(re.fullmatch(r"#[\w-]+|[\w-]+\.(html|xlsx)", address) for address in addresses)
    assert "://" not in str(soup)


def test_the_drawings_are_loaded_only_when_a_page_is_made() -> None:
    question = "import sys, sync.report, sync.report.page; print('pygal' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr
