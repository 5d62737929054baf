"""What only the demo, `manage.py seed` and measuring need: links without mails, and many answers written at once."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from assessments.clinics.actions import hash_of
from assessments.clinics.models import OutgoingMail
from assessments.clinics.text import address_key
from assessments.respondents import mails
from assessments.respondents.actions import TOKEN_BYTES, post_link, unanswered
from assessments.respondents.models import Invitation, Submission
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from assessments.clinics.models import User
    from readiness.instrument.definition import Answers


def seed_submissions(*, sent: Iterable[tuple[Round, Sequence[Answers]]], on: date) -> None:
    """Write the answers sent in each round, and as many invitations that were answered. Nobody has their links.

    What the rounds tell of the invited is left to whoever wrote the rounds.
    """
    of_rounds = list(sent)
    Invitation.objects.bulk_create(row for one, forms in of_rounds for row in _invitations(one, len(forms), on))
    Submission.objects.bulk_create(
        Submission(round=one, answers=answers) for one, forms in of_rounds for answers in forms
    )


def _invitations(assessment: Round, n_invited: int, on: date) -> Iterator[Invitation]:
    for number in range(n_invited):
        address = f"therapist{number + 1}@example.org"
        yield Invitation(
            round=assessment,
            address=address,
            address_key=address_key(address),
            token_hash=hash_of(secrets.token_urlsafe(TOKEN_BYTES)),
            answered=True,
            invited_on=on,
        )


@transaction.atomic
def fresh_links(*, by: User, round_id: UUID, now: datetime) -> list[str]:
    """Invite everybody anew who has not answered, and give the links, for the demo; earlier links stop working."""
    assessment = Round.objects.select_related("clinic").select_for_update(of=("self",)).get(pk=round_id)
    kind = OutgoingMail.Kind.THERAPIST_INVITATION
    return [mails.link_of(post_link(one, assessment, kind, by, now)) for one in unanswered(assessment)]
