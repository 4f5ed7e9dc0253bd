"""`dvcqg doctor`: what was found, line by line as it is found."""

from __future__ import annotations

import logging
import sys

import typer

from sync.cli_common import ConfigOption, JsonOption, VerboseOption
from sync.logs import log_from


def doctor(
    config: ConfigOption = None, verbose: VerboseOption = False, as_json: JsonOption = False
) -> None:
    """Look at everything the duty stands on, and say what to do about each trouble."""
    from sync.config import find
    from sync.doctor import State, examine, exit_code

    log_from(logging.INFO if verbose else logging.ERROR)
    findings = []
    for finding in examine(find(config)):
        findings.append(finding)
        if not as_json:
            mark = finding.state.upper() if finding.state is not State.ok else finding.state
            typer.echo(f"{mark:<8} {finding.what}: {finding.said}")
    code = exit_code(findings)
    if as_json:
        import json

        told = [{"what": one.what, "state": one.state, "said": one.said} for one in findings]
        typer.echo(json.dumps({"exit_code": code, "findings": told}, ensure_ascii=False, indent=2))
    sys.exit(code)
