"""Gò Dầu's rates as its announcement told them, in the shape of the newer interface.

Gò Dầu (Tây Ninh) announced September 2024, when only the older interface was there, which prints no
rates; and the newer one knows no districts. So the same figures stand here in September 2026, with
the nine districts as units of the province and Gò Dầu's own units below it. Published are Gò Dầu's
total of 84.41 at rank 8 of 9, its 80.90 % and 81.42 %, and who reused how much; all else is made
up around them.
"""

from __future__ import annotations

import json
from dataclasses import replace

from .asked import RESULTS, understand
from .counts import Counts
from .evaluation import PREFIX, SUCCESS
from .figures import sheet_of
from .legacy_published import GO_DAU
from .periods import MONTHS
from .results import service_results
from .routes import Answer, Call
from .scene import Row, Scene, scene_of
from .shape_a import GROUPS, shape_a
from .shape_b import TREES
from .units import Unit, UnitKind, first_day_units, unit_id
from .world import sheet_on

PROVINCE = "H53"
SEPTEMBER = MONTHS[8]

_DISTRICTS = (
    # Name, and the dossiers on time among 10,000; rank and total follow.
    ("thành phố Tây Ninh", 9_800), ("thị xã Hòa Thành", 9_750), ("thị xã Trảng Bàng", 9_700),
    ("huyện Gò Dầu", 8_627), ("huyện Bến Cầu", 9_650), ("huyện Châu Thành", 9_600),
    ("huyện Dương Minh Châu", 9_550), ("huyện Tân Biên", 8_600), ("huyện Tân Châu", 9_500),
)  # fmt: skip
_REUSED = (
    # Name, and the dossiers among 10,000 whose digitised data were used again.
    ("Phòng, ban chuyên môn huyện Gò Dầu", 4_786), ("UBND xã Cẩm Giang", 2_340),
    ("UBND xã Thạnh Đức", 0), ("UBND xã Hiệp Thạnh", 337), ("UBND xã Bàu Đồn", 3_784),
    ("UBND xã Phước Thạnh", 1_257), ("UBND xã Phước Đông", 1_975), ("UBND thị trấn Gò Dầu", 4_493),
)  # fmt: skip

_USUAL = Counts(
    published_on_time=95, published=100, updated_on_time=95, updated=100, content_full=100,
    content=100, synced=10_000, sync_base=10_000, received=10_000, completed=10_000,
    authority=100, full=90, services_used=55, services=100, channel_online=9_000,
    channel_direct=1_000, paid_online=4_500, owing=10_000, fee_paid_online=90, fee_distinct=100,
    fee_provided=100, fee_formalities=100, original_result=8_142, digitised=8_090, reused=4_100,
    stored=1_000, citizen_dossiers=8_000, citizen_formalities=80, formalities=100,
    satisfied=9_100,
)  # fmt: skip


def go_dau_route(call: Call) -> Answer | None:
    """Answer for the province in that month; leave all else to the other routes."""
    endpoint = call.path.removeprefix(PREFIX)
    if endpoint not in (RESULTS, *GROUPS, *TREES) or call.method != "POST":
        return None
    query = understand(endpoint, call.body)
    if (query.province_code, query.period) != (PROVINCE, SEPTEMBER):
        return None
    scene = _scene(call.day)
    if endpoint == RESULTS:
        data = service_results(scene)
    else:
        data = shape_a(scene, query) if endpoint in GROUPS else TREES[endpoint](scene)
    envelope = {"code": "OK", "data": data, "message": "OK"}
    return Answer(SUCCESS, json.dumps(envelope, ensure_ascii=False).encode())


def _scene(day: int) -> Scene:
    """The districts and Gò Dầu's units, among the province's communes as they are."""
    communes = [unit for unit in first_day_units(PROVINCE) if unit.kind == "commune"]
    rows = [Row(unit, sheet_on(day, unit, SEPTEMBER)) for unit in communes]
    for number, (name, on_time) in enumerate(_DISTRICTS, int(GO_DAU[-2:]) - 3):
        unit = _unit(f"{PROVINCE}.{number}", f"UBND {name}", is_commune=False)
        rows.append(Row(unit, sheet_of(replace(_USUAL, on_time=on_time))))
    for number, (name, reused) in enumerate(_REUSED, 1):
        unit = _unit(f"{GO_DAU}.{number:02d}", name, is_commune=True)
        rows.append(Row(unit, sheet_of(replace(_USUAL, on_time=9_000, reused=reused))))
    rows.sort(key=lambda row: row.unit.code)
    return replace(scene_of(day, PROVINCE, SEPTEMBER), rows=tuple(rows))


def _unit(code: str, name: str, *, is_commune: bool) -> Unit:
    kind: UnitKind = "commune" if is_commune else "department"
    return Unit(code, unit_id(code), f"{name} - tỉnh Tây Ninh", kind, PROVINCE)
