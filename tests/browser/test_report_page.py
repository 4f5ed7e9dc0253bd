"""The day's page in a real Chromium, from a file on disk: three days of the replica's world."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FloatRect, Locator, Page, ViewportSize

from tests.flow.listings import igate_source
from tests.flow.office import Office
from tests.replica import igate_api
from tests.replica.server import Replica

ARTEFACTS = Path(os.environ.get("DVCQG_ARTEFACTS", Path(__file__).parent / "artefacts"))
"""Where the screenshots are kept."""
DESK: ViewportSize = {"width": 1120, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 780}
A4_AT_96_DPI: ViewportSize = {"width": 703, "height": 1017}
"""The printable part of the page: A4 less the margins of `report.css`."""
COMMUNES = "#units-H01 table >> nth=1"
GRAVE_TO_AXE = ("serious", "critical")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The reports of the days 1 to 3, with every section, as the daily check writes them."""
    with pytest.MonkeyPatch.context() as patch, Replica(day=1) as replica:
        patch.setenv("DVCQG_IGATE_CLIENT_ID", igate_api.CLIENT_ID)
        patch.setenv("DVCQG_IGATE_CLIENT_SECRET", igate_api.CLIENT_SECRET)
        replica.fault("extract", share=0.03)
        source = igate_source(replica, 200).replace('"nguon"', '"igate"')
        more = f"[dossiers]\ndue_soon_days = 2\n{source}"
        office = Office(
            tmp_path_factory.mktemp("page"), replica, more=more, procedures="enabled = true"
        )
        for day in (1, 2, 3):
            done = office.dvcqg("check", day=day)
            assert done.returncode == 0, done.stderr
        office.engine.dispose()
        yield office.config.reports_folder


@pytest.fixture
def page(chromium: Browser, folder: Path) -> Iterator[Page]:
    """The second day's page, opened at a desk; nothing may fail or leave it."""
    opened = chromium.new_page(viewport=DESK)
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    address = (folder / "report-2026-11-27.html").as_uri()
    opened.goto(address)
    yield opened
    opened.close()
    assert said == []
    assert {each.partition("#")[0] for each in asked} == {address}


def keep(page: Page, name: str, *, whole: bool = False, height: int | None = None) -> None:
    """Keep a screenshot for whoever looks at this run: what is in view, or the page to a height."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    clip: FloatRect | None = None
    if height is not None:
        clip = {"x": 0, "y": 0, "width": DESK["width"], "height": height}
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=whole or clip is not None, clip=clip)


def column(table: Locator, number: int) -> list[str]:
    """The texts of a column of the rows that are shown, from the top."""
    cells = table.locator(f"tbody tr:visible > :nth-child({number})")
    return [text.strip() for text in cells.all_inner_texts()]


def figure(text: str) -> float | None:
    return None if text == "–" else float(text.replace(".", "").replace(",", "."))


def folded(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", text) if each.isascii())


def first_letter(name: str) -> str:
    """A letter of the Vietnamese alphabet: its tone is no letter of its own."""
    bare = re.sub("[\u0300\u0301\u0303\u0309\u0323]", "", unicodedata.normalize("NFD", name))
    return unicodedata.normalize("NFC", bare)[0].upper()


def test_a_table_is_sorted_by_score_up_and_down_with_the_keyboard(page: Page) -> None:
    table = page.locator(COMMUNES)
    head = table.get_by_role("columnheader", name="Điểm", exact=True)
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    rising = [figure(text) for text in column(table, 3)]
    printed = [score for score in rising if score is not None]
    assert len(printed) > 100
    assert printed == sorted(printed)
    assert rising[: len(printed)] == printed
    head.get_by_role("button").press("Space")
    assert head.get_attribute("aria-sort") == "descending"
    falling = [figure(text) for text in column(table, 3)]
    assert falling[: len(printed)] == sorted(printed, reverse=True)
    assert table.locator("[aria-sort]").count() == 1


def test_a_move_is_sorted_by_its_sign_and_nothing_comes_last(page: Page) -> None:
    table = page.locator("#units-H01 table >> nth=0")
    table.get_by_role("columnheader", name="Tăng giảm").get_by_role("button").click()
    moves = column(table, 4)
    assert moves[0].startswith("▼")
    assert any(move.startswith("▲") for move in moves[1:])
    table.get_by_role("columnheader", name="Công khai").get_by_role("button").click()
    table.get_by_role("columnheader", name="Công khai").get_by_role("button").click()
    assert column(table, 8)[-1] == "–"


def test_names_are_sorted_as_vietnamese_is(page: Page) -> None:
    table = page.locator(COMMUNES)
    table.get_by_role("columnheader", name="Đơn vị").get_by_role("button").click()
    names = [name.split("\n")[0] for name in column(table, 2)]
    for first, second in (("Xã An Biên", "Xã Châu Phong"), ("Xã Cần Đăng", "Xã Đông Hòa")):
        assert names.index(next(name for name in names if name.startswith(first))) < names.index(
            next(name for name in names if name.startswith(second))
        )
    letters = [first_letter(name.removeprefix("Xã ")) for name in names if name.startswith("Xã ")]
    places = [*map("AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY".index, letters)]
    assert places == sorted(places)
    assert "Đ" in letters


@pytest.mark.parametrize("wanted", ["tinh bien", "TỊNH BIÊN", "  tịnh  biên ", "h01.129"])
def test_the_search_folds_marks_and_knows_codes(page: Page, wanted: str) -> None:
    page.get_by_label("Tìm theo tên hoặc mã").fill(wanted)
    assert page.locator("#units-H01 tbody tr:visible").all_inner_texts()[0].count("Tịnh Biên") == 1
    assert page.locator("#don-vi-H01 [role=status]").inner_text() == "Hiện 1/117 đơn vị"


def test_the_search_folds_d_with_stroke_and_finds_nothing_else(page: Page) -> None:
    box = page.get_by_label("Tìm theo tên hoặc mã")
    box.fill("dong")
    names = page.locator("#units-H01 tbody tr:visible th").all_inner_texts()
    assert any("Đông" in name for name in names)
    assert all("dong" in folded(name.lower().replace("đ", "d")) for name in names)
    page.locator("#don-vi-H01").scroll_into_view_if_needed()
    keep(page, "search")
    box.fill("không có xã này")
    assert page.locator("#units-H01 tbody tr:visible").count() == 0
    box.fill("")
    assert page.locator("#units-H01 tbody tr:visible").count() == 117


def test_dossiers_are_searched_by_their_words(page: Page) -> None:
    code = page.locator("#qua-han-1-tables table >> nth=3").locator("tbody th").first.inner_text()
    page.locator("#qua-han-1-tables-search").fill(code.lower())
    assert page.locator("#qua-han-1-tables tbody tr:visible").count() == 1


def test_every_entry_of_the_contents_leads_to_its_section(page: Page) -> None:
    links = page.locator("nav a")
    assert links.count() >= 9
    for link in links.all():
        link.click()
        target = page.locator(f"section{link.get_attribute('href')}")
        box = target.bounding_box()
        assert box is not None
        at_end = page.evaluate(
            "innerHeight + Math.ceil(scrollY) >= document.documentElement.scrollHeight"
        )
        assert abs(box["y"]) < 2 or at_end
        assert target.get_by_role("heading", level=2).inner_text() == link.inner_text()


def test_axe_finds_nothing_serious(page: Page) -> None:
    for details in page.locator("details").all():
        details.evaluate("each => { each.open = true; }")
    whole = Axe().run(page).response
    assert len(whole["passes"]) > 20
    page.set_viewport_size(PHONE)
    # What may differ on a phone; all else is the same there, and takes axe long.
    values = ["scrollable-region-focusable", "target-size", "meta-viewport", "bypass"]
    narrow = Axe().run(page, options={"runOnly": {"type": "rule", "values": values}}).response
    assert narrow["passes"]
    found = [*whole["violations"], *narrow["violations"]]
    assert [each for each in found if each["impact"] in GRAVE_TO_AXE] == []


def test_on_a_phone_only_tables_scroll(page: Page) -> None:
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    keep(page, "phone")
    page.locator("#don-vi-H01").scroll_into_view_if_needed()
    keep(page, "phone-units")
    for chart in page.locator("svg.chart").all():
        box = chart.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('svg.chart text')]"
        ".map(each => each.getBoundingClientRect().height))"
    )
    assert smallest > 8


def test_printed_on_a4_nothing_is_cut_and_nothing_that_matters_is_closed(page: Page) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size(A4_AT_96_DPI)
    assert page.evaluate("document.documentElement.scrollWidth") <= A4_AT_96_DPI["width"]
    for area in page.locator(".scroll:visible").all():
        assert area.evaluate("each => each.scrollWidth <= each.clientWidth"), area.inner_text()[:60]
    minor = page.locator("#thay-doi-H01 details li").last
    assert minor.evaluate("each => each.checkVisibility({contentVisibilityAuto: true})")
    for selector in ("nav", ".tools", "a.screen", ".back"):
        assert page.locator(f"{selector}:visible").count() == 0
    keep(page, "print", whole=True)
    page.pdf(path=ARTEFACTS / "report.pdf", prefer_css_page_size=True, print_background=True)
    pdf = (ARTEFACTS / "report.pdf").read_bytes()
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert 8 < len(sizes) < 30
    assert {(round(float(width)), round(float(height))) for width, height in sizes} == {(595, 842)}


def test_without_its_script_the_page_says_the_same(chromium: Browser, folder: Path) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport=DESK)
    opened = context.new_page()
    opened.goto((folder / "report-2026-11-27.html").as_uri())
    assert opened.locator("#units-H01 tbody tr:visible").count() == 117
    assert opened.locator(".tools:visible").count() == 0
    assert opened.locator("th button").count() == 0
    context.close()


def test_the_first_day_has_a_whole_page(chromium: Browser, folder: Path) -> None:
    first = chromium.new_page(viewport=DESK)
    first.goto((folder / "report-2026-11-26.html").as_uri())
    assert "Lần đầu" in first.locator("header").inner_text()
    assert first.locator("#tong-quan").get_by_text("▼").count() == 0
    assert first.locator("#units-H01 tbody tr:visible").count() == 117
    first.close()


def test_the_list_of_the_days_leads_to_them_and_back(chromium: Browser, folder: Path) -> None:
    listed = chromium.new_page(viewport=DESK)
    listed.goto((folder / "index.html").as_uri())
    links = listed.locator("tbody a").all_inner_texts()
    assert links[0] == "Báo cáo ngày 28/11/2026"
    assert "Hồ sơ quá hạn (Excel)" in links
    found = Axe().run(listed).response["violations"]
    assert [each["id"] for each in found if each["impact"] in GRAVE_TO_AXE] == []
    keep(listed, "index")
    listed.get_by_role("link", name="Báo cáo ngày 27/11/2026").click()
    assert listed.title() == "Chỉ số 766 ngày 27/11/2026"
    listed.get_by_role("link", name="Các ngày khác").click()
    assert listed.title() == "Báo cáo chỉ số 766"
    listed.close()


def test_the_pages_are_kept_as_pictures(page: Page) -> None:
    keep(page, "top", height=1700)  # the picture in README.md
    keep(page, "whole", whole=True)
    assert (ARTEFACTS / "top.png").stat().st_size > 50_000
