"""Who promulgates procedures, how many each, in which fields, and who carries them out.

Codes, names and proportions of promulgating agencies and fields are the published ones of 2026.
"""

from __future__ import annotations

from typing import NamedTuple

from .catalogue_stamps import uuid7
from .provinces import BY_CODE

LOADED_AT = 1_774_557_800_000
"""When the portal's registers were loaded (26 March 2026); the time in their ids."""


class Agency(NamedTuple):
    """A promulgating agency. `mark` ends the numbers of its decisions: 12/QĐ-BCA."""

    code: str
    id: str
    name: str
    mark: str
    procedures: int
    """How many it had in July 2026; the world keeps the proportion."""

    @property
    def is_local(self) -> bool:
        """Whether it is a province or belongs to one."""
        return self.code.startswith("H")


class Field(NamedTuple):
    """A field of procedures. Its code keeps the prefix of ministries that are no more."""

    code: str
    name: str

    @property
    def id(self) -> str:
        """The id in the portal's form."""
        return uuid7(LOADED_AT, f"field/{self.code}")


class Executor(NamedTuple):
    """Who carries a procedure out; a group of units is known by name only."""

    code: str
    name: str
    is_group: bool = False

    @property
    def id(self) -> str:
        """The id in the portal's form."""
        return uuid7(LOADED_AT, f"executor/{self.code}")


_NATIONAL = (
    ("0100100079", "019d2be3-6a78-77a5-a5a5-4c6fa1beae91", "Tập đoàn Điện lực Việt Nam", "EVN", 12),
    ("D01", "019d2be3-6a80-747a-9d04-1b689bdf392e", "Tòa án nhân dân", "TANDTC", 3),
    ("G01", "019d2be3-6a72-700f-a652-ac5169305ab5", "Bộ Công an", "BCA", 352),
    ("G02", "019d2be3-6a72-700f-a652-b16ccb65a5c0", "Bộ Công thương", "BCT", 422),
    ("G03", "019d2be3-6a80-747a-9d09-f80ce780479b", "Bộ Giáo dục và Đào tạo", "BGDĐT", 186),
    ("G04", "019d2be3-6a72-700f-a652-b7c3f48c08f8", "Bộ xây dựng (Giao thông vận tải cũ)",
     "BGTVT", 359),
    ("G06", "019d2be3-6a80-747a-9d0b-05be4d71ccc8", "Bộ Khoa học và Công nghệ", "BKHCN", 443),
    ("G07", "019d2be3-6a72-700f-a652-b858d4ae195d", "Bộ Lao động - Thương binh và Xã hội",
     "BLĐTBXH", 1),
    ("G08", "019d2be3-6a72-700f-a652-be66257cf0e5", "Bộ Ngoại giao", "BNG", 67),
    ("G09", "019d2be3-6a80-747a-9d0b-d22b7584413d", "Bộ Nội vụ", "BNV", 229),
    ("G10", "019d2be3-6a80-747a-9d0b-db7fd18abadc", "Bộ Nông nghiệp và Môi trường", "BNNMT", 524),
    ("G11", "019d2be3-6a72-700f-a652-c083c8aaf911", "Bộ Quốc phòng", "BQP", 183),
    ("G12", "019d2be3-6a72-700f-a652-c9b1df8256e9", "Bộ Tài chính", "BTC", 687),
    ("G15", "019d2be3-6a72-700f-a652-d603f1537007", "Bộ Tư pháp", "BTP", 265),
    ("G16", "019d2be3-6a81-771b-b66d-0e988ad98b55", "Bộ Văn hóa, Thể thao và Du lịch",
     "BVHTTDL", 274),
    ("G17", "019d2be3-6a81-771b-b66d-4ef4369c303d", "Bộ Xây dựng", "BXD", 154),
    ("G18", "019d2be3-6a72-700f-a652-d877ec9f7cfe", "Bộ Y tế", "BYT", 257),
    ("G19", "019d2be3-6a81-771b-b66f-c53dedd8aa96", "Ngân hàng Nhà nước Việt Nam", "NHNN", 271),
    ("G21", "019d2be3-6a72-700f-a652-e0e44a89bb55", "Bộ Dân tộc và Tôn giáo", "BDTTG", 58),
    ("H26.101", "019d2be3-6adb-7552-9a1f-fbe6380f2428",
     "Trung tâm phục vụ hành chính công Thành phố Hà Nội", "TTPVHCC", 9),
    ("H48.42", "019d2be3-6a88-732b-8b1c-21197091791b", "Sở Xây dựng - tỉnh Quảng Ngãi", "SXD", 1),
)  # fmt: skip
_PROVINCIAL = {
    "H01": 3, "H05": 99, "H12": 2, "H14": 4, "H15": 83, "H17": 73, "H18": 7, "H19": 39, "H20": 51,
    "H21": 47, "H24": 74, "H26": 23, "H27": 9, "H29": 7, "H35": 57, "H36": 5, "H37": 49, "H38": 74,
    "H41": 9, "H42": 13, "H44": 2, "H48": 3, "H49": 5, "H50": 3, "H52": 7, "H53": 4, "H55": 6,
    "H56": 72, "H57": 37, "H60": 37, "H61": 3,
}  # fmt: skip

AGENCIES = {
    agency.code: agency
    for agency in (
        *(Agency(*row) for row in _NATIONAL),
        *(
            Agency(code, BY_CODE[code].id, BY_CODE[code].name, "UBND", procedures)
            for code, procedures in _PROVINCIAL.items()
        ),
    )
}

_FIELD_NAMES = """
G13-TN02 Đất đai; G12-TC04 Hải quan; G04-GT05 Hàng hải và đường thủy nội địa;
G06-KC02 Hoạt động khoa học và công nghệ; G19-NH01 Thành lập và hoạt động ngân hàng;
G12-TC18 Thuế; G04-GT02 Đường bộ; G02-CT22 Xuất nhập khẩu; G04-GT06 Hàng không;
G12-TC02 Chứng khoán; G14-TT10 Viễn thông và Internet; G01-CA11 Quản lý xuất nhập cảnh;
G14-TT07 Tần số vô tuyến điện; G06-KC04 Tiêu chuẩn đo lường chất lượng;
G19-NH05 Hoạt động ngoại hối; G09-LĐ09 Người có công; G18-YT04 Dược phẩm; G16-VH21 Du lịch;
G11-QP03 Chính sách BQP; G21-DTTG02 Tín ngưỡng, tôn giáo; G06-KC01 An toàn bức xạ và hạt nhân;
G13-TN03 Địa chất và khoáng sản; G10-NN14 Thủy sản; G17-XD08 Nhà ở và công sở; G10-NN12 Thú y;
G01-CA10 Quản lý vũ khí, vật liệu nổ, công cụ hỗ trợ và pháo;
G10-NNMT01 Trồng trọt và Bảo vệ thực vật; G18-YT12 Phòng bệnh; G15-TP07 Hộ tịch;
G09-NV11 Quản lý nhà nước về hội, quỹ; G02-CT09 Hóa chất; G04-GT01 Đăng kiểm;
G16-VH02 Di sản văn hóa; G09-LĐ11 Việc làm; G10-NN13 Thủy lợi; G12-TC14 Bảo hiểm;
G03-GD11 Giáo dục và Đào tạo thuộc hệ thống giáo dục quốc dân; G10-NN07 Lâm nghiệp và Kiểm lâm;
G18-YT07 Khám bệnh, chữa bệnh; G15-TP02 Chứng thực; G15-TP11 Quản tài viên;
G08-NG03 Công tác lãnh sự; G05-BT01 Bảo trợ xã hội; G17-XD02 Hoạt động xây dựng;
G12.97.1 Quản lý công sản; KL01 Kiểm lâm địa phương; CTLS03 Chính sách liệt sĩ; 1042 Điện lực
"""
FIELDS = {
    code: Field(code, name)
    for code, name in (entry.split(" ", 1) for entry in " ".join(_FIELD_NAMES.split()).split("; "))
}
"""The shapes of the odd codes at the end are the portal's."""

_OF_NEW_AGENCIES = {"G10": ("G10", "G13"), "G06": ("G06", "G14"), "G17": ("G17", "G04"),
                    "G09": ("G09", "CTLS"), "G12": ("G12",), "0100100079": ("1042",),
                    "D01": ("G15",), "G07": ("G09",)}  # fmt: skip
_OF_PROVINCES = ("G13", "G05", "G10", "G17", "G15", "G09", "KL")


def fields_of(agency: Agency) -> tuple[str, ...]:
    """Codes of the fields in which an agency promulgates."""
    prefixes = _OF_NEW_AGENCIES.get(agency.code, (agency.code,))
    if agency.is_local:
        prefixes = _OF_PROVINCES
    return tuple(code for code in FIELDS if code.startswith(prefixes))


EXECUTORS = {
    executor.code: executor
    for executor in (
        Executor("UBNDCX", "Ủy ban nhân dân cấp xã", is_group=True),
        Executor("UBNDCT", "Ủy ban nhân dân cấp tỉnh"),
        Executor("CTUBNDT", "Chủ tịch ủy ban nhân dân cấp tỉnh"),
        Executor("000.00.CS.002", "Sở Tư pháp"),
        Executor("000.00.CS.008", "Sở Xây dựng"),
        Executor("SYT", "Sở Y tế", is_group=True),
        Executor("SNNMT", "Sở Nông nghiệp và Môi trường", is_group=True),
        Executor("SKHCN", "Sở Khoa học và Công nghệ", is_group=True),
        Executor("000.00.CS.012", "Sở Văn hóa, Thể thao và Du lịch"),
        Executor("BNN-VPDK", "Văn phòng đăng ký đất đai"),
        Executor("CCHQ", "Chi cục Hải quan khu vực"),
        Executor("BTC_TDP", "Thuế tỉnh, thành phố"),
        Executor("BCA-CAT", "Công an cấp Tỉnh"),
        Executor("BHXHCS", "Bảo hiểm xã hội cơ sở", is_group=True),
        Executor("sai_ma2", "Cục Hậu cần - Kỹ thuật"),
    )
}
"""Executing agencies below a ministry; a ministry that decides itself stands under its own code."""

SUBJECTS = {
    "ĐT1": "Công dân Việt Nam", "ĐT2": "Doanh nghiệp",
    "ĐT9": "Tổ chức (không bao gồm doanh nghiệp, HTX)",
    "ĐT10": "Doanh nghiệp có vốn đầu tư nước ngoài", "DT11": "Hợp tác xã",
    "ĐT7": "Tổ chức nước ngoài", "DT12": "Người Việt Nam định cư ở nước ngoài",
    "ĐT4": "Người nước ngoài", "ĐT8": "Doanh nghiệp Việt Nam",
    "DT13": "Cán bộ, công chức, viên chức",
}  # fmt: skip
"""Who may hand in; code to name, the frequent ones first."""


def executor(code: str) -> Executor:
    """An executing agency by its code, a promulgating one among them."""
    agency = AGENCIES.get(code)
    return Executor(agency.code, agency.name) if agency else EXECUTORS[code]
