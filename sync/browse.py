"""The store opened in Datasette: the public views, read-only, on this computer only.

The file is opened with `mode=ro`, so nothing can be written whatever is asked. Tables behind the
views are not shown. SQL of one's own is allowed, within a time limit; it can read what is in the
store and no other file. Only requests that name this computer as their host are answered, so that
no page elsewhere can have them made.
"""

from __future__ import annotations

import html
import importlib.util
import os
import socket
import sqlite3
import tomllib
import webbrowser
from collections.abc import Awaitable, Callable, Coroutine, Iterable, MutableMapping
from contextlib import closing
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import Engine

from models.descriptions import view_descriptions
from sync.failures import Failure

HOST: Final = "127.0.0.1"
DATABASE: Final = "dvcqg"
"""The name in addresses, whatever the file is called: bookmarks and workbooks go on working."""
TITLE: Final = "Số liệu đã lưu từ Cổng Dịch vụ công quốc gia"
SETTINGS: Final = {
    "allow_download": False,
    "sql_time_limit_ms": 2_000,
    "facet_time_limit_ms": 1_000,
    "suggest_facets": False,
    "default_cache_ttl": 0,
}
FACETS: Final = {
    "units": ["kind", "active"],
    "scores_latest": ["kind", "period_type", "indicator"],
    "overdue_now": ["unit_name", "state", "source"],
    "overdue_daily": ["unit_name", "source"],
    "procedures": ["agency_name", "pending_decision"],
    "decisions": ["agency_name"],
    "changes": ["kind", "severity", "unit_name"],
    "alerts": ["state", "severity", "kind", "unit_name"],
    "captures": ["status", "dataset", "source"],
    "checks": ["status"],
}
"""Columns whose values are counted beside a view; the history is too long for it."""
NEWEST_FIRST: Final = {"changes": "id", "alerts": "id", "captures": "id", "checks": "id"}

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]


class CannotBrowse(Failure):
    """The store cannot be opened in Datasette; the message says what to do."""

    exit_code = 2


class Question(NamedTuple):
    """A prepared question: its address, what people read, and its SQL over the public views."""

    name: str
    title: str
    about: str
    sql: str


@cache
def questions() -> tuple[Question, ...]:
    """The prepared questions, in the order in which they are listed."""
    written = (files("sync") / "browse_questions.toml").read_text(encoding="utf-8")
    return tuple(Question(**one) for one in tomllib.loads(written)["question"])


def require_datasette() -> None:
    """Raises CannotBrowse where the extra `browse` is not installed."""
    if any(importlib.util.find_spec(name) is None for name in ("datasette", "uvicorn")):
        raise CannotBrowse(
            "browse needs Datasette, which is not installed; install it with: "
            "pip install 'dvcqg-sync[browse]'"
        )


def require_file(engine: Engine) -> Path:
    """The file of a store. Raises CannotBrowse where a server keeps it."""
    if engine.url.get_backend_name() != "sqlite":
        raise CannotBrowse(
            "browse opens a store of SQLite only; look at one in PostgreSQL with a reader's login "
            "(docs/database.md)."
        )
    return Path(engine.url.database or "")


def browse(store: Path, port: int, *, opens: bool) -> None:
    """Serve a store until Ctrl-C; port 0 takes a free one, `opens` the browser of this computer.

    Raises CannotBrowse.
    """
    require_datasette()
    import uvicorn

    application = only_this_computer(datasette_of(store).app())
    with _listening(port) as listener:
        address = f"http://{HOST}:{listener.getsockname()[1]}/"
        print(f"Mở tại {address} (chỉ đọc, chỉ trên máy này). Dừng: Ctrl-C.", flush=True)
        if opens:
            webbrowser.open(address)
        server = uvicorn.Server(uvicorn.Config(application, log_level="error", lifespan="on"))
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            return


def datasette_of(store: Path) -> Any:
    """A Datasette with this store alone, read-only. Raises CannotBrowse."""
    from datasette.app import Datasette
    from datasette.database import Database

    path = str(store.resolve())
    if any(mark in path for mark in "?#%"):
        raise CannotBrowse(f"{path} has a ?, # or % in its name, which Datasette cannot open.")
    found = Datasette(metadata=_metadata(_tables(path)), settings=dict(SETTINGS))
    # Without a file it begins with an empty database in memory, of no use to anybody.
    found.remove_database("_memory")
    found.add_database(Database(found, path=path, is_mutable=True), name=DATABASE)
    _keep_quiet()
    return found


def _keep_quiet() -> None:
    """Where Datasette finds rich, it prints every mistyped query with all that was in memory."""
    # Only now: imported before the rest of Datasette it does not become one of its plugins.
    from datasette import handle_exception

    handle_exception.rich = None


def only_this_computer(application: Application) -> Application:
    """The same application for requests that name this computer as their host, none for others."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _is_for_us(scope["headers"]):
            head = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": head})
            await send({"type": "http.response.body", "body": b"This address is not served here."})
            return
        await application(scope, receive, send)

    return guarded


def _is_for_us(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    hosts = [value for name, value in headers if name == b"host"]
    return len(hosts) == 1 and hosts[0].rpartition(b":")[0] in (HOST.encode(), b"localhost")


def _listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":
        # The same port again at once; elsewhere this would let two programs have it.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        # Whoever is told the address may come before the server is ready.
        listener.listen()
    except OSError as error:
        listener.close()
        raise CannotBrowse(f"port {port} cannot be used: {error.strerror}.") from error
    return listener


def _tables(path: str) -> list[str]:
    """The tables behind the views, which are nobody's business."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return [name for (name,) in rows]


def _metadata(hidden: Iterable[str]) -> dict[str, Any]:
    """What Datasette shows: titles, descriptions, facets, questions."""
    views = {
        name: {
            "title": view.title,
            "description": view.about.vietnamese,
            "columns": {column: one.vietnamese for column, one in view.columns.items()},
            "facets": FACETS.get(name, []),
            **({"sort_desc": NEWEST_FIRST[name]} if name in NEWEST_FIRST else {}),
        }
        for name, view in view_descriptions().items()
    }
    prepared = {
        one.name: {"title": one.title, "description": one.about, "sql": one.sql.strip()}
        for one in questions()
    }
    tables = {name: {"allow": False, "hidden": True} for name in hidden}
    return {
        "title": TITLE,
        "description_html": _start(),
        "databases": {
            DATABASE: {
                "title": "Số liệu đã lưu",
                "description": "Chọn một câu hỏi, một bảng, hoặc tự viết SQL.",
                "queries": prepared,
                "tables": {**tables, **views},
            }
        },
    }


def _start() -> str:
    """The questions and the views, for the start page."""
    asked = [(one.name, one.title, one.about) for one in questions()]
    shown = [
        (name, view.title, view.about.vietnamese) for name, view in view_descriptions().items()
    ]
    return f"<h2>Câu hỏi thường gặp</h2>{_list(asked)}<h2>Số liệu</h2>{_list(shown)}"


def _list(links: Iterable[tuple[str, str, str]]) -> str:
    lines = (
        f'<li><a href="/{DATABASE}/{name}">{html.escape(title)}</a>: {html.escape(about)}</li>'
        for name, title, about in links
    )
    return f"<ul>{''.join(lines)}</ul>"
