"""What a person asks a report for: which day or month, seen when, of whom, in which formats.

Days are days of Viet Nam. Whatever cannot be answered is refused with one sentence (WrongQuestion)
that says what can be asked for.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from models import tables
from scrapers.periods import Period, period_of
from sync.config import Config
from sync.failures import Failure
from sync.report.asof import index_scopes
from sync.series import CURRENT, LEGACY

NOW = "now"
DAILY_FORMATS = ("html", "xlsx", "txt")
MONTHLY_FORMATS = ("docx", "xlsx", "txt")

_DAYS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)", re.ASCII),
    re.compile(r"(?P<day>\d\d?)/(?P<month>\d\d?)/(?P<year>\d{4})", re.ASCII),
)
_MONTHS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)", re.ASCII),
    re.compile(r"(?P<month>\d\d?)/(?P<year>\d{4})", re.ASCII),
)
_MOST_NAMED = 12


class WrongQuestion(Failure):
    """What is asked for cannot be answered; the message says what can."""

    exit_code = 2


def day_asked(option: str, text: str | None, today: dt.date) -> dt.date:
    """A day written 2026-11-20 or 20/11/2026, today where nothing is written. Raises WrongQuestion.

    `option` is the name of the option, for the message.
    """
    day = today if text is None else _day(option, text)
    if day > today:
        raise WrongQuestion(f"{option} is {day}, which is after today ({today}).")
    return day


def month_asked(text: str | None, today: dt.date) -> Period:
    """A month written 2026-10 or 10/2026; default the last one that ended. Raises WrongQuestion."""
    if text is None:
        return period_of(today, "month").previous()
    found = next(filter(None, (form.fullmatch(text) for form in _MONTHS)), None)
    if found is None or not 1 <= int(found["month"]) <= 12:
        raise WrongQuestion(f"--month is {text!r}; write it as 2026-10 or 10/2026.")
    month = Period("month", int(found["year"]), int(found["month"]))
    if month.first_day > today:
        raise WrongQuestion(f"--month is {month}, which is after today ({today}).")
    return month


def seen_asked(text: str | None, default: dt.date, earliest: dt.date, today: dt.date) -> dt.date:
    """Up to which day the index is seen: a day, or `now`. Raises WrongQuestion."""
    if text is None:
        return default
    seen_on = today if text == NOW else day_asked("--seen-on", text, today)
    if seen_on < earliest:
        raise WrongQuestion(
            f"--seen-on is {seen_on}, before {earliest}, which the report is about; name a later "
            f"day, or {NOW}."
        )
    return seen_on


def formats_asked(text: str | None, default: str, allowed: Sequence[str], kind: str) -> list[str]:
    """Formats with commas between, each once. Raises WrongQuestion."""
    asked = [name.strip() for name in (text or default).split(",")]
    if unknown := [name for name in asked if name not in allowed]:
        raise WrongQuestion(
            f"--format names {', '.join(map(repr, unknown))}; a {kind} report can be "
            f"{', '.join(allowed)}."
        )
    return list(dict.fromkeys(asked))


def province_asked(config: Config, code: str | None) -> str:
    """The province asked about: the only one that is configured, or one of several."""
    configured = config.index.province_codes
    if code is None and len(configured) == 1:
        return configured[0]
    if code in configured:
        return str(code)
    raise WrongQuestion(
        f"--province {f'names {code}' if code else 'is missing'}; the configuration reads "
        f"{', '.join(configured)}."
    )


def require_read(connection: Connection, day: dt.date) -> None:
    """Raise WrongQuestion where nothing had been read by the end of a day."""
    first = connection.execute(select(func.min(tables.captures.c.day))).scalar()
    if first is None:
        raise WrongQuestion("nothing was read yet; run `dvcqg check` first.")
    if day.isoformat() < first:
        raise WrongQuestion(f"{day} is before the first reading, which was made on {first}.")


def never_read(
    connection: Connection, province_code: str, month: Period, seen_on: dt.date
) -> WrongQuestion:
    """What to tell somebody who asks for a month that had not been read by a day."""
    read = sorted(
        {
            str(scope.period)
            for series in (LEGACY, CURRENT)
            for scope in index_scopes(connection, seen_on, series=series)
            if scope.period.type == "month" and scope.province_code in (None, province_code)
        }
    )
    there = ", ".join(read[-_MOST_NAMED:]) if read else "none"
    if len(read) > _MOST_NAMED:
        there = f"{len(read)}, the last of them {there}"
    return WrongQuestion(
        f"{month} of {province_code} was not read up to {seen_on}; months that were: {there}. "
        f"Read it with `dvcqg backfill index --from {month} --to {month}`."
    )


def _day(option: str, text: str) -> dt.date:
    found = next(filter(None, (form.fullmatch(text) for form in _DAYS)), None)
    try:
        if found is not None:
            return dt.date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        pass  # 31/02 is as wrong as a word
    raise WrongQuestion(f"{option} is {text!r}; write a day as 2026-11-20 or 20/11/2026.")
