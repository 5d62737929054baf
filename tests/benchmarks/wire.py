"""What a browser fetches for a page: the page, what it names, and how many bytes each takes on the wire."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from tests.benchmarks.measure import Answer, Application, call

COMPRESSED = {"Accept-Encoding": "gzip, deflate, br"}


@dataclass(frozen=True)
class Visit:
    """Bytes with headers; `outside` are addresses of other hosts that the page would load from."""

    first: int
    following: int
    n_requests: int
    outside: list[str]
    is_page_compressed: bool
    page_if_compressed: int


class _Named(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and (given.get("rel") or "") in {"stylesheet", "icon", "preload", "modulepreload"}:
            self.addresses.append(given.get("href") or "")
        if tag in {"script", "img", "iframe", "source", "object", "embed"} and given.get("src"):
            self.addresses.append(given["src"] or "")


def visit(application: Application, path: str, headers: dict[str, str]) -> Visit:
    """Fetch a page and what it loads. A file that may be kept for ever is not fetched again, any other is."""
    page = call(application, path, {**headers, **COMPRESSED})
    plain = call(application, path, headers)
    named = _Named()
    named.feed(plain.body.decode())
    addresses = list(dict.fromkeys(named.addresses))
    outside = [address for address in addresses if urlsplit(address).netloc]
    files = [call(application, urlsplit(a).path, COMPRESSED) for a in addresses if a not in outside]
    return Visit(
        first=page.n_bytes + sum(file.n_bytes for file in files),
        following=page.n_bytes + sum(file.n_bytes for file in files if not _is_kept(file)),
        n_requests=1 + len(files),
        outside=outside,
        is_page_compressed=bool(page.header("Content-Encoding")),
        page_if_compressed=page.n_bytes - len(page.body) + len(gzip.compress(plain.body, 6)),
    )


def _is_kept(file: Answer) -> bool:
    return "immutable" in file.header("Cache-Control")
