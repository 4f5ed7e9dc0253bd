"""What many tests stand on: an empty store for each test, and a portal that plays a script."""

from __future__ import annotations

import os
import signal
import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import httpx
import pytest
from hypothesis import settings
from sqlalchemy import Engine

from scrapers.archive import Answer
from scrapers.http import Manners, PortalClient
from sync import store
from tests.databases import KINDS, SQLITE, Databases, server, using
from tests.lengths import IS_LONG
from tests.only_sqlite import is_about_a_file

USER_AGENT = "dvcqg-sync (+tuphap@angiang.gov.vn)"


# A busy machine is no defect: examples are bounded in number, not in time.
settings.register_profile("steady", deadline=None, max_examples=300 if IS_LONG else 50)
settings.load_profile("steady")


# Begun in the background of a shell, the tests and their commands would be deaf to Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--store",
        choices=KINDS,
        default=SQLITE,
        help="where the tests keep their stores; tests marked both_databases run on both anyway",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    on_both = metafunc.definition.get_closest_marker("both_databases")
    if on_both and metafunc.config.getoption("--store") == SQLITE:
        metafunc.parametrize("databases", KINDS, indirect=True, scope="module")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about a file with a server's stores, and what is long when not asked."""
    on_server = config.getoption("--store") != SQLITE
    left_out = [
        item
        for item in items
        if (on_server and is_about_a_file(item.nodeid))
        or (item.get_closest_marker("long") and not IS_LONG)
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="module", autouse=True)
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """The stores of the tests of a module; what makes stores for all of them must ask for this."""
    with using(getattr(request, "param", request.config.getoption("--store"))) as found:
        yield found


@pytest.fixture
def store_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, upgraded store."""
    url = databases.new(tmp_path / "dvcqg.db")
    yield url
    databases.drop(url)


@pytest.fixture
def store_path(store_url: str, tmp_path: Path) -> Path:
    """The file of that store; for tests that are about SQLite."""
    return tmp_path / "dvcqg.db"


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    """A fresh, upgraded store, open; closed again when the test is over."""
    opened = store.open_store(store_url)
    yield opened
    opened.dispose()


@pytest.fixture
def pg_dump(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the programs of the tests' server be found, where it keeps the stores."""
    if databases.is_postgresql:
        found = (str(server().programs), os.environ["PATH"])
        monkeypatch.setenv("PATH", os.pathsep.join(found))


class Step(NamedTuple):
    """What the portal does with one request; `trouble` is reset, silence or cut (a cut answer)."""

    status: int = 201
    body: bytes = b'{"status":"OK"}'
    headers: Mapping[str, str] = MappingProxyType({})
    trouble: str = ""


class Seen(NamedTuple):
    """A request as the portal saw it."""

    path: str
    headers: dict[str, str]
    body: bytes


class ScriptedPortal(ThreadingHTTPServer):
    """Answers each request with the next step of its script, the last one again and again."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: list[Step] = [Step()]
        self.seen: list[Seen] = []
        self.over = threading.Event()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedPortal

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        portal = self.server
        portal.seen.append(Seen(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        step = portal.script.pop(0) if len(portal.script) > 1 else portal.script[0]
        if step.trouble == "reset":
            self._reset()
        elif step.trouble == "silence":
            portal.over.wait(5)
            self.close_connection = True
        else:
            self._answer(step)

    def _answer(self, step: Step) -> None:
        missing = 10 if step.trouble == "cut" else 0
        length = {"Content-Length": str(len(step.body) + missing)}
        self.send_response(step.status)
        for name, value in {"Content-Type": "application/json", **length, **step.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(step.body)
        self.close_connection = bool(missing)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        for open_end in (self.rfile, self.wfile, self.connection):
            open_end.close()

    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedPortal]:
    """A portal on loopback for one test."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ScriptedPortal() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join(5)


class Asking(NamedTuple):
    """A client with what it kept and how long it waited."""

    client: PortalClient
    kept: list[Answer]
    waits: list[float]

    def ask(self, path: str = "/api") -> Answer:
        return self.client.ask(path, {"year": 2026})


def asking(
    base_url: str,
    *,
    attempts: int = 3,
    timeout_s: float = 5,
    transport: httpx.BaseTransport | None = None,
) -> Asking:
    """A polite client that does not really wait."""
    waits: list[float] = []
    kept: list[Answer] = []
    manners = Manners(base_url, USER_AGENT, 0, timeout_s, attempts)
    client = PortalClient(manners, sleep=waits.append, transport=transport)
    client.keep = kept.append
    return Asking(client, kept, waits)


@pytest.fixture
def here(portal: ScriptedPortal) -> Iterator[Asking]:
    """A client of the scripted portal."""
    found = asking(portal.base_url)
    yield found
    found.client.close()
