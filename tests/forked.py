"""The command line in a process of its own, forked from one that has imported all of it.

A start with its imports takes longer than most of what is tested. What is about starting or signals
starts the program itself.
"""

from __future__ import annotations

import atexit
import datetime as dt
import importlib
import json
import os
import pkgutil
import resource
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType

import models
import scrapers
import sync
from scrapers.http import believed_certificates
from sync.workdays import is_working_day
from tests.databases import end_with_parent

TIMEOUT_S = 120


class Finished(subprocess.CompletedProcess[str]):
    """How a command ended, and the most memory it took, with every import of every command."""

    megabytes: int


def run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] = MappingProxyType({})
) -> Finished:
    """Run `dvcqg` in a folder as `subprocess.run` would, its output captured."""
    with tempfile.TemporaryDirectory() as scratch, socket.socket(socket.AF_UNIX) as connection:
        out, err = Path(scratch, "out"), Path(scratch, "err")
        connection.settimeout(TIMEOUT_S)
        connection.connect(str(_server()))
        asked = {
            "command": list(command),
            "folder": str(folder.absolute()),
            "environment": {**os.environ, **environment},
            "out": str(out),
            "err": str(err),
        }
        with connection.makefile("rw", encoding="utf-8") as conversation:
            conversation.write(json.dumps(asked) + "\n")
            conversation.flush()
            ended = conversation.readline()
        assert ended, f"dvcqg {' '.join(command)} ended without an exit code"
        said = [path.read_text(encoding="utf-8") for path in (out, err)]
        code, megabytes = map(int, ended.split())
        finished = Finished(["dvcqg", *command], code, *said)
        finished.megabytes = megabytes
        return finished


@cache
def _server() -> Path:
    """The socket of this process's server, which is started when it is first asked for."""
    scratch = tempfile.mkdtemp(prefix="dvcqg-")
    path = Path(scratch) / "socket"
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, path], preexec_fn=end_with_parent, stdin=subprocess.DEVNULL
    )

    def stop() -> None:
        process.terminate()
        process.wait(10)
        shutil.rmtree(scratch, ignore_errors=True)

    atexit.register(stop)
    end = time.monotonic() + 60
    while not path.exists():
        assert process.poll() is None, "the server of commands does not start"
        assert time.monotonic() < end, "the server of commands is not ready"
        time.sleep(0.02)
    return path


class _Server(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    """Every request is answered in a child, which ends with it."""


class _Command(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        asked = json.loads(self.rfile.readline())
        os.chdir(asked["folder"])
        os.environ.clear()
        os.environ.update(asked["environment"])
        time.tzset()
        for stream, path in ((1, asked["out"]), (2, asked["err"])):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), stream)
        sys.argv = ["dvcqg", *asked["command"]]
        # What Typer calls the program in its help.
        sys.modules["__main__"].__package__ = ""
        code = _exit_code()
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        self.wfile.write(b"%d %d\n" % (code, megabytes))


def _exit_code() -> int:
    from sync import cli

    try:
        cli.main()
    except SystemExit as end:
        return int(end.code or 0)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _prepare() -> None:
    """Everything that each command would do anew and that is the same for all."""
    for package in (scrapers, models, sync):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    believed_certificates()
    is_working_day(dt.date(2026, 11, 20))


if __name__ == "__main__":
    _prepare()
    path = Path(sys.argv[1])
    # Under its own name it is found when it already listens.
    begun = path.with_suffix(".begun")
    with _Server(str(begun), _Command) as server:
        begun.rename(path)
        server.serve_forever()
