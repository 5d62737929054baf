"""People who save one thing after the other: a therapist with a link, somebody at the clinic form.

What was not acknowledged they send again before they go on, as the pages do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from http import HTTPStatus
from http.client import HTTPException
from itertools import cycle
from random import Random
from typing import Any, Final, Protocol
from urllib.parse import urlencode, urlsplit

from tests.benchmarks.ledger import Ledger
from tests.benchmarks.therapists import CHECK, START
from tests.benchmarks.visitor import Page, Visitor

PREFIX: Final = "answer-"
IN_THE_BACKGROUND: Final = {"X-Requested-With": "fetch"}
TAKEN: Final = {HTTPStatus.OK, HTTPStatus.NO_CONTENT, HTTPStatus.FOUND}


class Person(Protocol):
    """Somebody who saves."""

    @property
    def is_waiting(self) -> bool:
        """Whether something was sent that nobody has acknowledged."""

    def save(self) -> str:
        """Send one save; give why it was not acknowledged, empty when it was."""


class Therapist:
    """Goes through the pages again and again; every second save is one that the page's script sends."""

    def __init__(self, port: int, link: str, source: Random) -> None:
        self.visitor = Visitor(port)
        self.ledger = Ledger()
        self._source = source
        self._pages = cycle(self._read(link))
        self._sending: tuple[str, str, dict[str, str]] = ("", "", {})  # path, body, headers

    def _read(self, link: str) -> list[Page]:
        """Open the link and look at every page, from the first to the one that asks nothing."""
        self.visitor.get(urlsplit(link).path)
        pages = [self.visitor.get(START)]
        while (following := self.visitor.post(pages[-1], {"go": "next"})).radios:
            pages.append(following)
        return pages

    @property
    def is_waiting(self) -> bool:
        """Whether something was sent that nobody has acknowledged."""
        return self.ledger.under_way is not None

    def save(self) -> str:
        """Save a page of answers, or again the one that was not acknowledged; give why it was not this time."""
        if not self.is_waiting:
            self._fill_in(next(self._pages))
        path, body, headers = self._sending
        refusal = _refusal(self.visitor, "POST", path, body, headers)
        if not refusal:
            self.ledger.acknowledge()
        return refusal

    def _fill_in(self, page: Page) -> None:
        given = {name: self._source.choice(steps) for name, steps in page.radios.items()}
        answers = {name.removeprefix(PREFIX): int(value) for name, value in given.items()}
        is_scripted = len(self.ledger.acknowledged) % 2 == 1
        body = urlencode({**page.hidden, **given, "go": "next"})
        self._sending = (page.path, body, IN_THE_BACKGROUND if is_scripted else {})
        self.ledger.under_way = {**(self.ledger.last or {}), **answers}

    def look_over(self) -> None:
        """Open the page from which the answers are sent."""
        page = self.visitor.get(CHECK)
        self._sending = (CHECK, urlencode(page.hidden), {})

    def send(self) -> str:
        """Send the form that was looked over; give why that was not acknowledged, empty when it was."""
        path, body, headers = self._sending
        return _refusal(self.visitor, "POST", path, body, headers)


class Manager:
    """Answers some questions of the clinic form again and again; nobody else answers them."""

    def __init__(self, visitor: Visitor, headers: dict[str, str], round_id: str, keys: list[str]) -> None:
        self.ledgers = {f"{round_id}/{key}": Ledger() for key in keys}
        self.visitor, self._headers = visitor, headers
        self._names: Iterator[str] = cycle(self.ledgers)
        self._name = next(self._names)
        self._body: dict[str, Any] = {}

    @property
    def is_waiting(self) -> bool:
        """Whether something was sent that nobody has acknowledged."""
        return self.ledgers[self._name].under_way is not None

    def save(self) -> str:
        """Save one answer, or again the one that was not acknowledged; give why it was not this time."""
        if not self.is_waiting:
            self._name = next(self._names)
            self._choose(self._name)
        round_id, _, key = self._name.partition("/")
        path = f"/rounds/{round_id}/items/{key}/"
        refusal = _refusal(self.visitor, "PUT", path, json.dumps(self._body), self._headers)
        if not refusal:
            self.ledgers[self._name].acknowledge()
        return refusal

    def _choose(self, name: str) -> None:
        ledger = self.ledgers[name]
        revision = len(ledger.acknowledged)
        op = f"{name.rpartition('/')[2]}-{revision}"
        self._body = {"op": op, "base": revision, "value": revision % 5 + 1, "comment": ""}
        ledger.under_way = [self._body["value"], revision + 1, op]


def _refusal(visitor: Visitor, method: str, path: str, body: str, headers: dict[str, str]) -> str:
    """Send a save; give why it was not acknowledged, empty when it was."""
    try:
        status = visitor.send(method, path, body, headers).status
    except (OSError, HTTPException) as error:
        return type(error).__name__
    return "" if status in TAKEN else str(status)
