"""The mails to therapists: an invitation and one reminder, each with a link of its own. They wait in the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.template.loader import render_to_string
from django.urls import reverse

from assessments.clinics.mails import absolute
from assessments.clinics.models import OutgoingMail
from assessments.rounds.policies import no_figures_before

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.clinics.models import User
    from assessments.rounds.models import Round

TEMPLATES: Final = {
    OutgoingMail.Kind.THERAPIST_INVITATION: "respondents/mail/invitation",
    OutgoingMail.Kind.THERAPIST_REMINDER: "respondents/mail/reminder",
}


def link_of(token: str) -> str:
    """Give the full address of a therapist's link."""
    return absolute(reverse("respondents:link", args=[token]))


def written(
    *, kind: OutgoingMail.Kind, assessment: Round, by: User | None, token: str, now: datetime
) -> tuple[str, str]:
    """Give subject and text of a mail to a therapist; only an invitation names who wrote it."""
    context = {
        "clinic": assessment.clinic,
        "by": by,
        "due_on": assessment.due_on,
        "figures_again_on": no_figures_before(assessment, now=now),
        "link": link_of(token),
        "not_me": absolute(reverse("respondents:not_me", args=[token])),
    }
    template = TEMPLATES[kind]
    subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
    return subject, render_to_string(f"{template}_message.txt", context).strip() + "\n"
