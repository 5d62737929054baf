"""Whether somebody can be erased while therapists answer: whoever may see results counts when figures are released."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress

from assessments.clinics.models import ResultViewer
from assessments.clinics.policies import RefusedError
from assessments.clinics.text import NotAnAddressError, address_key
from assessments.respondents.models import Invitation
from assessments.rounds.policies import day_in_words

if TYPE_CHECKING:
    from assessments.clinics.models import User


def check_is_not_counted(person: User) -> None:
    """Refuse to erase somebody who was asked in confidence and may see the result, or could, until that closes.

    Without the account nobody would know that one of those who answered sees the figures, and the figures would be
    told as if nobody did. The invitations themselves, and their addresses, go when their round closes.

    Raises:
        RefusedError: there is such a round; the reason says until when.
    """
    keys = set()
    for address in (person.email, *EmailAddress.objects.filter(user=person).values_list("email", flat=True)):
        with suppress(NotAnAddressError):
            keys.add(address_key(address))
    invited = Invitation.objects.filter(address_key__in=keys, round__closed_at__isnull=True).select_related("round")
    for invitation in invited:
        assessment = invitation.round
        seeing = ResultViewer.objects.filter(user=person, clinic=assessment.clinic_id)
        if seeing.since(assessment.opened_at).exists():
            raise RefusedError(
                "The holder of this account was asked in confidence in an assessment that is open, and may see its "
                "result. The figures of the therapists are worked out with that in mind, so please wait until it "
                f"closes. Its last day is {day_in_words(assessment.due_on)}."
            )
