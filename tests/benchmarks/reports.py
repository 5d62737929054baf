"""How long a full report takes as PDF, and whether saves wait while twenty people ask for one at once.

They ask as their browsers do: whoever finds no slot asks again after the time that the page names. All of them, the
server and the database share the machine.
"""

from __future__ import annotations

import os
import statistics
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any, Final

from tests.benchmarks.child import SETTINGS, told
from tests.benchmarks.people import Manager
from tests.benchmarks.server import MortalServer
from tests.benchmarks.table import Line
from tests.benchmarks.visitor import HOST, Visitor

N_READERS: Final = 20
N_ROUNDS: Final = 5
MANAGERS_EACH: Final = 2
KEYS_EACH: Final = 5
PER_SECOND: Final = 25
IDLE_SECONDS: Final = min(int(os.environ.get("BENCH_LOAD_SECONDS", "20")), 20)
GIVEN_UP_SECONDS: Final = 120
WITHIN_MS: Final = 3_000
WITHIN_MB: Final = 300
AIM: Final = 1.5
KB_IN_MB: Final = 1_024
SWITCH_SECONDS: Final = 0.0005
"""So that those who save here do not wait for those who read here."""


@dataclass
class Saves:
    """People who save at a pace until they are stopped; how late each save was acknowledged, in milliseconds."""

    people: list[Manager]
    late: list[float] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def run(self, pool: ThreadPoolExecutor) -> list[Future[None]]:
        """Begin, each in a thread of their own."""
        began = time.monotonic() + 0.2
        return [pool.submit(self._keep_saving, number, began) for number in range(len(self.people))]

    def _keep_saving(self, number: int, began: float) -> None:
        turn = 0
        while not self.is_over.is_set():
            due = began + (turn * len(self.people) + number) / PER_SECOND
            time.sleep(max(0.0, due - time.monotonic()))
            if refusal := self.people[number].save():
                raise RuntimeError(f"A save was refused: {refusal}")
            self.late.append((time.monotonic() - due) * 1_000)
            turn += 1

    def percentile(self, percent: int) -> float:
        """Give so late as so many of a hundred were not."""
        return sorted(self.late)[min(len(self.late) * percent // 100, len(self.late) - 1)]


def lines() -> list[Line]:
    """Measure on SQLite, the default, and give the rows of the table."""
    sys.setswitchinterval(SWITCH_SECONDS)
    database = f"sqlite:///{os.environ['BENCH_DIR']}/reports.sqlite3"
    scene = told("report_scene", N_READERS, N_ROUNDS, BENCH_DATABASE_URL=database)
    with MortalServer(DJANGO_SETTINGS_MODULE=SETTINGS, BENCH_DATABASE_URL=database) as server:
        people = _people(scene["saving"], server.port)
        _saves_while(people, lambda: time.sleep(2))  # what a process does once
        idle, _ = _saves_while(people, lambda: time.sleep(IDLE_SECONDS))
        busy, taken = _saves_while(people, lambda: _all_ask(server.port, scene))
    return [*_alone(scene), *_together(idle, busy, taken)]


def _people(saving: dict[str, Any], port: int) -> list[Manager]:
    return [
        Manager(
            Visitor(port, dict(saving["cookies"])),
            saving["headers"],
            one["id"],
            saving["keys"][number * KEYS_EACH : (number + 1) * KEYS_EACH],
        )
        for one in saving["rounds"]
        for number in range(MANAGERS_EACH)
    ]


def _saves_while(people: list[Manager], meanwhile: Any) -> tuple[Saves, Any]:
    saves = Saves(people)
    with ThreadPoolExecutor(len(people)) as pool:
        work = saves.run(pool)
        try:
            given = meanwhile()
        finally:
            saves.is_over.set()
        for one in work:
            one.result()
    return saves, given


def _all_ask(port: int, scene: dict[str, Any]) -> list[float]:
    """Have all readers ask at once; give after how many seconds each had the file."""
    with ThreadPoolExecutor(N_READERS) as pool:
        return list(pool.map(lambda session: _file(port, scene["path"], session), scene["readers"]))


def _file(port: int, path: str, session: str) -> float:
    began = time.monotonic()
    while time.monotonic() - began < GIVEN_UP_SECONDS:
        connection = HTTPConnection("127.0.0.1", port, timeout=GIVEN_UP_SECONDS)
        try:
            connection.request("GET", path, headers={"Host": HOST, "Cookie": f"sessionid={session}"})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status == HTTPStatus.OK and content.startswith(b"%PDF-"):
            return time.monotonic() - began
        if answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
            raise RuntimeError(f"{path}: {answer.status}")
        time.sleep(int(answer.headers["Refresh"]))
    raise RuntimeError("Somebody never got the report.")


def _alone(scene: dict[str, Any]) -> list[Line]:
    slowest, peak = max(scene["wall_ms"]), scene["peak_kb"] / KB_IN_MB
    usual = statistics.median(scene["wall_ms"])
    return [
        Line(
            "a full report as PDF", f"{slowest:.0f} ms", f"median {usual:.0f} ms", aim="<= 3000 ms",
            is_met=slowest <= WITHIN_MS,
        ),
        Line("the same, memory of its process", f"{peak:.0f} MiB", aim="<= 300 MiB", is_met=peak <= WITHIN_MB),
    ]  # fmt: skip


def _together(idle: Saves, busy: Saves, taken: list[float]) -> list[Line]:
    rows = [Line(f"{N_READERS} ask for it at once", f"{max(taken):.1f} s", f"median {statistics.median(taken):.1f} s")]
    for name, percent in (("median", 50), ("p95", 95)):
        before, after = idle.percentile(percent), busy.percentile(percent)
        rows.append(
            Line(
                f"... saves meanwhile, {name} of {len(busy.late)}",
                f"{after:.1f} ms",
                f"idle {before:.1f} ms",
                f"{after / before:.2f}x",
                f"<= {AIM}x",
                after <= AIM * before,
            )
        )
    return rows
