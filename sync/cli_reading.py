"""Commands that only read the store: an office's table held against it, and a look inside."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sync.cli_common import FINDING, USAGE, ConfigOption, VerboseOption, console, fail, open_office


def reconcile(
    file: Annotated[Path, typer.Argument(help="A report table by unit: xlsx, xls, html or csv.")],
    period: Annotated[str, typer.Option(help="2026, 2026-Q3 or 2026-09.")],
    province: Annotated[
        str | None, typer.Option(help="Code of the province, where several are configured.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write everything to this .xlsx too.")] = None,
    fail_on_difference: Annotated[
        bool, typer.Option("--fail-on-difference", help="Exit 1 when a figure differs.")
    ] = False,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Hold an office's own report table against the portal's counts of a period."""
    settings, engine = open_office(config, verbose)
    from sync.reconcile import reconcile as hold_against_portal
    from sync.reconcile_output import print_reconciliation, write_reconciliation

    if out is not None and out.exists() and file.exists() and out.samefile(file):
        fail(f"--out names {file} itself; name another file.", USAGE)
    if out is not None and not out.parent.is_dir():
        fail(f"there is no folder {out.parent} for --out; make it, or name another file.", USAGE)
    found = hold_against_portal(settings, engine, file, period, province)
    print_reconciliation(found, console())
    if out is not None:
        try:
            write_reconciliation(found, out)
        except OSError as error:
            fail(f"{out} cannot be written: {error.strerror or error}.", USAGE)
        typer.echo(f"\nBảng đối chiếu: {out}")
    if fail_on_difference and found.differing:
        sys.exit(FINDING)


def browse(
    port: Annotated[
        int, typer.Option(help="Port on this computer; 0: a free one.", min=0, max=65535)
    ] = 0,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the browser.")] = False,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Open the store in Datasette, read-only, with prepared questions; needs the extra `browse`."""
    from sync.browse import browse as serve
    from sync.browse import require_datasette, require_file

    require_datasette()
    _settings, engine = open_office(config, verbose)
    engine.dispose()
    serve(require_file(engine), port, opens=not no_open)
