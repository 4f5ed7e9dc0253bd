"""The text of a digest, to the letter, and when it is sent."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sync.changes import Severity
from sync.clock import VIETNAM
from sync.digest import MOST_LINES, Told, body_of, title_of
from sync.quiet import end_of_quiet

pytestmark = pytest.mark.both_databases

DAY = dt.date(2026, 11, 27)
REPORT = Path("reports/report-2026-11-27.html")
INFO, WARNING, CRITICAL = Severity.info, Severity.warning, Severity.critical


def told(event: str, severity: Severity, message: str, unit: str | None = None) -> Told:
    name = None if unit is None else f"UBND {unit} - tỉnh An Giang"
    return Told(event, severity, message, None, name)


def test_the_text_is_what_an_official_reads_on_a_phone() -> None:
    events = [
        told("opened", WARNING, "Xã Vĩnh Hậu: 2 hồ sơ mới quá hạn; nguồn quantri.", "xã Vĩnh Hậu"),
        told("opened", WARNING, "Chỉ số 766, An Giang, năm 2026: Cổng không trả lời."),
        told("graver", CRITICAL, "Sở Y tế: tổng điểm năm 2026 giảm 2,25 điểm.", "Sở Y tế"),
        told("reopened", WARNING, "Xã Vĩnh Hậu: tỷ lệ hồ sơ quá hạn 4,10 %.", "xã Vĩnh Hậu"),
        told("closed", WARNING, "Xã An Cư: không còn hồ sơ quá hạn.", "xã An Cư"),
        told("woke", WARNING, "Xã Chợ Mới: tổng điểm năm 2026 giảm 0,90 điểm.", "xã Chợ Mới"),
    ]
    assert title_of(events, DAY) == (
        "Cổng DVC quốc gia 27/11/2026: 1 nghiêm trọng, 4 cảnh báo, 1 đã kết thúc"
    )
    assert body_of(events, REPORT) == (
        "NGHIÊM TRỌNG (1)\n"
        "• Sở Y tế: tổng điểm năm 2026 giảm 2,25 điểm. (nặng thêm)\n"
        "CẢNH BÁO (4)\n"
        "• Chỉ số 766, An Giang, năm 2026: Cổng không trả lời.\n"
        "• Xã Chợ Mới: tổng điểm năm 2026 giảm 0,90 điểm. (nhắc lại)\n"
        "• Xã Vĩnh Hậu: 2 hồ sơ mới quá hạn; nguồn quantri.\n"
        "  – tỷ lệ hồ sơ quá hạn 4,10 %. (tái diễn)\n"
        "ĐÃ KẾT THÚC (1)\n"
        "• Xã An Cư: không còn hồ sơ quá hạn.\n"
        "Báo cáo: reports/report-2026-11-27.html"
    )


@pytest.mark.parametrize(
    ("event", "added", "remark"),
    [
        ("joined", 1, ""),
        ("joined", 4, " (cùng 3 việc khác)"),
        ("opened", 0, ""),
        ("opened", 2, " (cùng 2 việc khác)"),
        ("reopened", 2, " (tái diễn, cùng 2 việc khác)"),
    ],
)
def test_what_joined_is_counted(event: str, added: int, remark: str) -> None:
    one = told(event, WARNING, "Hồ sơ 1: quá hạn.")._replace(added=added)
    assert body_of([one], REPORT).splitlines()[1] == f"• Hồ sơ 1: quá hạn.{remark}"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["opened", "closed", "woke"]),
            st.sampled_from(Severity),
            st.sampled_from([None, "xã A", "xã B", "xã C"]),
        ),
        min_size=1,
        max_size=80,
    )
)
def test_a_digest_is_never_long_and_counts_what_it_leaves_out(
    rows: list[tuple[str, Severity, str | None]],
) -> None:
    events = [told(event, severity, "Việc.", unit) for event, severity, unit in rows]
    lines = body_of(events, REPORT).split("\n")
    assert lines.pop() == f"Báo cáo: {REPORT}"
    left = 0
    if lines[-1].startswith("… và "):
        left = int(lines.pop().split()[2])
    assert len(lines) <= MOST_LINES
    shown = sum(line.startswith(("• ", "  – ")) for line in lines)
    assert shown + left == len(events)
    assert not lines[-1].isupper()
    assert left == 0 or len(lines) >= MOST_LINES - 1


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("at", "quiet", "due"),
    [
        ("2026-11-27 20:59", ("21:00", "06:00"), "2026-11-27 20:59"),
        ("2026-11-27 21:00", ("21:00", "06:00"), "2026-11-28 06:00"),
        ("2026-11-27 23:59", ("21:00", "06:00"), "2026-11-28 06:00"),
        ("2026-11-28 00:00", ("21:00", "06:00"), "2026-11-28 06:00"),
        ("2026-11-28 05:59", ("21:00", "06:00"), "2026-11-28 06:00"),
        ("2026-11-28 06:00", ("21:00", "06:00"), "2026-11-28 06:00"),
        ("2026-12-31 22:00", ("21:00", "06:00"), "2027-01-01 06:00"),
        ("2026-11-27 11:59", ("12:00", "13:30"), "2026-11-27 11:59"),
        ("2026-11-27 12:00", ("12:00", "13:30"), "2026-11-27 13:30"),
        ("2026-11-27 13:30", ("12:00", "13:30"), "2026-11-27 13:30"),
        ("2026-11-27 23:00", (), "2026-11-27 23:00"),
    ],
)
def test_what_falls_into_the_quiet_hours_waits_for_their_end(
    at: str, quiet: tuple[str, ...], due: str
) -> None:
    assert end_of_quiet(moment(at), quiet) == moment(due)


TIMES = st.times(timezones=st.none()).map(lambda time: f"{time:%H:%M}")


@given(st.integers(0, 366 * 24 * 3600), TIMES, TIMES)
def test_the_end_of_quiet_is_outside_and_less_than_a_day_away(
    seconds: int, start: str, end: str
) -> None:
    instant = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
    assume(start != end)
    due = end_of_quiet(instant, (start, end))
    assert dt.timedelta(0) <= due - instant < dt.timedelta(days=1)
    assert end_of_quiet(due, (start, end)) == due
    if due != instant:
        assert f"{due.astimezone(VIETNAM):%H:%M}" == end
