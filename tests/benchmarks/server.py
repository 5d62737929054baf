"""A real server on a real socket, and how much CPU time its one worker spends on a request."""

from __future__ import annotations

import http.client
import os
import signal
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
GUNICORN: Final = (sys.executable, "-m", "gunicorn", "--no-control-socket", "--worker-tmp-dir=/dev/shm")
N_WORKERS: Final = 2
AS_IN_THE_IMAGE: Final = ("--worker-class=gthread", "--threads=4")


class Server:
    """Gunicorn with one worker, as in the image but for the number of workers.

    `beside` gives further processes whose work is the request's too: those of a database server.
    """

    def __init__(self, port: int, worker: int, beside: Callable[[], list[int]] = list) -> None:
        self.port = port
        self.worker = worker
        self.beside = beside

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

    def cpu_ms(self, request: Callable[[], object], *, warm_up: int = WARM_UP, per_block: int = PER_BLOCK) -> float:
        """Give the CPU milliseconds spent on one request: the mean of a block, and of the blocks the least.

        The least, because whatever else runs on the machine can only add.
        """
        for _ in range(warm_up):
            request()
        return min(self.block_ms(request, per_block) for _ in range(BLOCKS))

    def block_ms(self, request: Callable[[], object], n_times: int) -> float:
        """Give the CPU milliseconds spent on one request, the mean of so many."""
        processes = [self.worker, *self.beside()]
        before = sum(map(_cpu_ns, processes))
        for _ in range(n_times):
            request()
        return (sum(map(_cpu_ns, processes)) - before) / n_times / 1_000_000


def _cpu_ns(process: int) -> int:
    """Give the nanoseconds that all threads of a process have run, in the kernel too."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)


@contextmanager
def serving(module: str, beside: Callable[[], list[int]] = list, /, **environment: str) -> Iterator[Server]:
    """Start a server with one worker for a WSGI module and stop it afterwards."""
    port = free_port()
    command = [*GUNICORN, f"{module}:application", f"--bind=127.0.0.1:{port}", "--workers=1", "--log-level=error"]
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        yield Server(port, _worker_of(process, port), beside)
    finally:
        process.terminate()
        process.wait()


class MortalServer:
    """The application's server as in the image, to be killed with all its workers and started again."""

    def __init__(self, n_workers: int = N_WORKERS, /, **environment: str) -> None:
        self.port = free_port()
        self.n_workers = n_workers
        self._environment = {**os.environ, **environment}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> MortalServer:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start it in a process group of its own and wait until it listens."""
        command = [*GUNICORN, "assessments.wsgi:application", f"--bind=127.0.0.1:{self.port}", *AS_IN_THE_IMAGE]
        command += [f"--workers={self.n_workers}", "--log-level=critical"]
        self._process = subprocess.Popen(command, env=self._environment, start_new_session=True)
        _worker_of(self._process, self.port)

    def kill(self) -> None:
        """Kill all of it at once, as `kill -9` does; nothing when it is dead."""
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


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
