"""Kinds of change and severities, as reports show them."""

from __future__ import annotations

from sync.changes import Severity

KINDS = {
    "score_drop": "giảm điểm",
    "score_rise": "tăng điểm",
    "rank_drop": "tụt hạng",
    "rank_rise": "tăng hạng",
    "class_change": "đổi loại",
    "below_target": "dưới mức giao",
    "revised": "Cổng tính lại kỳ đã qua",
    "period_drop": "thấp hơn kỳ trước",
    "unit_new": "đơn vị mới",
    "unit_missing": "đơn vị không còn",
    "unit_renamed": "đơn vị đổi tên",
    "no_activity": "không phát sinh hồ sơ",
    "overdue_growing": "thêm hồ sơ chậm",
    "newly_overdue": "quá hạn mới",
    "gone": "rời danh sách quá hạn",
    "returned": "quá hạn trở lại",
    "deadline_moved": "dời hạn trả",
    "reassigned": "chuyển người xử lý",
    "state_changed": "đổi trạng thái",
    "rate_exceeded": "vượt tỷ lệ quá hạn",
    "procedure_new": "thủ tục mới",
    "procedure_amended": "thủ tục sửa đổi",
    "procedure_gone": "thủ tục không còn công khai",
    "decision_changed": "đổi quyết định",
    "decision_pending": "gắn quyết định chưa công bố",
    "decision_new": "quyết định công bố mới",
    "published_late": "công bố chậm",
}
"""Kinds of change in the words of the office."""

MARKS = {Severity.critical: "!!", Severity.warning: "!", Severity.info: "·"}
STYLES = {Severity.critical: "bold red", Severity.warning: "yellow", Severity.info: ""}
