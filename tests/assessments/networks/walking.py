"""A walk over every address that consultants have, built from the table of routes, to compare what it shows.

An address with a part that is not known here ends the walk with an error: give it a value, never leave it out.
"""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import unescape
from typing import Final

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client

from assessments.reports.sheets.book import CONTENT_TYPE
from assessments.routes import ACCOUNTS, EVERYBODY, ROUTES, Person, Route

CONSULTANTS_ROUTES: Final = tuple(
    route for route in ROUTES if Person.CONSULTANT in route.who and route.who not in (ACCOUNTS, EVERYBODY)
)
BOOKMARKS: Final = (
    "",
    "?clinic={clinic}&mark={clinic}&round={round}",
    "?clinic={other}&clinic={third}&clinic={clinic}&mark={clinic}&sort=-intake",
    "?search={name}&mark={clinic}&sort=flags&page=2",
)
"""What a kept address may say beside its path; pages of one clinic are asked the first two."""

Seen = dict[str, tuple[int, str]]


@dataclass(frozen=True)
class Walk:
    """A browser, and the things that addresses name; `clinic` is the clinic that is looked for."""

    client: Client
    network: object
    clinic: object
    rounds: tuple[object, ...]
    others: tuple[object, object]
    member: object
    invitation: object
    name: str

    def of_nobody(self) -> Walk:
        """Give the same walk for a clinic that never was."""
        rounds = tuple(uuid.UUID(int=number + 1) for number in range(len(self.rounds)))
        return replace(self, clinic=uuid.UUID(int=0), rounds=rounds, name="Nowhere-Clinic")

    def see(self) -> Seen:
        """Open every address with every bookmark, send every form empty without keeping what it did, and give it all.

        Keys and texts name the things looked for by a word, so that walks for two clinics can be compared.
        """
        kept = (
            self._seen("GET", address + self._query(bookmark))
            for route, address in self._everywhere("GET")
            for bookmark in (BOOKMARKS[:2] if "<uuid:clinic_id>" in route.path else BOOKMARKS)
        )
        return dict(kept) | dict(self._seen("POST", address) for _, address in self._everywhere("POST"))

    def glance(self) -> Seen:
        """Open every address once, with the bookmark that names three clinics."""
        query = self._query(BOOKMARKS[2])
        return dict(self._seen("GET", address + query) for _, address in self._everywhere("GET"))

    def _everywhere(self, method: str) -> Iterator[tuple[Route, str]]:
        for route in CONSULTANTS_ROUTES:
            if method in route.methods:
                yield from ((route, address) for address in self._addresses(route))

    def _query(self, bookmark: str) -> str:
        other, third = self.others
        return bookmark.format(clinic=self.clinic, round=self.rounds[0], other=other, third=third, name=self.name)

    def _addresses(self, route: Route) -> list[str]:
        """Fill an address in: for the clinic looked for with each of its rounds, and for another clinic with them."""
        parts = {"network_id": self.network, "member_id": self.member, "invitation_id": self.invitation}
        ways = [
            parts | {"clinic_id": one, "round_id": assessment}
            for one in (self.clinic, self.others[0])
            for assessment in self.rounds
        ]
        return list(dict.fromkeys(self._fill(route, way) for way in ways))

    @staticmethod
    def _fill(route: Route, parts: Mapping[str, object]) -> str:
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(parts[match[1]]), route.path)

    def _seen(self, method: str, address: str) -> tuple[str, tuple[int, str]]:
        with transaction.atomic():
            response = self.client.generic(method, address)
            transaction.set_rollback(True)
        text = unescape(text_of(response)) + response.get("Location", "")
        return f"{method} {self._named(address)}", (response.status_code, self._named(text))

    def _named(self, text: str) -> str:
        text = re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", text)
        for word, things in (("CLINIC", [self.clinic]), ("ROUND", self.rounds)):
            for number, thing in enumerate(things):
                text = text.replace(str(thing), f"{word}{number}")
        return text.replace(self.name, "NAME")


def text_of(response: HttpResponseBase) -> str:
    """Give all that an answer says; of a workbook every part of the file, whether a program would show it or not."""
    content = response.getvalue()
    if response.get("Content-Type") != CONTENT_TYPE:
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "\n".join(parts.read(name).decode() for name in parts.namelist())


def differences(first: Seen, second: Seen) -> list[str]:
    """Give the addresses that answered differently."""
    assert first.keys() == second.keys()
    return [address for address in first if first[address] != second[address]]
