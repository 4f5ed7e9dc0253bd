"""Ids and instants of the catalogue: both tell when a record came to be.

Instants are milliseconds since 1970 (UTC), as the portal writes them; texts are Viet Nam's time.
"""

from __future__ import annotations

import datetime
from functools import cache, lru_cache
from hashlib import blake2b

from .periods import DATES

VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
DAY_IN_MILLISECONDS = 86_400_000


@lru_cache(maxsize=4_096)
def uuid7(milliseconds: int, key: str) -> str:
    """An id in the portal's form: its first 48 bits are the time, the rest follows from the key."""
    digest = blake2b(key.encode(), digest_size=10).hexdigest()
    head = f"{milliseconds:012x}"
    variant = "89ab"[int(digest[3], 16) % 4]
    return f"{head[:8]}-{head[8:]}-7{digest[:3]}-{variant}{digest[4:7]}-{digest[7:19]}"


def instant(text: str) -> int:
    """ "2026-11-26 15:20" in Viet Nam."""
    moment = datetime.datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM)
    return int(moment.timestamp()) * 1000


@cache
def as_of(day: int) -> int:
    """The instant a day of the replica shows: seven in the morning."""
    return instant(f"{DATES[day]} 07:00")


def midnight_in_vietnam(date: datetime.date) -> int:
    """The day as the new system writes it: 17:00 UTC of the day before."""
    return midnight_utc(date) - 7 * 3_600_000


def midnight_utc(date: datetime.date) -> int:
    """The day as migrated records write it: 00:00 UTC of the same day."""
    return (date - datetime.date(1970, 1, 1)).days * DAY_IN_MILLISECONDS
