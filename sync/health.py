"""`/healthz` and `/metrics`: what the store knows of the duty, for machines that watch over it.

Everything is read from the store when it is asked for; nothing is written, nothing personal told.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Engine, text

from sync import clock
from sync.config import Config
from sync.failures import Failure
from sync.freshness import Freshness, freshness
from sync.sizes import size_of
from sync.store import StoreError, reading, store_size

ARCHIVE_S = 600.0
"""The archive has many files, so its size is looked at no more often than this."""


class CannotListen(Failure):
    """The address for /healthz and /metrics is not to be had."""

    exit_code = 2


class Health(Collector):
    """What is wrong, and the figures; `is_ticking` says whether the daemon looks at its times."""

    def __init__(self, config: Config, engine: Engine, is_ticking: Callable[[], bool]) -> None:
        self._config, self._engine, self._is_ticking = config, engine, is_ticking
        self._archive = (0, float("-inf"))

    def problems(self) -> list[str]:
        """What is wrong now, one English sentence each; nothing is the good answer."""
        found = [] if self._is_ticking() else ["the daemon no longer looks at its timetable"]
        try:
            with reading(self._engine) as connection:
                fresh = freshness(connection, self._config, clock.now())
        except StoreError as error:
            return [*found, str(error)]
        return found + [_said(one) for one in fresh if one.stale]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures; one that nobody knows is left out, for it is not 0. Raises StoreError."""
        with reading(self._engine) as connection:
            yield from _last_check(connection)
            yield from _freshness(freshness(connection, self._config, clock.now()))
            yield _counted(
                connection, "dvcqg_captures", "Readings by what became of them", "capture_log"
            )
            yield _counted(
                connection, "dvcqg_messages", "Messages to people by their state", "outbox"
            )
        size = store_size(self._engine)
        yield GaugeMetricFamily("dvcqg_store_bytes", "Size of the database", size)
        if self._config.archive_folder is not None:
            size = self._archive_size(self._config.archive_folder)
            yield GaugeMetricFamily("dvcqg_archive_bytes", "Size of the raw archive", size)

    def _archive_size(self, folder: Path) -> int:
        size, looked_at = self._archive
        if time.monotonic() - looked_at > ARCHIVE_S:
            size = size_of(folder)
            self._archive = (size, time.monotonic())
        return size


@contextlib.contextmanager
def serving(health: Health, address: tuple[str, int] | None) -> Iterator[None]:
    """Answer on an address until the block ends; on None there is nobody to answer.

    Raises CannotListen.
    """
    if address is None:
        yield
        return
    try:
        server = _Server(health, address)
    except OSError as error:
        raise CannotListen(
            f"{address[0]}:{address[1]} cannot be listened on ({error.strerror or error}); set "
            '[daemon] listen to another port, or to "" for no /healthz and /metrics.'
        ) from error
    threading.Thread(target=server.serve_forever, args=(0.5,), daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def _said(one: Freshness) -> str:
    at = one.accepted_at
    since = "never read" if at is None else f"last believed {at:%Y-%m-%dT%H:%M:%SZ}"
    return f"stale: {one.dataset}, source {one.source}, {one.scope}: {since}"


def _last_check(connection: Connection) -> Iterator[GaugeMetricFamily]:
    row = connection.execute(
        text(
            "SELECT finished_at, complete FROM check_log WHERE finished_at IS NOT NULL"
            " ORDER BY id DESC LIMIT 1"
        )
    ).first()
    if row is None:
        return
    yield GaugeMetricFamily(
        "dvcqg_last_check_timestamp_seconds",
        "When the last finished check ended",
        dt.datetime.fromisoformat(row.finished_at).timestamp(),
    )
    yield GaugeMetricFamily(
        "dvcqg_last_check_complete", "Whether it was complete", float(row.complete)
    )


def _freshness(fresh: list[Freshness]) -> Iterator[GaugeMetricFamily]:
    """By source: the age of its oldest reading, unknown while one is missing, and staleness."""
    labels = ["dataset", "source"]
    age = GaugeMetricFamily(
        "dvcqg_freshness_seconds", "Age of a source's oldest reading", labels=labels
    )
    stale = GaugeMetricFamily("dvcqg_stale", "Whether a source has a stale reading", labels=labels)
    now = clock.now()
    for dataset, source in dict.fromkeys((one.dataset, one.source) for one in fresh):
        its = [one for one in fresh if (one.dataset, one.source) == (dataset, source)]
        instants = [one.accepted_at for one in its if one.accepted_at is not None]
        if len(instants) == len(its):
            age.add_metric([dataset, source], (now - min(instants)).total_seconds())
        stale.add_metric([dataset, source], float(any(one.stale for one in its)))
    yield age
    yield stale


def _counted(connection: Connection, name: str, said: str, table: str) -> GaugeMetricFamily:
    """How many rows of a table have each status."""
    label = {"capture_log": "status", "outbox": "state"}[table]
    family = GaugeMetricFamily(name, said, labels=[label])
    rows = connection.execute(text(f"SELECT {label}, COUNT(*) FROM {table} GROUP BY 1 ORDER BY 1"))
    for state, number in rows:
        family.add_metric([state], float(number))
    return family


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Elsewhere than on POSIX this lets two programs listen on one port.
    allow_reuse_address = os.name == "posix"

    def __init__(self, health: Health, address: tuple[str, int]) -> None:
        self.health = health
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(health)
        ProcessCollector(registry=self.registry)
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind, without asking the network for our own name as the library would."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10
    server_version = "dvcqg-sync"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer /healthz and /metrics, and nothing else."""
        if self.path == "/healthz":
            problems = self.server.health.problems()
            told = {"status": "failing" if problems else "ok", "problems": problems}
            body = json.dumps(told, ensure_ascii=False).encode()
            self._answer(503 if problems else 200, "application/json", body)
        elif self.path == "/metrics":
            try:
                body = generate_latest(self.server.registry)
            except StoreError as error:
                self._answer(503, "text/plain; charset=utf-8", f"{error}\n".encode())
            else:
                self._answer(200, CONTENT_TYPE_LATEST, body)
        else:
            self._answer(404, "text/plain; charset=utf-8", b"/healthz or /metrics\n")

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: whoever watches asks several times a minute."""
