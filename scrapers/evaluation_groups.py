"""The total, the six groups, and the metrics that the portal prints without a code of their own."""

from __future__ import annotations

from scrapers.records import Indicator

TOTAL = Indicator("TOTAL", "total", None, "Tổng điểm")
GROUPS = {
    code: Indicator(code, "group", None, name)
    for code, name in (
        ("CKMB", "Công khai, minh bạch"),
        ("TDGQ", "Tiến độ giải quyết"),
        ("CLGQ", "Dịch vụ công trực tuyến"),
        ("TTTT", "Thanh toán trực tuyến"),
        ("MDHL", "Mức độ hài lòng"),
        ("MDSH", "Số hóa hồ sơ"),
    )
}
GROUP_MAXIMA = {"CKMB": 1800, "TDGQ": 2000, "CLGQ": 1200, "TTTT": 1000, "MDHL": 1800, "MDSH": 2200}
"""In hundredths; needed for the nation's table, which prints group scores without their maxima."""

NOT_ON_TIME = Indicator("NOT_ON_TIME", "metric", "TDGQ", "Hồ sơ ngoài nhóm đúng hạn")

# The portal prints these as bare counts without a metric code; the codes are ours.
ONLINE_PROVISION = Indicator(
    "ONLINE_PROVISION", "metric", "CLGQ", "Tỷ lệ TTHC cung cấp dịch vụ công trực tuyến"
)
ONLINE_SERVICE_USED = Indicator(
    "ONLINE_SERVICE_USED", "metric", "CLGQ", "Tỷ lệ dịch vụ công có hồ sơ trực tuyến"
)
ONLINE_CHANNEL = Indicator("ONLINE_CHANNEL", "metric", "CLGQ", "Tỷ lệ hồ sơ nộp trực tuyến")
PAYMENT_FORMALITY = Indicator(
    "ONLINE_PAYMENT_FORMALITY", "metric", "TTTT", "Tỷ lệ TTHC có giao dịch thanh toán trực tuyến"
)
FEE_FORMALITY = Indicator(
    "FEE_FORMALITY_PROVIDED",
    "metric",
    "TTTT",
    "Tỷ lệ TTHC có nghĩa vụ tài chính được cung cấp trên Cổng DVCQG",
)
PAYMENT_DOSSIER = Indicator(
    "ONLINE_PAYMENT_DOSSIER", "metric", "TTTT", "Tỷ lệ hồ sơ thanh toán trực tuyến"
)
