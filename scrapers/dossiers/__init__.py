"""Overdue dossiers: listings in any shape an office can save, as records without personal data.

Room by room, in the order of the data: `tables` finds out what a file is; `html_tables`,
`excel_tables` (on `excel_package`), `old_excel`, `delimited` and `json_items` give its raw rows;
`heading_rows` finds the headings and `headings` says what they mean; `rows` tells dossiers from
titles, groups and totals, and turns them into `records` with the help of `cells`, `dates`, `codes`
and `merged_cell`; `totals` reads what the source itself declares; `listing` is the door.
"""
