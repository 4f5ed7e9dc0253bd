"""The Vietnamese names and notes that stand in the answers."""

from __future__ import annotations

METRIC_NAMES = {
    "PUBLISH_ON_TIME": "Tỷ lệ TTHC công bố đúng hạn",
    "PUBLIC_UPDATE_ON_TIME": "Tỷ lệ TTHC cập nhật, công khai đúng hạn",
    "PUBLIC_CONTENT_FULL": "Tỷ lệ TTHC công khai đầy đủ nội dung",
    "DOSSIER_SYNC": "Tỷ lệ hồ sơ đồng bộ lên Cổng DVCQG",
    "ORIGINAL_RESULT_AVAILABLE": (
        "Tỷ lệ hồ sơ thủ tục hành chính có cấp kết quả giải quyết thủ tục hành chính điện tử"
    ),
    "SO_HOA_GIAY_TO_GIAI_QUYET": "Tỷ lệ hồ sơ thủ tục hành chính thực hiện số hóa hồ sơ",
    "REUSED_DIGITIZED_DATA": "Tỷ lệ hồ sơ khai thác, sử dụng lại thông tin, dữ liệu số hóa",
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": (
        "Tỷ lệ hồ sơ TTHC được số hóa có kết nối, chia sẻ dữ liệu phục vụ tái sử dụng"
    ),
    "CITIZEN_DATA_CONNECTED_DOSSIER": "Tỷ lệ hồ sơ TTHC có sử dụng thông tin, dữ liệu dân cư",
    "CITIZEN_DATA_CONNECTED_FORMALITY": (
        "Tỷ lệ TTHC triển khai kết nối, chia sẻ dữ liệu dân cư phục vụ GQ TTHC"
    ),
    "ELECTRONIC_CERTIFIED_COPY": "Tỷ lệ cung cấp dịch vụ chứng thực bản sao điện tử từ bản chính",
    "PETITION_CLASSIFICATION_TTHC": "Tỷ lệ PAKN về quy định, thủ tục hành chính",
    "DOSSIER_RECEIVING_SATISFACTION": "Tỷ lệ hài lòng trong tiếp nhận, giải quyết TTHC",
    "PETITION_PROCESSING_ON_TIME": "Tỷ lệ PAKN xử lý đúng hạn",
    "PETITION_HANDLING_SATISFACTION": "Tỷ lệ hài lòng trong xử lý PAKN",
    "PETITION_CLASSIFICATION_STAFF": "Tỷ lệ PAKN về hành vi cán bộ, công chức, viên chức",
}

RADAR_NAMES = {
    "CKMB": "Công khai, minh bạch",
    "TDGQ": "Tiến độ giải quyết",
    "ONLINE_SERVICE": "Dịch vụ trực tuyến",
    "MDHL": "Mức độ hài lòng",
    "MDSH": "Số hóa hồ sơ",
}

PROVISIONAL_DENOMINATOR = (
    "TEMP_NATIONAL_REPORT_DENOMINATOR",
    "Mẫu số BCQG/GRIS đang dùng số tạm, cần thay bằng dữ liệu crawl hệ thống cũ.",
)
NO_REPORT_DATA = ("NO_NATIONAL_REPORT_DATA", "Không có số liệu báo cáo quốc gia.")
"""Only the name of this flag is known; its message is made up."""

SOURCES = {
    "transparency": "reporting_766_transparency_* and reporting_dvc_calendar Mongo collections",
    "handling-satisfaction": (
        "reporting_766_satisfaction_petition_months, reporting_766_satisfaction_dossier_periods"
    ),
    "dossier-digitized": "reporting_766_dossier_digitized_* Mongo collections",
}

REFUSAL_PAGE = """<html><head><title>Request Rejected</title></head><body>The requested URL was \
rejected. Please consult with your administrator.<br><br>Your support ID is: \
7204190466178350148<br><br>NDC WAF</body></html>"""

LOGIN_PAGE = """<!DOCTYPE html><html><head><title>Đăng nhập</title></head><body>\
<form method="post" action="/login"><input name="username"><input name="password" \
type="password"><button>Đăng nhập</button></form></body></html>"""

LANDING_PAGE = """<!DOCTYPE html><html><head><title>Đánh giá chất lượng phục vụ</title></head>\
<body><h1>Đánh giá chất lượng phục vụ</h1></body></html>"""

GATEWAY_PAGE = "<html><head><title>{reason}</title></head><body><h1>{reason}</h1></body></html>"
