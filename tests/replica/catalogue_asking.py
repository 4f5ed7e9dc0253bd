"""Asks a running replica for the catalogue, for the replica's own tests."""

from __future__ import annotations

from typing import Any

from .asking import Reply, data_from, post
from .catalogue_routes import DETAIL, FORMALITIES, LIST
from .catalogue_world import versions
from .server import Replica

Json = dict[str, Any]


def ask_list(portal: Replica, cursor: str = "", limit: object = 200, **filters: str) -> Reply:
    """One page of the list, whatever comes."""
    body = {"limit": limit, "lastId": cursor, "q": "", "categoryId": "", "departmentCode": ""}
    return post(portal, LIST, {**body, **filters})


def page(portal: Replica, cursor: str = "", limit: object = 200, **filters: str) -> Json:
    """The data of one page of the list."""
    data: Json = data_from(ask_list(portal, cursor, limit, **filters))
    return data


def pages(portal: Replica, limit: int, number: int, **filters: str) -> list[Json]:
    """So many pages, each asked for with the cursor of the one before."""
    found: list[Json] = []
    for _ in range(number):
        found.append(page(portal, found[-1]["lastId"] if found else "", limit, **filters))
    return found


def ids_of(one: Json) -> list[str]:
    """The ids on a page."""
    return [item["id"] for item in one["items"]]


def id_of(code: str, day: int = 7) -> str:
    """The id of a procedure that was public by that day."""
    return versions(day)[code].outline.id


def ask_detail(portal: Replica, code: str) -> Reply:
    """The detail of a procedure, whatever comes."""
    return post(portal, DETAIL, {"id": id_of(code)})


def states(portal: Replica, code: str) -> list[str]:
    """The state of a procedure in the register of the reports; empty where it is not there."""
    body = {"q": code, "currentPage": 1, "pageSize": 20}
    rows = data_from(post(portal, FORMALITIES, body))["items"]
    return [row["state"] for row in rows if row["id"] == id_of(code)]
