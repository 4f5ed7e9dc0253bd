"""The command that reads the raw archive again."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from sync.cli_common import (
    INTERRUPTED,
    USAGE,
    ConfigOption,
    VerboseOption,
    fail,
    open_office,
    progress_bar,
)
from sync.failures import Failure


class Stopped(Failure):
    """Somebody pressed Ctrl-C."""

    exit_code = INTERRUPTED


def reparse(
    since: Annotated[
        str | None, typer.Option(help="Only captures since this day, e.g. 2026-11-26.")
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Write the differences, after a backup of the store.")
    ] = False,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Read the raw archive again; show what today's program would have stored differently."""
    day = None if since is None else _day(since)
    settings, engine = open_office(config, verbose)
    from sync.reparse import reparse as read_again
    from sync.reparse_output import summary

    try:
        with progress_bar() as show:
            result = read_again(settings, engine, day, show, apply_it=apply)
    except KeyboardInterrupt:
        raise Stopped("stopped; the store is as it was, or wholly mended.") from None
    for line in summary(result):
        typer.echo(line)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        fail(f"--since is {text!r}; write a day such as 2026-11-26.", USAGE)
