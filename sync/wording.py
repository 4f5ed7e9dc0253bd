"""Vietnamese as officials write it: 82,70 · 1.204 · 20/11/2026 · tháng 10/2026."""

from __future__ import annotations

import datetime as dt

from scrapers.periods import Period
from sync.clock import VIETNAM

_PLACES = ("Huyện ", "Thị ", "Thành phố ", "Quận ", "Xã ", "Phường ", "Đặc khu ")
"""What a place's name begins with, in capitals only where a sentence begins."""


def points(hundredths: int) -> str:
    """Hundredths as a figure with two decimals: 8270 → 82,70; −35 → −0,35."""
    sign = "−" if hundredths < 0 else ""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{sign}{count(whole)},{rest:02d}"


def signed(hundredths: int) -> str:
    """A difference with its sign: +0,35 or −0,35; 0 is 0,00."""
    return f"+{points(hundredths)}" if hundredths > 0 else points(hundredths)


def plain(hundredths: int | None) -> str | None:
    """The same figure for machines: 8270 → "82.70"."""
    return None if hundredths is None else f"{hundredths / 100:.2f}"


def count(number: int) -> str:
    """A whole number with dots between thousands."""
    return f"{number:,}".replace(",", ".")


def fraction(numerator: int | None, denominator: int | None) -> str:
    """A numerator over its denominator: 312/1.204; an unknown side is a question mark."""
    sides = ("?" if side is None else count(side) for side in (numerator, denominator))
    return "/".join(sides)


def day(value: dt.date) -> str:
    """A date: 20/11/2026."""
    return f"{value:%d/%m/%Y}"


def moment(value: dt.datetime) -> str:
    """An instant, told in Viet Nam's time: 07:00 ngày 20/11/2026."""
    local = value.astimezone(VIETNAM)
    return f"{local:%H:%M} ngày {local:%d/%m/%Y}"


def duration(value: dt.timedelta) -> str:
    """How long something took, in its largest whole unit: 3 ngày, 5 giờ, 12 phút."""
    minutes = int(value.total_seconds()) // 60
    if minutes < 60:
        return f"{minutes} phút"
    return f"{minutes // 60} giờ" if minutes < 2 * 24 * 60 else f"{minutes // (24 * 60)} ngày"


def period(value: Period) -> str:
    """A period: năm 2026, quý 4/2026, tháng 10/2026."""
    if value.type == "year":
        return f"năm {value.year}"
    word = "quý" if value.type == "quarter" else "tháng"
    return f"{word} {value.number}/{value.year}"


def unit(name: str) -> str:
    """A unit's name as a sentence begins with it, without "UBND" and the province's name."""
    for mark in (" - tỉnh ", " - Tỉnh ", " - thành phố ", " - Thành phố ", " - TP "):
        name = name.split(mark, 1)[0]
    name = name.removeprefix("UBND ")
    return name[:1].upper() + name[1:]


def within(name: str) -> str:
    """A unit's name within a sentence: "xã Hiệp Thạnh", but "Sở Xây dựng"."""
    return name[:1].lower() + name[1:] if name.startswith(_PLACES) else name
