"""What tests of rounds share: forms as a browser without JavaScript posts them."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import reverse

from assessments.clinics.actions import hash_of
from assessments.clinics.models import User
from assessments.rounds import actions, talk_actions
from assessments.rounds.models import FormAnswer, Round
from tests.assessments.conftest import NOW, signed_in

TO_SEND: Final = {"requests": ["supervision"], "other_request": "A quiet room", "n_people": "4"}
"""What a team says as it sends its talk."""


class Desk:
    """A person at a browser, in front of one round."""

    def __init__(self, user: User, assessment: Round) -> None:
        self.client, self.round = signed_in(user), assessment

    def put(self, key: str, client: Client | None = None, **body: Any) -> Any:
        """Save one answer by the wire contract."""
        sent = {"op": "op-1", "base": 0, "value": 4, "comment": "", **body}
        url = reverse("rounds:item", args=[self.round.pk, key])
        return (client or self.client).put(url, json.dumps(sent), content_type="application/json")

    def post(self, domain: str = "intake", **fields: str) -> Any:
        """Send a topic's page as a plain form; `answer_gp_referral` stands for `answer-gp-referral`."""
        data = {name.replace("_", "-"): value for name, value in fields.items()}
        return self.client.post(reverse("rounds:section", args=[self.round.pk, domain]), data)

    def stored(self, key: str) -> FormAnswer | None:
        """Give what is stored for an item."""
        return FormAnswer.objects.filter(round=self.round, key=key).first()


@pytest.fixture
def desk(lead: User, open_round: Round) -> Desk:
    """The lead at a browser."""
    return Desk(lead, open_round)


@pytest.fixture
def colleague(manager: User, open_round: Round) -> Desk:
    """The manager at another browser."""
    return Desk(manager, open_round)


def make_link(by: User, assessment: Round) -> str:
    """Make the link of a team talk and give the hash by which it is known."""
    return hash_of(talk_actions.make_talk_link(by=by, round_id=assessment.pk, now=NOW))


def say(link: str, key: str, answer: object, *, op: str = "said", base: int = 0) -> actions.Saved:
    """Save an answer of a team talk as the holder of its link."""
    change = actions.Change(key, answer, None, base, op)
    return talk_actions.save_joint_answer(link=link, change=change, now=NOW)


class Holder:
    """Whoever has opened the link of a team talk, at a browser of their own."""

    def __init__(self, token: str) -> None:
        self.token, self.link, self.client = token, hash_of(token), Client()
        self.client.get(reverse("rounds:talk_link", args=[token]))

    def get(self, name: str, *args: str) -> Any:
        """Open a page of the talk."""
        return self.client.get(reverse(f"rounds:{name}", args=args))

    def put(self, key: str, client: Client | None = None, **body: Any) -> Any:
        """Save one answer by the wire contract."""
        sent = {"op": "op-1", "base": 0, "value": 4, **body}
        url = reverse("rounds:talk_item", args=[key])
        return (client or self.client).put(url, json.dumps(sent), content_type="application/json")

    def post(self, domain: str = "practice", **fields: str) -> Any:
        """Send a topic's page as a plain form; `answer_time_norm` stands for `answer-time-norm`."""
        data = {name.replace("_", "-"): value for name, value in fields.items()}
        return self.client.post(reverse("rounds:talk_topic", args=[domain]), data)

    def send(self, **fields: Any) -> Any:
        """Send the talk with what the form on the last page holds."""
        return self.client.post(reverse("rounds:talk_send"), fields)


@pytest.fixture
def holder(lead: User, open_round: Round) -> Holder:
    """A therapist who was passed the link, and opened it."""
    return Holder(talk_actions.make_talk_link(by=lead, round_id=open_round.pk, now=NOW))


def finish(assessment: Round) -> None:
    """Close a round as far as its forms are concerned."""
    talk_actions.end_talk(assessment=assessment)
    Round.objects.filter(pk=assessment.pk).update(closed_at=NOW)
