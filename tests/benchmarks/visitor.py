"""A browser without script on the server under measurement: it keeps cookies, follows redirects and sends forms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Final
from urllib.parse import urlencode, urlsplit

HOST: Final = "127.0.0.1:8000"
TIMEOUT_SECONDS: Final = 10
MOVED: Final = {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}
HIDDEN: Final = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"')
RADIO: Final = re.compile(r'<input type="radio"\s+name="([\w-]+)"\s+value="(\d+)"')


@dataclass(frozen=True)
class Page:
    """What came back, and from where."""

    path: str
    status: int
    text: str
    location: str = ""

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of its forms."""
        return dict(HIDDEN.findall(self.text))

    @property
    def radios(self) -> dict[str, list[str]]:
        """The steps of the scale by the name of the group; answers that are set apart are words and left out."""
        found: dict[str, list[str]] = {}
        for name, value in RADIO.findall(self.text):
            found.setdefault(name, []).append(value)
        return found


@dataclass
class Visitor:
    """One browser; each request has a connection of its own."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Page:
        """Open a page, wherever it leads.

        Raises:
            RuntimeError: it ends anywhere but at a page.
        """
        return self._followed(self.send("GET", path))

    def post(self, page: Page, fields: dict[str, str]) -> Page:
        """Send the form of a page with these fields filled in, and follow to where it leads.

        Raises:
            RuntimeError: it ends anywhere but at a page.
        """
        return self._followed(self.send("POST", page.path, urlencode({**page.hidden, **fields})))

    def _followed(self, page: Page) -> Page:
        while page.status in MOVED:
            page = self.send("GET", urlsplit(page.location).path)
        if page.status != HTTPStatus.OK:
            raise RuntimeError(f"{page.path}: {page.status} {page.text[:200]!r}")
        return page

    def send(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> Page:
        """Send one request and keep the cookies of its answer."""
        form = {"Content-Type": "application/x-www-form-urlencoded"} if method == "POST" else {}
        cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        try:
            fields = {"Host": HOST, "Accept-Encoding": "identity", **form, **cookies, **(headers or {})}
            connection.request(method, path, body.encode() or None, fields)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Page(path, answer.status, text, answer.headers.get("Location", ""))
