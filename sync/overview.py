"""What the store knows of its own sources: freshness, checks, captures."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Engine, text

from sync import clock, leases, outbox, schedule, wording
from sync.attempts import attempts_since
from sync.config import Config
from sync.freshness import coverage, freshness
from sync.procedures import LABELS
from sync.sizes import size_of
from sync.store import reading, store_size

TOLD_FOR = dt.timedelta(days=7)
"""How long `status` tells of messages that were given up."""
STATUS_WORDS = {
    "accepted": "đã nhận",
    "unchanged": "không đổi",
    "refused": "không nhận",
    "failed": "không đọc được",
}


def status(engine: Engine, config: Config) -> dict[str, Any]:
    """How fresh every scope is that is to be read daily; instants as ISO text in UTC."""
    now = clock.now()
    with reading(engine) as connection:
        fresh = freshness(connection, config, now)
        known = coverage(connection)
        messages = outbox.overview(connection, now - TOLD_FOR)
        running = {name: leases.held_by(connection, name) for name in ("daemon", "check")}
        next_run = _next_run(connection, config, now) if running["daemon"] else None
        last = _newest_check(connection)
        complete = _newest_check(connection, "WHERE status = 'complete'")
    return {
        "now": _iso(now),
        "stale": any(one.stale for one in fresh),
        "sources": [{key: _plain(value) for key, value in one._asdict().items()} for one in fresh],
        "procedures": known._asdict() if known else None,
        "last_check": last,
        "last_complete_check": complete,
        "running": running,
        "next_run": _iso(next_run) if next_run else None,
        "outbox": messages._asdict(),
        "store_bytes": store_size(engine),
        "archive_bytes": size_of(config.archive_folder) if config.archive_folder else None,
    }


def _next_run(connection: Connection, config: Config, now: dt.datetime) -> dt.datetime:
    """When a daemon asks the next source; now, where one is due."""
    attempts = attempts_since(connection, now - schedule.LOOK_BACK)
    return max(now, schedule.next_start(schedule.timetable_of(config), attempts, now, before=0))


def _newest_check(connection: Connection, which: str = "") -> dict[str, Any] | None:
    """The newest row of the view `checks` of some kind."""
    found = connection.execute(text(f"SELECT * FROM checks {which} ORDER BY id DESC LIMIT 1"))
    row = found.mappings().first()
    return dict(row) if row else None


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
    console.print(_checks_line(found), highlight=False)
    console.print(_next_line(found), highlight=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("Nguồn", "Số liệu nhận lúc", "Lần đọc cuối", "Tình trạng"):
        table.add_column(name)
    for source in found["sources"]:
        state = STATUS_WORDS.get(source["status"] or "", "chưa đọc")
        table.add_row(
            _label(source),
            _moment(source["accepted_at"]),
            _moment(source["tried_at"]),
            f"{state}, QUÁ CŨ" if source["stale"] else state,
        )
    console.print(table)
    known = found["procedures"]
    if known is not None:
        oldest = f", lâu nhất từ {_day(known['oldest_day'])}" if known["oldest_day"] else ""
        console.print(
            f"Thủ tục: đã đọc chi tiết {wording.count(known['details'])}/"
            f"{wording.count(known['listed'])}{oldest}.",
            highlight=False,
        )
    if line := _messages_line(found["outbox"]):
        console.print(line, highlight=False)
    archive = found["archive_bytes"]
    console.print(
        f"Cơ sở dữ liệu {_megabytes(found['store_bytes'])}, "
        f"bản gốc {'không lưu' if archive is None else _megabytes(archive)}."
    )


def _checks_line(found: dict[str, Any]) -> str:
    """When the last check was and, where it was not complete, the last that was."""
    last, complete = found["last_check"], found["last_complete_check"]
    if last is None:
        return "Chưa kiểm tra lần nào. Chạy: dvcqg check"
    began = f"Lần kiểm tra cuối: {_moment(last['started_at'])}"
    if last["status"] == "complete":
        return f"{began}, đầy đủ."
    if complete is None:
        return f"{began}, chưa đầy đủ; chưa có lần nào đầy đủ."
    return f"{began}, chưa đầy đủ; lần đầy đủ gần nhất: {_moment(complete['started_at'])}."


def _next_line(found: dict[str, Any]) -> str:
    """What runs now and when the next check comes."""
    if found["running"]["check"]:
        return "Đang kiểm tra."
    if found["next_run"] is None:
        return "Không chạy nền: lần kiểm tra sau do người dùng hoặc bộ hẹn giờ của máy."
    return f"Lần kiểm tra sau: {_moment(found['next_run'])}."


def _messages_line(messages: dict[str, Any]) -> str:
    """What waits to be sent and what was given up lately; nothing where there is neither."""
    parts = []
    if messages["waiting"]:
        oldest = _moment(messages["oldest"])
        parts.append(f"{wording.count(messages['waiting'])} chờ gửi, cũ nhất từ {oldest}")
    if messages["dropped"]:
        parts.append(f"{wording.count(messages['dropped'])} đã bỏ, không gửi được")
    if not parts:
        return ""
    trouble = f" ({messages['trouble']})" if messages["trouble"] else ""
    return f"Tin nhắn: {'; '.join(parts)}{trouble}."


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


def _label(source: dict[str, Any]) -> str:
    """The scope of an index reading is its own name; others need their dataset's."""
    if source["dataset"] == "procedures":
        return LABELS[source["scope"]]
    if source["dataset"] == "dossiers":
        return f"Hồ sơ quá hạn, {source['source']}"
    return str(source["scope"])


def _plain(value: Any) -> Any:
    return _iso(value) if isinstance(value, dt.datetime) else value


def _day(day: str) -> str:
    return wording.day(dt.date.fromisoformat(day))


def _iso(instant: dt.datetime) -> str:
    return instant.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(instant: str | None) -> str:
    return wording.moment(dt.datetime.fromisoformat(instant)) if instant else "chưa có"


def _megabytes(size: int) -> str:
    return f"{wording.points(round(size / 1e4))} MB"
