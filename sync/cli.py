"""The command line: words in and out, and exit codes; the work is done elsewhere.

Exit codes: 0 complete, 1 a finding of --fail-on's severity, 2 usage or configuration, 3 some source
failed, was refused or is stale, 4 the store cannot be used. Heavy imports wait until a command
needs them, so that --help answers at once.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync import logs, stopping
from sync.cli_alerts import alerts_app, notify
from sync.cli_backfill import backfill_app
from sync.cli_common import (
    FINDING,
    INTERRUPTED,
    SOURCE,
    USAGE,
    ConfigOption,
    DistributedOption,
    JsonOption,
    VerboseOption,
    console,
    fail,
    not_accepted,
    open_office,
    progress_bar,
    read_settings,
)
from sync.cli_daemon import daemon
from sync.cli_doctor import doctor
from sync.cli_reading import browse, reconcile
from sync.cli_reparse import reparse
from sync.cli_report import report_app
from sync.cli_worker import worker
from sync.failures import Failure

if TYPE_CHECKING:
    from sync.check import CheckResult
    from sync.config import Config

TRY_A_BROWSER = (
    "Cổng từ chối trả lời dvcqg-sync. Nếu trình duyệt trên máy này vẫn mở được trang của Cổng: "
    'đặt transport = "browser" trong mục [portal] của tệp cấu hình, rồi chạy lại.'
)

app = typer.Typer(
    help="Keeps a dated, provable copy of the national portal's published results and says what "
    "changed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
captures_app = typer.Typer(
    help="What was read, what was refused and why; a person can overrule.", rich_markup_mode=None
)
db_app = typer.Typer(help="The store itself.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(captures_app, name="captures")
app.add_typer(alerts_app, name="alerts")
app.command()(notify)
app.command()(daemon)
app.command()(doctor)
app.add_typer(backfill_app, name="backfill")
app.add_typer(db_app, name="db")
app.add_typer(report_app, name="report")
app.command()(reconcile)
app.command()(browse)
app.command()(reparse)
app.command()(worker)

CaptureArgument = Annotated[int, typer.Argument(help="Number of the capture.")]


@app.callback()
def common(config: ConfigOption = None, verbose: VerboseOption = False) -> None:
    """Take the common options before the command's name too."""
    if config is not None:
        os.environ["DVCQG_CONFIG"] = str(config)
    if verbose:
        logs.log_from(logging.INFO)


def main() -> None:
    """Run the command line; known troubles become one sentence and an exit code."""
    # Told to stop by a service manager is told to stop: what is under way is rolled back.
    stopping.listen()
    stopped = "stopped; what was already read is stored, run the command again to go on."
    try:
        app()
    except Failure as failure:
        fail(str(failure), failure.exit_code)
    except SystemExit as end:
        # The command line's library turns Ctrl-C into this exit, without a word.
        if end.code == INTERRUPTED:
            fail(stopped, INTERRUPTED)
        raise
    except Exception:
        # A library that is interrupted may say it in its own way.
        if not stopping.was_told():
            raise
        fail(stopped, INTERRUPTED)


@app.command()
def init(
    province: Annotated[str, typer.Option(help="Code of the province, e.g. H01 for An Giang.")],
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Write a commented config.toml and create the store."""
    from sync import store
    from sync.config import find, template

    path = find(config)
    if path.exists():
        fail(f"{path} exists already; edit it, or name another file with --config.", USAGE)
    text = template(province)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}.", USAGE)
    store.upgrade(read_settings(path, verbose).store_url)
    typer.echo(f"Wrote {path} and created the store. Next: dvcqg check")


@app.command()
def check(
    config: ConfigOption = None,
    verbose: VerboseOption = False,
    only: Annotated[
        str | None,
        typer.Option(help="Datasets to read, with commas between: index,dossiers,procedures."),
    ] = None,
    fail_on: Annotated[
        str | None, typer.Option(help="Exit 1 on a finding of info, warning or critical.")
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this source of dossiers (again for more), and without --only nothing else."
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="With --source: show which column became which field, store nothing."
        ),
    ] = False,
    distributed: DistributedOption = False,
) -> None:
    """Do the daily check: read, judge, store, compare, report."""
    from sync.changes import Severity

    if fail_on is not None and fail_on not in Severity.__members__:
        fail(f"--fail-on is {fail_on!r}; allowed: info, warning, critical.", USAGE)
    datasets = _datasets(only, source)
    if dry_run:
        _show_source(read_settings(config, verbose), source)
        return
    settings, engine = open_office(config, verbose)
    from sync import leases
    from sync.check import Make, make_here
    from sync.duty import do_duty
    from sync.store import store_name

    make: Make = make_here
    if distributed:
        from sync.spread import spread_check

        make = spread_check(settings, engine)
    with leases.holding(engine, "check") as lease, progress_bar() as show:

        def progress(done: int, total: int, label: str) -> None:
            lease.require()
            show(done, total, label)

        result, path = do_duty(settings, engine, progress, console(), datasets, source, make)
    if result.is_refused_plainly:
        typer.echo(f"\n{TRY_A_BROWSER}")
    typer.echo(f"\nBáo cáo: {path}\nCơ sở dữ liệu: {store_name(engine)}")
    if not result.is_complete:
        fail(_incomplete(result), SOURCE)
    if fail_on and result.worst and result.worst >= Severity[fail_on]:
        sys.exit(FINDING)


def _datasets(only: str | None, source: list[str] | None) -> set[str]:
    """The datasets that a check is to read."""
    every = {"index", "dossiers", "procedures"}
    if only is None:
        return every if source is None else {"dossiers"}
    datasets = {name.strip() for name in only.split(",")}
    if unknown := datasets - every:
        known = "allowed: index, dossiers, procedures"
        fail(f"--only names {', '.join(sorted(unknown))}; {known}.", USAGE)
    return datasets


def _show_source(settings: Config, source: list[str] | None) -> None:
    from sync.dry_run import describe_source

    if source is None or len(source) != 1:
        fail("--dry-run shows how one source of dossiers is read; name it with --source.", USAGE)
    typer.echo(describe_source(settings, source[0]))


def _incomplete(result: CheckResult) -> str:
    """What to do about a check that is not complete."""
    bad = sum(outcome.reason is not None for outcome in result.outcomes)
    said = not_accepted(bad, len(result.outcomes))
    if result.is_refused_plainly:
        said += (
            " The portal refuses plain HTTP; where a browser on this computer can open it, set "
            'transport = "browser" under [portal].'
        )
    return f"{said} See `dvcqg captures`, then run the check again."


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A saved listing: xlsx, xls, html, csv or json.")],
    source: Annotated[str, typer.Option(help="Name of the source that it comes from.")],
    as_of: Annotated[
        str | None, typer.Option(help="The instant it shows, e.g. 2026-11-20T07:00; default now.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show which column became which field.")
    ] = False,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Take a saved or exported listing of overdue dossiers; each file once, by its content.

    Where a source listed the very same on another day, --as-of says on which.
    """
    if dry_run:
        from sync.dry_run import describe_file

        typer.echo(describe_file(read_settings(config, verbose), file))
        return
    settings, engine = open_office(config, verbose)
    from sync.duty import tell
    from sync.imports import import_listing
    from sync.store import store_name

    outcome = import_listing(settings, engine, file, source, as_of)
    path = tell(settings, engine, console())
    typer.echo(f"\nBáo cáo: {path}\nCơ sở dữ liệu: {store_name(engine)}")
    if outcome.reason:
        fail(f"{file} was not accepted: {outcome.reason.rstrip('.')}.", SOURCE)


@app.command()
def login(
    source: Annotated[str, typer.Argument(help="Name of a browser source in the configuration.")],
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Open a browser for a person to log in, and save the session (mode 0600)."""
    settings = read_settings(config, verbose)
    from sync.imports import log_in

    path = log_in(settings, source)
    typer.echo(f"The login of {source} is saved in {path}. Next: dvcqg check")


@app.command()
def status(
    config: ConfigOption = None, verbose: VerboseOption = False, as_json: JsonOption = False
) -> None:
    """Say how fresh every source is and how the last check ended; exit 3 when stale."""
    settings, engine = open_office(config, verbose)
    from sync import overview

    found = overview.status(engine, settings)
    if as_json:
        overview.print_json(found)
    else:
        overview.print_status(found, console())
    if found["stale"]:
        sys.exit(SOURCE)


@captures_app.callback(invoke_without_command=True)
def captures(
    context: typer.Context,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
    as_json: JsonOption = False,
    limit: Annotated[int, typer.Option(help="How many of the newest to list.", min=1)] = 30,
) -> None:
    """List what was read, newest first."""
    if context.invoked_subcommand is not None:
        return
    _settings, engine = open_office(config, verbose)
    from sync import overview

    rows = overview.captures(engine, limit)
    if as_json:
        overview.print_json(rows)
    else:
        overview.print_captures(rows, console())


@captures_app.command("accept")
def accept(
    capture: CaptureArgument, config: ConfigOption = None, verbose: VerboseOption = False
) -> None:
    """Believe a refused capture after all; its changes follow."""
    settings, engine = open_office(config, verbose)
    from sync.decisions import accept_capture
    from sync.duty import tell

    outcome = accept_capture(settings, engine, capture)
    path = tell(settings, engine, console())
    typer.echo(f"\nCapture {capture} accepted, {outcome.changes} changes. Report: {path}")


@captures_app.command("reject")
def reject(
    capture: CaptureArgument, config: ConfigOption = None, verbose: VerboseOption = False
) -> None:
    """Take back the newest capture of a scope, with its changes, or settle a refused one."""
    _settings, engine = open_office(config, verbose)
    from sync.decisions import reject_capture

    reject_capture(engine, capture)
    typer.echo(f"Capture {capture} rejected.")


@db_app.command("upgrade")
def db_upgrade(config: ConfigOption = None, verbose: VerboseOption = False) -> None:
    """Create the store, or bring it to this program's revision."""
    import models
    from sync import store

    store.upgrade(read_settings(config, verbose).store_url)
    typer.echo(f"The store has revision {models.REVISION}.")


@db_app.command("backup")
def db_backup(
    file: Annotated[Path, typer.Argument(help="A file that does not exist yet.")],
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Copy the store to FILE, consistently, while it is in use."""
    from sync import store

    store.back_up(read_settings(config, verbose).store_url, file)
    typer.echo(f"Wrote {file} ({file.stat().st_size:,} bytes).")


if __name__ == "__main__":
    main()
