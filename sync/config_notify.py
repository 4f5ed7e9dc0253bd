"""The tables [[notify]] of the configuration file: who is told, about what, and when not."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from sync.config_sections import (
    ENVIRONMENT,
    PASSWORD,
    Section,
    Severity,
    TimeOfDay,
    UnitCode,
    each_once,
)

# Only these kinds of notification address can do without a secret, and even they may have one in
# the path, where its random look alone gives it away.
OPEN_NOTIFICATION = re.compile(r"(jsons?|xmls?|forms?|mailtos?|ntfys?|syslog|windows|dbus)://\S*")
TOKEN = re.compile(r"(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{16,}|[\w-]{32,}")


class Notification(Section):
    """Who is told, and about what."""

    url: str = Field(description="env:NAME, or an Apprise address that needs no secret")
    min_severity: Severity = Field("warning", description='"info", "warning" or "critical"')
    units: Annotated[tuple[UnitCode, ...], AfterValidator(each_once)] = Field(
        (), description='unit codes such as "H01.15", each once, or [] for all units'
    )
    quiet: tuple[TimeOfDay, ...] = Field(
        (), description='two different times of day such as ["21:00", "06:00"], or [] for none'
    )

    @field_validator("quiet")
    @classmethod
    def _begins_and_ends(cls, quiet: tuple[str, ...]) -> tuple[str, ...]:
        if len(quiet) not in (0, 2) or len(set(quiet)) < len(quiet):
            raise ValueError
        return quiet

    @field_validator("url")
    @classmethod
    def _holds_no_secret(cls, url: str) -> str:
        if re.fullmatch(ENVIRONMENT, url, re.ASCII):
            return url
        if not OPEN_NOTIFICATION.fullmatch(url) or PASSWORD.search(url) or TOKEN.search(url):
            raise ValueError(
                "env:NAME, with the Apprise address in the environment variable NAME (such as "
                "env:DVCQG_NOTIFY_URL), because its passwords and tokens never stand in the file"
            )
        return url
