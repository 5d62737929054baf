"""Many clinics at once, to measure with: random answers, closed rounds and their results, open rounds, in bulk.

All of them let one network in. Written without the actions; results are worked out by the code that closes a round.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction

from assessments.clinics.models import Clinic, Membership, ResultViewer, Role, User
from assessments.clinics.text import name_key
from assessments.management.seed_network import CONSULTANT, let_in, seeded_network
from assessments.respondents.seeding import seed_submissions
from assessments.results.closing import flag_rows, result_of, score_rows
from assessments.results.models import ReleaseRow, Result, ResultFlag, ResultScore
from assessments.results.reading import Reading, read
from assessments.results.team import Team, release_fields
from assessments.rounds.models import FormAnswer, Participation, Round
from readiness.instrument.definition import (
    INSTRUMENT,
    Answer,
    Form,
    ForWhom,
    Instrument,
    NonAnswer,
    Route,
    Scale,
    Stage,
)
from readiness.instrument.loading import load
from readiness.scoring.release import MIN_PEOPLE, Row

CHUNK: Final = 100
"""Clinics written at a time, so that memory stays flat."""
ROUND_EVERY: Final = timedelta(days=120)
ROUND_OPEN_FOR: Final = timedelta(days=21)
LAST_CLOSED_AGO: Final = timedelta(days=10)
OPENED_AGO: Final = timedelta(days=7)
PREFIX: Final = "seed-"
NO_PASSWORD: Final = make_password(None)
BLANK_SHARE: Final = 0.05
NON_ANSWER_SHARE: Final = 0.06


def has_data() -> bool:
    """Whether the database holds anybody or any clinic."""
    return User.objects.exists() or Clinic.objects.exists()


def consultant_at(email: str) -> User | None:
    """Make the holder of an open account a consultant and give them; None when nobody has this address."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is not None and not user.is_consultant:
        user.is_consultant = True
        user.save(update_fields=["is_consultant"])
    return user


def own_consultant() -> User:
    """Give a consultant who cannot sign in; the account is made the first time."""
    user, _ = User.objects.get_or_create(
        email=CONSULTANT, defaults={"name": "Seeded consultant", "password": NO_PASSWORD, "is_consultant": True}
    )
    return user


@transaction.atomic
def fill(*, n_clinics: int, n_rounds: int, n_therapists: int, seed: int, consultant: User, now: datetime) -> None:
    """Write clinics, each with a lead who cannot sign in, with closed rounds and their results, in one network.

    With therapists, each clinic also has an open round in which so many have sent their answers. The same seed gives
    the same answers, and those of closed rounds are the same with and without therapists. Can be repeated: further
    clinics are added.
    """
    closed = random.Random(seed)  # noqa: S311 - invented answers, no secrets
    open_ = random.Random(f"open {seed}")  # noqa: S311
    network = seeded_network(consultant, now=now)
    begin = User.objects.filter(email__startswith=PREFIX).count()
    for start in range(begin, begin + n_clinics, CHUNK):
        numbers = range(start, min(start + CHUNK, begin + n_clinics))
        clinics, leads = _clinics(numbers, now)
        let_in(network, clinics, leads, now=now)
        _write_closed(clinics, n_rounds, closed, now)
        if n_therapists:
            _write_open(clinics, n_therapists, open_, now)


def _clinics(numbers: range, now: datetime) -> tuple[list[Clinic], list[User]]:
    names = [f"Clinic {number + 1}" for number in numbers]
    leads = User.objects.bulk_create(
        User(email=f"{PREFIX}{number + 1}@example.org", name=f"Lead {number + 1}", password=NO_PASSWORD)
        for number in numbers
    )
    clinics = Clinic.objects.bulk_create(Clinic(name=name, name_key=name_key(name)) for name in names)
    Membership.objects.bulk_create(
        Membership(user=lead, clinic=clinic, role=Role.LEAD) for lead, clinic in zip(leads, clinics, strict=True)
    )
    ResultViewer.objects.bulk_create(
        ResultViewer(user=lead, clinic=clinic, since=now) for lead, clinic in zip(leads, clinics, strict=True)
    )
    return clinics, leads


def _write_closed(clinics: list[Clinic], n_rounds: int, source: random.Random, now: datetime) -> None:
    instrument = load(INSTRUMENT)
    rounds = Round.objects.bulk_create(
        _closed_round(clinic, instrument, number, source, now) for clinic in clinics for number in range(n_rounds)
    )
    given = _clinic_forms(rounds, instrument, source)
    unasked = Team(rows=tuple(Row(domain.key) for domain in instrument.domains_of(Form.THERAPIST)))
    readings = [read(instrument, answers, one.context, unasked) for one, answers in zip(rounds, given, strict=True)]
    _freeze(rounds, readings)


def _freeze(rounds: list[Round], readings: list[Reading]) -> None:
    pairs = [(one, reading) for one, reading in zip(rounds, readings, strict=True) if one.closed_at]
    results = Result.objects.bulk_create(
        result_of(one, reading, one.closed_at) for one, reading in pairs if one.closed_at
    )
    of_results = [(result, reading) for result, (_, reading) in zip(results, pairs, strict=True)]
    ResultScore.objects.bulk_create(row for result, reading in of_results for row in score_rows(result, reading))
    ResultFlag.objects.bulk_create(row for result, reading in of_results for row in flag_rows(result, reading))
    ReleaseRow.objects.bulk_create(
        ReleaseRow(result=result, **fields)
        for result, reading in of_results
        for fields in release_fields(reading.team.rows)
    )


def _write_open(clinics: list[Clinic], n_therapists: int, source: random.Random, now: datetime) -> None:
    instrument = load(INSTRUMENT)
    rounds = Round.objects.bulk_create(_open_round(clinic, instrument, n_therapists, source, now) for clinic in clinics)
    _clinic_forms(rounds, instrument, source)
    forms = [[_sent(instrument, source) for _ in range(n_therapists)] for _ in rounds]
    seed_submissions(sent=zip(rounds, forms, strict=True), on=(now - OPENED_AGO).date())


def _closed_round(clinic: Clinic, instrument: Instrument, number: int, source: random.Random, now: datetime) -> Round:
    assessment = _round(clinic, instrument, number, source)
    assessment.closed_at = assessment.due_at = now - LAST_CLOSED_AGO - number * ROUND_EVERY
    assessment.opened_at = assessment.due_at - ROUND_OPEN_FOR
    assessment.is_latest = number == 0
    return assessment


def _open_round(
    clinic: Clinic, instrument: Instrument, n_therapists: int, source: random.Random, now: datetime
) -> Round:
    assessment = _round(clinic, instrument, 0, source)
    assessment.title = "Assessment that is open"
    assessment.opened_at = now - OPENED_AGO
    assessment.due_at = assessment.opened_at + ROUND_OPEN_FOR
    assessment.n_invited = n_therapists
    assessment.participation = Participation.MORE if n_therapists >= MIN_PEOPLE else Participation.FEWER
    assessment.participation_on = now.astimezone(ZoneInfo(clinic.time_zone)).date()
    return assessment


def _round(clinic: Clinic, instrument: Instrument, number: int, source: random.Random) -> Round:
    return Round(
        clinic=clinic,
        instrument_key=instrument.key,
        instrument_version=instrument.version,
        title=f"Assessment {number + 1}",
        stage=source.choice(list(Stage)).value,
        routes=sorted({Route.GP.value, source.choice(list(Route)).value}),
        for_whom=[source.choice(list(ForWhom)).value],
        time_zone=clinic.time_zone,
    )


def _clinic_forms(rounds: list[Round], instrument: Instrument, source: random.Random) -> list[dict[str, Answer]]:
    given = [_answers(instrument, Form.MANAGER, source) for _ in rounds]
    FormAnswer.objects.bulk_create(
        row for one, answers in zip(rounds, given, strict=True) for row in _answer_rows(one, answers)
    )
    return given


def _sent(instrument: Instrument, source: random.Random) -> dict[str, Answer]:
    """Give a therapist's form as sending stores it: without what was left open."""
    return {key: answer for key, answer in _answers(instrument, Form.THERAPIST, source).items() if answer is not None}


def _answers(instrument: Instrument, form: Form, source: random.Random) -> dict[str, Answer]:
    usual = source.choice((2, 3, 4))
    return {item.key: _answer(usual, instrument.scale[item.scale], source) for item in instrument.items_of(form)}


def _answer(usual: int, scale: Scale, source: random.Random) -> Answer:
    """Give an answer near what is usual, which is told on 1-5 whatever the scale."""
    chance = source.random()
    if chance < BLANK_SHARE:
        return None
    if chance < BLANK_SHARE + NON_ANSWER_SHARE:
        return NonAnswer.DONT_KNOW
    on_five = min(5, max(1, usual + source.choice((-1, -1, 0, 0, 0, 1, 1))))
    return scale.low + (on_five - 1) * (scale.high - scale.low) // 4


def _answer_rows(one: Round, answers: dict[str, Answer]) -> Iterator[FormAnswer]:
    for key, answer in answers.items():
        if answer is not None:
            is_apart = isinstance(answer, NonAnswer)
            yield FormAnswer(
                round=one,
                key=key,
                value=None if is_apart else answer,
                non_answer=answer.value if isinstance(answer, NonAnswer) else "",
                op=f"seed-{key}",
                saved_at=one.opened_at,
            )
