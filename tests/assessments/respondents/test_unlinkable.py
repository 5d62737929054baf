"""No value anywhere joins an invitation with what was answered: not an id, not a hash, not a time, not an order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.core import serializers

from assessments.respondents.models import Draft, Invitation, Submission
from tests.assessments.respondents.conftest import Team, Therapist

SAYS_NOTHING: Final = 3
"""Values of at most this length, as text: answers and counts."""


def values(content: Any) -> Iterator[str]:
    """Give every value in a piece of JSON, as text."""
    if isinstance(content, dict):
        content = [*content.values()]
    if isinstance(content, list):
        for part in content:
            yield from values(part)
    elif len(str(content)) > SAYS_NOTHING:
        yield str(content)


def dumped(model: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(serializers.serialize("json", model._default_manager.all()))
    return rows


def test_a_dump_joins_no_invitation_with_a_draft_or_submission(team: Team) -> None:
    tokens = team.invite_some(6)
    people = [Therapist(token) for token in tokens]
    for number, person in enumerate(people):
        person.answer_all(team.round, 1 + number % 5)
        person.post("later/")
        if number % 2:
            person.send()
    assert (Invitation.objects.count(), Draft.objects.count(), Submission.objects.count()) == (6, 3, 3)

    answered = dumped(Draft) + dumped(Submission)
    others = [row for model in apps.get_models() if model not in (Draft, Submission) for row in dumped(model)]
    of_everybody = {str(team.round.pk), *(value for row in dumped(type(team.round)) for value in values(row))}
    told_of_answers = {value for row in answered for value in values(row["fields"]) if value not in of_everybody}
    told_of_answers |= {row["pk"] for row in answered}
    told_of_answers -= {str(row["fields"].get("saved_on")) for row in answered}  # a day, the same for all
    elsewhere = {value for row in others for value in values(row)}
    assert len(told_of_answers) >= 9  # six ids, three hashes of return codes
    assert not told_of_answers & elsewhere
    text = json.dumps(others)
    assert not [value for value in told_of_answers if value in text]


def test_answers_hold_no_time_and_no_order(team: Team) -> None:
    tokens = team.invite_some(2)
    for token, first in zip(tokens, (1, 8), strict=True):
        person = Therapist(token)
        person.answer_all(team.round)
        person.answer(first, {})
        person.send()
    one, other = dumped(Submission)
    assert set(one["fields"]) == {"round", "answers"}
    assert list(one["fields"]["answers"]) == list(other["fields"]["answers"])
    assert Submission._meta.ordering == ["id"]


def test_pass_of_a_browser_is_the_only_join_and_its_secrets_are_nowhere(team: Team, tokens: list[str]) -> None:
    person = Therapist(tokens[0])
    person.answer(1, {"usability": 2})
    cookie = person.client.cookies["link"].value
    text = json.dumps([row for model in apps.get_models() for row in dumped(model)])
    assert cookie not in text
    assert str(Draft.objects.get().pk) in text
