"""What an operator wants to have erased, found by the number in its address, or a person by theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist

from assessments.clinics.models import Clinic, Erasure, User
from assessments.reports.leaving.erasable import erasable_clinic, erasable_person, erasable_round
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.reports.leaving.erasable import Erasable


class NothingThereError(ValueError):
    """There is no such assessment, clinic or account, or no more."""


def erasable(kind: Erasure.Kind, which: str, *, now: datetime) -> Erasable:
    """Find what is to be erased.

    Raises:
        NothingThereError: there is none.
    """
    try:
        match kind:
            case Erasure.Kind.ROUND:
                return erasable_round(Round.objects.select_related("clinic").get(pk=UUID(which)), by=None)
            case Erasure.Kind.CLINIC:
                return erasable_clinic(Clinic.objects.get(pk=UUID(which)), by=None, now=now)
            case Erasure.Kind.PERSON:
                return erasable_person(person_with(which), by=None)
            case _ as never:
                assert_never(never)
    except (ObjectDoesNotExist, ValueError) as error:
        raise NothingThereError(f"There is no {kind.label.lower()} {which}.") from error


def person_with(address: str) -> User:
    """Find an account by its address, however it is written.

    Raises:
        User.DoesNotExist: there is none.
    """
    return User.objects.get(email=address.strip().lower())
