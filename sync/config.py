"""The configuration file: where it is, what it says, and what is wrong with it.

A wrong file is refused before anything runs, with one sentence (`ConfigError`) that names the file,
the key, the value and what is allowed. What may stand in the file is in `sync.config_sections`.
"""

import json
import os
import re
import tomllib
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, get_args

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails

from scrapers.provinces import PROVINCES, nearest_province
from sync.config_notify import Notification
from sync.config_schedule import DATASETS_BY_THEMSELVES, Daemon, Schedule
from sync.config_sections import (
    EVERY_UNIT,
    BrowserSource,
    Dossiers,
    DossierSource,
    FolderSource,
    IgateSource,
    Index,
    Portal,
    Procedures,
    Section,
    Severity,
    Store,
    expanded,
)
from sync.failures import Failure

__all__ = [
    "BrowserSource",
    "Config",
    "ConfigError",
    "Daemon",
    "DossierSource",
    "Dossiers",
    "FolderSource",
    "IgateSource",
    "Index",
    "Notification",
    "Portal",
    "Procedures",
    "Schedule",
    "Severity",
    "Store",
    "find",
    "load",
    "template",
]

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
TEMPLATE = """\
# Settings of dvcqg-sync. A line that is left out has the value shown here; only the provinces have
# no default. Relative paths start at the folder of this file. No secret stands in this file: where
# one is needed, write "env:NAME" and set the environment variable NAME.

[store]
# The database. PostgreSQL: "postgresql+psycopg://user@host/database"; with a password in it, write
# "env:DVCQG_STORE_URL" and put the address into that variable.
url = "sqlite:///dvcqg.db"
archive = "archive"                  # folder for every raw answer; "" keeps none
archive_days = 400                   # raw answers older than this are removed; 0: never

[portal]
transport = "http"                   # "browser" where the network refuses plain clients
base_url = "https://dichvucong.gov.vn"
legacy_base_url = "https://dichvucong.gov.vn"    # for results before 2026
requests_per_second = 1.0            # at most 2; the portal is shared by the whole country
timeout_s = 45                       # how long one answer may take
attempts = 4                         # 1 to 10: how often a call is tried when the network fails
user_agent = "dvcqg-sync (+contact set by the operator)"    # put your office's address here

[index]
provinces = ["{province}"]                  # codes such as "H01" (An Giang), or ["all"]
periods = ["year", "quarter", "month"]    # which of the open periods are read
revisit_days = 45                    # closed periods younger than this are read again
# A fall of at least this many points is reported as info, as a warning, as critical.
score_drop = { info = 0.01, warning = 0.5, critical = 2.0 }
# Classes and the lowest percentage of each, from the highest down to 0.
classes = [["Xuất sắc", 90], ["Tốt", 80], ["Khá", 70], ["Trung bình", 50], ["Yếu", 0]]

# Assigned rates in percent, by indicator code; a unit below one is flagged. Without a target,
# leave the table empty.
[index.targets]
REUSED_DIGITIZED_DATA = 52

# Other rates for a single unit, in a table of its own (the quotes are needed):
# [index.targets."H01.15"]
# REUSED_DIGITIZED_DATA = 60

[dossiers]
keep_applicant = false               # false: names, phone numbers, addresses are never stored
# A unit with a larger share of overdue dossiers than this, in percent, is flagged.
overdue_rate = { department = 2.0, district = 3.5, commune = 3.5 }
due_soon_days = 3                    # what is due within so many working days is told; 0: nothing

# Where overdue dossiers are read; one block for each place.
# [[dossiers.sources]]
# name = "quantri"                   # your own name for it, used by `dvcqg login quantri`
# kind = "browser"                   # "browser", "igate" or "folder"
# profile = "quantri.toml"           # how its pages are read: docs/profiles.md

# [[dossiers.sources]]
# name = "igate"
# kind = "igate"                     # VNPT iGate v2; the token comes from DVCQG_IGATE_TOKEN
# base_url = "https://apidvc.example.gov.vn"

# [[dossiers.sources]]
# name = "thumuc"
# kind = "folder"                    # listings that somebody saves or exports into a folder
# path = "qua-han"

[procedures]
enabled = true                       # follow the national catalogue of procedures
detail_refresh = "daily"             # "daily", "weekly" or "new-only"
detail_minutes = 30                  # at most this long per check; the rest is read next time
# A decision that takes more working days than this to be published is reported.
publish_within = { province = 5, ministry = 10 }

# What matters to this office: procedures that are in every list that is not empty. The rest is
# counted, not listed. What your own province publishes always matters.
[procedures.watch]
agencies = []                        # who publishes: codes such as "G12", "H01"
fields = []                          # codes of fields (lĩnh vực) such as "G12-XX05"
levels = []                          # "ministry", "province", "commune", "other", "vertical"
words = []                           # words of the name, such as "đất đai"

[schedule]
check = "07:00"                      # daily check of the daemon, time of Viet Nam
jitter_minutes = 10                  # it starts up to this much later, not with everybody else
ping_url = ""                        # asked for when the day is done: a watchdog elsewhere

# Times of their own, each source a list: "index", "procedures", or the name of a dossier source.
[schedule.sources]
# index = ["06:30"]

[daemon]
listen = "127.0.0.1:9466"            # where it answers /healthz and /metrics; "": nowhere
log = "lines"                        # "lines" or "json"

# Who is told; one block for each receiver.
# [[notify]]
# url = "env:DVCQG_NOTIFY_URL"       # an Apprise address in that environment variable
# min_severity = "warning"           # "info", "warning" or "critical"
# units = []                         # only these unit codes; [] means all
# quiet = ["21:00", "06:00"]         # in these hours only what is critical is sent
"""


SOURCE_KINDS = ("browser", "igate", "folder")


class ConfigError(Failure):
    """The configuration cannot be used; the message is one sentence that says why."""

    exit_code = 2


class Config(Section):
    """A whole configuration file; validate with the file's folder as context."""

    store: Store = Store()
    portal: Portal = Portal()
    index: Index
    dossiers: Dossiers = Dossiers()
    procedures: Procedures = Procedures()
    schedule: Schedule = Schedule()
    daemon: Daemon = Daemon()
    notify: tuple[Notification, ...] = Field((), description="tables, each written [[notify]]")
    _folder: Path

    @field_validator("schedule")
    @classmethod
    def _names_its_sources(cls, schedule: Schedule, info: ValidationInfo) -> Schedule:
        dossiers = info.data.get("dossiers")
        names = [source.name for source in dossiers.sources] if dossiers else []
        allowed = (*DATASETS_BY_THEMSELVES, *names)
        if dossiers and (unknown := schedule.sources.keys() - allowed):
            raise ValueError(
                f"under [schedule.sources] the keys {', '.join(allowed)}, which are known, and not "
                f"{', '.join(sorted(unknown))}"
            )
        return schedule

    def model_post_init(self, context: Any) -> None:
        """Remember the file's folder: a scheduled job may run from any other."""
        self._folder = context or Path.cwd()

    @property
    def store_url(self) -> str:
        """The database's address, with the path of an SQLite file absolute."""
        url = expanded(self.store.url)
        kind, separator, file = url.partition("sqlite:///")
        return f"{kind}{separator}{(self._folder / file).as_posix()}" if separator else url

    @property
    def archive_folder(self) -> Path | None:
        """Where raw answers are kept, or None when they are not."""
        return self._folder / self.store.archive if self.store.archive else None

    def in_folder(self, path: str) -> Path:
        """A path of the file, relative to the file's own folder."""
        return self._folder / path

    def saved_login(self, source: str) -> Path:
        """Where the saved login of a browser source lies (mode 0600)."""
        return self._folder / "logins" / f"{source}.json"

    @property
    def reports_folder(self) -> Path:
        """Where reports are written: beside the configuration file."""
        return self._folder / "reports"


def find(option: Path | None) -> Path:
    """The file to use: the command line's, else $DVCQG_CONFIG, else config.toml right here."""
    return option or Path(os.environ.get("DVCQG_CONFIG") or "config.toml")


def template(province: str) -> str:
    """The commented text of a new configuration file for a province code, or for "all"."""
    if province not in PROVINCES and province != "all":
        nearest = nearest_province(province)
        raise ConfigError(
            f'Province "{province}" is not in force since 1 July 2025; allowed: a code such as '
            f'{nearest.code} (the nearest, {nearest.name}), or "all".'
        )
    return TEMPLATE.replace("{province}", province)


def load(path: Path) -> Config:
    """Read and check a configuration file, or raise a ConfigError that says what to change."""
    tables = _tables(path)
    # Without its table the missing key would be "index", which nobody can fill in.
    tables.setdefault("index", {})
    try:
        # As JSON, because only there the strict mode takes lists for tuples.
        text = json.dumps(tables, default=str)
        return Config.model_validate_json(text, context=path.absolute().parent.resolve())
    except ValidationError as error:
        # The cause is left out: it quotes the whole input, secrets too.
        raise ConfigError(f"{path}: {_sentence(error.errors())}") from None


def _tables(path: Path) -> dict[str, Any]:
    text = ""
    try:
        # Editors on Windows put a byte order mark before the text, which TOML does not know.
        text = path.read_text("utf-8-sig")
        return tomllib.loads(text)
    except FileNotFoundError:
        raise ConfigError(
            f"{path} does not exist: run `dvcqg init --province H01` to write it, or name another "
            "file with --config."
        ) from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        end = f"at the end, line {len(text.splitlines())}"
        reason = str(error).replace("at end of document", end)
        raise ConfigError(f"{path} is not valid TOML in UTF-8: {reason}.") from None


def _sentence(errors: list[ErrorDetails]) -> str:
    """The first error in words, and how many more there are."""
    # A default that was not computed only follows from another error. An unknown key goes first:
    # it is often the reason for a missing one.
    real = [error for error in errors if error["type"] != "default_factory_not_called"]
    first = min(real, key=lambda error: error["type"] != "extra_forbidden")
    names = _names(first["loc"])
    entries = [str(part + 1) for part in first["loc"] if isinstance(part, int)]
    key = ".".join(name if BARE_KEY.fullmatch(name) else json.dumps(name) for name in names)
    section, allowed = _look_up(names)
    if first["type"] == "extra_forbidden":
        allowed = ", ".join(section.model_fields)
        fact = f"is not a known key (did you mean {_nearest_key(names)}?)"
    elif first["loc"][-1] == "[key]":
        fact = "is no code"
    elif first["type"] == "missing":
        fact = "is missing"
    else:
        fact = f"is {_shown(first['input'], names)}"
    if "error" in first.get("ctx", {}):
        allowed = str(first["ctx"]["error"]) or allowed
    entry = f" (entry {'.'.join(entries)})" if entries else ""
    others = f" (other errors in the file: {len(real) - 1})" if len(real) > 1 else ""
    return f"{key}{entry} {fact}; allowed: {allowed}{others}."


def _names(place: tuple[int | str, ...]) -> list[str]:
    """The keys that lead to a place; the kind by which a source was told apart is none of them."""
    # Inside the targets stand parts that are ours and not the file's.
    ours = (EVERY_UNIT, "[key]") if "targets" in place else ()
    tagged = {index + 1 for index, part in enumerate(place) if isinstance(part, int)}
    return [
        part
        for index, part in enumerate(place)
        if isinstance(part, str) and part not in ours
        if not (index in tagged and part in SOURCE_KINDS)
    ]


def _sections_in(annotation: object) -> list[type[Section]]:
    """The sections that a key may hold, itself or in a list."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return [annotation]
    return [section for part in get_args(annotation) for section in _sections_in(part)]


def _look_up(names: Sequence[str]) -> tuple[type[Section], str]:
    """The innermost section that a key leads to, and what is allowed at its end."""
    section: type[Section] = Config
    allowed = ""
    for name, following in zip(names, (*names[1:], ""), strict=True):
        field = section.model_fields.get(name)
        if field is None:
            break
        inner = _sections_in(field.annotation)
        allowed = field.description or f"a table, written [{name}]"
        if not inner:
            break
        section = next((one for one in inner if following in one.model_fields), inner[0])
    return section, allowed


def _known_keys(section: type[Section], above: str = "") -> Iterator[str]:
    for name, field in section.model_fields.items():
        yield above + name
        for inner in _sections_in(field.annotation):
            yield from _known_keys(inner, f"{above}{name}.")


def _nearest_key(names: Sequence[str]) -> str:
    """The known key whose own name is nearly the mistaken one's, or else the nearest in place."""
    mistaken = ".".join(names)

    def likeness(key: str) -> tuple[float, float]:
        own_name = SequenceMatcher(None, names[-1], key.rpartition(".")[2]).ratio()
        return own_name if own_name > 0.7 else 0, SequenceMatcher(None, mistaken, key).ratio()

    outside = (key for key in _known_keys(Config) if not mistaken.startswith(f"{key}."))
    return max(outside, key=likeness)


def _shown(value: object, names: Sequence[str]) -> str:
    """A value as it stands in the file, unless it may hold a secret."""
    if isinstance(value, dict):
        return "a table"
    text = json.dumps(value, ensure_ascii=False)
    harmless = {"min_severity", "units", "quiet", "name", "kind"} & set(names)
    secret = {"notify", "sources", "ping_url"} & set(names) and not harmless
    secret = secret and list(names[:2]) != ["schedule", "sources"]
    if secret or "@" in text or "?" in text:
        return "set to something that is not repeated here, as it may be secret"
    return text if len(text) <= 80 else f"{text[:80]}…"
