"""The Word templates: every tag is known, every value is used, and a broken one is one sentence."""

from __future__ import annotations

import dataclasses
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docxtpl import DocxTemplate
from jinja2 import Environment, meta, nodes

from scrapers.evaluation_groups import GROUPS
from sync.report import announcement_content, apology
from sync.report.announcement import TEMPLATE, write_announcement
from sync.report.announcement_content import Announcement
from sync.report.word import TemplateFailure, write_document
from tests.unit.announced import PROVINCE, UNITS, month, standing, unit

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "announcement.md"
Draft = Callable[..., Any]


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    """Write the announcement of a month and open it."""

    def write(template: Path | None = None, **changed: Any) -> Any:
        path = tmp_path / "draft" / "thong-bao.docx"
        return Document(str(write_announcement(month(**changed), path, template)))

    return write


@pytest.fixture
def template(tmp_path: Path) -> Callable[..., Path]:
    """A template of an office with some paragraphs."""

    def write(*paragraphs: str) -> Path:
        document = Document()
        for text in paragraphs:
            document.add_paragraph(text)
        path = tmp_path / "mau.docx"
        document.save(str(path))
        return path

    return write


def text_of(document: Any) -> str:
    """All text of the body, tables too, in order."""
    lines = []
    for block in document.iter_inner_content():
        cells = [cell for row in block.rows for cell in row.cells] if hasattr(block, "rows") else []
        lines += [cell.text for cell in cells] or [getattr(block, "text", "")]
    return "\n".join(lines)


# --- Tags


def tags_of(path: Path) -> tuple[set[str], set[str]]:
    """The names that a template's tags ask for, and the attributes below them."""
    document = DocxTemplate(str(path))
    document.init_docx()
    parsed = Environment(autoescape=True).parse(document.patch_xml(document.get_xml()))
    attributes = {one.attr for one in parsed.find_all(nodes.Getattr)}
    return set(meta.find_undeclared_variables(parsed)), attributes


def fields_of(module: ModuleType, *but: type) -> set[str]:
    """The fields of all dataclasses of a module."""
    shapes = (one for one in vars(module).values() if dataclasses.is_dataclass(one))
    return {
        field.name
        for shape in shapes
        if shape.__module__ == module.__name__ and shape not in but
        for field in dataclasses.fields(shape)
    }


def test_the_announcement_asks_for_all_there_is_and_nothing_else() -> None:
    names, attributes = tags_of(TEMPLATE)
    assert names == {field.name for field in dataclasses.fields(Announcement)}
    known = fields_of(announcement_content, Announcement) | GROUPS.keys()
    assert attributes - {"index"} == known


def test_the_letter_asks_for_all_there_is_and_nothing_else() -> None:
    names, attributes = tags_of(apology.TEMPLATE)
    assert names == {"letters"}
    assert attributes - {"last"} == fields_of(apology)


def test_the_documentation_explains_every_tag() -> None:
    told = set(re.findall(r"`(?:\w+\.)*(\w+)`", DOCUMENTATION.read_text(encoding="utf-8")))
    known = fields_of(announcement_content) | fields_of(apology) | GROUPS.keys() | {"letters"}
    assert known - told == set()


# --- The page


def millimetres(*lengths: Any) -> list[int]:
    return [round(length.mm) for length in lengths]


def test_the_page_is_that_of_an_official_document(draft: Draft) -> None:
    document = draft()
    first, *_, last = document.sections
    lengths = (first.page_width, first.page_height, first.top_margin, first.bottom_margin)
    assert millimetres(*lengths) == [210, 297, 20, 20]
    assert millimetres(first.left_margin, first.right_margin) == [30, 15]
    assert first.different_first_page_header_footer
    assert "PAGE" in first.header._element.xml
    assert "PAGE" not in first.first_page_header._element.xml
    assert last.orientation == WD_ORIENT.LANDSCAPE
    assert document.styles["Normal"].font.name == "Times New Roman"


def test_no_table_is_wider_than_the_text(draft: Draft) -> None:
    document = draft()
    portrait, *_, landscape = document.sections
    for table in document.tables:
        section = landscape if table.cell(0, 0).text == "Hạng" else portrait
        text = section.page_width.mm - section.left_margin.mm - section.right_margin.mm
        for row in table.rows:
            given = sum(cell.width.mm for cell in row.cells if cell.width is not None)
            assert given <= text + 4


def test_it_is_a_draft_without_number_date_and_signature(draft: Draft) -> None:
    text = text_of(draft())
    for mark in (
        "DỰ THẢO", "Số: ………/TB-………", "………………, ngày …… tháng …… năm ………", "[Họ và tên]",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Căn cứ Quyết định số 766/QĐ-TTg", "Nơi nhận:",
        "nghiêm túc thực hiện./.",
    ):  # fmt: skip
        assert mark in text


def test_it_tells_nobody_who_made_it(draft: Draft) -> None:
    properties = draft().core_properties
    told = (properties.author, properties.last_modified_by, properties.comments)
    assert told == ("", "", "")


def test_each_part_that_has_nothing_says_so_or_is_left_out(draft: Draft) -> None:
    bare = dataclasses.replace(PROVINCE, figures={}, period_before=None)
    document = draft(subject=bare, units=[], weak=[], rates=[], overdue=None, overdue_as_of=None)
    text = text_of(document)
    for said in (
        "Không có số liệu tháng 8 năm 2026 để so sánh.", "Không có số liệu của các đơn vị trực",
        "Không có chỉ tiêu được giao để đánh giá.", "Chưa nhận được danh sách hồ sơ quá hạn.",
        "Phụ lục I\nKết quả", "Không có số liệu từng đơn vị.",
    ):  # fmt: skip
        assert said in text
    assert "Bảo đảm các tỷ lệ" not in text
    assert "Phụ lục II" not in text
    assert "0,00" not in text
    assert len(document.sections) == 2


@pytest.mark.parametrize(
    "name", ["<b>&\"Sở'", "{{ 7 * 7 }}", "{% raw %}", "a\x0bb\x07c\ufffed\n\te"]
)
def test_names_are_text_whatever_they_contain(draft: Draft, name: str) -> None:
    odd = unit("H01.90", name, "commune", standing(8000))
    said = text_of(draft(units=[*UNITS, odd]))
    shown = "".join(filter(str.isprintable, " ".join(name.split())))
    assert f"{shown} (80,00)" in said


# --- An office's own template


def test_an_office_may_bring_its_own(draft: Draft, template: Callable[..., Path]) -> None:
    document = draft(template("UBND TỈNH AN GIANG", "{{ subject }} {{ result }}."))
    assert text_of(document).splitlines()[0] == "UBND TỈNH AN GIANG"
    assert "An Giang đạt 82,70/100 điểm" in text_of(document)


@pytest.mark.parametrize(
    ("paragraphs", "said"),
    [
        (["{{ subjct }}"], "'subjct' is undefined"),
        (["{{ keep.unit }}"], "has no attribute 'unit'"),
        (["{% for x in levels %}"], "cannot be filled"),
        (["{{ subject.__class__.__mro__ }}"], "cannot be filled"),
        (["{{ 1 // 0 }}"], "cannot be filled"),
        (["{{ subject + 1 }}"], "cannot be filled"),
        (["{{ range(999999999) | length }}"], "cannot be filled"),
        (["{%p if groups %}{{ subject"], "cannot be filled"),
        (["a {% for x in groups %} b", "{%p endfor %}"], "cannot be filled"),
        (["{% include 'x' %}"], "cannot be filled"),
    ],
)
def test_a_wrong_tag_is_one_sentence(
    draft: Draft, template: Callable[..., Path], paragraphs: list[str], said: str
) -> None:
    path = template(*paragraphs)
    with pytest.raises(TemplateFailure) as failure:
        draft(path)
    told = str(failure.value)
    assert said in told
    assert str(path) in told
    assert len(told.splitlines()) == 1
    assert failure.value.exit_code == 2


def _empty_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")


BROKEN: Mapping[str, Callable[[Path], object]] = {
    "is no Word document": lambda path: path.write_bytes(b"{\\rtf1 hello}"),
    "cannot be read": lambda path: path.mkdir(),
    "cannot be read: No such file": lambda path: None,
    "is no Word document (.docx)": _empty_zip,
}


@pytest.mark.parametrize("said", BROKEN)
def test_a_file_that_is_no_template_is_one_sentence(
    draft: Draft, tmp_path: Path, said: str
) -> None:
    path = tmp_path / "mau.docx"
    BROKEN[said](path)
    with pytest.raises(TemplateFailure, match=re.escape(said)):
        draft(path)


def test_a_draft_that_fails_leaves_what_was_there(
    tmp_path: Path, template: Callable[..., Path]
) -> None:
    path = tmp_path / "thong-bao.docx"
    path.write_bytes(b"of yesterday")
    with pytest.raises(TemplateFailure):
        write_document(template("{{ unknown }}"), {}, path)
    assert path.read_bytes() == b"of yesterday"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["mau.docx", "thong-bao.docx"]
