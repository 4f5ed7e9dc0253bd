"""`make demo`: two days of the daily check against the replica portal, in ./demo."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from sync.clock import VIETNAM
from tests.replica.admin_exports import export
from tests.replica.faults import FaultRule
from tests.replica.server import Replica

FOLDER = Path("demo")
LISTINGS = "danh-sach"
FULL = FaultRule("more_columns", None, None, None, None)
"""The export lists the codes of units and procedures too."""
DAYS = (dt.date(2026, 11, 26), dt.date(2026, 11, 27))


def main() -> None:
    """Run the demo; every command it runs is one that a user would type."""
    started = time.monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with Replica(day=1) as replica:
        replica.fault("extract", share=0.1)  # a tenth of the catalogue shows as much in less time
        run("init", "--province", "H01", day=DAYS[0])
        point_to(FOLDER / "config.toml", replica.url)
        say("Ngày thứ nhất, 26/11/2026: đọc lần đầu, làm mốc so sánh (chờ vài giây) …")
        save_listing(1)
        run("check", day=DAYS[0])
        run("backfill", "index", "--from", "2026-01", "--to", "2026-09", day=DAYS[0])
        replica.day = 2
        say("Ngày thứ hai, 27/11/2026: dvcqg check\n")
        save_listing(2)
        print(run("check", day=DAYS[1]), end="")
    say(
        f"\nXong sau {time.monotonic() - started:.0f} giây. Mở báo cáo trên bằng trình duyệt; "
        "hỏi cơ sở dữ liệu bằng công cụ SQL bất kỳ\n(docs/database.md), hoặc: "
        f"cd {FOLDER} && ../.venv/bin/dvcqg captures"
    )


def run(*command: str, day: dt.date) -> str:
    """Run dvcqg in the demo's folder at seven in the morning of a day; returns what it printed."""
    now = f"{day.isoformat()}T07:00:00+07:00"
    dvcqg = Path(sys.executable).with_name("dvcqg")
    done = subprocess.run(
        [str(dvcqg), *command],
        cwd=FOLDER,
        env={**os.environ, "DVCQG_NOW": now, "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        print(done.stdout, end="")
        sys.exit(f"dvcqg {' '.join(command)} ended with {done.returncode}")
    return done.stdout


def save_listing(day: int) -> None:
    """Save the overdue listing of a day as an official exports it from the admin site."""
    folder = FOLDER / LISTINGS
    folder.mkdir(exist_ok=True)
    file = folder / f"qua-han-{DAYS[day - 1].isoformat()}.xlsx"
    file.write_bytes(export(day, "xlsx", (FULL,)))
    saved = dt.datetime.combine(DAYS[day - 1], dt.time(6, 30), VIETNAM).timestamp()
    os.utime(file, (saved, saved))


def point_to(config: Path, url: str) -> None:
    """Ask the replica instead of the portal, without pacing, and read a folder of listings."""
    text = config.read_text(encoding="utf-8")
    lines = []
    for line in text.splitlines():
        key = line.split("=")[0].strip()
        if key in ("base_url", "legacy_base_url"):
            line = f'{key} = "{url}"'
        if key == "requests_per_second":
            line = f"{key} = 0"
        lines.append(line)
    lines += ["[[dossiers.sources]]", 'name = "quantri"', 'kind = "folder"', f'path = "{LISTINGS}"']
    config.write_text("\n".join(lines) + "\n", encoding="utf-8")


def say(text: str) -> None:
    """Print at once, even into a pipe."""
    print(text, flush=True)


if __name__ == "__main__":
    main()
