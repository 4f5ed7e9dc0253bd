"""`dvcqg daemon`: runs the schedule until told to stop."""

from __future__ import annotations

import logging
import os
from typing import Annotated

import typer

from sync import logs
from sync.cli_common import USAGE, ConfigOption, VerboseOption, fail


def daemon(
    config: ConfigOption = None,
    verbose: VerboseOption = False,
    log_format: Annotated[
        str | None, typer.Option(help="lines or json; by default as [daemon] log says.")
    ] = None,
) -> None:
    """Run the schedule until told to stop (Ctrl-C, SIGTERM): checks, messages, health."""
    if log_format not in (None, "lines", "json"):
        fail(f"--log-format is {log_format!r}; allowed: lines, json.", USAGE)
    from sync import store
    from sync.config import find, load

    path = find(config)
    settings = load(path)
    os.environ[logs.FORMAT] = log_format or settings.daemon.log
    logs.log_from(logging.DEBUG if verbose else logging.INFO)
    engine = store.open_store(settings.store_url)
    from sync.daemon import run

    run(settings, path, engine)
