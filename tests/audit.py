"""Hold the lock files against the advisories of osv.dev: `python -m tests.audit LOCK...`.

`pip-audit`, the first on PATH, asks; each pinned package costs one question. Exit codes: 0 nothing
is known against any package, or the database cannot be reached; 1 something is; 2 anything else.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

ANSWER_S: Final = 5
"""How long one question waits for its answer; the first without one ends the audit."""
WHOLE_S: Final = 60
"""How long all questions may take together."""
NOT_MADE: Final = "the advisory database cannot be reached; the audit was not made"
_COMMAND: Final = (
    "pip-audit", "--require-hashes", "--disable-pip", "--vulnerability-service", "osv",
    "--format", "json", "--progress-spinner", "off", "--timeout", str(ANSWER_S),
)  # fmt: skip
_NO_ANSWER: Final = ("requests.exceptions.", "Could not connect to")
"""What pip-audit writes when no answer came, or none that is the database's."""


def audit(locks: Sequence[str], whole_s: float = WHOLE_S) -> tuple[int, str]:
    """The exit code and what is said; `whole_s` in seconds."""
    command = [*_COMMAND, *(word for lock in locks for word in ("--requirement", lock))]
    try:
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", timeout=whole_s, check=False
        )
    except FileNotFoundError:
        return 2, "pip-audit is not on PATH; `make audit` installs it"
    except subprocess.TimeoutExpired:
        return 0, NOT_MADE
    if done.returncode == 0:
        return 0, f"no advisory is known against any package of {', '.join(locks)}"
    if findings := _findings(done.stdout):
        return 1, "\n".join(findings)
    if any(sign in done.stderr for sign in _NO_ANSWER):
        return 0, NOT_MADE
    return 2, f"pip-audit failed:\n{done.stderr}"


def _findings(answer: str) -> list[str]:
    """A line for each advisory, with the versions that mend it; none where there is no answer."""
    packages = json.loads(answer)["dependencies"] if answer else []
    return [
        f"{package['name']} {package['version']}: {found['id']}, "
        f"mended in {', '.join(found['fix_versions']) or 'no version'}"
        for package in packages
        for found in package.get("vulns", ())
    ]


def main() -> int:
    """Say what was found; the exit code."""
    code, said = audit(sys.argv[1:])
    print(f"audit: {said}")
    return code


if __name__ == "__main__":
    sys.exit(main())
