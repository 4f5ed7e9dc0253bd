"""What every command needs: common options, the store opened, and how to say that it went wrong."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from sync import logs

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from sync.config import Config

FINDING, USAGE, SOURCE, INTERRUPTED = 1, 2, 3, 130
"""Exit codes; what each means stands in `sync.cli`."""

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="Configuration file (default config.toml or $DVCQG_CONFIG)."),
]
VerboseOption = Annotated[bool, typer.Option("--verbose", help="Say what is being done.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]

DistributedOption = Annotated[
    bool,
    typer.Option("--distributed", help="Have it read by `dvcqg worker`s, on several computers."),
]


def fail(message: str, code: int) -> NoReturn:
    """End the command with one sentence."""
    if logs.is_json():
        logging.getLogger("dvcqg").error(message)
    else:
        typer.echo(f"dvcqg: {message}", err=True)
    sys.exit(code)


def not_accepted(bad: int, taken: int) -> str:
    """How many readings brought nothing."""
    return f"{bad} of {taken} readings were not accepted; the rest is stored."


def open_office(config: Path | None, verbose: bool) -> tuple[Config, Engine]:
    """The configuration and its store. Raises ConfigError and StoreError."""
    from sync import store

    settings = read_settings(config, verbose)
    return settings, store.open_store(settings.store_url)


def read_settings(config: Path | None, verbose: bool) -> Config:
    """The configuration. Raises ConfigError."""
    from sync.config import find, load

    logs.log_from(logging.INFO if verbose else logging.ERROR)
    return load(find(config))


def console() -> Any:
    """Tables on a terminal; without one, plain lines wide enough not to be broken."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 120)


def progress_bar() -> Any:
    """A bar on standard error, where somebody watches."""
    from sync import progress

    return progress.progress_bar()
