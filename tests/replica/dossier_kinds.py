"""The ways in which a dossier listing misbehaves, on the admin site and in iGate.

`empty`, `keep_share` and the faults of the transport mean here what they mean elsewhere. `page`
counts from 1, also where the interface counts from 0; None is every page. Use `path` to meet one of
the two sources.

    page_cut          the listing ends with that page, whatever the total says
    page_repeats      that page shows the rows of the page before it
    page_short        that page shows only so many rows
    page_shifts       whenever a reader goes on from that page, the listing has lost its first row,
                      so that one row is skipped; with `replaced` another row comes at the end and
                      the total stays
    one_unit          only this unit's rows, and a total to match
    without_unit      all rows but this unit's, and a total to match
    column_renamed    site: a heading (or a key of JSON) reads differently on that page
    columns_reordered site: the columns stand in another order
    more_columns      site: codes of procedure and unit, and the field, are listed too (no fault)
    login_200         that page is the login page, with status 200
    session_expired   site: the session ends at that page, once, or at every visit
    token_expired     iGate: the token ends at that page, once, or each new one too
    field_missing     iGate: so many of the items on that page lack this field
    field_renamed     iGate: a field of the items on that page has another name
"""

from __future__ import annotations

LISTING_KINDS: dict[str, dict[str, object]] = {
    "page_cut": {"page": 2},
    "page_repeats": {"page": 2},
    "page_short": {"page": 2, "rows": 10},
    "page_shifts": {"page": 1, "replaced": False},
    "one_unit": {"unit": "H01.12"},
    "without_unit": {"unit": "H01.12"},
    "column_renamed": {"old": "Ngày hẹn trả", "new": "Mốc cam kết", "page": None},
    "columns_reordered": {"seed": 1},
    "more_columns": {},
    "login_200": {"page": 2},
    "session_expired": {"page": 2, "every": False},
    "token_expired": {"page": 2, "every": False},
    "field_missing": {"field": "appointmentDate", "share": 1.0, "page": None},
    "field_renamed": {"old": "appointmentDate", "new": "appointedDate", "page": None},
}
"""The kinds, with their options and defaults."""
