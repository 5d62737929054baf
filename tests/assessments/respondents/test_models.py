"""What the database refuses to hold, and that no row is named after a person."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from assessments.respondents.models import Draft, Invitation, Refusal, Submission, TeamPageLink
from assessments.rounds.models import Round
from tests.assessments.respondents.conftest import NOON


def invitation(assessment: Round, **said: object) -> Invitation:
    fields = {"address": "t@example.org", "address_key": "t@example.org", "invited_on": NOON.date(), **said}
    return Invitation.objects.create(round=assessment, **fields)


def test_mailbox_is_invited_once_per_round(open_round: Round) -> None:
    invitation(open_round)
    invitation(open_round, address_key="u@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        invitation(open_round)


@pytest.mark.parametrize("empty", ["address", "address_key"])
def test_invitation_without_an_address_is_refused(open_round: Round, empty: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        invitation(open_round, **{empty: ""})


def test_link_and_return_code_lead_to_one_row_and_many_may_have_none(open_round: Round) -> None:
    for number in range(2):
        invitation(open_round, address_key=f"{number}@example.org", token_hash=None)
        Draft.objects.create(round=open_round, saved_on=NOON.date())
    Draft.objects.create(round=open_round, saved_on=NOON.date(), code_hash="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.create(round=open_round, saved_on=NOON.date(), code_hash="a")
    invitation(open_round, address_key="x@example.org", token_hash="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        invitation(open_round, address_key="y@example.org", token_hash="a")


def test_refusal_is_kept_once_per_clinic(open_round: Round, other_clinic) -> None:
    Refusal.objects.create(clinic=open_round.clinic, address_digest="a")
    Refusal.objects.create(clinic=other_clinic, address_digest="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        Refusal.objects.create(clinic=open_round.clinic, address_digest="a")


def test_no_row_is_named_after_a_person_or_an_answer(open_round: Round) -> None:
    rows = [
        invitation(open_round),
        Draft(round=open_round, answers={"usability": 2}),
        Submission(round=open_round, answers={"usability": 2}),
        TeamPageLink(round=open_round, token_hash="secret"),
        Refusal(clinic=open_round.clinic, address_digest="secret"),
    ]
    named = " ".join(str(row) for row in rows)
    assert not any(word in named for word in ("example.org", "usability", "secret"))
