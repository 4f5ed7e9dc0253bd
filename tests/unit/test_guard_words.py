"""What is read of an objection: the reason in the log, the explanation by an official."""

from __future__ import annotations

import pytest

from scrapers.records import Figure, IndexReading
from sync.guard import Facts, Objection, objections
from sync.history import Delta
from tests.unit.test_guard import (
    KNOWN_OF_H01,
    changed,
    facts,
    is_total,
    metrics_off_by,
    reading_of,
    sums_off_by,
)


def lacking(units: int) -> IndexReading:
    """A reading of whose group TDGQ only so many units came."""
    reading = reading_of(KNOWN_OF_H01)
    reading.listed_by_group["TDGQ"] = {f"H01.{number}" for number in range(units)}
    return reading


def without_units() -> IndexReading:
    reading = reading_of(0)
    reading.declared.clear()
    return reading


def exceeding() -> IndexReading:
    reading = reading_of(KNOWN_OF_H01)
    reading.figures.append(Figure("H01.0", "DOSSIER_SYNC", 1250, 600, 0, None, None))
    return reading


@pytest.mark.parametrize(
    ("given", "reason", "explanation"),
    [
        (facts(without_units()), "the list of units is empty", "danh sách đơn vị trống"),
        (
            facts(reading_of(58), first=True),
            "58 units came where about 117 are known",
            "chỉ có 58 đơn vị, trong khi thường có khoảng 117",
        ),
        (
            facts(lacking(50), first=True),
            "TDGQ has 50 of 117 units",
            "nhóm Tiến độ giải quyết chỉ có 50/117 đơn vị",
        ),
        (
            facts(lacking(100)),
            "TDGQ had 117 units and has 100",
            "nhóm Tiến độ giải quyết từ 117 đơn vị chỉ còn 100",
        ),
        (
            facts(reading_of(100), gone=17),
            "17 of 117 units are gone",
            "17 trong 117 đơn vị biến mất khỏi kết quả",
        ),
        (
            facts(first=True)._replace(registry=Delta(117, 100, 0, 0, 17)),
            "17 of 117 known units are not listed",
            "17 trong 117 đơn vị đã biết không có trong kết quả",
        ),
        (
            changed(is_total, 20, lambda one: one._replace(score=0)),
            "every total is zero",
            "mọi tổng điểm đều bằng 0",
        ),
        (
            changed(is_total, 20, lambda one: one._replace(score=None)),
            "every total is blank",
            "mọi tổng điểm đều để trống",
        ),
        (
            facts()._replace(active=0),
            "none of 117 units with dossiers has any left",
            "mọi đơn vị đều về mức điểm của đơn vị không phát sinh hồ sơ",
        ),
        (
            facts(exceeding()),
            "H01.0 has 1250 of 600 hundredths in DOSSIER_SYNC",
            "đơn vị H01.0 có DOSSIER_SYNC 12,50 vượt mức tối đa",
        ),
        (
            sums_off_by(3, 11),
            "the six groups do not sum to the total in 11 of 20 cases",
            "sáu nhóm không khớp tổng ở 11/20 trường hợp",
        ),
        (
            metrics_off_by(3, 11),
            "the metrics do not sum to their group in 11 of 20 cases",
            "các chỉ số không khớp điểm nhóm ở 11/20 trường hợp",
        ),
        (
            changed(
                lambda one: one.denominator is not None,
                160,
                lambda one: one._replace(numerator=10, denominator=9),
            ),
            "numerators exceed denominators in 160 of 160 cases",
            "tử số lớn hơn mẫu số ở 160/160 trường hợp",
        ),
    ],
)
def test_an_objection_is_said_in_the_log_and_to_officials(
    given: Facts, reason: str, explanation: str
) -> None:
    assert Objection(reason, explanation) in objections(given)


def test_an_official_reads_the_number_of_units_a_group_declares() -> None:
    reading = reading_of(20)
    reading.declared["CKMB"] = 21
    [objection] = objections(facts(reading))
    assert objection.explanation == "nhóm Công khai, minh bạch báo có 21 đơn vị nhưng chỉ gửi 20"
