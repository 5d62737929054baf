"""What goes when something is erased, what stays and why, and the erasing itself, for pages and the command."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import OperationalError
from django.utils import timezone

from assessments.clinics.models import Clinic, Erasure
from assessments.networks.erasing import erase_clinic, erase_person
from assessments.networks.models import NetworkClinic
from assessments.plans.models import Action
from assessments.plans.words import day
from assessments.rounds.erasing import erase_round
from assessments.rounds.models import FormAnswer, Round
from assessments.rounds.policies import why_keep_clinic

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from assessments.clinics.models import User

PAUSES: Final = (0.2, 1.0, 3.0)
"""Seconds to wait before beginning anew."""
OUT_OF_REACH: Final = (
    "files that people have downloaded, and backups until they are overwritten: nothing here reaches them"
)
CLINICS_NUMBER: Final = (
    "for its networks, the number by which they knew it, without its name, so that their counts still add up"
)
ROUNDS_BEFORE: Final = (
    "that assessments of it were erased earlier: each by its number, when, and when figures had come out in it: {n}"
)
CLINICS_FIGURES: Final = "when figures of its therapists came out last, should the clinic come back from a file"


@dataclass(frozen=True)
class Erasable:
    """Something that can be erased: what goes with it, what stays and why, and how."""

    name: str  # by which people know it
    goes: tuple[str, ...]
    stays: tuple[str, ...]
    erase: Callable[[datetime], Erasure]
    why_not: str = ""  # a reason to wait, which only the operator can set aside


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


def erasable_round(assessment: Round, *, by: User | None) -> Erasable:
    """Describe an assessment of a clinic that is at hand; `by` is its lead, or None for the operator."""
    return Erasable(
        name=assessment.title,
        goes=_goes_with_open(assessment) if assessment.is_open else _goes_with_finished(assessment),
        stays=(
            "that it was erased, by whom and when, on the clinic's record, from which nothing can be removed",
            *([] if assessment.is_open else _stays_of_finished(assessment)),
            *_if_any(
                Action.objects.filter(round=assessment).count(),
                "actions of the clinic's plan that came from this assessment, without saying so any more: {n}",
            ),
            OUT_OF_REACH,
        ),
        erase=lambda now: erase_round(by=by, round_id=assessment.pk, now=now),
    )


def _goes_with_open(assessment: Round) -> tuple[str, ...]:
    return (
        f"the assessment “{assessment.title}” of {assessment.clinic}, which is open until {day(assessment.due_on)}",
        *_answers_of(assessment),
        "what therapists have sent or begun in it, and what the team has noted in its talk; links to it stop working",
        "who was invited to it, and mail about it that waits to be sent",
    )


def _goes_with_finished(assessment: Round) -> tuple[str, ...]:
    finished = f", finished on {day(assessment.closed_on)}" if assessment.closed_on else ""
    return (
        f"the assessment “{assessment.title}” of {assessment.clinic}{finished}",
        *_answers_of(assessment),
        "its result and its team talk",
        "its invitations, links and mail",
    )


def _answers_of(assessment: Round) -> list[str]:
    rows = FormAnswer.objects.filter(round=assessment, form=FormAnswer.Form.CLINIC)
    return _if_any(rows.count(), "answers of the clinic form, with their comments: {n}")


def _stays_of_finished(assessment: Round) -> list[str]:
    n_networks = NetworkClinic.objects.filter(clinic=assessment.clinic).count()
    told = "that it was erased, and when it had been finished, for networks that the clinic lets in: {n}"
    figures = "that figures of the therapists came out, and when: the next can come out 90 days later at the earliest"
    return [*_if_any(n_networks, told), *([figures] if assessment.is_team_shown else [])]


def erasable_clinic(clinic: Clinic, *, by: User | None, now: datetime) -> Erasable:
    """Describe a clinic; `by` is its lead, or None for the operator, who may erase it although figures are recent."""
    why_not = why_keep_clinic(clinic, now=now)
    n_rounds, n_actions, n_networks = (
        model.objects.filter(clinic=clinic).count() for model in (Round, Action, NetworkClinic)
    )
    return Erasable(
        name=clinic.name,
        goes=(
            f"the clinic {clinic}, with its record of acts, its invitations and its mail",
            *_if_any(n_rounds, "assessments, with all that belongs to them: {n}"),
            *(_is_open(one) for one in Round.objects.filter(clinic=clinic).open()),
            *_if_any(n_actions, "actions of its plan: {n}"),
            f"places of its people: {clinic.memberships.count()}; their accounts stay",
            *_if_any(n_networks, "places in networks: {n}"),
        ),
        stays=(
            "that a clinic was erased, by whom and when, under a number without its name: none is erased unnoticed",
            *_if_any(n_networks, CLINICS_NUMBER),
            *_if_any(Erasure.objects.filter(clinic_id=clinic.pk).of_rounds().count(), ROUNDS_BEFORE),
            *([CLINICS_FIGURES] if Round.objects.filter(clinic=clinic).team_shown_at() else []),
            OUT_OF_REACH,
        ),
        erase=lambda now: erase_clinic(
            by=by, clinic_id=clinic.pk, now=now, although_figures_are_recent=by is None and bool(why_not)
        ),
        why_not=why_not,
    )


def _is_open(assessment: Round) -> str:
    return (
        f"“{assessment.title}” is open until {day(assessment.due_on)}: "
        "what therapists have sent or begun in it goes too, and their links stop working"
    )


def erasable_person(person: User, *, by: User | None) -> Erasable:
    """Describe an account; `by` is its holder, or None for the operator."""
    clinics = ", ".join(Clinic.objects.filter(memberships__user=person).values_list("name", flat=True))
    return Erasable(
        name=person.email,
        goes=(
            f"the account {person.email}",
            *([f"places in clinics: {clinics}"] if clinics else []),
            *_if_any(person.network_places.count(), "places in networks: {n}"),
            "its settings, its second step, its tokens for programs",
            "invitations and mail to the address; those to a therapist go when the assessment closes",
            "the name beside answers and acts",
            *_if_any(
                Action.objects.filter(owner=person).count(),
                "the name beside actions of plans, finished ones too: {n} will stand without a person",
            ),
        ),
        stays=(
            "what was answered and done for clinics, without the name: it belongs to the clinics",
            "the name where others wrote it, in a comment or a plan: those are their words",
            "that an account was erased and when, not whose; on its clinics' records, that it was a member's",
            "what was sent in a therapist's form: nothing says whose it was, so nobody can find it",
            OUT_OF_REACH,
        ),
        erase=lambda now: erase_person(by=by, user_id=person.pk, now=now),
    )


def _if_any(n: int, words: str) -> list[str]:
    """Say of how many, where there are any."""
    return [words.format(n=n)] if n else []
