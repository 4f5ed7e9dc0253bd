"""The tables of the configuration file: every key, its default and what is allowed in it.

The `description` of a field is what an error message calls allowed; a validator that raises a
`ValueError` without words refers to it. Read and judged as a file in `sync.config`.
"""

import os
import re
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, field_validator

from scrapers.provinces import PROVINCES, nearest_province

PORTAL = "https://dichvucong.gov.vn"
LOOPBACK = r"(127\.0\.0\.1|localhost|\[::1\])"
AFTER_HOST = r"(:\d{1,5})?(/[\w./~-]*)?"
LOCAL_ADDRESS = re.compile(f"https?://{LOOPBACK}{AFTER_HOST}", re.ASCII)
WEB_ADDRESS = re.compile(f"https://[A-Za-z0-9.-]+{AFTER_HOST}|{LOCAL_ADDRESS.pattern}", re.ASCII)
DATABASE = re.compile(r"sqlite:///(?!:memory:)[^?]+|postgresql\+psycopg://\S+")
# A colon before the path that no port follows, or a telling name among the query's.
PASSWORD = re.compile(
    r"://[^/?#]*:[^/?#]*@|://[^/?#\[]*:(?!\d{1,5}([/?#]|$))"
    r"|[?&][^=&]*(token|key|secret|pass|pwd|auth)[^=&]*=",
    re.IGNORECASE,
)

ENVIRONMENT = r"env:[A-Za-z_]\w*"


def expanded(value: str) -> str:
    """The value, or what the environment variable in its place holds ("" when that is not set)."""
    return os.environ.get(value[4:], "") if value.startswith("env:") else value


def each_once(items: tuple[str, ...]) -> tuple[str, ...]:
    """Raise ValueError where one stands twice."""
    if len(set(items)) < len(items):
        raise ValueError
    return items


def _web_address(address: str) -> str:
    if not WEB_ADDRESS.fullmatch(address):
        raise ValueError
    return address.rstrip("/")


Severity = Literal["info", "warning", "critical"]
Percent = Annotated[float, Field(ge=0, le=100, description="a percentage from 0 to 100")]
Points = Annotated[
    float, Field(gt=0, description="points above 0, with info <= warning <= critical")
]
Label = Annotated[str, Field(min_length=1)]
Switch = Annotated[bool, Field(description="true or false")]
Indicator = Annotated[str, Field(pattern="^[A-Z]{2}[A-Z0-9_]*$")]
UNIT_CODE = r"^[A-Z]\d{2}(\.[0-9A-Za-z]+)*$"
UnitCode = Annotated[str, Field(pattern=UNIT_CODE)]
AgencyCode = Annotated[str, Field(pattern=r"^[0-9A-Z][0-9A-Za-z.]*$")]
# The key under which Index.targets keeps what holds for every unit.
EVERY_UNIT = ""
UnitCodeOrEvery = Annotated[str, Field(pattern=f"^$|{UNIT_CODE}")]
WebAddress = Annotated[
    str,
    AfterValidator(_web_address),
    Field(
        description=f"an https address without login and query, such as {PORTAL} "
        "(plain http only to this machine itself: 127.0.0.1, localhost, [::1])"
    ),
]


class Section(
    BaseModel, frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=True
):
    """A table of the file: no unknown key, and no value made from one of another type."""


class Store(Section):
    """Where the database and the raw answers are kept."""

    url: str = Field(
        "sqlite:///dvcqg.db",
        description="sqlite:///FILE, postgresql+psycopg://USER@HOST/DATABASE, or env:NAME with "
        "such an address in the environment variable NAME (needed when it holds a password)",
    )
    archive: str = Field("archive", description='a folder, or "" for no archive')
    archive_days: int = Field(
        400, ge=0, le=36_500, description="a whole number of days from 0 (for ever) to 36500"
    )

    @field_validator("url")
    @classmethod
    def _is_a_database(cls, url: str) -> str:
        if not expanded(url):
            raise ValueError(f"an environment variable that is set, and {url[4:]} is not")
        # The password of a database that only this machine reaches is no secret worth a refusal.
        secret = PASSWORD.search(url) and not re.search(f"@{LOOPBACK}[:/]", url)
        if secret or not DATABASE.fullmatch(expanded(url)):
            raise ValueError
        return url


class Portal(Section):
    """How the portal is reached, and how gently."""

    transport: Literal["http", "browser"] = Field("http", description='"http" or "browser"')
    base_url: WebAddress = PORTAL
    # Follows base_url, so that pointing that one elsewhere leaves no call behind for the portal.
    legacy_base_url: WebAddress = Field(default_factory=lambda portal: portal["base_url"])
    requests_per_second: float = Field(
        1.0,
        ge=0,
        description="above 0 and at most 2 out of politeness; faster or unpaced (0) only when "
        "base_url and legacy_base_url are both this machine (127.0.0.1, localhost, [::1])",
    )
    timeout_s: float = Field(45.0, gt=0, le=3600, description="seconds above 0, at most 3600")
    attempts: int = Field(4, ge=1, le=10, description="a whole number from 1 to 10")
    user_agent: str = Field(
        "dvcqg-sync (+contact set by the operator)",
        pattern="^[!-~]([ -~]*[!-~])?$",
        description="text in plain ASCII, because it is sent in a header",
    )

    @field_validator("requests_per_second")
    @classmethod
    def _is_polite(cls, pace: float, info: ValidationInfo) -> float:
        addresses = [info.data[key] for key in ("base_url", "legacy_base_url") if key in info.data]
        if 0 < pace <= 2 or all(LOCAL_ADDRESS.fullmatch(address) for address in addresses):
            return pace
        raise ValueError


class ScoreDrop(Section):
    """From how many points a fall is worth a line, a warning, an alarm."""

    info: Points = 0.01
    warning: Points = 0.5
    critical: Points = 2.0

    @field_validator("warning", "critical")
    @classmethod
    def _is_not_below_the_milder(cls, points: float, info: ValidationInfo) -> float:
        if points < max(info.data.values(), default=0):
            raise ValueError
        return points


class Index(Section):
    """Which published results are read, and what is remarkable in them."""

    provinces: Annotated[tuple[str, ...], AfterValidator(each_once)] = Field(
        min_length=1,
        description='codes of provinces in force since 1 July 2025, each once, or ["all"]',
    )
    periods: Annotated[
        tuple[Literal["year", "quarter", "month"], ...], AfterValidator(each_once)
    ] = Field(
        ("year", "quarter", "month"),
        min_length=1,
        description='at least one of "year", "quarter", "month", each once',
    )
    revisit_days: int = Field(45, ge=0, le=3650, description="a whole number from 0 to 3650")
    score_drop: ScoreDrop = ScoreDrop()
    classes: tuple[tuple[Label, Percent], ...] = Field(
        (("Xuất sắc", 90.0), ("Tốt", 80.0), ("Khá", 70.0), ("Trung bình", 50.0), ("Yếu", 0.0)),
        description="pairs of a label and its lowest percentage, strictly falling, the last 0",
    )
    targets: dict[UnitCodeOrEvery, dict[Indicator, Percent]] = Field(
        {EVERY_UNIT: {"REUSED_DIGITIZED_DATA": 52.0}},
        description="percentages from 0 to 100 by indicator code in capitals (such as TOTAL), and "
        'for one unit in a table of its own, [index.targets."H01.15"] with the quotes',
    )

    @field_validator("provinces")
    @classmethod
    def _are_in_force(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        if "all" in codes and len(codes) > 1:
            raise ValueError
        for code in codes:
            if code not in PROVINCES and code != "all":
                nearest = nearest_province(code)
                allowed = cls.model_fields["provinces"].description
                raise ValueError(f"{allowed} (nearest to {code} is {nearest.code}, {nearest.name})")
        return codes

    @field_validator("classes")
    @classmethod
    def _fall_to_zero(cls, classes: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
        lowest = [minimum for _, minimum in classes]
        falling = all(higher > lower for higher, lower in pairwise(lowest))
        if not falling or lowest[-1:] != [0] or len(dict(classes)) < len(classes):
            raise ValueError
        return classes

    @field_validator("targets", mode="before")
    @classmethod
    def _gather_what_holds_for_every_unit(cls, table: Any) -> Any:
        if not isinstance(table, dict):
            return table
        units = {key: value for key, value in table.items() if isinstance(value, dict)}
        return {EVERY_UNIT: {key: table[key] for key in table if key not in units}} | units

    @property
    def province_codes(self) -> tuple[str, ...]:
        """The provinces to read, with "all" spelled out."""
        return tuple(PROVINCES) if self.provinces == ("all",) else self.provinces

    def target_for(self, unit_code: str, indicator: str) -> float | None:
        """The assigned percentage: the unit's own, else the one that holds for every unit."""
        own = self.targets.get(unit_code, {})
        return own.get(indicator, self.targets[EVERY_UNIT].get(indicator))


class OverdueRate(Section):
    """Above which share of overdue dossiers a unit is flagged, in percent, by kind of unit."""

    department: Percent = 2.0
    district: Percent = 3.5
    commune: Percent = 3.5

    @property
    def by_kind(self) -> dict[str, float]:
        """Kind of unit -> limit."""
        return self.model_dump()


SOURCE_NAME = r"^\w[\w .-]{0,99}$"
SOURCE_NAME_IN_WORDS = "a name of up to 100 letters, digits, spaces, dots, _ and -"
SourceName = Annotated[str, Field(pattern=SOURCE_NAME, description=SOURCE_NAME_IN_WORDS)]
Lists = Annotated[
    Literal["overdue", "in_process"],
    Field(
        description='"overdue" where it lists overdue dossiers only, "in_process" where it '
        "lists all that are being processed"
    ),
]
VariableName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z_]\w*$", description="the name of an environment variable"),
]


class BrowserSource(Section):
    """An admin site, read by a browser with a saved login; its pages are told in a profile."""

    name: SourceName
    kind: Literal["browser"] = Field(description='"browser", "igate" or "folder"')
    profile: str = Field(
        "", description="a profile's file; by default the source's name with \".toml\""
    )
    lists: Lists = "overdue"


class IgateSource(Section):
    """A VNPT iGate v2 one-stop system, read by its search interface."""

    name: SourceName
    kind: Literal["igate"] = Field(description='"browser", "igate" or "folder"')
    base_url: WebAddress
    token_base_url: WebAddress | None = Field(None, description="the https address of its Keycloak")
    token_path: str | None = Field(None, description="the path of Keycloak's token endpoint")
    token_env: VariableName = "DVCQG_IGATE_TOKEN"  # noqa: S105 - a name
    client_id_env: VariableName = "DVCQG_IGATE_CLIENT_ID"
    client_secret_env: VariableName = "DVCQG_IGATE_CLIENT_SECRET"  # noqa: S105 - a name
    agency_id: str | None = Field(None, description="the id of the agency whose units are read")
    page_size: int = Field(50, ge=1, le=1000, description="a whole number from 1 to 1000")
    lists: Lists = "in_process"


class FolderSource(Section):
    """A folder into which somebody saves or exports listings."""

    name: SourceName
    kind: Literal["folder"] = Field(description='"browser", "igate" or "folder"')
    path: str = Field(min_length=1, description="a folder")
    lists: Lists = "overdue"


DossierSource = BrowserSource | IgateSource | FolderSource


class Dossiers(Section):
    """Where overdue dossiers are read, and what is kept of them."""

    keep_applicant: Switch = False
    overdue_rate: OverdueRate = OverdueRate()
    due_soon_days: int = Field(
        3, ge=0, le=60, description="a whole number of working days from 0 (nothing is told) to 60"
    )
    sources: tuple[Annotated[DossierSource, Field(discriminator="kind")], ...] = Field(
        (), description="tables, each written [[dossiers.sources]], each with a name of its own"
    )

    @field_validator("sources")
    @classmethod
    def _differ_by_name(cls, sources: tuple[DossierSource, ...]) -> tuple[DossierSource, ...]:
        each_once(tuple(source.name for source in sources))
        return sources


WorkingDays = Annotated[int, Field(ge=1, le=60, description="working days from 1 to 60")]


class PublishWithin(Section):
    """How many working days an agency may take to publish a decision."""

    province: WorkingDays = 5
    ministry: WorkingDays = 10


class WatchLists(Section):
    """Which procedures matter to this office: those that are in every list that is not empty."""

    agencies: Annotated[tuple[AgencyCode, ...], AfterValidator(each_once)] = Field(
        (), description='codes of publishing agencies such as "G12" or "H01", each once'
    )
    fields: Annotated[tuple[Label, ...], AfterValidator(each_once)] = Field(
        (), description='codes of fields such as "G12-XX05", each once'
    )
    levels: Annotated[
        tuple[Literal["ministry", "province", "commune", "other", "vertical"], ...],
        AfterValidator(each_once),
    ] = Field((), description='"ministry", "province", "commune", "other", "vertical", each once')
    words: Annotated[tuple[Label, ...], AfterValidator(each_once)] = Field(
        (), description="words of a procedure's name, each once"
    )


class Procedures(Section):
    """How much of the procedure catalogue is read each time, and what of it matters."""

    enabled: Switch = True
    detail_refresh: Literal["daily", "weekly", "new-only"] = Field(
        "daily", description='"daily", "weekly" or "new-only"'
    )
    detail_minutes: float = Field(30.0, ge=0, le=1440, description="minutes from 0 to 1440")
    publish_within: PublishWithin = PublishWithin()
    watch: WatchLists = WatchLists()


TimeOfDay = Annotated[
    str,
    Field(
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description='a time of day as "HH:MM", from "00:00" to "23:59", in quotes',
    ),
]
