"""A day in a few lines, which end the report of a terminal: what one sees without scrolling."""

from __future__ import annotations

from collections.abc import Iterator

from sync import wording
from sync.changes import Severity
from sync.report.daily import DailyReport, ProvinceReport
from sync.report.overdue import OverdueReport


def in_short(report: DailyReport) -> list[str]:
    """One line for each province, each source of dossiers, the catalogue, and what is missing."""
    lines = [_province(one) for one in report.provinces if one.periods]
    lines += [_source(one) for one in report.overdue]
    if report.catalogue is not None and not report.catalogue.is_first:
        changes, listed = report.catalogue.counted.total(), report.catalogue.listed
        lines.append(
            f"Thủ tục: {wording.count(changes)} thay đổi trong {wording.count(listed)} thủ tục"
        )
    if report.not_accepted:
        lines.append(f"Chưa nhận được: {'; '.join(scope for scope, _ in report.not_accepted)}")
    return lines


def _province(report: ProvinceReport) -> str:
    return f"{report.name}: {', '.join(_parts(report))}"


def _source(report: OverdueReport) -> str:
    told = f"Hồ sơ quá hạn ({report.source}): {report.headline}"
    return told if report.is_of_the_day else f"{told}, theo {report.occasion}"


def _parts(report: ProvinceReport) -> Iterator[str]:
    first = report.periods[0]
    if first.standing.total is not None:
        moved = f" ({wording.signed(first.since_last)})" if first.since_last else ""
        period = wording.period(first.period)
        yield f"{wording.points(first.standing.total)} điểm {period}{moved}"
    if first.standing.rank is not None:
        before = first.rank_before
        moved = f" (từ {before})" if before not in (None, first.standing.rank) else ""
        yield f"hạng {first.standing.rank}/{first.standing.rank_of}{moved}"
    grave = [line for line in report.changes if line.severity > Severity.info]
    if grave:
        critical = sum(line.severity is Severity.critical for line in grave)
        yield f"{len(grave)} cảnh báo" + (f" ({critical} nghiêm trọng)" if critical else "")
