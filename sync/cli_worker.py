"""`dvcqg worker`: makes the readings that `--distributed` commands ask for."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from sync import logs
from sync.cli_common import ConfigOption, VerboseOption, read_settings


def worker(
    concurrency: Annotated[int, typer.Option(help="Readings at the same time.", min=1, max=8)] = 1,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Do readings for `--distributed` commands until told to stop; needs the extra `cluster`."""
    logs.log_from(logging.DEBUG if verbose else logging.INFO)
    settings = read_settings(config, verbose)
    from sync import spread, store
    from sync.cluster import watchful, work

    spread.require_spreadable(settings)
    engine = store.open_store(watchful(settings.store_url))
    work(settings, engine, spread.worker(settings, engine), concurrency)
