"""A real server on a real socket, and how much CPU time its one worker spends on a request."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

WARM_UP: Final = 40
BLOCKS: Final = 5
PER_BLOCK: Final = 100
START_SECONDS: Final = 30


class Server:
    """Gunicorn with one worker, as in the image but for the number of workers."""

    def __init__(self, port: int, worker: int) -> None:
        self.port = port
        self.worker = worker

    def request(
        self, path: str, *, method: str = "GET", body: bytes = b"", headers: dict[str, str] | None = None
    ) -> bytes:
        """Send one request over a connection of its own and give the body of the answer.

        Raises:
            RuntimeError: the answer is not 200.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            fields = {"Content-Type": "application/json", "Host": "127.0.0.1:8000", **(headers or {})}
            connection.request(method, path, body=body or None, headers=fields)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:200]!r}")
        return content

    def cpu_ms(self, request: Callable[[], object]) -> float:
        """Give the CPU milliseconds of the worker for one request: the mean of a block, and of the blocks the least.

        The least, because whatever else runs on the machine can only add.
        """
        for _ in range(WARM_UP):
            request()
        return min(self._block(request) for _ in range(BLOCKS))

    def _block(self, request: Callable[[], object]) -> float:
        before = self._cpu_ns()
        for _ in range(PER_BLOCK):
            request()
        return (self._cpu_ns() - before) / PER_BLOCK / 1_000_000

    def _cpu_ns(self) -> int:
        """Give the nanoseconds that all threads of the worker have run, in the kernel too."""
        tasks = Path(f"/proc/{self.worker}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)


@contextmanager
def serving(module: str, **environment: str) -> Iterator[Server]:
    """Start a server for a WSGI module and stop it afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", f"{module}:application"),
            *("--bind", f"127.0.0.1:{port}", "--workers", "1", "--log-level", "error"),
        ],
        env={**os.environ, **environment},
    )
    try:
        yield Server(port, _worker_of(process, port))
    finally:
        process.terminate()
        process.wait()


def _worker_of(process: subprocess.Popen[bytes], port: int) -> int:
    """Wait until the server answers, and give the process id of its worker."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        found = children.read_text().split()
        with socket.socket() as probe:
            if found and probe.connect_ex(("127.0.0.1", port)) == 0:
                return int(found[0])
        time.sleep(0.1)
    raise RuntimeError("the server did not start")
