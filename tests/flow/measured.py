"""A command and the memory it takes, told apart from that of the tests themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import NamedTuple

from tests.flow.office import DVCQG, Office

# Asked of a small process in between: what a large one starts counts as large as that one.
_MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr)
sys.exit(code)
"""


class Measured(NamedTuple):
    """How a command ended: its exit code, what it complained of, and its memory in megabytes."""

    code: int
    error: str
    megabytes: int


def measured(office: Office, *command: str, day: int = 1) -> Measured:
    """Run dvcqg on a day of the replica's world."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(DVCQG), *command],
        cwd=office.folder,
        env={**os.environ, "DVCQG_NOW": office.now(day)},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    *errors, megabytes = done.stderr.splitlines()
    return Measured(done.returncode, "\n".join(errors), int(megabytes))
