"""What closing takes from here, and what it leaves: called by `results.closing` alone, inside its transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from assessments.clinics import outbox
from assessments.clinics.policies import result_viewer_keys
from assessments.respondents.models import Draft, Invitation, Reminder, Submission, TeamPageLink
from assessments.rounds.querysets import LINK_LIFE
from readiness.instrument.definition import Answer, Form, Instrument

if TYPE_CHECKING:
    from assessments.rounds.models import Round


@dataclass(frozen=True)
class Handed:
    """What the release is planned from: how many of those invited may see results, and the answers on 0-100.

    `submitted` holds a mapping per therapist; every non-answer is None. It has no identity and no order that means
    anything.
    """

    viewers: int
    submitted: list[dict[str, float | None]]


def gather(assessment: Round) -> Handed:
    """Read what therapists of a round have sent. The caller holds the round's row.

    Whoever might have seen results at any time while the round was open counts as a viewer, so that nobody can leave
    for the moment of closing.
    """
    viewers = result_viewer_keys(assessment.clinic, since=assessment.opened_at)
    invited = Invitation.objects.filter(round=assessment).values_list("address_key", flat=True)
    submissions = Submission.objects.filter(round=assessment).values_list("answers", flat=True)
    instrument = assessment.instrument
    return Handed(
        viewers=sum(key in viewers for key in invited),
        submitted=[_on_percent(instrument, answers) for answers in submissions],
    )


def _on_percent(instrument: Instrument, answers: dict[str, Answer]) -> dict[str, float | None]:
    return {
        item.key: _value(instrument, item.key, answers.get(item.key)) for item in instrument.items_of(Form.THERAPIST)
    }


def _value(instrument: Instrument, key: str, answer: Answer) -> float | None:
    scale = instrument.scale[instrument.item[key].scale]
    return scale.value(answer) if isinstance(answer, int) else None


def destroy(assessment: Round, *, now: datetime) -> None:
    """Destroy addresses, marks, mails, drafts and submissions of a round; of its links only hashes stay, 90 days."""
    standing = Invitation.objects.filter(round=assessment).standing().order_by("token_hash")
    TeamPageLink.objects.bulk_create(
        TeamPageLink(token_hash=token_hash, round=assessment, until=now + LINK_LIFE)
        for token_hash in standing.values_list("token_hash", flat=True)
        if token_hash  # all have one; the type does not say so
    )
    for model in (Submission, Draft, Invitation, Reminder):
        model.objects.filter(round=assessment).delete()
    outbox.drop_mail(about=assessment.pk)
