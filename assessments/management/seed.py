"""Many clinics at once, to measure with: random answers, closed rounds and their results, written in bulk.

The only place that writes without the actions; what it writes is worked out by the same code that closes a round.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction

from assessments.clinics.models import Clinic, Membership, ResultViewer, Role, User
from assessments.clinics.text import name_key
from assessments.results.closing import flag_rows, result_of, score_rows
from assessments.results.models import Result, ResultFlag, ResultScore
from assessments.results.reading import Reading, read
from assessments.rounds.models import FormAnswer, Round
from readiness.instrument.definition import INSTRUMENT, Answer, Form, ForWhom, Instrument, NonAnswer, Route, Stage
from readiness.instrument.loading import load

CHUNK: Final = 100
"""Clinics written at a time, so that memory stays flat."""
ROUND_EVERY: Final = timedelta(days=120)
ROUND_OPEN_FOR: Final = timedelta(days=21)
PREFIX: Final = "seed-"
NO_PASSWORD: Final = make_password(None)
BLANK_SHARE: Final = 0.05
NON_ANSWER_SHARE: Final = 0.06


def has_data() -> bool:
    """Whether the database holds anybody or any clinic."""
    return User.objects.exists() or Clinic.objects.exists()


@transaction.atomic
def fill(*, n_clinics: int, n_rounds: int, seed: int, now: datetime) -> None:
    """Write clinics, each with a lead who cannot sign in and with closed rounds and their results.

    The same seed gives the same answers. Can be repeated: further clinics are added.
    """
    source = random.Random(seed)  # noqa: S311 - invented answers, no secrets
    begin = User.objects.filter(email__startswith=PREFIX).count()
    for start in range(begin, begin + n_clinics, CHUNK):
        numbers = range(start, min(start + CHUNK, begin + n_clinics))
        _write(_clinics(numbers, now), n_rounds, source, now)


def _clinics(numbers: range, now: datetime) -> list[Clinic]:
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
    return clinics


def _write(clinics: list[Clinic], n_rounds: int, source: random.Random, now: datetime) -> None:
    instrument = load(INSTRUMENT)
    rounds = Round.objects.bulk_create(
        _round(clinic, instrument, number, source, now) for clinic in clinics for number in range(n_rounds)
    )
    given = [_answers(instrument, source) for _ in rounds]
    FormAnswer.objects.bulk_create(
        row for one, answers in zip(rounds, given, strict=True) for row in _answer_rows(one, answers)
    )
    readings = [read(instrument, answers, one.context) for one, answers in zip(rounds, given, strict=True)]
    _freeze(rounds, readings)


def _freeze(rounds: list[Round], readings: list[Reading]) -> None:
    pairs = [(one, reading) for one, reading in zip(rounds, readings, strict=True) if one.closed_at]
    results = Result.objects.bulk_create(
        result_of(one, reading, one.closed_at) for one, reading in pairs if one.closed_at
    )
    of_results = [(result, reading) for result, (_, reading) in zip(results, pairs, strict=True)]
    ResultScore.objects.bulk_create(row for result, reading in of_results for row in score_rows(result, reading))
    ResultFlag.objects.bulk_create(row for result, reading in of_results for row in flag_rows(result, reading))


def _round(clinic: Clinic, instrument: Instrument, number: int, source: random.Random, now: datetime) -> Round:
    closed_at = now - timedelta(days=10) - number * ROUND_EVERY
    return Round(
        clinic=clinic,
        instrument_key=instrument.key,
        instrument_version=instrument.version,
        title=f"Assessment {number + 1}",
        stage=source.choice(list(Stage)).value,
        routes=sorted({Route.GP.value, source.choice(list(Route)).value}),
        for_whom=[source.choice(list(ForWhom)).value],
        opened_at=closed_at - ROUND_OPEN_FOR,
        time_zone=clinic.time_zone,
        due_at=closed_at,
        closed_at=closed_at,
    )


def _answers(instrument: Instrument, source: random.Random) -> dict[str, Answer]:
    usual = source.choice((2, 3, 4))
    return {item.key: _answer(usual, source) for item in instrument.items_of(Form.MANAGER)}


def _answer(usual: int, source: random.Random) -> Answer:
    chance = source.random()
    if chance < BLANK_SHARE:
        return None
    if chance < BLANK_SHARE + NON_ANSWER_SHARE:
        return NonAnswer.DONT_KNOW
    return min(5, max(1, usual + source.choice((-1, -1, 0, 0, 0, 1, 1))))


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
