"""The fault matrix: every fault of the replica, at every source it can befall, and what follows.

    python -m tests.flow.matrix_page > docs/reliability.md

`ROWS` is the table that `test_matrix` plays and that the page prints; `reason_against` says why a
pair of source and fault has no row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from tests.replica.catalogue_kinds import CATALOGUE_KINDS
from tests.replica.dossier_kinds import LISTING_KINDS
from tests.replica.faults import TRANSPORT_KINDS

Occasion = Literal["first run", "ordinary day", "backfill"]
FIRST: Final = "first run"
ORDINARY: Final = "ordinary day"
BACKFILL: Final = "backfill"
OCCASIONS: Final[dict[str, tuple[Occasion, ...]]] = {
    "index": (FIRST, ORDINARY, BACKFILL),
    "procedures": (FIRST, ORDINARY, BACKFILL),
    "igate": (FIRST, ORDINARY),
    "site": (FIRST, ORDINARY),
    "folder": (FIRST, ORDINARY),
    "legacy": (BACKFILL,),
}
"""The sources, and the occasions on which each is read."""


@dataclass(frozen=True)
class Fate:
    """What comes of a reading under a fault.

    `stored` are the statuses of the captures that were not accepted, each once; `kind` is what is
    told, `told` a part of its message, `reason` a part of what the log says.
    """

    stored: tuple[str, ...] = ()
    kind: str | None = None
    told: str = ""
    reason: str = ""
    exit_code: int = 3
    note: str = ""
    """Why it is believed although it is wrong; "" where what came is right, or was not believed."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was lost by the fault."""
        return not self.stored and not self.note


WHOLE: Final = Fate(exit_code=0)


def refused(told: str, reason: str, *, and_failed: bool = False) -> Fate:
    """Not believed; `and_failed` where readings that follow are not made."""
    stored = ("refused", "failed") if and_failed else ("refused",)
    return Fate(stored, "source_refused", told, reason)


def failed(told: str, reason: str) -> Fate:
    """Nothing came."""
    return Fate(("failed",), "source_failed", told, reason)


def changed(path: str) -> Fate:
    """What is relied upon is missing or of another type."""
    return Fate(("refused",), "format_changed", f"đã đổi định dạng (trường {path}", path)


def believed(note: str) -> Fate:
    """Wrong, and nothing shows it."""
    return Fate(exit_code=0, note=note)


@dataclass(frozen=True)
class Row:
    """A fault at a source; an occasion without a fate of its own has `fate`."""

    source: str
    kind: str
    fate: Fate
    options: dict[str, Any] = field(default_factory=dict)
    first: Fate | None = None
    past: Fate | None = None

    def on(self, occasion: Occasion) -> Fate:
        """What comes of it on an occasion; of the past nobody is told."""
        if occasion == FIRST:
            return self.first or self.fate
        if occasion == ORDINARY:
            return self.fate
        past = self.past or self.fate
        # A refusal ends a backfill, where a check writes down what it did not ask.
        stored = past.stored[:1] if self.source == "index" else past.stored
        return replace(past, stored=stored, kind=None)


@dataclass(frozen=True)
class Cell:
    """One row on one occasion."""

    row: Row
    occasion: Occasion
    fate: Fate

    def __str__(self) -> str:
        options = ",".join(f"{key}={value}" for key, value in self.row.options.items())
        return "-".join(filter(None, (self.row.source, self.row.kind, options, self.occasion)))


# --- What comes of how an answer arrives

_DOWN: Final = failed("không trả lời; kiểm tra mạng rồi chạy lại", "no answer")
_DENIED: Final = refused("từ chối trả lời; thử lại sau", "")
_SITE_DOWN: Final = replace(_DOWN, reason="the start page")
_SITE_DENIED: Final = refused("từ chối trả lời; thử lại sau", "127.0.0.1")
_UNUSABLE: Final = "không dùng được (không đầy đủ hoặc không đúng phạm vi hỏi)"
_CUT: Final = refused(_UNUSABLE, "no whole JSON")
_NOT_ASKED: Final = replace(_DENIED, stored=("refused", "failed"))
_OVER: Final = failed("đăng nhập lại: dvcqg login nguon", "the session is over")
LIST, DETAIL = "list-all-public-formality-by-citizen", "get-formality-by-citizen"
_SLOW: Final = {"seconds": 0.2, "times": 2}
_SILENCES: Final = ("hang", "reset", "bad_gateway", "unavailable")
_REFUSALS: Final = ("too_many", "forbidden", "html", "login_html")


def _transport(
    source: str, down: Fate, denied: Fate, cut: Fate, login: Fate | None = None
) -> Iterator[Row]:
    yield Row(source, "slow", WHOLE, _SLOW)
    yield from (Row(source, kind, down) for kind in _SILENCES)
    for kind in _REFUSALS:
        yield Row(source, kind, login if login and kind == "login_html" else denied)
    yield Row(source, "truncated", cut)


# --- The index, today's and of the past

_SCORE: Final = changed("data.overview.totalScore")
_OLD_SCORE: Final = changed("rows.0.TONG_SCORE")
_GONE: Final = "biến mất khỏi kết quả"
_FIRST_HALF: Final = "a first reading is held against half of the units known of, and this is more"
_FIRST_FLOOR: Final = "a first reading has none before it that had activity"
_FIRST_LIST: Final = (
    "a first listing has none before it, and an office may have few or none overdue"
)
_NO_DATA: Final = (
    "an empty list of the past is a period without data; `dvcqg backfill index --again` asks again"
)
INDEX: Final = [
    *_transport("index", _DOWN, _NOT_ASKED, _CUT),
    Row("index", "renamed", _SCORE),
    Row("index", "retyped", _SCORE),
    Row("index", "wrong_province", refused(_UNUSABLE, "answered for H53")),
    Row("index", "empty", refused("danh sách đơn vị trống", "the list of units is empty"),
        past=believed(_NO_DATA)),
    Row("index", "keep_share", refused(_GONE, "units are gone"), {"share": 0.4},
        first=refused("trong khi thường có khoảng", "units came where about"),
        past=refused("trong khi thường có khoảng", "units came where about")),
    Row("index", "keep_share", refused(_GONE, "units are gone"), {"share": 0.7},
        first=believed(_FIRST_HALF), past=believed(_FIRST_HALF)),
    Row("index", "zero", refused("mọi tổng điểm đều bằng 0", "every total is zero")),
    Row("index", "bad_sums", refused("sáu nhóm không khớp tổng", "do not sum to the total")),
    Row("index", "floor", refused("về mức điểm của đơn vị không phát sinh hồ sơ", "none of"),
        first=believed(_FIRST_FLOOR), past=believed(_FIRST_FLOOR)),
    Row("index", "bad_code", refused(_UNUSABLE, "code 'ERROR'")),
    Row("index", "nan", refused(_UNUSABLE, "NaN is no number")),
]  # fmt: skip
LEGACY: Final = [
    *_transport("legacy", _DOWN, _DENIED, _CUT),
    Row("legacy", "renamed", _OLD_SCORE),
    Row("legacy", "retyped", _OLD_SCORE),
    Row("legacy", "wrong_province", refused(_UNUSABLE, "answered with H53")),
    Row("legacy", "empty", believed(_NO_DATA)),
    Row("legacy", "keep_share", refused("", "units came where about 63 are known"),
        {"share": 0.3, "province": "VN"}),
    Row("legacy", "zero", refused("", "every total is zero")),
    Row("legacy", "bad_sums", refused("", "do not sum to the total")),
    Row("legacy", "nan", _OLD_SCORE),
]  # fmt: skip

# --- The catalogue of procedures

_AT_LIST: Final = {"path": LIST}
_AT_DETAIL: Final = {"path": DETAIL}
_UNREAD: Final = failed("thủ tục chưa đọc được chi tiết", "details were not read")


def _list_row(kind: str, fate: Fate, **options: Any) -> Row:
    """A fault of the list; the details are left for later, as where their minutes are used up."""
    return Row("procedures", kind, fate, {**_AT_LIST, **options})


def _detail_row(kind: str, fate: Fate, **options: Any) -> Row:
    """All details wrong: they are refused, and what is missing is a capture of its own."""
    fate = replace(fate, stored=("refused", "failed"))
    return Row("procedures", kind, fate, {**_AT_DETAIL, **options})


_FIRST_CATALOGUE: Final = "a first list is held against its own total, which says the same"
_STOPPED: Final = refused("danh mục chỉ trả về", "the list ended after")
PROCEDURES: Final = [
    Row("procedures", "slow", WHOLE, {**_SLOW, **_AT_LIST}),
    Row("procedures", "slow", WHOLE, {**_SLOW, **_AT_DETAIL}),
    *(Row("procedures", kind, _DOWN, {"path": path})
      for kind in _SILENCES for path in (LIST, DETAIL)),
    *(_list_row(kind, _DENIED) for kind in _REFUSALS),
    *(_detail_row(kind, _DENIED) for kind in _REFUSALS),
    _list_row("truncated", refused(_UNUSABLE, "no whole JSON")),
    _detail_row("truncated", _CUT),
    _list_row("renamed", _STOPPED, old="lastId", new="cursor"),
    _detail_row("renamed", changed("data.executionSteps"), old="executionSteps", new="steps"),
    _list_row("retyped", changed("data.total"), field="total"),
    _detail_row("retyped", changed("data.legalBasisesDetails"), field="legalBasisesDetails"),
    _list_row("bad_code", refused(_UNUSABLE, "code 'ERROR'")),
    _detail_row("bad_code", refused(_UNUSABLE, "code 'ERROR'")),
    _list_row("empty", refused("danh mục trống", "the list is empty")),
    Row("procedures", "keep_share", refused("thủ tục biến mất cùng lúc", "gone at once"),
        {**_AT_LIST, "share": 0.5}, first=believed(_FIRST_CATALOGUE),
        past=believed(_FIRST_CATALOGUE)),
    _list_row("page_repeats", refused(_UNUSABLE, "")),
    _list_row("list_stops", _STOPPED, page=2),
    _list_row("cursor_repeats", _STOPPED, page=1),
    _list_row("cursor_loops", refused(_UNUSABLE, "goes in circles"), page=3, to=1),
    _list_row("total_missing", changed("data.total")),
    _list_row("total_wrong", _STOPPED, by=-5),
    _list_row("item_without_id", changed("data.items")),
    Row("procedures", "detail_fails", _UNREAD, {**_AT_DETAIL, "share": 0.1}),
    _detail_row("wrong_detail", refused(_UNUSABLE, "")),
    _detail_row("member_missing", changed("data.procedureProposal"), member="procedureProposal"),
]  # fmt: skip

# --- Listings of overdue dossiers

_VANISHED: Final = refused("biến mất cùng lúc", "are gone at once")
_WITHOUT_UNIT: Final = refused("có nhiều hồ sơ không còn trong danh sách", "no longer listed")
_DATE: Final = changed("Ngày hẹn trả")
_HANDFUL: Final = "the unit has a handful of dossiers, and a handful may well go between two days"
_MOVED: Final = refused("danh sách", "")
_STATE_LOST: Final = refused("không còn ghi trạng thái", "lost their state")
_FEW: Final = believed(_FIRST_LIST)
_PAGES: Final = refused(_UNUSABLE, "is not the last")
IGATE: Final = [
    *_transport("igate", _DOWN, _DENIED, refused(_UNUSABLE, "holds no token")),
    Row("igate", "truncated", refused(_UNUSABLE, "no JSON object"), {"path": "search"}),
    Row("igate", "empty", _VANISHED, first=_FEW),
    Row("igate", "keep_share", _VANISHED, {"share": 0.05}, first=_FEW),
    Row("igate", "one_unit", _VANISHED, first=_FEW),
    Row("igate", "without_unit", believed(_HANDFUL)),
    Row("igate", "page_cut", refused(_UNUSABLE, "contradicts itself"), {"page": 1}),
    Row("igate", "page_repeats", refused("(trang 2)", "pages repeat")),
    Row("igate", "page_short", _PAGES, {"page": 1}),
    Row("igate", "page_shifts", refused("danh sách đổi khi đang đọc", "do not agree")),
    Row("igate", "login_200", _DENIED),
    Row("igate", "token_expired", WHOLE),
    Row("igate", "token_expired", failed("đặt lại mã truy cập", "fresh token is not accepted"),
        {"every": True}),
    Row("igate", "field_missing", _DATE),
    Row("igate", "field_missing", _STATE_LOST, {"field": "dossierStatus"}, first=_FEW),
    Row("igate", "field_renamed", _DATE),
]  # fmt: skip
SITE: Final = [
    *_transport("site", _SITE_DOWN, _SITE_DENIED, refused("báo tổng số", "rows came where"), _OVER),
    Row("site", "empty", _VANISHED, first=_FEW),
    Row("site", "keep_share", _VANISHED, {"share": 0.1}, first=_FEW),
    Row("site", "one_unit", _VANISHED, first=_FEW),
    Row("site", "without_unit", believed(_HANDFUL)),
    Row("site", "page_cut", refused("báo tổng số", "rows came"), {"page": 1}),
    Row("site", "page_repeats", refused("(trang 2)", "pages repeat")),
    Row("site", "page_short", refused("báo tổng số", "rows came"), {"page": 1}),
    Row("site", "page_shifts", refused("danh sách đổi khi đang đọc", "do not agree")),
    Row("site", "column_renamed", _DATE),
    Row("site", "columns_reordered", WHOLE),
    Row("site", "more_columns", WHOLE),
    Row("site", "login_200", _OVER),
    Row("site", "session_expired", _OVER),
]
FOLDER: Final = [
    Row("folder", "truncated", refused(_UNUSABLE, "cannot be unpacked or read")),
    Row("folder", "empty", _VANISHED, first=_FEW),
    Row("folder", "keep_share", _VANISHED, {"share": 0.05}, first=_FEW),
    Row("folder", "keep_share", _VANISHED, {"share": 0.5}, first=_FEW),
    Row("folder", "one_unit", _VANISHED, first=_FEW),
    Row("folder", "without_unit", _WITHOUT_UNIT, first=_FEW),
    Row("folder", "column_renamed", _DATE),
    Row("folder", "column_renamed", _STATE_LOST, {"old": "Trạng thái"}, first=_FEW),
    Row("folder", "columns_reordered", WHOLE),
    Row("folder", "more_columns", WHOLE),
]
ROWS: Final = [*INDEX, *PROCEDURES, *IGATE, *SITE, *FOLDER, *LEGACY]
CELLS: Final = [
    Cell(row, occasion, row.on(occasion)) for row in ROWS for occasion in OCCASIONS[row.source]
]
_PLAYED_ANYWAY: Final = {"empty", "keep_share", *LISTING_KINDS} - {"session_expired"}
"""What `test_dossiers_site` plays in every run; each costs a start of Chromium."""


def _in_turn(cells: Sequence[Cell]) -> list[Cell]:
    """One cell for each fault: of the source that has the fewest so far."""
    by_kind: dict[str, list[Cell]] = {}
    for cell in cells:
        by_kind.setdefault(cell.row.kind, []).append(cell)
    taken: Counter[str] = Counter()
    found = []
    for several in by_kind.values():
        cell = min(several, key=lambda one: taken[one.row.source])
        taken[cell.row.source] += 1
        found.append(cell)
    return found


EACH_ONCE: Final = list(
    {
        (cell.row.source, cell.row.kind): cell
        for cell in reversed(CELLS)
        if cell.occasion == (BACKFILL if cell.row.source == "legacy" else ORDINARY)
        and not (cell.row.source == "site" and cell.row.kind in _PLAYED_ANYWAY)
    }.values()
)[::-1]
"""Each fault once at each source."""
IN_TURN: Final = _in_turn(EACH_ONCE)
"""The cells of a short run: each fault once, and the sources one after the other."""
BY_COMMAND: Final = {cell.row.kind: str(cell) for cell in IN_TURN}
"""Fault -> the cell that is played through the command line."""


def reason_against(source: str, kind: str) -> str | None:
    """Why a fault cannot befall a source; None where it can, and so must stand in the table."""
    if source == "folder" and kind in TRANSPORT_KINDS and kind != "truncated":
        return "a file comes by no network; what can happen to it is that it is half saved"
    if source != "procedures" and kind in CATALOGUE_KINDS:
        return "about the lists and details of the procedure catalogue alone"
    listings = ("igate", "site", "folder")
    if kind in LISTING_KINDS and source not in listings and (source, kind) != _PAGED:
        return "about the pages and columns of a listing of dossiers alone"
    return _REASONS.get((source, kind))


_PAGED: Final = ("procedures", "page_repeats")
_OF_FIGURES: Final = "about scores, which this source has not"
_BY_PAGE: Final = "an exported file has no pages and no login"
_BY_JSON: Final = "about named fields of JSON; a table has columns: column_renamed"
_BY_COLUMN: Final = "about the columns of a table; items have named fields: field_renamed"
_BY_FIELD: Final = "about named fields; a table has columns: column_renamed"
_NO_CODE: Final = "its answers have no code of success of their own"
_REASONS: Final[dict[tuple[str, str], str]] = {
    ("procedures", "extract"): "no fault: it makes the catalogue small",
    **{(source, kind): _OF_FIGURES
       for source in ("procedures", "igate", "site", "folder")
       for kind in ("wrong_province", "zero", "bad_sums", "floor", "nan")},
    **{(source, kind): _BY_JSON for source in ("site", "folder")
       for kind in ("renamed", "retyped", "bad_code")},
    ("igate", "renamed"): "played as field_renamed",
    ("igate", "retyped"): "the replica writes no other types; `tests/unit/dossiers` gives them",
    ("igate", "bad_code"): _NO_CODE,
    ("legacy", "bad_code"): _NO_CODE,
    ("legacy", "floor"): "units without activity had no floor then",
    **{("igate", kind): _BY_COLUMN
       for kind in ("column_renamed", "columns_reordered", "more_columns")},
    ("igate", "session_expired"): "its login is a token: token_expired",
    **{("site", kind): _BY_FIELD for kind in ("field_missing", "field_renamed")},
    ("site", "token_expired"): "its login is a session: session_expired",
    **{("folder", kind): _BY_FIELD for kind in ("field_missing", "field_renamed")},
    **{("folder", kind): _BY_PAGE
       for kind in ("page_cut", "page_repeats", "page_short", "page_shifts", "login_200",
                    "session_expired", "token_expired")},
}  # fmt: skip
