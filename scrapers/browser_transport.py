"""The calls of the polite client, made by `fetch` inside a page of the portal itself.

For networks where the portal refuses plain HTTP clients and lets browsers pass. It is a transport
for httpx, so the client above it is the same: pacing, tries, refusals, archive. It is no disguise:
the browser gives its own name (that of a headless Chromium), and a refusal ends the asking here as
it does there. What is different: the browser keeps the portal's cookies while it is open, and the
user agent of the settings is not sent.
"""

from __future__ import annotations

import base64
import contextlib
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Error, Page, Response, TimeoutError

from scrapers.browser import open_browser
from scrapers.http import LANDING, LARGEST_ANSWER

_SENT_HEADERS = ("content-type", "accept", "x-requested-with")
_KEPT_HEADERS = ("content-type", "retry-after", "date", "age")
_PASSED_ON_STATUS = frozenset({401, 403, 406, 429, 502, 503, 504})
_DEFAULT_TIMEOUT_S = 45.0
# Reads no more than a little over the limit: the client above refuses what is larger.
_FETCH = """async ({url, method, headers, body, kept, limit, timeout_ms}) => {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), timeout_ms);
  try {
    const sent = body && Uint8Array.from(atob(body), char => char.charCodeAt(0));
    const answer = await fetch(url, {
      method, headers, body: sent || undefined, signal: control.signal,
      mode: "same-origin", credentials: "same-origin", redirect: "manual", cache: "no-store",
    });
    const parts = [];
    let size = 0;
    for (const reader = answer.body?.getReader(); reader && size <= limit;) {
      const {done, value} = await reader.read();
      if (done) break;
      parts.push(value);
      size += value.length;
    }
    control.abort();
    const text = await new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(new Blob(parts));
    });
    return {
      status: answer.type === "opaqueredirect" ? 302 : answer.status,
      headers: kept.map(name => [name, answer.headers.get(name)]).filter(pair => pair[1] !== null),
      body: text.slice(text.indexOf(",") + 1),
    };
  } catch (error) {
    return {trouble: error.name === "AbortError" ? "timeout" : String(error.message)};
  } finally {
    clearTimeout(timer);
  }
}"""


class PageTransport(httpx.BaseTransport):
    """Sends requests to `base_url` out of its page `landing`, opened at the first request.

    Raises httpx.ReadTimeout, httpx.ConnectError and ValueError (another host than that of
    `base_url`), and NoBrowser. A redirect is given as status 302, whichever it was: that is all a
    page learns of one. Safe to use from any thread; the browser has one of its own.
    """

    def __init__(self, base_url: str, *, landing: str = LANDING) -> None:
        self._origin = _origin(base_url)
        self._address = base_url.rstrip("/") + landing
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="browser")
        self._open = contextlib.ExitStack()
        self._page: Page | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request; what the portal says when its page is opened may already be the answer."""
        if _origin(str(request.url)) != self._origin:
            raise ValueError(f"{request.url.host} is not the host of this transport")
        content = request.read()
        return self._thread.submit(self._send, request, content).result()

    def close(self) -> None:
        """End the browser."""
        self._thread.submit(self._open.close).result()
        self._thread.shutdown()

    def _send(self, request: httpx.Request, content: bytes) -> httpx.Response:
        timeout_ms = _timeout_ms(request)
        call = {
            "url": str(request.url),
            "method": request.method,
            "headers": {n: request.headers[n] for n in _SENT_HEADERS if n in request.headers},
            "body": base64.b64encode(content).decode("ascii"),
            "kept": _KEPT_HEADERS,
            "limit": LARGEST_ANSWER,
            "timeout_ms": timeout_ms,
        }
        try:
            page = self._page or self._landed(timeout_ms)
            if isinstance(page, httpx.Response):
                return page
            return _response(page.evaluate(_FETCH, call))
        except TimeoutError:
            self._forget_page()
            raise httpx.ReadTimeout("the portal's page did not open in time") from None
        except Error as error:
            # The page went elsewhere or crashed; the next try opens it again.
            self._forget_page()
            raise httpx.ConnectError(_reason(error)) from None

    def _landed(self, timeout_ms: float) -> Page | httpx.Response:
        """The portal's page, opened; or its answer, where it shows no page of its own."""
        browser = self._open.enter_context(open_browser())
        page = browser.new_context(service_workers="block", locale="vi-VN").new_page()
        answer = page.goto(self._address, wait_until="load", timeout=timeout_ms)
        refusal = _refusal(answer) if answer else None
        if refusal is None and _origin(page.url) != self._origin:
            refusal = httpx.Response(302)
        if refusal is not None:
            self._forget_page()
            return refusal
        self._page = page
        return page

    def _forget_page(self) -> None:
        self._page = None
        self._open.close()


def _response(answer: Mapping[str, Any]) -> httpx.Response:
    trouble = answer.get("trouble")
    if trouble == "timeout":
        raise httpx.ReadTimeout("no answer in time")
    if trouble is not None:
        raise httpx.ConnectError(f"the call failed in the page: {trouble}")
    body = base64.b64decode(answer["body"])
    return httpx.Response(answer["status"], headers=answer["headers"], content=body)


def _refusal(answer: Response) -> httpx.Response | None:
    """What the portal sent in place of its page, for the client above to judge."""
    if answer.status not in _PASSED_ON_STATUS:
        return None
    headers = {n: answer.headers[n] for n in _KEPT_HEADERS if n in answer.headers}
    return httpx.Response(answer.status, headers=headers, content=answer.body())


def _timeout_ms(request: httpx.Request) -> float:
    seconds = request.extensions.get("timeout", {}).get("read") or _DEFAULT_TIMEOUT_S
    return float(seconds) * 1000


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _reason(error: Error) -> str:
    found = re.search(r"net::\w+", error.message)
    return found[0] if found else type(error).__name__
