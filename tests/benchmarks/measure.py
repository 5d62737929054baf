"""Calls a WSGI application in this process and gives the whole answer, to count bytes and statements."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True)
class Answer:
    """What came back; `headers` are pairs as sent."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def n_bytes(self) -> int:
        """Status line, headers and body, as on the wire without TLS."""
        lines = [f"HTTP/1.1 {self.status} OK", *(f"{name}: {value}" for name, value in self.headers), ""]
        return sum(len(line) + 2 for line in lines) + len(self.body)

    def header(self, name: str) -> str:
        """Give a header; empty when there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def call(application: Application, path: str, headers: dict[str, str] | None = None) -> Answer:
    """Ask for one page through the application and read all of the answer.

    Raises:
        RuntimeError: the answer is not 200.
    """
    started: list[Any] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path.partition("?")[0],
        "QUERY_STRING": path.partition("?")[2],
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()},
    }
    chunks: Any = application(environ, lambda status, fields, *_: started.append((status, fields)))
    try:
        content = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    status, fields = started[0]
    answer = Answer(int(status.split()[0]), fields, content)
    if answer.status != 200:
        raise RuntimeError(f"{path}: {status} {content[:200]!r}")
    return answer


def count_statements(request: Callable[[], object]) -> int:
    """Count the statements of one request."""
    n_statements = 0

    def count(execute: Callable[..., Any], *given: Any) -> Any:
        nonlocal n_statements
        n_statements += 1
        return execute(*given)

    with connection.execute_wrapper(count):
        request()
    return n_statements
