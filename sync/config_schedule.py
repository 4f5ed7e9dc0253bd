"""The tables [schedule] and [daemon] of the configuration file: when it runs, where it tells."""

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from sync.config_sections import ENVIRONMENT, WEB_ADDRESS, Section, TimeOfDay, each_once

DATASETS_BY_THEMSELVES = ("index", "procedures")
"""The keys of [schedule.sources] that are no source of dossiers."""


class Schedule(Section):
    """When the daemon asks each source, and who is to notice when it does not."""

    check: TimeOfDay = "07:00"
    jitter_minutes: float = Field(10.0, ge=0, le=60, description="minutes from 0 to 60")
    ping_url: str = Field(
        "",
        description="an https address without login and query, env:NAME with such an address in "
        'the environment variable NAME, or "" for none',
    )
    sources: dict[
        str, Annotated[tuple[TimeOfDay, ...], Field(min_length=1), AfterValidator(each_once)]
    ] = Field(
        {},
        description='lists of times of day, each once, such as ["06:30", "13:00"], by "index", '
        '"procedures" or the name of a source of dossiers',
    )

    @field_validator("ping_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if url and not WEB_ADDRESS.fullmatch(url) and not re.fullmatch(ENVIRONMENT, url, re.ASCII):
            raise ValueError
        return url

    def times_for(self, key: str) -> tuple[dt.time, ...]:
        """The times of day in Viet Nam for a key of [schedule.sources]: its own, or `check`."""
        return tuple(dt.time.fromisoformat(time) for time in self.sources.get(key, (self.check,)))


class Daemon(Section):
    """How the daemon tells how it is."""

    listen: str = Field(
        "127.0.0.1:9466",
        pattern=r"^$|^(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+):\d{1,5}$",
        description='"HOST:PORT" for /healthz and /metrics, or "" for neither',
    )
    log: Literal["lines", "json"] = Field("lines", description='"lines" or "json"')

    @field_validator("listen")
    @classmethod
    def _has_a_port(cls, listen: str) -> str:
        if listen and int(listen.rpartition(":")[2]) > 65_535:
            raise ValueError
        return listen

    @property
    def address(self) -> tuple[str, int] | None:
        """Host and port to listen on, None for neither."""
        host, _, port = self.listen.rpartition(":")
        return (host.strip("[]"), int(port)) if host else None
