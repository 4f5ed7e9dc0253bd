"""The procedures and decisions that something happens to, and the curiosities, by hand.

All others are made up by `catalogue_first`. A decision becomes public at its `published` instant
(Viet Nam's time): a day of the replica shows what stood there at seven that morning.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .catalogue_records import ProcedureType


class Proposed(NamedTuple):
    """A decision of the cast. Without a date: `date` is None; not published in the week: "" ."""

    number: str
    agency: str
    date: str | None
    published: str
    at_utc_midnight: bool = False

    @property
    def key(self) -> str:
        """Agency and number together: two agencies may use one number."""
        return f"{self.agency} {self.number}"

    @property
    def day(self) -> datetime.date | None:
        """The date of the decision."""
        return None if self.date is None else datetime.date.fromisoformat(self.date)


@dataclass(frozen=True, slots=True)
class Role:
    """A procedure of the cast. `decision` is the number of one of its agency's decisions.

    `since` is the first day on which it is public, `given` the edits (see `catalogue_edits`) that
    make it what it is from the start.
    """

    code: str
    agency: str
    field: str
    decision: str
    name: str
    type: ProcedureType = "STANDARD"
    since: int = 1
    given: Mapping[str, object] = dataclasses.field(default_factory=dict)


_KNOWN = (
    # Published long before the first day.
    Proposed("01/QĐ-BCT", "G02", "2019-01-02", "2026-04-10 09:00", True),
    Proposed("2318/QĐ-BCT", "G02", "2026-08-14", "2026-08-21 16:30"),
    Proposed("QĐ/0001-BCA", "G01", "2018-05-15", "2026-04-09 10:00", True),
    Proposed("Quyết định số 2871/QĐ-BCA", "G01", "2026-06-22", "2026-06-30 17:05"),
    Proposed("1420/QĐ-BTC", "G12", "2026-07-06", "2026-07-13 11:20"),
    Proposed("1975/QĐ-BTP.", "G15", "2026-05-25", "2026-06-03 08:40"),
    Proposed("3306/QD-BNNMT", "G10", "2026-09-10", "2026-09-18 15:00"),
    Proposed("2204/QĐ-BYT", "G18", "2026-09-28", "2026-10-05 14:10"),
    Proposed("1681", "G06", "2022-03-01", "2026-04-13 10:30", True),
    Proposed("1204/QĐ-BGTVT", "G04", "2024-10-02", "2026-04-15 09:15", True),
    Proposed("877/QĐ-BGTVT", "G04", "2023-07-18", "2026-04-15 09:20"),
    Proposed("1139/QĐ-BXD", "G17", "2026-07-20", "2026-07-29 16:00"),
    Proposed("1647/QĐ-BVHTTDL", "G16", "2026-06-08", "2026-06-17 10:10"),
    Proposed("2409/QĐ-BGDĐT", "G03", "2026-08-03", "2026-08-12 09:00"),
    Proposed("88/QĐ-BDTTG", "G21", "2026-05-11", "2026-05-20 09:00"),
    Proposed("1533/QĐ-UBND", "H01", "2026-09-04", "2026-09-09 15:30"),
    Proposed("1760/QĐ-UBND", "H01", "2026-10-16", "2026-10-21 08:30", True),
    Proposed("702/QĐ-UBND", "H15", "2026-06-12", "2026-06-19 10:00"),
    Proposed("2925/QĐ-UBND", "H17", "2026-07-27", "2026-08-03 10:00"),
    Proposed("111/QĐ-UBND.", "H41", "2023-02-15", "2026-04-13 16:20"),
    # A date later than the publication, as 37 records have it.
    Proposed("2750/QĐ-UBND", "H24", "2026-10-09", "2026-10-05 11:00"),
)
_PENDING_ON_DAY_1 = (
    Proposed("Demo/QĐ-BCA", "G01", "2026-04-08", ""),
    Proposed("5102/QĐ-BNNMT", "G10", "2026-11-11", "2026-11-30 16:00"),
    Proposed("777/QĐ-BTC", "G12", "2026-10-02", "2026-11-29 18:00"),
    Proposed("123/QĐ-CHHĐT", "G17", "2026-07-01", ""),
    Proposed("3120/QĐ-BKHCN", "G06", None, ""),
)
_LATER = (
    Proposed("3391/QĐ-BKHCN", "G06", "2026-11-25", "2026-11-26 15:20"),
    Proposed("3150/QĐ-BTP", "G15", "2026-11-19", "2026-11-26 09:45"),
    Proposed("4127/QĐ-BCA-C06", "G01", "2026-11-23", "2026-11-27 16:45"),
    # Twelve working days after its date, so late for a province (five).
    Proposed("1893/QĐ-UBND", "H01", "2026-11-10", "2026-11-27 10:05"),
    Proposed("1466/QĐ-BXD", "G17", "2026-11-25", "2026-11-30 00:05", True),
    Proposed("QĐ000002SNNTEST", "G12", "2026-11-27", ""),
    Proposed("2011/QĐ-UBND", "H01", "2026-11-26", "2026-12-01 17:10"),
    # Its tenth working day is 1 December: late by the minutes after midnight, in UTC it is not.
    Proposed("5230/QĐ-BNNMT", "G10", "2026-11-16", "2026-12-02 00:05", True),
    # Its fifth working day is 30 November, for 24 November is a holiday; it stays unpublished.
    Proposed("4410/QĐ-UBND", "H17", "2026-11-20", ""),
    # Two decisions of one number on one day.
    Proposed("3300/QĐ-UBND", "H15", "2026-11-27", "2026-11-30 10:30"),
    Proposed("3300/QĐ-UBND", "H24", "2026-11-26", "2026-11-30 14:00"),
    # Ten working days to the day: in time. A reader who takes UTC days counts eleven.
    Proposed("2688/QĐ-BYT", "G18", "2026-11-16", "2026-12-01 23:40"),
    Proposed("2520/QĐ-VP", "H56", "2026-11-30", "2026-12-01 11:00"),
    Proposed("2790/QĐ-BVHTTDL", "G16", "2026-12-03", "2026-12-01 15:00"),
    Proposed("3077/QĐ-BGDĐT", "G03", None, "2026-12-01 08:20"),
)
PROPOSED = {one.key: one for one in (*_KNOWN, *_PENDING_ON_DAY_1, *_LATER)}

CAST = (
    # Public security
    Role("2.001159", "G01", "G01-CA10", "Quyết định số 2871/QĐ-BCA",
         "Cấp giấy phép vận chuyển vật liệu nổ công nghiệp", given={"days": 5, "fee": 150_000}),
    Role("2.001160", "G01", "G01-CA10", "Quyết định số 2871/QĐ-BCA",
         "Cấp lại giấy phép sử dụng công cụ hỗ trợ", given={"days": 5, "fee": 10_000}),
    Role("1.003177", "G01", "G01-CA11", "QĐ/0001-BCA",
         "Cấp giấy phép xuất nhập cảnh cho người không quốc tịch"),
    Role("3.000360", "G01", "G04-GT02", "Demo/QĐ-BCA", "Thu hồi chấp thuận sân tập lái hạng A1"),
    Role("1.116710", "G01", "G01-CA10", "4127/QĐ-BCA-C06",
         "Cấp giấy xác nhận đăng ký thiết bị ngụy trang", since=3),
    Role("1.116711", "G01", "G01-CA10", "4127/QĐ-BCA-C06",
         "Cấp lại giấy xác nhận đăng ký thiết bị ngụy trang", since=3),
    # Industry and trade
    Role("2.000591", "G02", "G02-CT09", "2318/QĐ-BCT",
         "Cấp giấy chứng nhận đủ điều kiện sản xuất hóa chất"),
    Role("2.000609", "G02", "G02-CT09", "2318/QĐ-BCT",
         "Cấp lại giấy chứng nhận đủ điều kiện sản xuất hóa chất"),
    Role("1.000358", "G02", "G02-CT22", "01/QĐ-BCT",
         "Cấp giấy chứng nhận xuất xứ hàng hóa mẫu D", given={"days": 18}),
    # Education
    Role("1.005082", "G03", "G03-GD11", "2409/QĐ-BGDĐT",
         "Cho phép trường trung học phổ thông tư thục hoạt động"),
    Role("1.006391", "G03", "G03-GD11", "2409/QĐ-BGDĐT",
         "Giải thể trường trung học phổ thông theo đề nghị"),
    # Transport, of the old ministry
    Role("1.003141", "G04", "G04-GT02", "877/QĐ-BGTVT", "Cấp phù hiệu xe trung chuyển"),
    Role("1.003152", "G04", "G04-GT02", "877/QĐ-BGTVT", "Cấp phù hiệu xe nội bộ"),
    Role("1.003163", "G04", "G04-GT01", "877/QĐ-BGTVT",
         "Cấp giấy chứng nhận thẩm định thiết kế xe cải tạo"),
    Role("1.004002", "G04", "G04-GT05", "1204/QĐ-BGTVT",
         "Đăng ký phương tiện thủy nội địa lần đầu"),
    # Science and technology
    Role("1.000997", "G06", "G06-KC04", "1681", "Chỉ định tổ chức thử nghiệm chất lượng hàng hóa"),
    Role("1.001786", "G06", "G06-KC02", "1681", "Cấp giấy chứng nhận hoạt động khoa học lần đầu",
         given={"full": False, "service": 1}),
    Role("1.013918", "G06", "G06-KC02", "3120/QĐ-BKHCN", "Thủ tục chấp thuận chuyển giao -"),
    Role("1.116701", "G06", "G06-KC01", "3391/QĐ-BKHCN",
         "Khai báo nguồn phóng xạ đã qua sử dụng", since=2),
    # Agriculture and environment
    Role("1.012874", "G10", "G13-TN02", "5102/QĐ-BNNMT", "Tách thửa đất, hợp thửa đất"),
    Role("1.012875", "G10", "G13-TN02", "5102/QĐ-BNNMT", "Đăng ký thuê đất trong khu kinh tế",
         given={"fee": 100_000}),
    Role("1.003554", "G10", "G13-TN02", "3306/QD-BNNMT",
         "Hòa giải tranh chấp đất đai thuộc thẩm quyền cấp xã"),
    Role("1.008004", "G10", "G10-NN12", "3306/QD-BNNMT", "Cấp chứng chỉ hành nghề thú y",
         given={"days": 8}),
    Role("1.007931", "G10", "G10-NNMT01", "3306/QD-BNNMT",
         "Cấp giấy chứng nhận đủ điều kiện buôn bán phân bón"),
    Role("1.003695", "G10", "G10-NN14", "3306/QD-BNNMT", "Công nhận làng nghề",
         given={"fee": None, "days": 20}),
    Role("1.003727", "G10", "G10-NN07", "3306/QD-BNNMT", "Công nhận vùng an toàn dịch bệnh",
         given={"no_fees": True, "days": 12}),
    # Finance
    Role("1.004946", "G12", "G12-TC14", "1420/QĐ-BTC",
         "Cấp chứng chỉ đại lý bảo hiểm cho cá nhân", given={"fee": 200_000}),
    Role("1.008603", "G12", "G12-TC18", "777/QĐ-BTC", "Kê khai phí bảo vệ môi trường"),
    Role("1.010194", "G12", "G12-TC18", "1420/QĐ-BTC", "Khai thuế đối với hộ kinh doanh",
         given={"full": False, "service": 1}),
    Role("1.116720", "G12", "G12-TC02", "QĐ000002SNNTEST", "Đăng ký kinh doanh 28/11", since=3),
    # Justice
    Role("1.001008", "G15", "G15-TP02", "1975/QĐ-BTP.", "Chứng thực hợp đồng thuê nhà ở"),
    Role("1.001612", "G15", "G15-TP07", "1975/QĐ-BTP.", "Đăng ký lại khai sinh",
         given={"days": 5}),
    Role("2.001884", "G15", "G15-TP07", "1975/QĐ-BTP.", "Cấp bản sao trích lục hộ tịch"),
    Role("1.005040", "G15", "G15-TP11", "1975/QĐ-BTP.", "Cấp chứng chỉ hành nghề quản tài viên"),
    # Culture, construction, health, religion
    Role("1.004605", "G16", "G16-VH21", "1647/QĐ-BVHTTDL",
         "Cấp thẻ hướng dẫn viên du lịch tại điểm"),
    Role("1.116733", "G16", "G16-VH02", "2790/QĐ-BVHTTDL",
         "Cấp phép đưa di vật ra nước ngoài để trưng bày", since=7),
    Role("1.009788", "G17", "G17-XD02", "1139/QĐ-BXD",
         "Cấp giấy phép xây dựng công trình không theo tuyến", given={"days": 20}),
    Role("1.009791", "G17", "G17-XD02", "1139/QĐ-BXD", "Điều chỉnh giấy phép xây dựng có thời hạn"),
    Role("1.009460", "G17", "G04-GT05", "123/QĐ-CHHĐT",
         "Công bố đóng luồng đường thủy khi không có nhu cầu khai thác"),
    Role("1.002425", "G18", "G18-YT12", "2204/QĐ-BYT",
         "Cấp giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm", given={"days": 15}),
    Role("1.116702", "G18", "G18-YT07", "2204/QĐ-BYT",
         "Công bố cơ sở khám bệnh, chữa bệnh từ xa", since=2),
    Role("2.000713", "G21", "G21-DTTG02", "88/QĐ-BDTTG", "Đăng ký hoạt động tôn giáo"),
    # Provinces
    Role("1.010736", "H01", "G13-TN02", "1533/QĐ-UBND",
         "Hỗ trợ di dời lồng bè trên sông Hậu", "SPECIFIC"),
    Role("3.000734", "H01", "G05-BT01", "1760/QĐ-UBND",
         "Hỗ trợ học phí cho con hộ mới thoát nghèo", "SPECIFIC", given={"fee": 20_000}),
    Role("3.000735", "H01", "G05-BT01", "1760/QĐ-UBND",
         "Hỗ trợ chi phí điều trị cho người cao tuổi neo đơn", "SPECIFIC"),
    Role("1.010738", "H01", "G10-NN14", "1533/QĐ-UBND",
         "Hỗ trợ lắp thiết bị giám sát hành trình tàu cá", "SPECIFIC"),
    Role("1.116715", "H01", "G10-NN14", "1893/QĐ-UBND",
         "Hỗ trợ chuyển đổi nghề khai thác ven bờ", "SPECIFIC", since=3),
    Role("1.012206", "H15", "KL01", "702/QĐ-UBND",
         "Hỗ trợ trồng rừng gỗ lớn", "SPECIFIC", given={"fee": 0}),
    Role("1.116728", "H15", "KL01", "3300/QĐ-UBND",
         "Hỗ trợ khoán bảo vệ rừng cộng đồng", "SPECIFIC", since=6),
    Role("2.002481", "H17", "G05-BT01", "2925/QĐ-UBND",
         "Trợ cấp xã hội cho người từ đủ 75 tuổi", "SPECIFIC"),
    Role("2.002482", "H17", "G05-BT01", "2925/QĐ-UBND",
         "Hỗ trợ đi lại cho người khuyết tật nặng", "SPECIFIC"),
    Role("2.002507", "H24", "G17-XD08", "2750/QĐ-UBND",
         "Hỗ trợ lãi vay mua nhà ở xã hội", "SPECIFIC"),
    Role("1.116729", "H24", "G17-XD08", "3300/QĐ-UBND",
         "Hỗ trợ thuê nhà cho công nhân", "SPECIFIC", since=6),
    Role("6.006801", "H56", "G12.97.1", "2520/QĐ-VP",
         "Giao quản lý tài sản kết cấu hạ tầng cấp xã", "STANDARD_INTERNAL", since=7),
    # Curiosities: codes as the portal has them, two of them one code but for a blank
    Role("1.014325", "G10", "G10-NN13", "3306/QD-BNNMT", "Cấp phép xả nước qua công trình"),
    Role(" 1.014325", "G10", "G10-NN13", "3306/QD-BNNMT", "Cấp phép xả nước qua công trình"),
    Role("1.014955-Xoa", "H41", "G06-KC02", "111/QĐ-UBND.",
         "Hỗ trợ đổi mới công nghệ tại doanh nghiệp nhỏ", "SPECIFIC"),
    Role("2.009182739", "H41", "G10-NN07", "111/QĐ-UBND.",
         "Hỗ trợ phục tráng giống cây bản địa", "SPECIFIC"),
    Role("1.0133611", "G18", "G18-YT04", "2204/QĐ-BYT", "Công bố nguyên liệu làm thuốc miễn kiểm"),
)  # fmt: skip
ROLES = {role.code: role for role in CAST}
