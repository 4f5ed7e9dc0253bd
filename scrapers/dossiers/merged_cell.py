"""Reads a cell that merges several things, as "Thông tin hồ sơ" does on some screens.

Such a cell holds the code, an abstract, the state and two dates. Only what is certain leaves it: a
code by its shape, a date behind its label, a state behind its label if its words are known. The
rest, abstracts with names among it, is dropped.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from scrapers.dossiers.cells import Cell, plain
from scrapers.dossiers.headings import fold

STATES: tuple[str, ...] = (
    "Mới đăng ký",
    "Được tiếp nhận",
    "Không được tiếp nhận",
    "Đang xử lý",
    "Yêu cầu bổ sung giấy tờ",
    "Yêu cầu thực hiện nghĩa vụ tài chính",
    "Công dân yêu cầu rút hồ sơ",
    "Dừng xử lý",
    "Đã xử lý xong",
    "Đã trả kết quả",
)
"""The national words for the states of a dossier."""

_DATE = r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?(?!\d)"
_RECEIVED = re.compile(rf"tiếp nhận[^:\d]{{0,20}}:\s*({_DATE})", re.ASCII)
_DUE = re.compile(rf"hẹn trả[^:\d]{{0,20}}:\s*({_DATE})", re.ASCII)
_STATE = re.compile(r"(?:trạng thái|tình trạng)[^:\n]{0,20}:\s*([^\n;]+)")
_FOLDED_STATES = {fold(state): state for state in STATES}


class MergedCell(NamedTuple):
    """What a merged cell says for certain; dates still as text."""

    received: str | None
    due: str | None
    state: str | None


def read_merged_cell(cell: Cell) -> MergedCell:
    """The labelled dates and the state; None where there is none or where two contradict."""
    text = "\n".join(" ".join(line.split()) for line in plain(cell).casefold().splitlines())
    states = [_FOLDED_STATES.get(fold(state)) for state in _STATE.findall(text)]
    return MergedCell(
        _only(_RECEIVED.findall(text)), _only(_DUE.findall(text)), _only([s for s in states if s])
    )


def _only(found: list[str]) -> str | None:
    return found[0] if len(set(found)) == 1 else None
