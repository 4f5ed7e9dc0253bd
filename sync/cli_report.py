"""`dvcqg report`: reports of any past day or month, from the store alone.

Nothing is asked of the network, nothing in the store is changed, nobody is told: only files are
written, each whole or not at all. Days are days of Viet Nam, written 2026-11-20 or 20/11/2026.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync.cli_common import USAGE, ConfigOption, VerboseOption, fail, open_office

if TYPE_CHECKING:
    from sync.report.files import Written

report_app = typer.Typer(
    help="Write reports from the store: no network, nothing stored, nobody told.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

SeenOption = Annotated[
    str | None,
    typer.Option(help="The index as it was seen up to this day, or `now` as it stands now."),
]
OutOption = Annotated[
    Path | None, typer.Option(help="Folder to write to (default: `reports` beside the settings).")
]
TemplateOption = Annotated[
    Path | None, typer.Option(help="The office's own Word template (docs/announcement.md).")
]


@report_app.command()
def daily(
    date: Annotated[
        str | None, typer.Option(help="The day, e.g. 2026-11-20 or 20/11/2026; default today.")
    ] = None,
    seen_on: SeenOption = None,
    formats: Annotated[
        str | None, typer.Option("--format", help="html, xlsx, txt, with commas between.")
    ] = None,
    out: OutOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Write the report of a day; by default as the index was seen that day."""
    settings, engine = open_office(config, verbose)
    from sync import clock
    from sync.report import asked, daily_content
    from sync.report.files import list_reports, write_daily_files
    from sync.store import reading

    today = clock.day_of(clock.now())
    day = asked.day_asked("--date", date, today)
    seen = asked.seen_asked(seen_on, day, day, today)
    wanted = asked.formats_asked(formats, "html,xlsx", asked.DAILY_FORMATS, "daily")
    folder = _folder(out, settings.reports_folder, None if seen == day else str(seen))
    with reading(engine) as connection:
        asked.require_read(connection, day)
        report = daily_content(connection, settings, day, seen)
    with _writing(folder):
        _tell(write_daily_files(report, settings, folder, wanted))
        list_reports(settings, folder)


@report_app.command()
def monthly(
    month: Annotated[
        str | None,
        typer.Option(help="The month, e.g. 2026-10 or 10/2026; default the last that ended."),
    ] = None,
    seen_on: SeenOption = None,
    unit: Annotated[
        str | None, typer.Option(help="Code of a unit, for its announcement; default the province.")
    ] = None,
    province: Annotated[
        str | None, typer.Option(help="Code of the province, where several are configured.")
    ] = None,
    formats: Annotated[
        str | None, typer.Option("--format", help="docx, xlsx, txt, with commas between.")
    ] = None,
    template: TemplateOption = None,
    out: OutOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Write the announcement of a month as a draft; by default as the index stands now."""
    settings, engine = open_office(config, verbose)
    from sync import clock
    from sync.report import asked
    from sync.report.files import list_reports, write_monthly_files
    from sync.report.monthly import monthly_report
    from sync.store import reading

    today = clock.day_of(clock.now())
    period = asked.month_asked(month, today)
    seen = asked.seen_asked(seen_on, today, period.first_day, today)
    wanted = asked.formats_asked(formats, "docx,xlsx", asked.MONTHLY_FORMATS, "monthly")
    code = asked.province_asked(settings, province)
    folder = _folder(out, settings.reports_folder, None if seen == today else str(seen))
    with reading(engine) as connection:
        report = monthly_report(connection, settings, code, period, seen, unit)
        if report is None:
            raise asked.never_read(connection, code, period, seen)
    with _writing(folder):
        _tell(write_monthly_files(report, settings, folder, wanted, template))
        list_reports(settings, folder)


@report_app.command()
def apology(
    source: Annotated[str, typer.Option(help="Name of the source of dossiers.")],
    dossier: Annotated[list[str], typer.Option(help="Code of an overdue dossier; again for more.")],
    template: TemplateOption = None,
    out: OutOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Write drafts of apology letters for overdue dossiers, one Word file, a letter a page."""
    settings, engine = open_office(config, verbose)
    from sync import clock
    from sync.report.apology import overdue_chosen, write_apologies
    from sync.report.files import LABELS, Written, list_reports
    from sync.report.whole_file import unused
    from sync.store import reading

    today = clock.day_of(clock.now())
    folder = _folder(out, settings.reports_folder)
    with reading(engine) as connection:
        chosen = overdue_chosen(connection, source, dossier, today)
    with _writing(folder):
        path = unused(folder / f"thu-xin-loi-{today.isoformat()}.docx")
        _tell([Written(LABELS["docx"], write_apologies(chosen, path, template))])
        list_reports(settings, folder)


def _folder(out: Path | None, default: Path, seen: str | None = None) -> Path:
    """Where to write; what is seen otherwise than usual never takes the place of what is usual."""
    if out is not None:
        return out
    return default if seen is None else default / f"seen-{seen}"


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # Excel and Word lock what is open in them.
        said = (error.strerror or str(error)).rstrip(".")
        fail(
            f"the report cannot be written to {folder}: {said}. Mend the folder, or close the "
            "file where it is open, then run the command again.",
            USAGE,
        )


def _tell(written: Iterable[Written]) -> None:
    for one in written:
        typer.echo(f"{one.label}: {one.path}")
