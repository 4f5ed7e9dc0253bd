"""The commands about alerts and about who is told of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sync.cli_common import (
    SOURCE,
    USAGE,
    ConfigOption,
    JsonOption,
    VerboseOption,
    console,
    fail,
    open_office,
    read_settings,
)

if TYPE_CHECKING:
    import datetime as dt

alerts_app = typer.Typer(
    help="What is open and who has seen it; changes about one matter are one alert.",
    rich_markup_mode=None,
)
AlertArgument = Annotated[int, typer.Argument(metavar="ID", help="Number of the alert.")]
SEVERITIES = {"critical": "nghiêm trọng", "warning": "cảnh báo", "info": "thông tin"}
STATES = {"open": "mới", "acknowledged": "đã xem", "snoozed": "tạm hoãn"}


@alerts_app.callback(invoke_without_command=True)
def alerts(
    context: typer.Context,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
    as_json: JsonOption = False,
) -> None:
    """List the alerts that are not closed, gravest first."""
    if context.invoked_subcommand is not None:
        return
    _settings, engine = open_office(config, verbose)
    from sync.alerts import listed

    rows = listed(engine)
    if as_json:
        from sync.overview import print_json

        print_json(rows)
    else:
        _print(rows)


@alerts_app.command("ack")
def acknowledge(
    alert: AlertArgument, config: ConfigOption = None, verbose: VerboseOption = False
) -> None:
    """Say that somebody has seen an alert; it stays quiet unless it gets graver."""
    _settings, engine = open_office(config, verbose)
    from sync import clock
    from sync.alerts import acknowledge

    acknowledge(engine, alert, clock.now())
    typer.echo(f"Alert {alert} acknowledged.")


@alerts_app.command("snooze")
def snooze(
    alert: AlertArgument,
    until: Annotated[
        str, typer.Option(help="A day, until it begins in Viet Nam, or an instant: 2026-12-01.")
    ],
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Be quiet about an alert for a while, unless it gets graver."""
    _settings, engine = open_office(config, verbose)
    from sync import clock, wording
    from sync.alerts import snooze

    instant = _instant(until)
    snooze(engine, alert, instant, clock.now())
    typer.echo(f"Alert {alert} snoozed until {wording.moment(instant)}.")


def notify(
    test: Annotated[
        bool, typer.Option("--test", help="Send a test message to every receiver now.")
    ] = False,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Send what waits to be sent; with --test, try every receiver and say whether it arrived."""
    from sync import clock
    from sync.notify import send_due, send_test

    if not test:
        settings, engine = open_office(config, verbose)
        send_due(engine, settings, clock.now())
        return
    results = send_test(read_settings(config, verbose))
    if not results:
        fail("the configuration names no receiver; add a table [[notify]].", USAGE)
    for route, trouble in results:
        typer.echo(f"{route}: {'sent' if trouble is None else f'NOT SENT, {trouble.reason}'}")
    if any(trouble for _route, trouble in results):
        sys.exit(SOURCE)


def _instant(until: str) -> dt.datetime:
    from sync import clock

    try:
        return clock.read(until)
    except ValueError:
        fail(f"--until is {until!r}; write it as 2026-12-01 or 2026-12-01T08:00.", USAGE)


def _print(rows: list[dict[str, Any]]) -> None:
    """The alerts for a person."""
    import datetime as dt

    from rich import box
    from rich.table import Table

    from sync import wording

    if not rows:
        console().print("Không có việc nào đang mở.")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("Số", "Mức", "Trạng thái", "Từ", "Nội dung"):
        table.add_column(name)
    for row in rows:
        opened = dt.datetime.fromisoformat(row["opened_at"])
        table.add_row(
            str(row["id"]),
            SEVERITIES[row["severity"]],
            STATES[row["state"]],
            wording.moment(opened),
            row["message"],
        )
    console().print(table)
