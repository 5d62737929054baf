"""What an operator is told before something is erased, and the erasing itself, whatever it is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError
from django.utils import timezone

from assessments.clinics.models import Clinic, Erasure, User
from assessments.networks.erasing import erase_clinic, erase_person
from assessments.networks.models import NetworkClinic
from assessments.plans.models import Action
from assessments.respondents.erasing import check_is_not_counted
from assessments.rounds.erasing import erase_round
from assessments.rounds.models import Round
from assessments.rounds.policies import why_keep_clinic

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


PAUSES: Final = (0.2, 1.0, 3.0)
"""Seconds to wait before beginning anew."""


class NothingThereError(ValueError):
    """There is no such assessment, clinic or account, or no more."""


@dataclass(frozen=True)
class Erasable:
    """Something that can be erased: what goes with it, what stays, and how."""

    goes: tuple[str, ...]
    stays: str
    erase: Callable[[datetime], Erasure]
    why_not: str = ""  # a reason to wait, which the operator can set aside


def erasable(kind: Erasure.Kind, which: str, *, now: datetime) -> Erasable:
    """Find what is to be erased by its number, or a person by their address.

    Raises:
        NothingThereError: there is none.
    """
    find = {Erasure.Kind.ROUND: _round, Erasure.Kind.CLINIC: _clinic, Erasure.Kind.PERSON: _person}[kind]
    try:
        return find(which, now)
    except (ObjectDoesNotExist, ValueError) as error:
        raise NothingThereError(f"There is no {kind.label.lower()} {which}.") from error


def erase_between_others(found: Erasable) -> None:
    """Erase it, and begin anew where other people's work is in the way: all of it is taken back each time.

    Raises:
        RefusedError: it may not be erased.
        OperationalError: somebody was in the way each time.
    """
    for pause in PAUSES:
        try:
            found.erase(timezone.now())
        except OperationalError:
            time.sleep(pause)
        else:
            return
    found.erase(timezone.now())


def _round(which: str, now: datetime) -> Erasable:
    assessment = Round.objects.select_related("clinic").get(pk=UUID(which))
    day = assessment.closed_on
    state = f"finished on {day.day} {day:%B %Y}" if day else "which is open"
    return Erasable(
        goes=(
            f"the assessment “{assessment.title}” of {assessment.clinic}, {state}",
            "its answers and comments, its result, its team talk",
            "what therapists were asked and answered in it, their links, its mail",
        ),
        stays=(
            "that it was erased, and when: on the clinic's record, and for the networks that the clinic lets in; and "
            "the actions of the clinic's plan, which no longer say that they came from this assessment"
        ),
        erase=lambda now: erase_round(by=None, round_id=assessment.pk, now=now),
    )


def _clinic(which: str, now: datetime) -> Erasable:
    clinic = Clinic.objects.get(pk=UUID(which))
    why_not = why_keep_clinic(clinic, now=now)
    n_rounds, n_actions, n_networks = (
        model.objects.filter(clinic=clinic).count() for model in (Round, Action, NetworkClinic)
    )
    return Erasable(
        goes=(
            f"the clinic {clinic}, with its record of acts and the places of its people; their accounts stay",
            f"assessments, with all that belongs to them: {n_rounds}",
            f"actions of its plan: {n_actions}",
            f"places in networks: {n_networks}",
        ),
        stays="that one of their clinics was erased, and when, for its networks: by a number, without a name",
        erase=lambda now: erase_clinic(
            by=None, clinic_id=clinic.pk, now=now, although_figures_are_recent=bool(why_not)
        ),
        why_not=why_not,
    )


def _person(which: str, now: datetime) -> Erasable:
    person = User.objects.get(email=which.strip().lower())
    clinics = ", ".join(Clinic.objects.filter(memberships__user=person).values_list("name", flat=True))
    return Erasable(
        goes=(
            f"the account {person.email}",
            f"places in clinics: {clinics or 'none'}",
            f"places in networks: {person.network_places.count()}",
            "invitations and mail to the address; those to a therapist go when the assessment closes",
            "the name beside answers, actions and acts",
        ),
        stays="what the person answered and did for the clinics, as somebody's whose account is gone",
        erase=lambda now: erase_person(by=None, user_id=person.pk, now=now, check=check_is_not_counted),
    )
