"""What a dossier of the replica is, and when it is overdue."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from .periods import DATES

VIET_NAM = dt.timezone(dt.timedelta(hours=7), "Asia/Ho_Chi_Minh")

STATES = {
    "1": ("Mới đăng ký", "New"),
    "2": ("Được tiếp nhận", "Received"),
    "3": ("Không được tiếp nhận", "Not received"),
    "4": ("Đang xử lý", "In process"),
    "5": ("Yêu cầu bổ sung giấy tờ", "Supplement requested"),
    "6": ("Yêu cầu thực hiện nghĩa vụ tài chính", "Payment requested"),
    "7": ("Công dân yêu cầu rút hồ sơ", "Withdrawn"),
    "8": ("Dừng xử lý", "Stopped"),
    "9": ("Đã xử lý xong", "Done"),
    "10": ("Đã trả kết quả", "Returned"),
}
"""The national codes with their Vietnamese words; the English ones are made up."""

IN_PROCESS = ("2", "4")

DEPARTMENTS_TOGETHER = "Sở, ban, ngành tỉnh"
COMMUNES_TOGETHER = "UBND các xã, phường, đặc khu"
"""The group rows of exports: which unit stands under which."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose dossier it is: all of it invented, all of it personal."""

    name: str
    phone: str
    identity: str
    address: str
    email: str

    def strings(self) -> tuple[str, ...]:
        """Every value that may never be found anywhere."""
        return (self.name, self.phone, self.identity, self.address, self.email)


@dataclass(frozen=True, slots=True)
class DossierRow:
    """One dossier as it stands on one day. Instants are in Viet Nam time, without seconds.

    `unit_name` is as the portal sends it, once in decomposed Unicode. A `due_at` of midnight with
    `due_is_date_only` means a day; without a `due_at` nothing is ever late.
    """

    code: str
    national_code: str
    procedure_code: str
    procedure_name: str
    field: str
    unit_code: str
    unit_name: str
    parent_unit: str
    officers: tuple[str, ...]
    state_code: str
    received_at: dt.datetime
    due_at: dt.datetime | None
    due_is_date_only: bool
    ended_at: dt.datetime | None
    owner: Owner

    @property
    def state(self) -> str:
        """The state in words."""
        return STATES[self.state_code][0]

    @property
    def is_in_process(self) -> bool:
        """Whether it counts as "đang xử lý"."""
        return self.state_code in IN_PROCESS

    def is_overdue(self, as_of: dt.datetime) -> bool:
        """In process and late: a mere day is over when the next one begins."""
        if not self.is_in_process or self.due_at is None:
            return False
        if self.due_is_date_only:
            return self.due_at.date() < as_of.date()
        return self.due_at < as_of

    def printed_days_late(self, as_of: dt.datetime) -> int:
        """Whole days since the due instant plus one, as one known system counts."""
        return 0 if self.due_at is None else (as_of - self.due_at).days + 1


def as_of(day: int) -> dt.datetime:
    """The instant of a day's listing: seven in the morning."""
    return dt.datetime.combine(DATES[day], dt.time(7), VIET_NAM)


def read_instant(text: str) -> dt.datetime:
    """An instant written "2026-11-26 16:30", or midnight of a day written "2026-11-26"."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIET_NAM)


def write_instant(at: dt.datetime, is_date_only: bool) -> str:
    """The same the other way round."""
    return at.strftime("%Y-%m-%d" if is_date_only else "%Y-%m-%d %H:%M")
