"""The ways in which the procedure catalogue misbehaves.

The faults of the transport, `empty`, `keep_share`, `bad_code`, `renamed`, `retyped` and
`page_repeats` mean here what they mean elsewhere. `page` counts from 1. Use `path` to meet one of
the three calls and `ids` to meet single details.

    extract          no fault: a smaller catalogue, of such a share and all that ever moves
    list_stops       the list is empty from that page on, whatever its total says
    cursor_repeats   that page hands out the cursor it was asked with
    cursor_loops     that page hands out the cursor of that earlier page
    total_missing    the list declares no total
    total_wrong      the total is off by so much
    item_without_id  the first item of that page has no id
    detail_fails     such a share of details (or `ids`) fails with that status, always the same ones
    wrong_detail     another procedure is answered than was asked for
    member_missing   a member is left out wherever it stands
"""

from __future__ import annotations

CATALOGUE_KINDS: dict[str, dict[str, object]] = {
    "extract": {"share": 0.05},
    "list_stops": {"page": 3},
    "cursor_repeats": {"page": 2},
    "cursor_loops": {"page": 3, "to": 1},
    "total_missing": {},
    "total_wrong": {"by": -500},
    "item_without_id": {"page": 1},
    "detail_fails": {"share": 0.05, "status": 400},
    "wrong_detail": {},
    "member_missing": {"member": "procedureProposal"},
}
"""The kinds, with their options and defaults."""
