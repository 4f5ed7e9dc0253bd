"""Some sixty procedures that the units of the replica handle. Names are of the usual kind,
codes are made up. A name belongs to one code and to one kind of unit.
"""

from __future__ import annotations

from typing import NamedTuple


class Procedure(NamedTuple):
    """A procedure and the field it belongs to."""

    code: str
    name: str
    field: str


def _listed(first: int, text: str) -> tuple[Procedure, ...]:
    """Names below "# field" as procedures, with codes of the portal's shape."""
    found: list[Procedure] = []
    for part in text.split("#")[1:]:
        field, names = part.strip().split("\n", 1)
        for name in " ".join(names.split()).removesuffix(".").split("; "):
            number = len(found)
            found.append(Procedure(f"{number % 2 + 1}.{first + number * 37:06d}", name, field))
    return tuple(found)


OF_COMMUNES = _listed(
    990_101,
    """
    # Hộ tịch
    Thủ tục đăng ký khai sinh; Thủ tục đăng ký kết hôn; Thủ tục đăng ký khai tử; Thủ tục đăng
    ký lại khai sinh; Thủ tục cấp Giấy xác nhận tình trạng hôn nhân; Thủ tục thay đổi, cải
    chính, bổ sung thông tin hộ tịch; Thủ tục đăng ký nhận cha, mẹ, con; Cấp bản sao trích lục
    hộ tịch.
    # Chứng thực
    Chứng thực chữ ký trong các giấy tờ, văn bản; Chứng thực hợp đồng, giao dịch liên quan đến
    tài sản là động sản, quyền sử dụng đất, nhà ở.
    # Đất đai
    Đăng ký đất đai, cấp Giấy chứng nhận quyền sử dụng đất lần đầu đối với hộ gia đình, cá
    nhân; Chuyển mục đích sử dụng đất của hộ gia đình, cá nhân; Hòa giải tranh chấp đất đai;
    Tách thửa hoặc hợp thửa đất.
    # Bảo trợ xã hội
    Đề nghị trợ cấp xã hội hằng tháng; Xác định, xác định lại mức độ khuyết tật và cấp Giấy
    xác nhận khuyết tật; Hỗ trợ chi phí mai táng cho đối tượng bảo trợ xã hội; Công nhận hộ
    nghèo, hộ cận nghèo.
    # Người có công
    Giải quyết chế độ trợ cấp thờ cúng liệt sĩ; Cấp giấy xác nhận thân nhân của người có công.
    # Thành lập và hoạt động của hộ kinh doanh
    Đăng ký thành lập hộ kinh doanh; Đăng ký thay đổi nội dung đăng ký hộ kinh doanh; Chấm dứt
    hoạt động hộ kinh doanh.
    # Quy hoạch, xây dựng
    Cấp giấy phép xây dựng nhà ở riêng lẻ; Cấp thông tin quy hoạch; Điều chỉnh giấy phép xây
    dựng nhà ở riêng lẻ.
    # Lưu thông hàng hóa trong nước
    Cấp Giấy phép bán lẻ rượu; Cấp lại Giấy phép bán lẻ sản phẩm thuốc lá.
    # Giáo dục mầm non
    Cho phép nhóm trẻ, lớp mẫu giáo độc lập hoạt động; Thành lập trường mẫu giáo, trường mầm
    non công lập.
    """,
)
"""Handled by communes."""

OF_DEPARTMENTS = _listed(
    995_004,
    """
    # Lý lịch tư pháp
    Thủ tục cấp Phiếu lý lịch tư pháp cho công dân Việt Nam; Thủ tục cấp Phiếu lý lịch tư pháp
    cho cơ quan nhà nước.
    # Công chứng
    Bổ nhiệm công chứng viên; Thay đổi nội dung đăng ký hoạt động của Văn phòng công chứng.
    # Đường bộ
    Đổi giấy phép lái xe do ngành giao thông vận tải cấp; Cấp giấy phép kinh doanh vận tải
    bằng xe ô tô; Cấp, cấp lại phù hiệu cho xe ô tô kinh doanh vận tải.
    # Hoạt động xây dựng
    Cấp chứng chỉ hành nghề hoạt động xây dựng hạng II, III; Thẩm định báo cáo nghiên cứu khả
    thi đầu tư xây dựng; Cấp giấy phép xây dựng công trình cấp đặc biệt, cấp I, cấp II.
    # Khám bệnh, chữa bệnh
    Cấp mới giấy phép hành nghề khám bệnh, chữa bệnh; Cấp giấy phép hoạt động đối với phòng
    khám chuyên khoa; Điều chỉnh giấy phép hoạt động khám bệnh, chữa bệnh.
    # Dược phẩm
    Cấp Giấy chứng nhận đủ điều kiện kinh doanh dược cho cơ sở bán lẻ thuốc; Cấp Chứng chỉ
    hành nghề dược.
    # Môi trường
    Cấp giấy phép môi trường; Thẩm định báo cáo đánh giá tác động môi trường.
    # Tài nguyên nước
    Cấp giấy phép khai thác nước dưới đất; Gia hạn giấy phép hành nghề khoan nước dưới đất.
    # Thủy sản
    Cấp giấy chứng nhận đăng ký tàu cá; Cấp giấy phép khai thác thủy sản trên biển.
    # Thành lập và hoạt động của doanh nghiệp
    Đăng ký thành lập công ty trách nhiệm hữu hạn một thành viên; Đăng ký thay đổi người đại
    diện theo pháp luật; Thông báo tạm ngừng kinh doanh.
    # Điện
    Cấp giấy phép hoạt động bán lẻ điện; Cấp sửa đổi giấy phép hoạt động phát điện.
    # Việc làm
    Cấp giấy phép lao động cho người lao động nước ngoài; Giải quyết hưởng trợ cấp thất
    nghiệp.
    # Lữ hành
    Cấp giấy phép kinh doanh dịch vụ lữ hành nội địa; Cấp thẻ hướng dẫn viên du lịch quốc tế.
    # Hoạt động khoa học và công nghệ
    Cấp Giấy chứng nhận đăng ký hoạt động của tổ chức khoa học và công nghệ; Đánh giá kết quả
    thực hiện nhiệm vụ khoa học và công nghệ không sử dụng ngân sách nhà nước.
    # Tín ngưỡng, tôn giáo
    Đăng ký sửa đổi hiến chương của tổ chức tôn giáo.
    # Giáo dục thường xuyên
    Cho phép trung tâm ngoại ngữ, tin học hoạt động giáo dục.
    """,
)
"""Handled by departments."""

_FIELDS = {
    "H01.02": {"Việc làm"},
    "H01.03": {"Lý lịch tư pháp", "Công chứng"},
    "H01.04": {"Lữ hành"},
    "H01.05": {"Hoạt động khoa học và công nghệ"},
    "H01.06": {"Điện"},
    "H01.07": {"Tín ngưỡng, tôn giáo"},
    "H01.09": {"Đường bộ", "Hoạt động xây dựng"},
    "H01.10": {"Khám bệnh, chữa bệnh", "Dược phẩm"},
    "H01.11": {"Giáo dục thường xuyên"},
    "H01.12": {"Môi trường", "Tài nguyên nước", "Thủy sản"},
    "H01.13": {"Môi trường", "Hoạt động xây dựng", "Việc làm"},
    "H01.14": {"Thành lập và hoạt động của doanh nghiệp"},
    "H01.15": {"Lữ hành"},
}
"""Which department of An Giang handles what; the others handle anything."""

PROCEDURES = (*OF_COMMUNES, *OF_DEPARTMENTS)


def procedures_of(unit_code: str) -> tuple[Procedure, ...]:
    """What a unit of An Giang handles."""
    if len(unit_code) > len("H01.15"):
        return OF_COMMUNES
    fields = _FIELDS.get(unit_code)
    return tuple(one for one in OF_DEPARTMENTS if fields is None or one.field in fields)
