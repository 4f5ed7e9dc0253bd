"""The columns of the admin listing and how each kind of document writes their values."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from .dossier_faults import number_in, rule_of, rules_at
from .dossier_rows import DossierRow
from .faults import FaultRule


@dataclass(frozen=True, slots=True)
class Instant:
    """A date to be written; a mere day has no time."""

    at: dt.datetime
    is_date_only: bool = False


Value = str | int | tuple[str, ...] | Instant | None
"""What stands in a cell: several texts are several officers."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its key in JSON, and its value for a row with an ordinal."""

    heading: str
    key: str
    value: Callable[[DossierRow, int, dt.datetime], Value]


def _due(row: DossierRow) -> Instant | None:
    return Instant(row.due_at, row.due_is_date_only) if row.due_at else None


_USUAL = (
    Column("STT", "stt", lambda row, ordinal, as_of: ordinal),
    Column("Mã hồ sơ", "maHoSo", lambda row, ordinal, as_of: row.code),
    Column(
        "Tên thủ tục hành chính",
        "tenThuTucHanhChinh",
        lambda row, ordinal, as_of: row.procedure_name,
    ),
    Column("Đơn vị giải quyết", "donViGiaiQuyet", lambda row, ordinal, as_of: row.unit_name),
    Column("Cán bộ đang xử lý", "canBoDangXuLy", lambda row, ordinal, as_of: row.officers),
    Column("Chủ hồ sơ", "chuHoSo", lambda row, ordinal, as_of: row.owner.name),
    Column("Số điện thoại", "soDienThoai", lambda row, ordinal, as_of: row.owner.phone),
    Column("Ngày tiếp nhận", "ngayTiepNhan", lambda row, ordinal, as_of: Instant(row.received_at)),
    Column("Ngày hẹn trả", "ngayHenTra", lambda row, ordinal, as_of: _due(row)),
    Column(
        "Số ngày quá hạn",
        "soNgayQuaHan",
        lambda row, ordinal, as_of: row.printed_days_late(as_of),
    ),
    Column("Trạng thái", "trangThai", lambda row, ordinal, as_of: row.state),
)
_FURTHER = (
    Column("Mã TTHC", "maTTHC", lambda row, ordinal, as_of: row.procedure_code),
    Column("Lĩnh vực", "linhVuc", lambda row, ordinal, as_of: row.field),
    Column("Mã đơn vị", "maDonVi", lambda row, ordinal, as_of: row.unit_code),
)


def columns(faults: Sequence[FaultRule], page: int | None = None) -> tuple[Column, ...]:
    """The columns of a page of the listing, or of its export, as the faults leave them."""
    chosen = list(_USUAL)
    if rule_of("more_columns", faults):
        chosen.extend(_FURTHER)
    order = rule_of("columns_reordered", faults)
    if order:
        random.Random(number_in(order, "seed")).shuffle(chosen)
    for rule in rules_at("column_renamed", page, faults):
        old, new = str(rule.options["old"]), str(rule.options["new"])
        chosen = [_renamed(column, old, new) for column in chosen]
    return tuple(chosen)


def as_text(value: Value, officers: str, clock: str = "%H:%M") -> str:
    """A value as text; `officers` joins several, `clock` writes the time of day."""
    if isinstance(value, tuple):
        return officers.join(value)
    if isinstance(value, Instant):
        return value.at.strftime("%d/%m/%Y" if value.is_date_only else f"%d/%m/%Y {clock}")
    return "" if value is None else str(value)


def _renamed(column: Column, old: str, new: str) -> Column:
    return replace(column, heading=new, key=new) if old in (column.heading, column.key) else column
