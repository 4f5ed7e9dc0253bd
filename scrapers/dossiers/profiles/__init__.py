"""Profiles: what a browser must know of one admin site, as a short TOML file.

Nobody has published how the national admin site looks, and provincial systems differ, so nothing of
a site's layout stands in the program. `docs/profiles.md` shows how to write one; `replica.toml`
here is a complete example. Selectors are Playwright's: CSS, and beyond it `text=Trang sau` or
`button:has-text("Trang sau")`.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

SHIPPED = Path(__file__).parent
"""The folder of the profiles that come with the program."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_MOST_PAGES = 10_000
_LONGEST_WAIT_MS = 60_000

Selector = Annotated[str, Field(min_length=1, max_length=1_000)]
Sign = Annotated[str, Field(min_length=1, max_length=200)]


class ProfileError(Exception):
    """A profile cannot be used; one sentence that names the file, the key and the value."""


class _Table(BaseModel, frozen=True, extra="forbid", strict=True, validate_default=True):
    """A table of the file: no unknown key, and no value made from one of another type."""


class Expired(_Table):
    """Signs of a session that is over; one that holds is enough."""

    url: list[Sign] = []
    """Parts of the page's address."""
    text: list[Sign] = []
    """Texts that a person sees on the page, large and small letters alike."""
    selector: list[Selector] = []
    """Elements that a person sees on the page, such as a field for a password."""

    @model_validator(mode="after")
    def _says_something(self) -> Expired:
        if not (self.url or self.text or self.selector):
            raise ValueError("needs at least one of url, text and selector")
        return self


class Paging(_Table):
    """How one gets to the next page; for `number`, {n} in the selector is the page wanted."""

    by: Literal["none", "link", "button", "number"] = "none"
    selector: str = Field("", max_length=1_000)

    @model_validator(mode="after")
    def _fits(self) -> Paging:
        if (self.by == "none") != (not self.selector):
            raise ValueError('needs a selector, except with by = "none", which has none')
        if (self.by == "number") != ("{n}" in self.selector):
            raise ValueError('needs {n} in the selector with by = "number", and only there')
        return self


class Profile(_Table):
    """One admin site, as far as a browser must know it; times in milliseconds."""

    start: str
    """The address of the listing's first page."""
    login_hosts: list[Sign] = []
    """Hosts besides the site's own that a log-in may lead over."""
    expired: Expired
    table: Selector | None = None
    """The table, or an element around it; either this or `export`."""
    export: Selector | None = None
    """What to click so that the whole listing comes as a file."""
    ready: Selector | None = None
    """What shows that a page is complete, when the table is there before its rows are."""
    wait_ms: int = Field(0, ge=0, le=_LONGEST_WAIT_MS)
    """How long to wait after each step, besides the waiting for the page to stand still."""
    ignored_requests: list[Sign] = []
    """Parts of the addresses of calls that never end and must not be waited for."""
    page_limit: int = Field(400, ge=1, le=_MOST_PAGES)
    """More pages than these are no listing but a mistake, and are refused."""
    paging: Paging = Paging()

    @field_validator("start")
    @classmethod
    def _is_address(cls, start: str) -> str:
        require_safe_address(start)
        return start

    @model_validator(mode="after")
    def _has_one_way(self) -> Profile:
        if (self.table is None) == (self.export is None):
            raise ValueError("needs either table or export")
        if self.export is not None and self.paging.by != "none":
            raise ValueError("has export, which gives the whole listing, and paging besides")
        return self


def load_profile(path: Path) -> Profile:
    """The profile in a TOML file. Raises ProfileError."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProfileError(f"{path.name}: cannot be read ({error.strerror}).") from None
    except ValueError as error:
        raise ProfileError(f"{path.name}: is no TOML ({error}).") from None
    try:
        return Profile.model_validate(content)
    except ValidationError as error:
        raise ProfileError(f"{path.name}: {_sentence(error)}") from None


def require_safe_address(address: str) -> None:
    """Raise ValueError unless it is https, or plain http to this computer itself, with a host."""
    parts = urlsplit(address)
    if not parts.hostname or parts.username is not None:
        raise ValueError("must be an https address without a user name in it")
    if not is_safe(parts.scheme, parts.hostname):
        raise ValueError("must begin with https:// (http:// only for this computer itself)")


def is_safe(scheme: str, host: str) -> bool:
    """Whether nobody on the way can read along."""
    return scheme == "https" or (scheme == "http" and host in _LOOPBACK)


def _sentence(error: ValidationError) -> str:
    """The first thing that is wrong, with its key and its value."""
    found = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in found["loc"])
    if found["type"] == "missing":
        return f"the key {key} is missing."
    if found["type"] == "extra_forbidden":
        return f"the key {key} (= {_shown(found['input'])}) is not known."
    if not key:
        return f"the profile {_problem(found['msg'])}."
    return f"{key} = {_shown(found['input'])}: {_problem(found['msg'])}."


def _problem(message: str) -> str:
    text = message.removeprefix("Value error, ").rstrip(".")
    return text[:1].lower() + text[1:]


def _shown(value: Any) -> str:
    text = repr(value) if not isinstance(value, str) else f'"{value}"'
    text = re.sub(r"//[^/@]*@", "//***@", text)
    return text if len(text) <= 80 else f"{text[:77]}…"
