"""The announcements of An Giang (August 2024) and Gò Dầu (September 2024) as Word drafts.

Their published figures reach the store by the ordinary path: read from the replica's older
interface by a backfill, and imported from a listing. That interface printed no rates, and the newer
one knows neither 2024 nor districts (`series_of` reads every period before 2026 from the older
one). So Gò Dầu's rates are read from the newer interface by a check, as figures of September 2026,
with the nine districts as units of the province; `tests.replica.go_dau` says what is made up.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document

from tests.flow.office import DVCQG, Office
from tests.replica.go_dau import go_dau_route
from tests.replica.legacy_published import GO_DAU
from tests.replica.portal import ROUTES
from tests.replica.server import Replica

TARGETS = """
    periods = ["month"]
    [index.targets]
    ONLINE_CHANNEL = 52
    ONLINE_PAYMENT_DOSSIER = 47
    REUSED_DIGITIZED_DATA = 52
    PETITION_PROCESSING_ON_TIME = 100
    PUBLIC_UPDATE_ON_TIME = 100
    DOSSIER_RECEIVING_SATISFACTION = 92
"""
DEMANDS = [
    "- Tỷ lệ hồ sơ nộp trực tuyến: từ 52% trở lên.",
    "- Tỷ lệ hồ sơ thanh toán trực tuyến: từ 47% trở lên.",
    "từ 52% trở lên.",
    "100%.",
    "100%.",
    "từ 92% trở lên.",
]
DEPARTMENTS = "Phòng, ban chuyên môn huyện Gò Dầu"
OWNER = "Người nộp hồ sơ"


class Writer(Office):
    """An office of one province at any instant."""

    def __init__(self, folder: Path, replica: Replica, province: str, settings: str) -> None:
        super().__init__(folder, replica, periods=settings)
        text = self.config_path.read_text(encoding="utf-8")
        self.config_path.write_text(text.replace('"H01"', f'"{province}"'), encoding="utf-8")
        self.reload()

    def run(self, instant: str, *command: str) -> str:
        """Run the command line at an instant; what it printed. It must succeed."""
        done = self.run_badly(instant, *command)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def run_badly(self, instant: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run the command line at an instant, whatever becomes of it."""
        return subprocess.run(
            [DVCQG, *command],
            cwd=self.folder,
            env={**os.environ, "DVCQG_NOW": instant},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def draft(self, instant: str, month: str, *options: str) -> list[str]:
        """The announcement of a month as it is printed: paragraphs, and rows of tables."""
        told = self.run(
            instant, "report", "monthly", "--month", month, "--format", "docx", *options
        )
        path = told.strip().rpartition(": ")[2]
        return lines_of(self.folder / path)


def lines_of(path: Path) -> list[str]:
    """The text of a document, a paragraph or a table's row a line, in order."""
    lines = []
    for block in Document(str(path)).iter_inner_content():
        if hasattr(block, "rows"):
            lines += [" | ".join(cell.text for cell in row.cells) for row in block.rows]
        else:
            lines.append(block.text)
    return lines


def line_with(lines: list[str], words: str) -> str:
    """The one line that begins with some words."""
    (found,) = (line for line in lines if line.startswith(words))
    return found


@pytest.fixture(scope="module")
def portal() -> Iterator[Replica]:
    with Replica(routes=[go_dau_route, *ROUTES]) as running:
        yield running


def listing(office: Office) -> Path:
    """82 overdue dossiers: 81 of the district's departments, one of a commune."""
    lines = [
        "Mã hồ sơ;Tên thủ tục;Mã đơn vị;Đơn vị giải quyết;Chủ hồ sơ;Ngày tiếp nhận;Ngày hẹn trả"
    ]
    for number in range(1, 83):
        unit = f"{GO_DAU}.01;{DEPARTMENTS}" if number < 82 else f"{GO_DAU}.04;UBND xã Hiệp Thạnh"
        code = f"{GO_DAU}-240801-{number:04d}"
        lines.append(f"{code};Đăng ký biến động;{unit};{OWNER};01/08/2024;20/09/2024")
    path = office.folder / "qua-han.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


# --- An Giang, August 2024


@pytest.fixture(scope="module")
def an_giang(portal: Replica, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    office = Writer(tmp_path_factory.mktemp("an-giang"), portal, "H01", TARGETS)
    now = "2024-09-05T17:00:00+07:00"
    office.run(
        now, "backfill", "index", "--from", "2024-07", "--to", "2024-08", "--province", "H01"
    )
    return office.draft(now, "2024-08")


def test_an_giang_total_rank_class_and_direction(an_giang: list[str]) -> None:
    result = line_with(an_giang, "An Giang đạt")
    assert "đạt 82,70/100 điểm, xếp hạng 6/63 tỉnh, thành phố, xếp loại Tốt" in result
    assert "giảm 1 bậc so với tháng trước đó (5 → 6)" in result
    assert "lấy lúc 17:00 ngày 05/09/2024 (số liệu có thể thay đổi" in line_with(
        an_giang, "Theo số"
    )


def test_an_giang_units_by_class(an_giang: list[str]) -> None:
    strive = line_with(an_giang, "- Loại Khá (11 đơn vị)")
    for name in (
        "Sở Nông nghiệp và Phát triển nông thôn", "Sở Xây dựng", "Sở Thông tin và Truyền thông",
        "Sở Ngoại vụ", "Sở Tư pháp", "Sở Tài chính", "Sở Y tế", "Sở Nội vụ",
        "Ban Quản lý Khu kinh tế", "thị xã Tân Châu", "huyện Tri Tôn",
    ):  # fmt: skip
        assert f"{name} (7" in strive
    assert "phấn đấu đạt loại Tốt trong các tháng tới" in strive
    mend = line_with(an_giang, "- Loại Trung bình, Yếu (4 đơn vị)")
    for name in (
        "Sở Lao động - Thương binh và Xã hội", "Sở Giao thông vận tải", "Sở Giáo dục và Đào tạo",
        "Sở Tài nguyên và Môi trường",
    ):  # fmt: skip
        assert name in mend
    assert "5 nhóm với 21 chỉ số thành phần" in mend
    assert line_with(an_giang, "- Loại Xuất sắc, Tốt (14 đơn vị)")
    assert "Tổng | 4 | 10 | 11 | 3 | 1 | 29" in an_giang


def test_an_giang_without_rates_or_listings_says_so(an_giang: list[str]) -> None:
    assert line_with(an_giang, "Số liệu Cổng công bố cho kỳ này không có các tỷ lệ thành phần")
    assert "Chưa nhận được danh sách hồ sơ quá hạn." in an_giang
    assert not any(line.startswith("- Tỷ lệ") for line in an_giang)


# --- Gò Dầu, September 2024


@pytest.fixture(scope="module")
def go_dau(portal: Replica, tmp_path_factory: pytest.TempPathFactory) -> Writer:
    office = Writer(tmp_path_factory.mktemp("go-dau"), portal, "H53", TARGETS)
    now = "2024-10-04T16:30:00+07:00"
    office.run(
        now, "backfill", "index", "--from", "2024-09", "--to", "2024-09", "--province", "H53"
    )
    office.run(now, "import", str(listing(office)), "--source", "mot-cua")
    office.run("2026-10-04T16:30:00+07:00", "check", "--only", "index")
    return office


@pytest.fixture(scope="module")
def september_2024(go_dau: Writer) -> list[str]:
    return go_dau.draft("2026-10-04T17:00:00+07:00", "9/2024", "--unit", GO_DAU)


def test_go_dau_total_and_rank_among_the_districts(september_2024: list[str]) -> None:
    result = line_with(september_2024, "Huyện Gò Dầu đạt")
    assert "đạt 84,41/100 điểm, xếp hạng 8/9 huyện, thị xã, thành phố, xếp loại Tốt" in result
    assert "Không có số liệu tháng 8 năm 2024 để so sánh" in result
    assert "lấy lúc 16:30 ngày 04/10/2024 (số liệu có thể thay đổi" in "\n".join(september_2024)
    peers = september_2024.index("Huyện, thị xã, thành phố")
    assert len(september_2024[peers + 2 :]) >= 9
    assert line_with(september_2024, "8 | Huyện Gò Dầu | ").split(" | ")[8:10] == ["84,41", "Tốt"]


def test_go_dau_overdue_dossiers(september_2024: list[str]) -> None:
    told = line_with(september_2024, "Theo danh sách lúc 16:30 ngày 04/10/2024")
    assert "có 82 hồ sơ quá hạn đang xử lý" in told
    assert f"gồm: {DEPARTMENTS} 81 hồ sơ; xã Hiệp Thạnh 1 hồ sơ" in told
    assert line_with(september_2024, f"1 | {DEPARTMENTS} | 81 | 14 | ")
    assert line_with(september_2024, "2 | Xã Hiệp Thạnh | 1 | 14 | ")
    assert line_with(september_2024, " | TỔNG CỘNG | 82 | ")


def test_go_dau_demands(september_2024: list[str]) -> None:
    first = september_2024.index("3. Bảo đảm các tỷ lệ tối thiểu được giao:") + 1
    told = september_2024[first : first + len(DEMANDS)]
    assert [line for line, end in zip(told, DEMANDS, strict=True) if not line.endswith(end)] == []


def test_go_dau_rates(go_dau: Writer) -> None:
    lines = go_dau.draft("2026-10-04T17:00:00+07:00", "9/2026", "--unit", GO_DAU)
    assert "đạt 84,41/100 điểm, xếp hạng 8/9" in line_with(lines, "Huyện Gò Dầu đạt")
    assert any("8.090/10.000 | 80,90 | –" in line for line in lines)
    assert any("8.142/10.000 | 81,42 | –" in line for line in lines)
    (reuse,) = (line for line in lines if "(chỉ tiêu từ 52% trở lên):" in line)
    assert "8 đơn vị chưa đạt" in reuse
    assert "41,00% (chỉ tiêu từ 52% trở lên)" in line_with(lines, "- Huyện Gò Dầu chưa đạt: ")
    for unit in (
        f"{DEPARTMENTS} 47,86%", "xã Cẩm Giang 23,40%", "xã Thạnh Đức 0,00%",
        "xã Hiệp Thạnh 3,37%", "xã Bàu Đồn 37,84%", "xã Phước Thạnh 12,57%",
        "xã Phước Đông 19,75%", "thị trấn Gò Dầu 44,93%",
    ):  # fmt: skip
        assert unit in reuse
    first = lines.index("3. Bảo đảm các tỷ lệ tối thiểu được giao:") + 1
    told = lines[first : first + len(DEMANDS)]
    assert [line for line, end in zip(told, DEMANDS, strict=True) if not line.endswith(end)] == []


# --- Letters, and templates of an office


def test_letters_to_chosen_people_name_nobody(go_dau: Writer) -> None:
    chosen = (f"{GO_DAU}-240801-0082", f"{GO_DAU}-240801-0001")
    options = [word for code in chosen for word in ("--dossier", code)]
    told = go_dau.run(
        "2024-10-05T08:00:00+07:00", "report", "apology", "--source", "mot-cua", *options
    )
    lines = lines_of(go_dau.folder / told.strip().rpartition(": ")[2])
    assert [line for line in lines if line.startswith("- Mã hồ sơ")] == [
        f"- Mã hồ sơ: {code};" for code in chosen
    ]
    assert "Ngày 01/08/2024, xã Hiệp Thạnh tiếp nhận hồ sơ" in "\n".join(lines)
    assert lines.count("- Ngày hẹn trả kết quả: 20/09/2024;") == 2
    assert not any(OWNER in line for line in lines)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["apology", "--source", "mot-cua", "--dossier", "H53-1"], "not overdue in the last"),
        (["apology", "--source", "khong-co", "--dossier", "H53-1"], "sources with one: mot-cua"),
        (["monthly", "--month", "9/2024", "--format", "docx", "--template", "no.docx"], "no.docx"),
    ],
)
def test_what_cannot_be_written_is_one_sentence(
    go_dau: Writer, command: list[str], said: str
) -> None:
    done = go_dau.run_badly("2026-10-04T17:00:00+07:00", "report", *command)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
