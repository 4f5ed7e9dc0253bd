"""One million dossiers through `dvcqg import`, then the next day's file with one per cent changed.

Run: python -m benchmarks.import_million [ROWS]. Beside it stands the plain way, on the same files in
the same run: a script with `sqlite3` alone that streams the csv, stages it, indexes, and finds by
anti-joins what to close and what to open. It takes cells as they are printed: it reads no dates,
knows no repeated row, judges nothing and tells nobody. Prints seconds by the clock and of the
processor, rows a second, peak memory, store size, and how many times the plain way's ours are.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

DVCQG = Path(sys.executable).with_name("dvcqg")
HEADINGS = (
    "STT", "Mã hồ sơ", "Mã TTHC", "Tên thủ tục hành chính", "Đơn vị giải quyết",
    "Cán bộ đang xử lý", "Ngày tiếp nhận", "Ngày hẹn trả", "Trạng thái",
)  # fmt: skip
PLAIN = """
import csv, sqlite3, sys
store = sqlite3.connect(sys.argv[1], isolation_level=None)
store.executescript('''
PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=FILE;
CREATE TABLE IF NOT EXISTS version (code TEXT, tthc TEXT, name TEXT, unit TEXT, officer TEXT,
  received TEXT, due TEXT, state TEXT, opened INTEGER, closed INTEGER);
CREATE INDEX IF NOT EXISTS open_version ON version (code) WHERE closed IS NULL;
BEGIN IMMEDIATE;
CREATE TEMP TABLE staged (code TEXT, tthc TEXT, name TEXT, unit TEXT, officer TEXT, received TEXT,
  due TEXT, state TEXT);
''')
with open(sys.argv[2], encoding='utf-8', newline='') as file:
    rows = csv.reader(file); next(rows)
    store.executemany('INSERT INTO staged VALUES (?,?,?,?,?,?,?,?)', (row[1:] for row in rows))
columns = 'tthc', 'name', 'unit', 'officer', 'received', 'due', 'state'
differs = ' OR '.join(f'v.{c} IS NOT s.{c}' for c in columns)
store.execute('CREATE INDEX temp.staged_code ON staged (code)')
store.execute('CREATE TEMP TABLE ended AS SELECT v.rowid AS id FROM version v WHERE v.closed IS NULL'
  ' AND NOT EXISTS (SELECT 1 FROM staged s WHERE s.code = v.code)')
store.execute('CREATE TEMP TABLE fresh AS SELECT s.*, v.rowid AS old FROM staged s LEFT JOIN version v'
  f' ON v.closed IS NULL AND v.code = s.code WHERE v.rowid IS NULL OR {differs}')
day = int(sys.argv[3])
store.execute('UPDATE version SET closed = ? WHERE rowid IN (SELECT id FROM ended)'
  ' OR rowid IN (SELECT old FROM fresh WHERE old IS NOT NULL)', (day,))
store.execute('INSERT INTO version SELECT code, tthc, name, unit, officer, received, due, state, ?,'
  ' NULL FROM fresh', (day,))
store.execute('COMMIT')
"""


class Cost(NamedTuple):
    """Seconds by the clock and of the processor, peak memory in MB."""

    seconds: float
    cpu: float
    peak: float


def main() -> None:
    """Measure and print a table."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for day in (1, 2):
            write_listing(folder / f"day{day}.csv", rows, day)
        (folder / "config.toml").write_text('[index]\nprovinces = ["H01"]\n', encoding="utf-8")
        run(folder, 1, [str(DVCQG), "db", "upgrade"])
        print(f"{rows:,} rows, 1 % changed on the second day")
        print(f"{'':<22}{'s':>7}{'CPU s':>8}{'rows/s':>10}{'MB peak':>9}{'store MB':>10}")
        sizes = []
        for day in (1, 2):
            listing = f"day{day}.csv"
            plain = run(folder, day, [sys.executable, "-c", PLAIN, "plain.db", listing, str(day)])
            show(f"day {day}, plain", rows, plain, size_of(folder, "plain.db"))
            ours = run(folder, day, [str(DVCQG), "import", listing, "--source", "x"])
            sizes.append(size_of(folder, "dvcqg.db"))
            show(f"day {day}, dvcqg import", rows, ours, sizes[-1])
            by_clock, by_processor = ours.seconds / plain.seconds, ours.cpu / plain.cpu
            print(f"day {day}, times plain  {by_clock:7.2f}{by_processor:8.2f}")
        grown = (sizes[1] - sizes[0]) / len(range(0, rows, 100))
        print(f"{grown:.0f} bytes of store for each changed row")


def write_listing(path: Path, rows: int, day: int) -> None:
    """A listing; on the second day one row in a hundred has another officer."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for number in range(rows):
            changed = day == 2 and number % 100 == 0
            writer.writerow(
                (
                    number + 1,
                    f"H01.{100 + number % 102}-26{1 + number // 10_000 % 9:02d}01-{number:07d}",
                    f"1.{number % 900:06d}",
                    f"Thủ tục cấp giấy phép loại {number % 900} cho tổ chức, cá nhân",
                    f"UBND xã Số {number % 102}",
                    f"Nguyễn Văn {'Mới' if changed else number % 300}",
                    f"{1 + number % 28:02d}/10/2026 08:00",
                    f"{1 + number % 28:02d}/11/2026 17:00",
                    "Đang xử lý",
                )
            )


def show(label: str, rows: int, cost: Cost, size: int) -> None:
    """Print one line of the table."""
    rate = rows / cost.seconds
    print(
        f"{label:<22}{cost.seconds:7.1f}{cost.cpu:8.1f}{rate:10,.0f}{cost.peak:9.0f}"
        f"{size / 1e6:10.1f}"
    )


def size_of(folder: Path, store: str) -> int:
    """The size of a store in bytes, with what was not yet moved into it."""
    return sum(file.stat().st_size for file in folder.glob(f"{store}*"))


def run(folder: Path, day: int, command: list[str]) -> Cost:
    """Run a command to its end."""
    began = time.monotonic()
    environment = {**os.environ, "DVCQG_NOW": f"2026-12-{day:02d}T07:00:00+07:00"}
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[:3]} ended with {process.returncode}")
    seconds, cpu = time.monotonic() - began, usage.ru_utime + usage.ru_stime
    return Cost(seconds, cpu, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
