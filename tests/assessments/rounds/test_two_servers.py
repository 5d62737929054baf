"""Two servers before one PostgreSQL are one service: nothing that a request needs is kept in the server it came to.

Each is gunicorn as in the image with one worker, as on two hosts behind a proxy. `make test` runs this once, in the run
on PostgreSQL.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle
from random import Random
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests import pg
from tests.benchmarks.child import told
from tests.benchmarks.ledger import Verdict
from tests.benchmarks.people import Manager, Therapist
from tests.benchmarks.server import MortalServer
from tests.benchmarks.therapists import CHECK
from tests.benchmarks.visitor import Page, Visitor

pytestmark = [pytest.mark.postgresql, pytest.mark.timeout(60)]

N_THERAPISTS: Final = 2
N_MANAGERS: Final = 4
KEYS_EACH: Final = 3
SAVING_SECONDS: Final = 0.7
PATIENCE_SECONDS: Final = 20.0
SIGN_IN: Final = "/accounts/login/"
CLINICS: Final = "/clinics/"
WRONG_MAX: Final = 5
"""So many wrong passwords an address may try in five minutes."""


@dataclass(frozen=True)
class Service:
    """Two servers, the database behind them by its settings, what is in it, and how people sign in."""

    first: MortalServer
    second: MortalServer
    environment: dict[str, str]
    scene: dict[str, Any]
    lead: dict[str, str]
    managers: list[dict[str, str]]
    forgetful: dict[str, str]

    @property
    def ports(self) -> tuple[int, int]:
        """Where the first and the second listen."""
        return self.first.port, self.second.port

    def stored(self, therapists: list[Therapist]) -> dict[str, Any]:
        """Give what the database holds of the open assessment."""
        browsers = [person.visitor.cookies for person in therapists]
        asked = {"rounds": [self.scene["rounds"][0]["id"]], "browsers": browsers}
        found: dict[str, Any] = told("scene", "stored", given=asked, **self.environment)
        return found


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The two servers before a database that nobody else uses."""
    if pg.binaries() is None:
        pytest.skip("A PostgreSQL of our own is needed: apt-get install postgresql.")
    with ExitStack() as stack:
        environment = {
            "DATABASE_URL": stack.enter_context(pg.cluster()).replace("/readiness?", "/postgres?"),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "TMPDIR": str(tmp_path_factory.mktemp("servers")),
        }
        scene = told("scene", "prepare", 1, N_THERAPISTS, N_MANAGERS + 1, **environment)
        first, second = (stack.enter_context(MortalServer(1, **environment)) for _ in range(2))
        lead, *managers, forgetful = scene["people"]
        yield Service(first, second, environment, scene, lead, managers, forgetful)


@dataclass
class Proxied(Visitor):
    """A browser behind a proxy that passes every request to the other server than the one before."""

    ports: tuple[int, ...] = ()
    heard_at: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._turns = cycle(self.ports)

    def send(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> Page:
        """Send one request, and note which server answered it."""
        self.port = next(self._turns)
        answer = super().send(method, path, body, headers)
        self.heard_at[self.port] += 1
        return answer


def signed_in(port: int, person: dict[str, str]) -> Visitor:
    """Sign in with the form, all of it at one server."""
    visitor = Visitor(port)
    assert visitor.post(visitor.get(SIGN_IN), person).path == CLINICS
    return visitor


class Saving:
    """People at work, each in a thread; what was not acknowledged they send again, by then to the other server."""

    def __init__(self, people: list[Therapist | Manager]) -> None:
        self.people = people
        self._is_over = threading.Event()
        self._stack = ExitStack()

    def __enter__(self) -> Saving:
        pool = self._stack.enter_context(ThreadPoolExecutor(len(self.people)))
        self._stack.callback(self._is_over.set)
        self._work = [pool.submit(self._save_on, person) for person in self.people]
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()
        for work in self._work:
            work.result()

    def _save_on(self, person: Therapist | Manager) -> None:
        began = time.monotonic()
        while person.is_waiting or not self._is_over.is_set():
            if person.save():
                assert time.monotonic() - began < PATIENCE_SECONDS, "A save was never acknowledged."
                time.sleep(0.02)
            else:
                began = time.monotonic()

    def until_all_heard_from(self, port: int) -> None:
        """Wait until everybody has had two more answers from a server: one may have been on its way before."""
        before = [heard(person)[port] for person in self.people]
        until(lambda: all(heard(one)[port] >= n + 2 for one, n in zip(self.people, before, strict=True)))


def heard(person: Therapist | Manager) -> Counter[int]:
    """Count the answers that a person had, by server."""
    assert isinstance(person.visitor, Proxied)
    return person.visitor.heard_at


def until(is_so: Callable[[], bool]) -> None:
    """Wait for something, for a while."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_server_that_is_killed_under_saves_loses_nothing_and_signs_nobody_out(running: Service) -> None:
    managers, therapists = managers_of(running), therapists_of(running)

    with Saving([*managers, *therapists]) as saving:
        time.sleep(SAVING_SECONDS)
        running.first.kill()
        saving.until_all_heard_from(running.second.port)
        running.first.start()
        saving.until_all_heard_from(running.first.port)
        time.sleep(SAVING_SECONDS)

    assert verdicts(running, managers, therapists) == {Verdict.KEPT: N_MANAGERS * KEYS_EACH + N_THERAPISTS}
    for port in running.ports:
        assert {here(person.visitor, port).get(CLINICS).path for person in managers} == {CLINICS}
        assert {here(person.visitor, port).get(CHECK).path for person in therapists} == {CHECK}


def test_form_of_one_server_can_be_sent_to_the_other(running: Service) -> None:
    visitor = Visitor(running.first.port)
    form = visitor.get(SIGN_IN)
    visitor.port = running.second.port
    assert visitor.post(form, running.lead).path == CLINICS


def test_message_of_one_server_is_shown_once_by_whichever_comes_next(running: Service) -> None:
    first = signed_in(running.first.port, running.lead)
    details = first.get(f"{CLINICS}{running.scene['rounds'][0]['clinic']}/details/")
    name = f"Clinic {uuid4().hex[:8]}"
    first.send("POST", details.path, urlencode({**details.hidden, "name": name, "time_zone": "UTC"}))

    at_second, at_first = (here(first, port).get(CLINICS) for port in reversed(running.ports))

    assert name in at_second.text
    assert "The details are saved." in at_second.text
    assert "The details are saved." not in at_first.text


def test_wrong_passwords_at_one_server_count_at_the_other(running: Service) -> None:
    person = running.forgetful
    wrong = {**person, "password": "not the password"}
    visitors = cycle([Visitor(port) for port in running.ports])

    answers = [sign_in_answer(next(visitors), wrong) for _ in range(WRONG_MAX)]
    then = [sign_in_answer(next(visitors), person) for _ in running.ports]

    assert all("do not belong together" in text for text in answers)
    assert all("many attempts" in text for text in then)


def sign_in_answer(visitor: Visitor, person: dict[str, str]) -> str:
    """Give what the sign-in page says to this."""
    form = visitor.get(SIGN_IN)
    return visitor.send("POST", SIGN_IN, urlencode({**form.hidden, **person})).text


def managers_of(running: Service) -> list[Manager]:
    """Let people sign in at the first server; from then on a proxy stands between."""
    keys, (one,) = running.scene["keys"], running.scene["rounds"]
    managers = []
    for number, person in enumerate(running.managers):
        cookies = signed_in(running.first.port, person).cookies
        headers = {"X-CSRFToken": cookies["csrftoken"], "Content-Type": "application/json"}
        own = keys[number * KEYS_EACH : (number + 1) * KEYS_EACH]
        managers.append(Manager(Proxied(0, cookies, running.ports), headers, one["id"], own))
    return managers


def therapists_of(running: Service) -> list[Therapist]:
    """Let therapists open their links at the first server; from then on a proxy stands between."""
    therapists = [Therapist(running.first.port, link, Random(link)) for link in running.scene["rounds"][0]["links"]]
    for person in therapists:
        person.visitor = Proxied(0, person.visitor.cookies, running.ports)
    return therapists


def verdicts(running: Service, managers: list[Manager], therapists: list[Therapist]) -> Counter[Verdict]:
    """Compare the database with what people were told, and how often each answer was written with how often it was."""
    stored = running.stored(therapists)
    ledgers = {name: ledger for person in managers for name, ledger in person.ledgers.items()}
    found = Counter(ledger.verdict(stored["items"][name], stored["items"][name][1]) for name, ledger in ledgers.items())
    found.update(person.ledger.verdict(draft) for person, draft in zip(therapists, stored["drafts"], strict=True))
    found[Verdict.TWICE] += stored["n_drafts"] - len(therapists)
    return +found


def here(visitor: Visitor, port: int) -> Visitor:
    """Give the same browser with nothing between it and one of the servers."""
    return Visitor(port, dict(visitor.cookies))
