"""VNPT iGate v2, the one-stop system of many provinces: its list of dossiers, page by page.

A page is a Spring page, {"content": [item …], "totalElements", "totalPages", "last", …}, numbered
from 0. What an item means is known to `headings` and `json_items`; here is only how it is asked
for. Nothing of this is documented in public: it is what several clients of the system do.

The items hold everything about the citizens. The pages are handed on as they came, to be read by
`pages.read_pages`, which drops that; what the client archives is `without_people`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from scrapers.archive import Answer
from scrapers.errors import FormatChanged, Refused, SessionExpired, Unusable
from scrapers.http import PortalClient

SEARCH_PATH: Final = "/pa/dossier/search"
TOKEN_PATH: Final = "/auth/realms/digo/protocol/openid-connect/token"  # noqa: S105 - a path
IN_PROCESS_STATUSES: Final = (2, 3, 4, 5, 16, 17, 8, 11, 10, 9)
"""The one `dossier-status` list that a public client asks with. That it is "what offices work on"
is inferred: iGate's table of codes is not public, and is not the national one. Ended dossiers may
be among them; their dates tell."""
MOST_PAGES: Final = 4_000

TokenProvider = Callable[[bool], str]
"""Gives a token; called with True when the one it gave before is no longer accepted."""

_OWN_PARAMETERS: Final = {"spec", "page", "size", "sort", "dossier-status", "ancestor-agency-id"}
_PERSONAL_PARAMETERS: Final = {
    "identity-number", "applicant-name", "applicant-owner-name", "applicant-organization", "taxCode"
}  # fmt: skip
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_KEPT_PATHS: Final = (
    "id", "code", "nationCode", "appliedDate", "acceptedDate", "appointmentDate", "dueDate",
    "completedDate", "returnedDate", "dossierStatus.id", "dossierStatus.name",
    "dossierTaskStatus.id", "dossierTaskStatus.name", "dossierProgress", "processingTime",
    "processingTimeUnit", "undefindedCompleteTime", "applyMethod.id", "applyMethod.name",
    "procedure.id", "procedure.code", "procedure.name", "procedure.translate", "procedure.sector",
    "agency.id", "agency.code", "agency.name", "accepter.fullname", "agencyLevel",
    "procedureLevel", "currentTask.id", "currentTask.assignee.fullname",
    "currentTask.candidateGroup.name", "currentTask.agency.name", "currentTask.isCurrent",
    "currentTask.createdDate", "currentTask.updatedDate", "currentTask.dueDate",
    "currentTask.bpmProcessDefinitionTask.name",
)  # fmt: skip
"""What of an item is archived: keys seen in public, none of them about the applicant."""


@dataclass(frozen=True)
class IgateSettings:
    """How one province's iGate is asked.

    `base_url` is the host of the API, for which the client of `pages` is made; `token_base_url` and
    `token_path` are those of its Keycloak, needed by `client_login` only. `agency_id` is the
    `ancestor-agency-id` whose units are wanted, None for all that the login may see. `extra` are
    further parameters of the query. Raises ValueError for an address that would send the token
    unprotected, and for parameters that are set otherwise or would archive a person's data.
    """

    base_url: str
    token_base_url: str = ""
    token_path: str = TOKEN_PATH
    agency_id: str | None = None
    statuses: tuple[int, ...] = IN_PROCESS_STATUSES
    page_size: int = 50
    extra: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for address in filter(None, (self.base_url, self.token_base_url)):
            parts = urlsplit(address)
            is_here = parts.hostname in ("127.0.0.1", "::1", "localhost")
            if parts.scheme != "https" and not is_here:
                raise ValueError("addresses must begin with https://, or the token could be read")
        if not 1 <= self.page_size <= 1_000:
            raise ValueError("page_size must be between 1 and 1000")
        if taken := _OWN_PARAMETERS & self.extra.keys():
            raise ValueError(f"extra must not hold {sorted(taken)}: other settings say that")
        if personal := _PERSONAL_PARAMETERS & self.extra.keys():
            raise ValueError(f"extra must not hold {sorted(personal)}: queries are archived")


class _Page(NamedTuple):
    """What a page says of itself; `total_pages` is None when it only says whether it is last."""

    number: int
    items: int
    size: int
    total_pages: int | None
    is_last: bool


def pages(client: PortalClient, settings: IgateSettings, token: TokenProvider) -> Iterator[bytes]:
    """The pages of the list, longest due first, as they came; each is asked for when it is taken.

    A token that is no longer accepted is replaced once a page: a long list may outlive a short
    token, but a fresh one that is not accepted either means that somebody must log in. Raises
    SessionExpired, Unusable (FormatChanged for a page of another shape) for pages that do not fit
    together, and what `client.get` raises.
    """
    current = token(False)
    first: _Page | None = None
    for number in range(MOST_PAGES):
        answer = _ask(client, settings, number, current)
        if answer is None:
            current = token(True)
            answer = _ask(client, settings, number, current)
        if answer is None:
            raise SessionExpired(f"{SEARCH_PATH}: a fresh token is not accepted either.")
        page = _understand(answer, settings.page_size, number)
        first = first or page
        _check(page, first, number)
        yield answer.body
        if page.is_last:
            return
    raise Unusable(f"{SEARCH_PATH}: the list does not end within {MOST_PAGES} pages.")


def _ask(client: PortalClient, settings: IgateSettings, number: int, token: str) -> Answer | None:
    """One page's answer; None when the token is no longer accepted."""
    query: dict[str, str | int] = {
        "spec": "page",
        "page": number,
        "size": settings.page_size,
        "sort": "appointmentDate,asc",
    }
    if settings.statuses:
        query["dossier-status"] = ",".join(str(status) for status in settings.statuses)
    if settings.agency_id is not None:
        query["ancestor-agency-id"] = settings.agency_id
    query.update(settings.extra)
    headers = {"Authorization": f"Bearer {token}"}
    try:
        return client.get(SEARCH_PATH, query, headers, kept_as=without_people)
    except SessionExpired:
        return None


def _understand(answer: Answer, asked_size: int, asked_number: int) -> _Page:
    """What the page says of itself. Raises Unusable, FormatChanged."""
    if not 200 <= answer.status < 300:
        raise Unusable(f"{answer.path}: the answer has status {answer.status}.")
    document = _document(answer.body)
    if document is None:
        raise Unusable(f"{answer.path}: page {asked_number} breaks off or is no JSON object.")
    items = document.get("content")
    if not isinstance(items, list):
        raise FormatChanged(answer.path, "content", "is missing or no list")
    total_pages = _count_in(answer, document, "totalPages")
    last = document.get("last")
    if isinstance(last, bool):
        is_last = last
    elif total_pages is not None:
        is_last = asked_number + 1 >= total_pages
    else:
        raise FormatChanged(answer.path, "totalPages", "is missing, and so is last")
    if total_pages is not None and is_last != (asked_number + 1 >= total_pages):
        raise Unusable(
            f"{answer.path}: page {asked_number} of {total_pages} contradicts itself about being"
            " the last."
        )
    number = _count_in(answer, document, "number")
    size = _count_in(answer, document, "size")
    number = asked_number if number is None else number
    # A server may give smaller pages than asked for, and then says so.
    return _Page(number, len(items), size or asked_size, total_pages, is_last)


def _count_in(answer: Answer, document: dict[str, Any], key: str) -> int | None:
    value = document.get(key)
    if value is not None and (type(value) is not int or value < 0):
        raise FormatChanged(answer.path, key, "is no count")
    return value


def _check(page: _Page, first: _Page, number: int) -> None:
    """Raise Unusable for a page that does not belong behind the first one.

    One page more or less is let through: the list may grow or shrink while it is paged, and
    `pages.PagedFacts` tells what that means.
    """
    if page.number != number:
        raise Unusable(f"{SEARCH_PATH}: page {page.number} came where {number} was asked for.")
    if page.size != first.size:
        raise Unusable(
            f"{SEARCH_PATH}: the pages went from {first.size} dossiers to {page.size} midway."
        )
    if (page.total_pages or 0) > MOST_PAGES:
        raise Unusable(f"{SEARCH_PATH}: {page.total_pages} pages are more than can be right.")
    if (page.total_pages is None) != (first.total_pages is None) or (
        abs((page.total_pages or 0) - (first.total_pages or 0)) > 1
    ):
        raise Unusable(
            f"{SEARCH_PATH}: the list went from {first.total_pages} to {page.total_pages} pages"
            " while it was read."
        )
    if not page.is_last and page.items < page.size:
        raise Unusable(
            f"{SEARCH_PATH}: page {number} holds {page.items} dossiers of {page.size} and is not"
            " the last."
        )


def without_people(answer: Answer) -> Answer:
    """The answer as it may be archived: the known keys of its items, nothing about applicants.

    Reading it again gives the same records. Of everything beside the items only numbers and yes or
    no are left, and nothing of an answer that is no JSON object: who knows what it shows.
    """
    document = _document(answer.body)
    if document is None:
        return answer._replace(body=b"")
    kept: dict[str, Any] = {k: v for k, v in document.items() if isinstance(v, bool | int)}
    if isinstance(items := document.get("content"), list):
        kept["content"] = [_pruned(item, _KEPT) for item in items if isinstance(item, dict)]
    body = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return answer._replace(body=body.encode("utf-8", "replace"))


def _document(body: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _tree(paths: tuple[str, ...]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path in paths:
        branch = tree
        for key in path.split("."):
            branch = branch.setdefault(key, {})
    return tree


_KEPT: Final = _tree(_KEPT_PATHS)
_NAME: Final = _tree(("languageId", "name"))


def _pruned(value: Any, kept: dict[str, Any]) -> Any:
    """A value with the keys of a tree only; at the end of a path, those of a name by language."""
    if isinstance(value, list):
        return [_pruned(element, kept) for element in value]
    if isinstance(value, dict):
        allowed = kept or _NAME
        return {key: _pruned(part, allowed[key]) for key, part in value.items() if key in allowed}
    return value


def token_from_environment(name: str) -> TokenProvider:
    """A token that a person put into an environment variable, and that nobody can renew but them.

    The provider raises SessionExpired when there is none, and when a fresh one is asked for.
    """

    def provide(is_over: bool) -> str:
        token = os.environ.get(name, "").strip()
        if is_over or not _TOKEN.fullmatch(token):
            trouble = "is no longer accepted" if is_over else "is missing or no token"
            raise SessionExpired(
                f"the token in the environment variable {name} {trouble}; log in and set it anew."
            )
        return token

    return provide


def client_login(
    client: PortalClient, token_path: str, client_id_env: str, secret_env: str
) -> TokenProvider:
    """Tokens by client credentials from Keycloak, whose host `client` is for; a new one each time.

    Client and secret are read from the environment variables of those names. The provider raises
    SessionExpired when one is not set, Refused when Keycloak does not take them (it may lock who
    tries again), Unusable when its answer holds no token, and what `client.post_form` raises.
    """

    def provide(is_over: bool) -> str:
        form = {"grant_type": "client_credentials"}
        for key, name in (("client_id", client_id_env), ("client_secret", secret_env)):
            form[key] = os.environ.get(name, "").strip()
            if not form[key]:
                raise SessionExpired(f"the environment variable {name} is not set; set it anew.")
        answer = client.post_form(token_path, form)
        if not 200 <= answer.status < 300:
            raise Refused(f"{token_path}: the login is not accepted (status {answer.status}).")
        token = (_document(answer.body) or {}).get("access_token")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise Unusable(f"{token_path}: the answer to the login holds no token.")
        return token

    return provide
