"""Words and sentences from which the texts of procedures are put together.

They are of the usual kind and belong to no real procedure. In the sentences {office} is who
receives, {days} a number of days with two digits and {form} the number of a form.
"""

from __future__ import annotations


def _listed(text: str) -> tuple[str, ...]:
    return tuple(" ".join(text.split()).removesuffix(".").split("; "))


VERBS = _listed(
    """
    Cấp; Cấp lại; Cấp đổi; Gia hạn; Thu hồi; Điều chỉnh; Sửa đổi, bổ sung; Thẩm định; Phê duyệt;
    Chấp thuận; Công nhận; Đăng ký; Đăng ký lại; Xác nhận; Chấm dứt hiệu lực; Công bố; Công bố
    lại; Thông báo; Khai báo; Tạm dừng; Thủ tục cấp; Thủ tục cấp lại; Thủ tục thẩm định; Thủ tục
    gia hạn; Thủ tục đăng ký; Thủ tục công nhận; Thủ tục xét duyệt; Xét, quyết định; Chuyển đổi.
    """
)
OBJECTS = _listed(
    """
    giấy phép kinh doanh; giấy chứng nhận đủ điều kiện hoạt động; chứng chỉ hành nghề; giấy phép
    thành lập văn phòng đại diện; giấy phép khai thác; giấy phép nhập khẩu; giấy phép xuất khẩu;
    giấy xác nhận khai báo; giấy chứng nhận lưu hành; giấy chứng nhận kiểm định; quyết định công
    nhận kết quả; phương án bảo đảm an toàn; báo cáo đánh giá tác động; hồ sơ thiết kế kỹ thuật;
    kế hoạch ứng phó sự cố; phương án phục hồi môi trường; chế độ trợ cấp một lần; chế độ trợ cấp
    hằng tháng; mức hỗ trợ chi phí; quyền sử dụng tài sản công; đề án thành lập; điều lệ hoạt động;
    phương án tổ chức giao thông; giấy phép lưu hành đặc biệt; thẻ hành nghề; giấy phép lao động;
    giấy phép vận chuyển; chứng thư giám định; mã số vùng trồng; mã số cơ sở nuôi; hạn mức miễn
    thuế; hồ sơ hoàn thuế; giấy phép hoạt động khoa học; kết quả thử nghiệm; phương tiện đo; mẫu
    phương tiện; đề cương nghiên cứu; nhiệm vụ thường xuyên; danh mục thiết bị; nguồn phóng xạ;
    kênh chương trình; tần số sử dụng; tên miền dùng riêng; dịch vụ bưu chính; công trình phụ trợ;
    cảng, bến thủy; luồng chuyên dùng; tuyến khai thác; bãi đỗ, kho chứa; cơ sở đào tạo; ngành đào
    tạo; chương trình liên kết; văn bằng nước ngoài; câu lạc bộ, hội nhóm; di vật, cổ vật; lễ hội
    cấp tỉnh; cơ sở lưu trú; hướng dẫn viên; cơ sở khám bệnh; thiết bị y tế; chế phẩm sát khuẩn;
    nguyên liệu làm thuốc; giống cây trồng; thức ăn bổ sung; sản phẩm xử lý; tàu cá, ngư cụ; rừng
    sản xuất; nguồn nước mặt; công trình thủy lợi; nhà ở xã hội; quy hoạch chi tiết.
    """
)
QUALIFIERS = _listed(
    """
    đối với tổ chức; đối với cá nhân; đối với doanh nghiệp; đối với hộ gia đình; do bị mất, bị
    hỏng; do thay đổi tên, địa chỉ; khi hết thời hạn; lần đầu; theo yêu cầu; cấp tỉnh; cấp xã;
    cấp trung ương; trong khu công nghiệp; trong khu kinh tế; tại cửa khẩu; qua biên giới; trên
    đường thủy nội địa; trên đường bộ; có yếu tố nước ngoài; của tổ chức tôn giáo; của cơ sở công
    lập; của cơ sở ngoài công lập; thuộc thẩm quyền của Bộ; thuộc thẩm quyền của Ủy ban nhân dân
    cấp tỉnh; thuộc thẩm quyền của Chủ tịch Ủy ban nhân dân cấp xã; trường hợp chuyển quyền;
    trường hợp chia, tách, hợp nhất, sáp nhập; trường hợp đặc biệt; theo chương trình mục tiêu;
    bằng nguồn ngân sách địa phương; dùng cho nghiên cứu; phục vụ quốc phòng, an ninh; quy mô nhỏ;
    không vì mục đích kinh doanh; trên địa bàn vùng đặc biệt khó khăn.
    """
)
STEPS = _listed(
    """
    Tổ chức, cá nhân chuẩn bị hồ sơ đầy đủ theo quy định của pháp luật và nộp tại {office} hoặc
    trên Cổng Dịch vụ công quốc gia; {office} tiếp nhận, kiểm tra tính hợp lệ của hồ sơ, nếu đủ
    thì viết giấy tiếp nhận và hẹn ngày trả kết quả cho người nộp; Trường hợp hồ sơ chưa hợp lệ,
    trong thời hạn {days} ngày làm việc kể từ ngày nhận được hồ sơ, {office} có văn bản nêu rõ lý
    do và yêu cầu bổ sung một lần; Trong thời hạn {days} ngày làm việc kể từ ngày nhận đủ hồ sơ
    hợp lệ, cơ quan có thẩm quyền tổ chức thẩm định và lập biên bản theo Mẫu số {form}; Việc kiểm
    tra thực tế tại cơ sở được thực hiện trong {days} ngày và không vượt quá hai lần; Trường hợp
    cần lấy ý kiến, {office} gửi văn bản đến cơ quan liên quan, cơ quan được hỏi trả lời trong
    {days} ngày làm việc; Hội đồng thẩm định họp khi có ít nhất hai phần ba số thành viên tham
    dự và quyết định theo đa số; Người có thẩm quyền xem xét, ký ban hành kết quả, trường hợp từ
    chối phải trả lời bằng văn bản và nêu rõ căn cứ; Kết quả được trả trực tiếp, qua dịch vụ bưu
    chính công ích hoặc bản điện tử trên Cổng Dịch vụ công quốc gia theo lựa chọn của người nộp;
    Người nộp hoàn thành nghĩa vụ tài chính trong {days} ngày kể từ ngày nhận thông báo, quá thời
    hạn này hồ sơ được trả lại; Trong {days} ngày kể từ ngày có kết quả, {office} cập nhật thông
    tin vào cơ sở dữ liệu chuyên ngành và công khai trên trang thông tin điện tử; Đối với vùng
    núi, biên giới, hải đảo, thời hạn giải quyết được tăng thêm không quá {days} ngày.
    """
)
COMPONENTS = _listed(
    """
    Đơn đề nghị theo Mẫu số {form} ban hành kèm theo Nghị định; Tờ khai theo Mẫu số {form} có xác
    nhận của người đại diện theo pháp luật; Bản sao giấy tờ chứng minh nguồn gốc hợp pháp, kèm
    bản chính để đối chiếu; Văn bản ủy quyền trong trường hợp nộp thay, được công chứng hoặc chứng
    thực; Bản thuyết minh về điều kiện cơ sở vật chất, kỹ thuật và nhân lực theo Mẫu số {form};
    Sơ đồ vị trí, bản vẽ mặt bằng tổng thể tỷ lệ phù hợp do đơn vị có chức năng lập; Báo cáo kết
    quả hoạt động trong hai năm gần nhất đã được kiểm toán độc lập xác nhận; Giấy chứng nhận đã
    được cấp (bản gốc), trừ trường hợp bị mất thì có văn bản giải trình; Danh sách nhân sự kèm bản
    sao văn bằng, chứng chỉ chuyên môn còn hiệu lực; Phiếu kết quả kiểm nghiệm, thử nghiệm của
    phòng thử nghiệm được công nhận; Chứng từ nộp phí, lệ phí theo quy định; Phương án sản xuất,
    kinh doanh và kế hoạch bảo vệ môi trường theo Mẫu số {form}; Hợp đồng hoặc văn bản thỏa thuận
    giữa các bên, bản dịch tiếng Việt có chứng thực nếu bằng tiếng nước ngoài.
    """
)
CONDITIONS = _listed(
    """
    Có trụ sở ổn định và đủ diện tích theo quy chuẩn kỹ thuật quốc gia hiện hành; Người phụ trách
    chuyên môn có trình độ phù hợp và ít nhất {days} tháng kinh nghiệm trong lĩnh vực đề nghị;
    Không đang trong thời gian bị đình chỉ hoạt động hoặc chấp hành quyết định xử phạt; Có phương
    án phòng cháy, chữa cháy và bảo vệ môi trường được cơ quan có thẩm quyền chấp thuận; Trang
    thiết bị được kiểm định, hiệu chuẩn định kỳ và còn thời hạn sử dụng; Đã hoàn thành nghĩa vụ
    tài chính đối với Nhà nước tính đến ngày nộp hồ sơ.
    """
)
RESULTS = _listed(
    """
    Giấy chứng nhận; Giấy phép; Quyết định phê duyệt; Văn bản chấp thuận; Chứng chỉ hành nghề;
    Văn bản thông báo kết quả; Trích lục; Giấy xác nhận; Quyết định hưởng chế độ; Phiếu tiếp nhận;
    Biên bản nghiệm thu; Văn bản trả lời.
    """
)
METHOD_NOTES = _listed(
    """
    Kể từ ngày nhận được đủ hồ sơ hợp lệ; Nộp tại Trung tâm Phục vụ hành chính công hoặc qua hệ
    thống thông tin giải quyết thủ tục hành chính; {days} ngày làm việc kể từ ngày nhận đủ hồ sơ,
    không tính thời gian bổ sung, hoàn thiện hồ sơ và thời gian thực hiện nghĩa vụ tài chính; Đối
    với vùng biên giới, hải đảo thời gian giải quyết được tăng thêm {days} ngày.
    """
)
FEE_NOTES = _listed(
    """
    Theo biểu mức thu ban hành kèm theo Thông tư của Bộ Tài chính; Hội đồng nhân dân cấp tỉnh quy
    định; Miễn đối với hộ nghèo, người khuyết tật và người có công; Bằng 50% mức thu khi nộp hồ sơ
    trực tuyến; {days}.000 đồng/hồ sơ.
    """
)
TIMES_IN_WORDS = _listed(
    """
    Theo mô tả; Không quy định; Ngay trong ngày tiếp nhận, sau 15 giờ thì trả kết quả trong ngày
    làm việc tiếp theo; Không quá 15 ngày kể từ ngày nhận đủ hồ sơ hợp lệ.
    """
)
TOPICS = _listed(
    """
    quy định chi tiết thi hành một số điều của Luật; sửa đổi, bổ sung một số điều của các văn bản
    quy phạm pháp luật; về phân quyền, phân cấp và phân định thẩm quyền của chính quyền địa phương;
    quy định mức thu, chế độ thu, nộp, quản lý và sử dụng phí, lệ phí; ban hành quy chuẩn kỹ thuật
    quốc gia; về cắt giảm, đơn giản hóa thủ tục hành chính; quy định về điều kiện kinh doanh; về
    thực hiện thủ tục hành chính theo cơ chế một cửa, một cửa liên thông.
    """
)
CASE_NAMES = _listed(
    """
    Trường hợp nộp hồ sơ lần đầu; Trường hợp cấp lại do thay đổi thông tin; Trường hợp ủy quyền;
    Giấy tờ phải nộp; Giấy tờ phải xuất trình; Đối với tổ chức nước ngoài.
    """
)
OFFICES = _listed(
    """
    Trung tâm Phục vụ hành chính công cấp tỉnh; Bộ phận Một cửa; Trung tâm Phục vụ hành chính công
    cấp xã; Văn phòng Bộ; Cục chuyên ngành.
    """
)
