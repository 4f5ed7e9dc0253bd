"""An office for the doctor to look at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sync.config import Config, load
from sync.doctor.findings import Finding


def office(folder: Path, more: str = "") -> Config:
    """A configuration in a folder: a province, and what a test adds."""
    path = folder / "config.toml"
    path.write_text(f'index.provinces = ["H01"]\n{more}\n', encoding="utf-8")
    return load(path)


def only(findings: Iterator[Finding]) -> Finding:
    """The one thing that a check found."""
    (finding,) = findings
    return finding
