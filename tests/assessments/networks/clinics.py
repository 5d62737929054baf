"""Clinics of a network as tests need them: let in at a level, with assessments begun and finished."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from assessments.clinics.actions import create_clinic
from assessments.clinics.models import Clinic, Role, User
from assessments.clinics.text import name_key
from assessments.networks.models import Level, Network, NetworkClinic
from assessments.results.closing import close
from assessments.rounds import actions
from assessments.rounds.models import FormAnswer, Round
from readiness.instrument.definition import Answer, Context, NonAnswer
from tests.assessments.conftest import NOW, make_user
from tests.assessments.networks.conftest import join_clinic


def add_clinic(network: Network, name: str, level: Level = Level.SCORES, **said: Any) -> NetworkClinic:
    """Make a clinic that lets the network in. The same person leads all clinics that are made here."""
    lead = User.objects.filter(email="many@example.org").first() or make_user("many@example.org", "Mara Many")
    clinic = create_clinic(by=lead, name=name, now=NOW, **said)
    return join_clinic(network, clinic, lead, level)


def add_empty_clinics(network: Network, n_clinics: int) -> list[str]:
    """Put many clinics at once into a network, which show scores and have done nothing; give their names."""
    names = [f"Many {number:03}" for number in range(n_clinics)]
    clinics = Clinic.objects.bulk_create(Clinic(name=name, name_key=name_key(name)) for name in names)
    NetworkClinic.objects.bulk_create(
        NetworkClinic(network=network, clinic=clinic, level=Level.SCORES, number=1_000 + number, joined_at=NOW)
        for number, clinic in enumerate(clinics)
    )
    return names


def begin(
    place: NetworkClinic,
    answers: Mapping[str, Answer] | None = None,
    *,
    at: datetime = NOW,
    days: int = 21,
    stage: str = "running",
) -> Round:
    """Open an assessment for so many days and save answers at once."""
    context = Context(stage=stage, routes=["gp", "self"], for_whom=["pain-fatigue"])
    due_on = at.date() + timedelta(days=days)
    lead = lead_of(place.clinic)
    assessment = actions.open_round(
        by=lead, clinic=place.clinic, title="Autumn round", context=context, due_on=due_on, now=at
    )
    save(assessment, answers or {}, at=at)
    return assessment


def save(assessment: Round, answers: Mapping[str, Answer], *, at: datetime) -> None:
    """Store answers to questions that have none yet, all at once; those that are None stay open."""
    FormAnswer.objects.bulk_create(
        FormAnswer(
            round=assessment,
            key=key,
            value=answer if isinstance(answer, int) else None,
            non_answer=answer.value if isinstance(answer, NonAnswer) else "",
            op=f"op-{key}",
            saved_at=at,
        )
        for key, answer in answers.items()
        if answer is not None
    )


def finish(place: NetworkClinic, answers: Mapping[str, Answer], *, at: datetime = NOW, stage: str = "running") -> Round:
    """Open, answer and finish an assessment."""
    assessment = begin(place, answers, at=at, stage=stage)
    close(round_id=assessment.pk, by=lead_of(place.clinic), now=at + timedelta(hours=1))
    assessment.refresh_from_db()
    return assessment


def lead_of(clinic: Clinic) -> User:
    """Give the lead of a clinic."""
    return clinic.memberships.get(role=Role.LEAD).user
