"""The commands that read the past."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from sync.cli_common import (
    SOURCE,
    ConfigOption,
    DistributedOption,
    VerboseOption,
    fail,
    not_accepted,
    open_office,
    progress_bar,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from sync.backfill import IndexBackfill
    from sync.run import Progress

backfill_app = typer.Typer(
    help="Read the past; a run that was broken off goes on where it stopped.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Only show what would be asked, and how long it takes.")
]


@backfill_app.command("procedures")
def backfill_procedures(
    dry_run: DryRunOption = False,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Read the list of procedures and every detail that was never read."""
    settings, engine = open_office(config, verbose)
    from sync import backfill

    if dry_run:
        typer.echo(backfill.plan_procedures(settings, engine))
        return
    with _alone(engine) as progress:
        outcomes = backfill.backfill_procedures(settings, engine, progress)
    bad = sum(outcome.reason is not None for outcome in outcomes)
    if bad:
        fail(f"{not_accepted(bad, len(outcomes))} See `dvcqg captures`, then run it again.", SOURCE)
    typer.echo(f"All procedures are read, in {len(outcomes)} captures.")


@backfill_app.command("index")
def backfill_index(
    first: Annotated[str, typer.Option("--from", help="First month, e.g. 2022-01.")],
    last: Annotated[str, typer.Option("--to", help="Last month, e.g. 2026-10.")],
    province: Annotated[
        str | None,
        typer.Option(
            help="Codes with commas between, also of provinces that have ended, or all; "
            "by default those of the configuration."
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Read again what was not read today.")
    ] = False,
    dry_run: DryRunOption = False,
    distributed: DistributedOption = False,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Read the published results of the past, newest first: since 2026, and 2022 to 2025."""
    settings, engine = open_office(config, verbose)
    from sync import backfill
    from sync.span import span_of

    codes = settings.index.provinces if province is None else _codes(province)
    span = span_of(first, last, codes)
    if dry_run:
        typer.echo(backfill.plan_index(settings, engine, span, again=again))
        return
    read = backfill.backfill_index
    if distributed:
        from sync.spread import require_spreadable, spread_backfill

        require_spreadable(settings)
        read = spread_backfill
    with _alone(engine) as progress:
        result = read(settings, engine, span, progress, again=again)
    if result.ended_by is not None or result.bad:
        fail(_how_it_ended(result), SOURCE)
    taken = len(result.outcomes)
    typer.echo(f"Everything from {first} to {last} is there; {taken} readings were made for it.")


@contextlib.contextmanager
def _alone(engine: Engine) -> Iterator[Progress]:
    """The progress bar of the one backfill of this store; two would double the pace."""
    from sync import leases

    with leases.holding(engine, "backfill") as lease, progress_bar() as show:

        def progress(done: int, total: int, label: str) -> None:
            lease.require()
            show(done, total, label)

        yield progress


def _codes(text: str) -> list[str]:
    return [code.strip() for code in text.split(",")]


def _how_it_ended(result: IndexBackfill) -> str:
    """What stands between this run and its end, and how to go on."""
    taken = len(result.outcomes)
    if result.ended_by == "refusal":
        said = (
            f"the portal refuses to answer, so {taken - result.bad} readings are stored and "
            'nothing more was asked; wait, or set transport = "browser" under [portal].'
        )
    elif result.ended_by == "silence":
        said = "several readings in a row brought nothing, so nothing more was asked."
    else:
        said = not_accepted(result.bad, taken)
    return f"{said} See `dvcqg captures`, then run the same command again: it goes on from there."
