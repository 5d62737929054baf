"""Fifty saves a second, then `kill -9` of the server in the middle of them: how long they took and what is left.

The people who save run on the same machine as the server and the database, in a thread each. A save is late from the
moment at which it was due, so a server that falls behind cannot hide it.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from tests.benchmarks.child import SETTINGS, told
from tests.benchmarks.ledger import Verdict, verdicts_on_sent
from tests.benchmarks.people import Manager, Person, Therapist
from tests.benchmarks.server import MortalServer
from tests.benchmarks.table import Line
from tests.benchmarks.visitor import Visitor

SECONDS: Final = int(os.environ.get("BENCH_LOAD_SECONDS", "120"))
PER_SECOND: Final = 50
N_ROUNDS: Final = 5
THERAPISTS_EACH: Final = 2
MANAGERS_EACH: Final = 2
KEYS_EACH: Final = 5
N_PEOPLE: Final = N_ROUNDS * (THERAPISTS_EACH + MANAGERS_EACH)
BURST_SECONDS: Final = 1.0
"""After the paced part everybody saves as quickly as they can for so long, so that the kill meets many saves."""
BEHIND_SECONDS: Final = 60.0
"""How far the slowest may fall behind the pace before the load is given up."""
SENDING_SECONDS: Final = 0.05
"""Some forms are sent by then, some are not."""
BACK_WITHIN_SECONDS: Final = 20.0


@dataclass(frozen=True)
class Outcome:
    """What came of it. `late` is in milliseconds; the verdicts are on drafts and answers, then on forms sent."""

    late: list[float]
    refused: Counter[str]  # why, and how often
    n_under_way: int
    after_kill: Counter[Verdict]
    in_the_end: Counter[Verdict]
    n_unheard: int
    sent: Counter[Verdict]

    def lines(self, database: str) -> list[Line]:
        """Give the rows of the table."""
        slow = [f"{self._late(percent):.0f}" for percent in (50, 95, 99)]
        return [
            Line(
                f"{PER_SECOND} saves a second, {SECONDS} s, {database}: p50, p95, p99",
                f"{', '.join(slow)} ms",
                f"{len(self.late)} saves",
            ),
            Line(
                f"... of these not acknowledged, {database}",
                str(self.refused.total()),
                ", ".join(f"{why}: {n}" for why, n in self.refused.items()),
                aim="0",
                is_met=not self.refused,
            ),
            _kept_line(
                f"... kill -9: lost, twice, torn, {database}",
                self.after_kill + self.in_the_end,
                f"{self.n_under_way} of {N_PEOPLE} under way",
            ),
            _kept_line(
                f"... kill -9 while all send, {database}",
                self.sent,
                f"{self.n_unheard} of {2 * N_ROUNDS * THERAPISTS_EACH} presses unheard",
            ),
        ]

    def _late(self, percent: int) -> float:
        return sorted(self.late)[min(len(self.late) * percent // 100, len(self.late) - 1)]


def _kept_line(what: str, verdicts: Counter[Verdict], against: str) -> Line:
    bad = [verdicts[one] for one in (Verdict.LOST, Verdict.TWICE, Verdict.TORN)]
    return Line(what, ", ".join(map(str, bad)), against, aim="0, 0, 0", is_met=not any(bad))


def measure(**environment: str) -> Outcome:
    """Prepare the database that the environment names, load it, kill the server, look, start it again, look again.

    Raises:
        RuntimeError: the server did not come back, or nothing was under way when it was killed.
    """
    scene = told("scene", "prepare", N_ROUNDS, THERAPISTS_EACH, **environment)
    with MortalServer(DJANGO_SETTINGS_MODULE=SETTINGS, **environment) as server:
        therapists, managers = _people(scene, server.port)
        load = Load([*therapists, *managers])
        n_under_way = load.until_killed(server)
        after_kill = _found(scene, therapists, managers, environment)
        server.start()
        _send_again([*therapists, *managers])
        in_the_end = _found(scene, therapists, managers, environment)
        n_unheard = _send_twice(therapists, server)
    stored = told("scene", "stored", given=_asked(scene, therapists), **environment)
    sent = verdicts_on_sent([person.ledger for person in therapists], stored["sent"])
    if not n_under_way:
        raise RuntimeError("Nothing was under way when the server was killed, so nothing was tried.")
    return Outcome(load.late, load.refused, n_under_way, after_kill, in_the_end, n_unheard, sent)


def _people(scene: dict[str, Any], port: int) -> tuple[list[Therapist], list[Manager]]:
    therapists, managers = [], []
    for one in scene["rounds"]:
        therapists += [Therapist(port, link, Random(link)) for link in one["links"]]
        for number in range(MANAGERS_EACH):
            keys = scene["keys"][number * KEYS_EACH : (number + 1) * KEYS_EACH]
            managers.append(Manager(Visitor(port, dict(scene["cookies"])), scene["headers"], one["id"], keys))
    return therapists, managers


class Load:
    """The people at work, each in a thread of their own."""

    def __init__(self, people: list[Person]) -> None:
        self.people = people
        self.late: list[float] = []
        self.refused: Counter[str] = Counter()
        self._at_the_end = threading.Barrier(len(people) + 1)
        self._is_over = threading.Event()

    def until_killed(self, server: MortalServer) -> int:
        """Save at the pace, then as quickly as possible until the server is killed; give how many saves that met."""
        began = time.monotonic() + 0.5
        with ThreadPoolExecutor(len(self.people)) as pool:
            work = [pool.submit(self._keep_saving, number, began) for number in range(len(self.people))]
            self._at_the_end.wait(SECONDS + BEHIND_SECONDS)
            time.sleep(BURST_SECONDS)
            n_under_way = sum(person.is_waiting for person in self.people)
            server.kill()
            self._is_over.set()
        for one in work:
            one.result()
        return n_under_way

    def _keep_saving(self, number: int, began: float) -> None:
        person = self.people[number]
        for turn in range(SECONDS * PER_SECOND // len(self.people)):
            due = began + (turn * len(self.people) + number) / PER_SECOND
            time.sleep(max(0.0, due - time.monotonic()))
            refusal = person.save()
            self.late.append((time.monotonic() - due) * 1_000)
            if refusal:
                self.refused[refusal] += 1
        self._at_the_end.wait(SECONDS + BEHIND_SECONDS)
        while not self._is_over.is_set() and not person.save():
            pass


def _send_again(people: list[Person]) -> None:
    """Send what was not acknowledged once more, to the server that has come back."""
    for person in people:
        if person.is_waiting:
            _until_taken(person.save)


def _until_taken(send: Callable[[], str]) -> None:
    deadline = time.monotonic() + BACK_WITHIN_SECONDS
    while refusal := send():
        if time.monotonic() > deadline:
            raise RuntimeError(f"The server was not back in time: {refusal}")
        time.sleep(0.1)


def _send_twice(therapists: list[Therapist], server: MortalServer) -> int:
    """Let all therapists press the last button twice, kill the server meanwhile, and let them press it again.

    Gives how many presses nobody had answered.
    """
    for person in therapists:
        person.look_over()
    with ThreadPoolExecutor(2 * len(therapists)) as pool:
        presses = [pool.submit(person.send) for person in [*therapists, *therapists]]
        time.sleep(SENDING_SECONDS)
        server.kill()
    server.start()
    for person in therapists:
        _until_taken(person.send)
    return sum(bool(press.result()) for press in presses)


def _asked(scene: dict[str, Any], therapists: list[Therapist]) -> dict[str, Any]:
    return {
        "rounds": [one["id"] for one in scene["rounds"]],
        "browsers": [person.visitor.cookies for person in therapists],
    }


def _found(
    scene: dict[str, Any], therapists: list[Therapist], managers: list[Manager], environment: dict[str, str]
) -> Counter[Verdict]:
    """Compare the database with what people were told."""
    stored = told("scene", "stored", given=_asked(scene, therapists), **environment)
    verdicts = Counter(person.ledger.verdict(draft) for person, draft in zip(therapists, stored["drafts"], strict=True))
    for name, ledger in ((name, ledger) for person in managers for name, ledger in person.ledgers.items()):
        row = stored["items"].get(name)
        verdicts[ledger.verdict(row, n_writes=row[1] if row else 0)] += 1
    verdicts[Verdict.TWICE] += stored["n_drafts"] - len(therapists)
    print(f"Looked at {verdicts.total()} drafts and answers: {dict(verdicts)}", file=sys.stderr)
    return verdicts
