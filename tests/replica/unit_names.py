"""Names of units below the provinces, in the order of their codes."""

from __future__ import annotations


def _listed(text: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in text.split(";"))


AN_GIANG_DEPARTMENTS = _listed(
    """
Văn phòng UBND tỉnh; Sở Nội vụ; Sở Tư pháp; Sở Văn hóa và Thể thao; Sở Khoa học và Công nghệ;
Sở Công Thương; Sở Dân tộc và Tôn giáo; Thanh tra tỉnh; Sở Xây dựng; Sở Y tế;
Sở Giáo dục và Đào tạo; Sở Nông nghiệp và Môi trường; Ban Quản lý Khu kinh tế; Sở Tài chính;
Sở Du lịch
"""
)
"""H01.01 to H01.15."""

AN_GIANG_COMMUNES = _listed(
    """
xã Mỹ Hòa Hưng; phường Long Xuyên; phường Bình Đức; phường Mỹ Thới; phường Châu Đốc;
phường Vĩnh Tế; xã An Phú; xã Vĩnh Hậu; Xã Nhơn Hội; xã Khánh Bình; xã Phú Hữu; xã Tân An;
xã Châu Phong; phường Long Phú; xã Vĩnh Xương; phường Tân Châu; xã Phú Tân; xã Phú An;
xã Bình Thạnh Đông; xã Hòa Lạc; xã Chợ Vàm; xã Phú Lâm; xã Châu Phú; xã Mỹ Đức;
xã Vĩnh Thạnh Trung; xã Bình Mỹ; xã Thạnh Mỹ Tây; xã An Cư; xã Núi Cấm; phường Tịnh Biên;
phường Thới Sơn; phường Chi Lăng; xã Ba Chúc; xã Tri Tôn; xã Ô Lâm; xã Cô Tô; xã Vĩnh Gia;
xã An Châu; xã Bình Hòa; xã Cần Đăng; xã Vĩnh Hanh; xã Vĩnh An; xã Cù Lao Giêng; xã Hội An;
xã Long Điền; xã Nhơn Mỹ; xã Chợ Mới; xã Long Kiến; xã Thoại Sơn; xã Óc Eo; xã Định Mỹ;
xã Phú Hòa; xã Vĩnh Trạch; xã Tây Phú; xã Vĩnh Bình; xã Vĩnh Thuận; xã Vĩnh Phong; xã Vĩnh Hòa;
xã U Minh Thượng; xã Tân Thạnh; xã Đông Hưng; xã An Minh; xã Vân Khánh; xã Tây Yên; xã Hòn Đất;
xã Sơn Kiên; xã An Biên; xã Định Hòa; xã Gò Quao; xã Vĩnh Hòa Hưng; xã Vĩnh Tuy; xã Giồng Riềng;
xã Thạnh Hưng; xã Hòa Hưng; xã Tân Hội; xã Ngọc Chúc; xã Hòa Thuận; xã Long Thạnh; xã Tân Hiệp;
xã Thạnh Đông; xã Thạnh Lộc; xã Châu Thành; xã Bình An; xã Mỹ Thuận; xã Bình Sơn; xã Bình Giang;
xã Vĩnh Điều; xã Đông Thái; xã Hòa Điền; xã Đông Hòa; xã Kiên Lương; xã Sơn Hải; xã Hòn Nghệ;
phường Vĩnh Thông; phường Rạch Giá; phường Hà Tiên; phường Tô Châu; xã Tiên Hải; xã Giang Thành;
Đặc khu Phú Quốc; Đặc khu Kiên Hải; Đặc khu Thổ Châu
"""
)
"""H01.100 to H01.201. The portal mixes upper and lower case; so do we, once."""

PHU_THO_DEPARTMENTS = _listed(
    """
Văn phòng UBND Tỉnh; Sở Nội vụ; Sở Tư pháp; Sở Giáo dục và Đào tạo; Sở Công Thương;
Sở Khoa học và Công nghệ; Sở Xây dựng; Sở Y tế; Sở Nông nghiệp và Môi trường; Sở Tài chính;
Sở Văn hóa, Thể thao và Du lịch; Sở Dân tộc và Tôn giáo; Thanh tra tỉnh; Sở Ngoại vụ;
Ban Quản lý các khu công nghiệp
"""
)
"""In the order of PHU_THO_DEPARTMENT_NUMBERS."""

PHU_THO_DEPARTMENT_NUMBERS = (1, 3, 6, 8, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21)
"""With gaps, so that text order (.08, .100, .11) is seen to differ from the order of numbers."""

PHU_THO_COMMUNES = _listed(
    """
Phường Việt Trì; Phường Nông Trang; Phường Thanh Miếu; Phường Vân Phú; Xã Hy Cương; Xã Lâm Thao;
Xã Xuân Lũng; Xã Phùng Nguyên; Xã Bản Nguyên; Phường Phong Châu; Phường Phú Thọ; Phường Âu Cơ;
Xã Phù Ninh; Xã Dân Chủ; Xã Phú Mỹ; Xã Trạm Thản; Xã Bình Phú; Xã Thanh Ba; Xã Quảng Yên;
Xã Hoàng Cương; Xã Đông Thành; Xã Chí Tiên; Xã Liên Minh; Xã Đoan Hùng; Xã Tây Cốc; Xã Chân Mộng;
Xã Chí Đám; Xã Bằng Luân; Xã Hạ Hòa; Xã Đan Thượng; Xã Yên Kỳ; Xã Vĩnh Chân; Xã Văn Lang;
Xã Hiền Lương; Xã Cẩm Khê; Xã Phú Khê; Xã Hùng Việt; Xã Đồng Lương; Xã Tiên Lương; Xã Vân Bán;
Xã Tam Nông; Xã Thọ Văn; Xã Vạn Xuân; Xã Hiền Quan; Xã Thanh Thuỷ; Xã Đào Xá; Xã Tu Vũ;
Xã Thanh Sơn; Xã Võ Miếu; Xã Văn Miếu; Xã Cự Đồng; Xã Hương Cần; Xã Yên Sơn; Xã Khả Cửu;
Xã Tân Sơn; Xã Minh Đài; Xã Lai Đồng; Xã Thu Cúc; Xã Xuân Đài; Xã Long Cốc; Xã Yên Lập;
Xã Thượng Long; Xã Sơn Lương; Xã Xuân Viên; Xã Minh Hòa; Xã Trung Sơn; Xã Tam Sơn; Xã Sông Lô;
Xã Hải Lựu; Xã Yên Lãng; Xã Lập Thạch; Xã Tiên Lữ; Xã Thái Hòa; Xã Liên Hòa; Xã Hợp Lý;
Xã Sơn Đông; Xã Tam Đảo; Xã Đại Đình; Xã Đạo Trù; Xã Tam Dương; Xã Hội Thịnh; Xã Hoàng An;
Xã Tam Dương Bắc; Xã Vĩnh Tường; Xã Thổ Tang; Xã Vĩnh Hưng; Xã Vĩnh An; Xã Vĩnh Phú;
Xã Vĩnh Thành; Xã Yên Lạc; Xã Tề Lỗ; Xã Liên Châu; Xã Tam Hồng; Xã Nguyệt Đức; Xã Bình Nguyên;
Xã Xuân Lãng; Xã Bình Xuyên; Xã Bình Tuyền; Phường Vĩnh Phúc; Phường Vĩnh Yên; Phường Phúc Yên;
Phường Xuân Hòa; Xã Cao Phong; Xã Mường Thàng; Xã Thung Nai; Xã Đà Bắc; Xã Cao Sơn; Xã Đức Nhàn;
Xã Quy Đức; Xã Tân Pheo; Xã Tiền Phong; Xã Kim Bôi; Xã Mường Động; Xã Dũng Tiến; Xã Hợp Kim;
Xã Nật Sơn; Xã Lạc Sơn; Xã Mường Vang; Xã Đại Đồng; Xã Ngọc Sơn; Xã Nhân Nghĩa; Xã Quyết Thắng;
Xã Thượng Cốc; Xã Yên Phú; Xã Lạc Thủy; Xã An Bình; Xã An Nghĩa; Xã Lương Sơn; Xã Cao Dương;
Xã Liên Sơn; Xã Mai Châu; Xã Bao La; Xã Mai Hạ; Xã Pà Cò; Xã Tân Mai; Xã Tân Lạc; Xã Mường Bi;
Xã Mường Hoa; Xã Toàn Thắng; Xã Vân Sơn; Xã Yên Thủy; Xã Lạc Lương; Xã Yên Trị; Xã Thịnh Minh;
Phường Hòa Bình; Phường Kỳ Sơn; Phường Tân Hòa; Phường Thống Nhất
"""
)
"""H44.100 to H44.247."""

OTHER_DEPARTMENTS = _listed(
    """
Văn phòng UBND; Sở Nội vụ; Sở Tư pháp; Sở Tài chính; Sở Công Thương; Sở Xây dựng; Sở Y tế;
Sở Giáo dục và Đào tạo; Sở Khoa học và Công nghệ; Sở Nông nghiệp và Môi trường;
Sở Văn hóa, Thể thao và Du lịch; Sở Dân tộc và Tôn giáo; Ban Quản lý khu kinh tế; Sở Ngoại vụ;
Thanh tra
"""
)
"""For the provinces whose units have no name of their own here; more are numbered."""
