"""Whether a dossier is being processed: the one rule for what is overdue and what will be soon."""

from __future__ import annotations

from functools import lru_cache

WAITING_STATES = (
    "bổ sung",
    "nghĩa vụ tài chính",
    "rút hồ sơ",
    "dừng xử lý",
    "từ chối",
    "không được",
)
DONE_STATES = ("đã xử lý xong", "đã trả kết quả", "trả kết quả", "hoàn thành", "kết thúc")
"""Words of states in which a dossier is not being processed. Inferred from the national list of
states; local systems have other lists."""


def is_in_process(ended_at: object | None, returned_at: object | None, state: str | None) -> bool:
    """Whether it has neither ended nor been returned, and does not wait for the citizen.

    Of the two instants only counts whether there is one; the state is in the source's own words.
    """
    return ended_at is None and returned_at is None and not _is_at_rest(state or "")


@lru_cache(maxsize=1_000)
def _is_at_rest(state: str) -> bool:
    folded = state.casefold()
    return any(word in folded for word in (*WAITING_STATES, *DONE_STATES))
