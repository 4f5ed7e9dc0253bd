"""The HTML pages of the admin site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape

from .admin_columns import Column, Value, as_text
from .dossier_faults import Page

LOGIN_PATH = "/dang-nhap"
LIST_PATH = "/ho-so/qua-han"
EXPORT_PATH = "/ho-so/qua-han/xuat-excel"
TITLE = "Danh sách hồ sơ quá hạn đang xử lý"

_FRAME = """<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head>
<body>
{body}
</body></html>
"""

_LOGIN = """<h1>Đăng nhập hệ thống quản trị</h1>
{notice}<form id="dang-nhap" method="post" action="{path}">
<label>Tên đăng nhập <input name="ten-dang-nhap" autocomplete="username"></label>
<label>Mật khẩu <input name="mat-khau" type="password" autocomplete="current-password"></label>
<button type="submit">Đăng nhập</button>
</form>"""

_LIST = """<header><a href="/dang-xuat">Đăng xuất</a></header>
<h1>UBND TỈNH AN GIANG</h1>
<h2>{title}</h2>
<p>Thời điểm lập: {as_of}</p>
<p class="tong-so">Tổng số: {total}</p>
<p><a class="xuat-excel" href="{export}">Xuất Excel</a></p>
<table id="danh-sach" class="ho-so">
<thead><tr>{headings}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
{pager}
<script>
document.querySelectorAll("button[data-page]").forEach(function (button) {{
  button.addEventListener("click", function () {{
    window.location.href = "{path}?trang=" + button.dataset.page;
  }});
}});
</script>"""

_NEIGHBOURS = 2


def login_page(notice: str = "") -> str:
    """The login form, perhaps with a line above it."""
    line = f'<p class="thong-bao">{escape(notice)}</p>\n' if notice else ""
    body = _LOGIN.format(notice=line, path=LOGIN_PATH)
    return _FRAME.format(title="Đăng nhập", body=body)


def list_page(page: Page, columns: Sequence[Column], as_of: dt.datetime) -> str:
    """One page of the listing."""
    rows = [
        table_row([column.value(row, ordinal, as_of) for column in columns])
        for ordinal, row in enumerate(page.rows, page.first)
    ]
    if not rows:
        rows = [f'<tr><td colspan="{len(columns)}">Không có dữ liệu</td></tr>']
    body = _LIST.format(
        title=TITLE,
        as_of=as_of.strftime("%H:%M %d/%m/%Y"),
        total=page.total,
        export=EXPORT_PATH,
        headings="".join(f"<th>{escape(column.heading)}</th>" for column in columns),
        rows="\n".join(rows),
        pager=_pager(page),
        path=LIST_PATH,
    )
    return _FRAME.format(title=TITLE, body=body)


def table_row(values: Sequence[Value]) -> str:
    """A row of plain cells, officers on lines of their own."""
    # The line break is put in last, for it must not be escaped as the names are.
    texts = (escape(as_text(value, "\n")).replace("\n", "<br>") for value in values)
    return f"<tr>{''.join(f'<td>{text}</td>' for text in texts)}</tr>"


def _pager(page: Page) -> str:
    """A range, numbered links, a link and a button to the next page."""
    last = page.first + len(page.rows) - 1
    shown = f"{page.first}–{last}" if page.rows else "0–0"
    parts = [f'<span class="khoang">{shown} / {page.total}</span>']
    parts.extend(_numbers(page))
    following = page.number + 1
    if page.is_last:
        parts.append('<button type="button" class="nut-trang-sau" disabled>»</button>')
    else:
        parts.append(f'<a class="trang-sau" href="{LIST_PATH}?trang={following}">Trang sau</a>')
        parts.append(
            f'<button type="button" class="nut-trang-sau" data-page="{following}">»</button>'
        )
    return f'<nav class="phan-trang">{" ".join(parts)}</nav>'


def _numbers(page: Page) -> list[str]:
    """Links to the first, the last and the neighbouring pages, dots between them."""
    near = range(page.number - _NEIGHBOURS, page.number + _NEIGHBOURS + 1)
    parts = []
    left_out = False
    for number in range(1, page.pages + 1):
        if number not in near and number not in (1, page.pages):
            left_out = True
            continue
        if left_out:
            parts.append("<span>…</span>")
            left_out = False
        if number == page.number:
            parts.append(f'<b class="so-trang">{number}</b>')
        else:
            link = f"{LIST_PATH}?trang={number}"
            parts.append(f'<a class="so-trang" href="{link}">{number}</a>')
    return parts
