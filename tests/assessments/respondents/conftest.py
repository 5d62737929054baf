"""A team that is heard: the lead who invites it, and therapists at browsers of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from django.http import HttpRequest
from django.test import Client

from assessments.clinics.models import OutgoingMail, User
from assessments.respondents import actions, passes, upkeep
from assessments.respondents.models import Invitation
from assessments.respondents.pages import pages_of
from assessments.rounds.models import Round
from tests.assessments.conftest import NOW

NOON: Final = NOW + timedelta(hours=3)


class Team:
    """The lead's side of a round."""

    def __init__(self, lead: User, assessment: Round) -> None:
        self.lead, self.round = lead, assessment

    def invite(self, pasted: str, at: datetime = NOW) -> actions.Invited:
        """Invite a pasted list."""
        return actions.invite(by=self.lead, round_id=self.round.pk, pasted=pasted, now=at)

    def invite_some(self, count: int, at: datetime = NOW) -> list[str]:
        """Invite this many more, and give the tokens of their links."""
        known = Invitation.objects.filter(round=self.round).count()
        addresses = [f"therapist{known + number}@example.org" for number in range(count)]
        self.invite("\n".join(addresses), at)
        return [self.token(address) for address in addresses]

    def token(self, address: str) -> str:
        """Give the token of the latest mail to an address."""
        mail = OutgoingMail.objects.filter(address=address).order_by("created_at").last()
        return re.search(r"/r/([\w-]+)/\n", mail.body)[1]  # type: ignore[union-attr,index]

    def count_as_nine(self) -> None:
        """Let the round count nine people invited, because fewer than five are not reminded."""
        Round.objects.filter(pk=self.round.pk).update(n_invited=9)

    def remind(self, at: datetime = NOON) -> None:
        """Ask for the reminder once all invitations have gone out, and let the worker come round."""
        self.count_as_nine()
        OutgoingMail.objects.filter(state="waiting").update(state="sent", subject="", body="")
        actions.remind(by=self.lead, round_id=self.round.pk, now=at)
        upkeep.post_reminders(now=at)

    def invitation(self, address: str = "therapist0@example.org") -> Invitation:
        """Give the invitation of an address as it is now."""
        return Invitation.objects.get(round=self.round, address=address)


class Therapist:
    """A therapist at a browser."""

    def __init__(self, token: str = "", **client: Any) -> None:
        self.client = Client(**client)
        if token:
            self.open(token)

    def open(self, token: str) -> Any:
        """Open a link."""
        return self.client.get(f"/r/{token}/")

    def get(self, place: str = "") -> Any:
        """Open a page of the therapists' form."""
        return self.client.get(f"/r/{place}")

    def page(self, place: str = "") -> str:
        """Give a page that opens."""
        response = self.get(place)
        assert response.status_code == 200, response.status_code
        return str(response.content.decode())

    @property
    def mark(self) -> str:
        """Give the mark that a form shown now carries; empty where no link was opened."""
        request = HttpRequest()
        request.COOKIES = {name: cookie.value for name, cookie in self.client.cookies.items()}
        kept = passes.held(request)
        return kept.mark if kept else ""

    def post(self, place: str, said: Mapping[str, object] | None = None, **headers: str) -> Any:
        """Send a form of a page that was shown just now."""
        return self.client.post(f"/r/{place}", {passes.MARK: self.mark, **(said or {})}, headers=headers)

    def answer(self, number: int, answers: Mapping[str, object], go: str = "next", **headers: str) -> Any:
        """Send a page of questions as a plain form."""
        posted = {f"answer-{key}": value for key, value in answers.items()}
        return self.post(f"pages/{number}/", {**posted, "go": go}, **headers)

    def answer_all(self, assessment: Round, answer: int = 4) -> None:
        """Answer every question alike."""
        for page in pages_of(assessment.instrument):
            response = self.answer(page.number, {item.key: answer for item in page.items})
            assert response.status_code == 302

    def shown(self) -> str:
        """Give what the page before sending says that it shows."""
        return re.search(r'name="shown"\s+value="([^"]+)"', self.page("check/"))[1]  # type: ignore[index]

    def send(self) -> Any:
        """Look over the answers and send them."""
        return self.post("check/", {"shown": self.shown()})


@pytest.fixture(autouse=True)
def _noon(at_noon: None) -> None:
    """Everything here happens three hours after the round was opened."""


@pytest.fixture
def team(lead: User, open_round: Round) -> Team:
    """The lead's side of the open round of `clinic`."""
    return Team(lead, open_round)


@pytest.fixture
def tokens(team: Team) -> list[str]:
    """The links of three therapists."""
    return team.invite_some(3)


@pytest.fixture
def therapist(tokens: list[str]) -> Therapist:
    """The first of them, who has opened the link."""
    return Therapist(tokens[0])


def words_of(html: str) -> str:
    """Give what the main part of a page says, without its marks."""
    main = re.search(r"<main.*?</main>", html, re.DOTALL)[0]  # type: ignore[index]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("&#x27;", "'").replace("&nbsp;", " ").split())
