"""Files and folders: the configuration, the raw archive, the reports."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

from sync.config import Config, ConfigError, Portal, load
from sync.doctor.findings import CONFIGURATION, STORE, Finding, bad, doubtful, well

_OTHERS_WRITE = 0o002


def configuration(path: Path) -> Generator[Finding, None, Config | None]:
    """The configuration, None when it cannot be used, and what is wrong with its file."""
    try:
        config = load(path)
    except ConfigError as error:
        yield bad("configuration", str(error), CONFIGURATION)
        return None
    if os.name == "posix" and path.stat().st_mode & _OTHERS_WRITE:
        yield doubtful(
            "configuration", f"anybody on this computer may change {path}: run chmod o-w {path}."
        )
    else:
        yield well("configuration", f"{path} is valid.")
    if config.portal.user_agent == Portal.model_fields["user_agent"].default:
        yield doubtful(
            "user agent",
            "the portal is not told who asks: put your office's address into user_agent under "
            "[portal].",
        )
    return config


def archive(config: Config) -> Iterator[Finding]:
    """Whether raw answers can be kept."""
    folder = config.archive_folder
    if folder is None:
        yield well("archive", "raw answers are not kept (archive is empty under [store]).")
        return
    if trouble := write_trouble(folder):
        yield bad("archive", f"{trouble} Mend that, or name another archive.", STORE)
        return
    days = config.store.archive_days
    kept = f"for {days} days" if days else "for ever"
    yield well("archive", f"{folder} can be written; raw answers are kept {kept}.")


def reports(config: Config) -> Iterator[Finding]:
    """Whether the day's report can be written."""
    folder = config.reports_folder
    if trouble := write_trouble(folder):
        yield bad("reports", f"{trouble} Without that no report is written.", CONFIGURATION)
    else:
        yield well("reports", f"{folder} can be written.")


def write_trouble(folder: Path) -> str | None:
    """Why no file can be made in a folder, or where it would be made; None when one can.

    One is made, because rights alone do not tell: the disk may be full or mounted to be read only.
    """
    try:
        with tempfile.TemporaryFile(dir=standing(folder)):
            return None
    except OSError as error:
        return f"{folder} cannot be written: {error.strerror}."


def standing(folder: Path) -> Path:
    """The folder itself, or the nearest above it that is there already."""
    return next(path for path in (folder, *folder.parents) if path.exists())
