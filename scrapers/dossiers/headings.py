"""What a heading means: the known headings of every field, as data, and how columns are chosen.

Headings are compared without case, marks, blanks and punctuation, so that "Mã hồ sơ", "MaHoSo",
"MA_HO_SO" and a decomposed "Mã hồ sơ" are one; remarks in brackets do not count. JSON keys stand in
the same lists, nested ones with dots ("procedure.name" is also procedureName). Never does the
position of a column mean anything.

The order within a field is the order of preference when a table has several columns for it:
who handles a dossier goes before who received it, the appointed date before any "hạn" (that may be
the deadline of a step, which is why iGate's `dueDate` is not listed at all).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

ORDINAL: Final = "ordinal"
PERSONAL: Final = "personal"

# fmt: off
KNOWN_HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "code": (
        "Mã hồ sơ", "Mã hồ sơ hành chính", "Mã hồ sơ TTHC", "Mã số hồ sơ", "Mã HS", "Số hồ sơ",
        "dossierNo", "dossierCode", "C_CODE", "code",
    ),
    "national_code": (
        "nationCode", "nationalCode", "Mã hồ sơ quốc gia", "Mã hồ sơ DVCQG",
        "Mã hồ sơ Cổng DVCQG", "Mã hồ sơ trên Cổng DVCQG", "Mã quốc gia",
    ),
    "info": ("Thông tin hồ sơ", "Thông tin chung hồ sơ", "Hồ sơ"),
    "procedure_code": (
        "Mã thủ tục hành chính", "Mã thủ tục", "Mã TTHC", "procedure.code",
    ),
    "procedure_name": (
        "Tên thủ tục hành chính", "Tên thủ tục", "Tên TTHC", "Thủ tục hành chính", "Thủ tục",
        "TTHC", "procedure.translate", "procedure.name", "C_RECORDTYPE_NAME",
    ),
    "field": (
        "Lĩnh vực", "Tên lĩnh vực", "Lĩnh vực thủ tục", "sectorName", "procedure.sector", "sector",
    ),
    "unit_name": (
        "Đơn vị đang xử lý", "Cơ quan đang xử lý", "Đơn vị giải quyết", "Cơ quan giải quyết",
        "Đơn vị xử lý", "Cơ quan xử lý", "Đơn vị thụ lý", "Cơ quan thụ lý", "Đơn vị thực hiện",
        "Cơ quan thực hiện", "agency.name", "Tên đơn vị", "Đơn vị", "Tên cơ quan",
        "Cơ quan", "groupName", "Đơn vị tiếp nhận", "Cơ quan tiếp nhận",
    ),
    "unit_code": (
        "Mã đơn vị xử lý", "Mã đơn vị", "Mã định danh đơn vị", "Mã cơ quan", "agency.code",
        "C_OWNER_CODE",
    ),
    "parent_unit": ("Đơn vị cấp trên", "Cơ quan cấp trên", "Đơn vị chủ quản", "ofGroupName"),
    "officer": (
        "Cán bộ đang xử lý", "Người đang xử lý", "Tên người đang xử lý", "Cán bộ xử lý",
        "Người xử lý", "Chuyên viên xử lý", "Cán bộ thụ lý", "Người thụ lý", "Cán bộ giải quyết",
        "Người giải quyết", "Cán bộ", "currentTask.assignee.fullname", "Cán bộ tiếp nhận",
        "Người tiếp nhận", "Người nhận",
    ),
    "state": (
        "Trạng thái hồ sơ", "Trạng thái", "Trạng thái xử lý", "Tình trạng hồ sơ", "Tình trạng",
        "dossierStatus.name",
    ),
    "state_code": ("Mã trạng thái", "dossierStatus.id"),
    "received_at": (
        "Ngày tiếp nhận", "Ngày giờ tiếp nhận", "Thời gian tiếp nhận", "Thời điểm tiếp nhận",
        "Ngày tiếp nhận hồ sơ", "acceptedDate", "C_RECEIVED_DATE", "Ngày nhận", "Ngày nhận hồ sơ",
    ),
    "due_at": (
        "Ngày hẹn trả", "Ngày hẹn trả kết quả", "Ngày hẹn trả KQ", "Ngày giờ hẹn trả",
        "Thời gian hẹn trả", "Thời gian hẹn trả kết quả", "Thời điểm hẹn trả", "Hẹn trả",
        "Hẹn trả kết quả", "Ngày hẹn", "Hạn trả kết quả", "appointmentDate", "C_APPOINTED_DATE",
        "Thời hạn", "Hạn xử lý",
    ),
    "ended_at": (
        "Ngày kết thúc xử lý", "Ngày có kết quả", "Ngày xử lý xong", "Ngày hoàn thành",
        "completedDate",
    ),
    "returned_at": ("Ngày trả", "Ngày trả kết quả", "returnedDate"),
    "printed_days_late": (
        "Số ngày quá hạn", "Số ngày quá hạn giải quyết", "Số ngày quá hạn xử lý",
        "Số ngày trễ hạn", "Số ngày trễ", "Số ngày chậm", "Quá hạn ngày",
    ),
    "note": ("Ghi chú",),
    "applicant": (
        "Chủ hồ sơ", "Tên chủ hồ sơ", "Họ tên chủ hồ sơ", "Chủ HS", "applicant.data.ownerFullname",
        "applicant.data.fullname", "Người nộp", "Người nộp hồ sơ", "Tên người nộp",
        "Họ tên người nộp",
    ),
    "total_rows": ("C_TOTAL_RECORD",),
    ORDINAL: ("STT", "TT", "Số TT", "Số thứ tự"),
    PERSONAL: (
        "Họ tên", "Họ và tên", "Tổ chức cá nhân", "Tên tổ chức cá nhân", "Cá nhân tổ chức",
        "Người yêu cầu", "Người dân", "Công dân", "Tổ chức", "Doanh nghiệp", "Tên doanh nghiệp",
        "Địa chỉ", "Địa chỉ chủ hồ sơ", "Địa chỉ người nộp", "Địa chỉ thường trú", "DC_CHU_HS",
        "Số điện thoại", "Điện thoại", "SĐT", "Điện thoại liên hệ", "Fax", "Email", "Thư điện tử",
        "CMND", "CCCD", "CMND/CCCD", "Số CMND/CCCD", "Số CMND", "Số CCCD", "Căn cước công dân",
        "Số căn cước", "Số định danh", "Số định danh cá nhân", "Mã định danh cá nhân",
        "Số giấy tờ", "Số giấy tờ tùy thân", "Mã số thuế", "Ngày sinh", "Năm sinh", "Giới tính",
        "Mã đối tượng", "Định danh CHS", "Trích yếu", "Trích yếu hồ sơ", "Nội dung hồ sơ",
        "applicant",
    ),
}
# fmt: on

DATE_FIELDS: Final = ("received_at", "due_at", "ended_at", "returned_at")
REQUIRED_FIELDS: Final = frozenset({"code", "due_at"})
"""Without its code a dossier has no history; without its due date nothing says that it is late."""

_STANDS_FOR: Final = {"code": ("code", "national_code", "info"), "due_at": ("due_at", "info")}
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_LONG_NUMBER = re.compile(r"\d{6,}")
_LONGEST_HEADING = 80


def fold(text: str) -> str:
    """Text without case, marks, blanks and punctuation: "Ngày hẹn trả" → "ngayhentra"."""
    letters = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(char for char in letters if char.isalnum())


def show(heading: str) -> str:
    """A heading fit for a message: one line, not long, no long numbers."""
    return _LONG_NUMBER.sub("…", " ".join(heading.split()))[:_LONGEST_HEADING]


@dataclass(slots=True)
class Columns:
    """What the columns of a table became: `by_field` maps a field to the index of its column."""

    headings: tuple[str, ...]
    by_field: dict[str, int] = field(default_factory=dict)
    outranked: dict[int, str] = field(default_factory=dict)
    personal: list[int] = field(default_factory=list)
    ignored: list[int] = field(default_factory=list)

    @property
    def known(self) -> int:
        """How many different meanings were found; personal columns count as one."""
        return len(self.by_field.keys() - {ORDINAL}) + bool(self.personal)


@dataclass(frozen=True)
class Vocabulary:
    """The known headings of one kind of table, by field, and how its tables are told from others.

    Where a heading of a `left_out` field stands above others, all of them are left out. A row of
    headings names the `telling` field and one more, or three others. `stands_for` says which fields
    can give a required one; else only itself can.
    """

    known: Mapping[str, Sequence[str]]
    required: frozenset[str]
    telling: str
    left_out: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    """Of the fields that are left out, those that are read after all, from one column each."""
    stands_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only_one: frozenset[str] = frozenset()
    """Fields for which a second column is one too many: then neither is taken."""
    reads_parts: bool = True
    """Whether one of several texts above each other may name a column by itself."""

    @cached_property
    def _meanings(self) -> dict[str, tuple[str, int]]:
        return {
            fold(heading): (name, rank)
            for name, headings in self.known.items()
            for rank, heading in enumerate(headings)
        }

    def meaning_of(self, heading: str) -> tuple[str, int] | None:
        """The field a heading names and its rank there (0 is the best); None when unknown."""
        meanings = self._meanings
        return meanings.get(fold(heading)) or meanings.get(fold(_BRACKETS.sub(" ", heading)))

    def choose(self, headings: Sequence[str]) -> Columns:
        """One column for each field: that of the preferred heading, the leftmost of equal ones.

        `headings` holds one text per column, "" for none.
        """
        columns = Columns(tuple(headings))
        best: dict[str, int] = {}
        for index, heading in enumerate(headings):
            name, rank = self.meaning_of(heading) or ("", 0)
            if name in self.left_out - self.kept:
                columns.personal.append(index)
            elif not name:
                columns.ignored.append(index)
            elif name in best and best[name] <= rank:
                columns.outranked[index] = name
            else:
                if name in best:
                    columns.outranked[columns.by_field[name]] = name
                best[name] = rank
                columns.by_field[name] = index
        columns.personal.extend(i for i, name in columns.outranked.items() if name in self.left_out)
        for name in self.only_one & set(columns.outranked.values()):
            columns.outranked[columns.by_field.pop(name)] = name
        return columns

    def lacks(self, columns: Columns) -> list[str]:
        """The required fields that no column can give, in alphabetical order."""
        return sorted(name for name in self.required if not self._gives(columns, name))

    def is_heading(self, columns: Columns) -> bool:
        """Whether columns so named are those of a row of headings."""
        return columns.known >= (2 if self._gives(columns, self.telling) else 3)

    def _gives(self, columns: Columns, name: str) -> bool:
        return any(one in columns.by_field for one in self.stands_for.get(name, (name,)))


@lru_cache
def dossier_vocabulary(
    required: frozenset[str] = REQUIRED_FIELDS, keep_applicant: bool = False
) -> Vocabulary:
    """The headings of listings of dossiers; the owner's column is left out unless it is kept."""
    return Vocabulary(
        KNOWN_HEADINGS,
        required,
        telling="code",
        left_out=frozenset({PERSONAL, "applicant"}),
        kept=frozenset({"applicant"} if keep_applicant else ()),
        stands_for=_STANDS_FOR,
    )
