"""What the store knows of its own sources: freshness, checks, captures."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text

from sync import clock, wording
from sync.config import Config
from sync.sources import due_scopes
from sync.store import reading

STALE_AFTER = dt.timedelta(hours=36)
"""A daily source that has not been believed for a day and a half has missed its day."""

STATUS_WORDS = {
    "accepted": "đã nhận",
    "unchanged": "không đổi",
    "refused": "không nhận",
    "failed": "không đọc được",
}


def status(engine: Engine, config: Config) -> dict[str, Any]:
    """How fresh every scope that is due today is; instants as ISO text in UTC."""
    now = clock.now()
    with reading(engine) as connection:
        rows = connection.execute(
            text(
                """
                SELECT s.name, believed.completed_at AS believed_at,
                       latest.completed_at AS tried_at, latest.status, latest.reason
                FROM scopes s
                JOIN capture_log latest
                  ON latest.id = (SELECT MAX(id) FROM capture_log WHERE scope_id = s.id)
                LEFT JOIN capture_log believed ON believed.id = s.last_capture_id
                """
            )
        ).all()
        last = (
            connection.execute(text("SELECT * FROM checks ORDER BY id DESC LIMIT 1"))
            .mappings()
            .first()
        )
    known = {row.name: row for row in rows}
    scopes = [
        _freshness(name, known.get(name), now) for name in due_scopes(config, clock.day_of(now))
    ]
    return {
        "now": _iso(now),
        "stale": any(scope["stale"] for scope in scopes),
        "sources": scopes,
        "last_check": dict(last) if last else None,
        "store_bytes": _size(Path(engine.url.database or "")),
        "archive_bytes": _size(config.archive_folder) if config.archive_folder else None,
    }


def _freshness(name: str, row: Any, now: dt.datetime) -> dict[str, Any]:
    believed_at = row.believed_at if row else None
    age = now - dt.datetime.fromisoformat(believed_at) if believed_at else None
    return {
        "dataset": "index",
        "source": "portal",
        "scope": name,
        "accepted_at": believed_at,
        "tried_at": row.tried_at if row else None,
        "status": row.status if row else None,
        "reason": row.reason if row else None,
        "stale": age is None or age > STALE_AFTER,
    }


def captures(engine: Engine, limit: int) -> list[dict[str, Any]]:
    """The newest rows of the view `captures`."""
    with reading(engine) as connection:
        rows = connection.execute(
            text("SELECT * FROM captures ORDER BY id DESC LIMIT :limit"), {"limit": limit}
        ).mappings()
        return [dict(row) for row in rows]


def print_json(value: Any) -> None:
    """Print a value as JSON, Vietnamese left readable."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_status(found: dict[str, Any], console: Console) -> None:
    """The state of the sources for a person."""
    last = found["last_check"]
    if last is None:
        console.print("Chưa kiểm tra lần nào. Chạy: dvcqg check")
    else:
        done = {"complete": "đầy đủ", "incomplete": "chưa đầy đủ"}[last["status"]]
        console.print(f"Lần kiểm tra cuối: {_moment(last['started_at'])}, {done}.")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("Nguồn", "Số liệu nhận lúc", "Lần đọc cuối", "Tình trạng"):
        table.add_column(name)
    for source in found["sources"]:
        state = STATUS_WORDS.get(source["status"] or "", "chưa đọc")
        table.add_row(
            source["scope"],
            _moment(source["accepted_at"]),
            _moment(source["tried_at"]),
            f"{state}, QUÁ CŨ" if source["stale"] else state,
        )
    console.print(table)
    archive = found["archive_bytes"]
    console.print(
        f"Cơ sở dữ liệu {_megabytes(found['store_bytes'])}, "
        f"bản gốc {'không lưu' if archive is None else _megabytes(archive)}."
    )


def print_captures(rows: list[dict[str, Any]], console: Console) -> None:
    """The captures for a person; reasons stand below the row they belong to."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("Số", "Phạm vi", "Lúc", "Kết quả", "Dòng", "Lý do"):
        table.add_column(name)
    for row in rows:
        table.add_row(
            str(row["id"]),
            row["scope"],
            _moment(row["completed_at"]),
            STATUS_WORDS[row["status"]],
            "–" if row["rows"] is None else wording.count(row["rows"]),
            row["reason"] or "",
        )
    console.print(table)


def _iso(instant: dt.datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(instant: str | None) -> str:
    return wording.moment(dt.datetime.fromisoformat(instant)) if instant else "chưa có"


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def _megabytes(size: int) -> str:
    return f"{wording.points(round(size / 1e4))} MB"
