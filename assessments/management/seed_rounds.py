"""The assessments of seeded clinics: finished ones with their results, and some that are under way.

Results are worked out by the code that closes a round, and stored as it stores them.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from assessments.clinics.actions import hash_of
from assessments.clinics.models import Clinic
from assessments.management import seed_answers
from assessments.management.bulk import insert
from assessments.respondents.seeding import seed_submissions
from assessments.results.closing import flag_rows, result_of, score_rows, therapist_domains
from assessments.results.models import ReleaseRow, Result
from assessments.results.reading import Reading, read
from assessments.results.team import Talk, Team, release_fields
from assessments.rounds.models import FormAnswer, Given, Participation, Round, TeamTalk
from readiness.instrument.definition import INSTRUMENT, Answer, Context, Form, ForWhom, Instrument, Route, Stage
from readiness.instrument.loading import load
from readiness.scoring.release import MIN_PEOPLE, Row, plan_release
from readiness.scoring.team_talk import score_team_talk

STAGES: Final = tuple(Stage)
GOES_ON_SHARE: Final = 0.4
"""How many clinics come a stage further from one assessment to the next."""
ROUND_EVERY: Final = timedelta(days=120)
ROUND_OPEN_FOR: Final = timedelta(days=21)
LAST_CLOSED_DAYS_AGO: Final = (30, 110)
FIGURES_SHARE: Final = 0.2
TALK_SHARE: Final = 0.2
SENT_MAX: Final = 14
UNDER_WAY_SHARE: Final = 0.25


@dataclass(frozen=True)
class Pace:
    """How far an open assessment has come: days since it was opened and since the last answer, and the share given."""

    opened_ago: int
    open_for: int
    answered_share: float = 1
    saved_ago: int = 1


PACES: Final = (
    Pace(opened_ago=3, open_for=21, answered_share=0),
    Pace(opened_ago=6, open_for=21, answered_share=0.5),
    Pace(opened_ago=25, open_for=45, answered_share=0.4, saved_ago=20),
    Pace(opened_ago=17, open_for=21, answered_share=0.9),
)
WITH_THERAPISTS: Final = Pace(opened_ago=7, open_for=21)


@dataclass(frozen=True)
class Finished:
    """A finished round with what was answered and heard in it, not stored yet."""

    round: Round
    answers: Mapping[str, Answer]
    team: Team
    talk: TeamTalk | None = None


def write_finished(
    clinics: Sequence[Clinic], n_rounds: int, source: random.Random, now: datetime
) -> dict[UUID, tuple[Round, Reading]]:
    """Write so many finished rounds of each clinic, each with its result; give by clinic the last.

    The rounds come last, in the same transaction: once a finished one is there, the database takes nothing more of it.
    """
    instrument = load(INSTRUMENT)
    finished = [one for clinic in clinics for one in _history(clinic, instrument, n_rounds, source, now)]
    insert(row for one in finished for row in _answer_rows(one.round, one.answers, one.round.opened_at))
    insert(one.talk for one in finished if one.talk)
    insert(
        row
        for one in finished
        if one.team.talk
        for row in _answer_rows(one.round, one.team.talk.answers, one.round.opened_at, FormAnswer.Form.JOINT)
    )
    readings = [(one.round, read(instrument, one.answers, one.round.context, one.team)) for one in finished]
    _freeze(readings)
    insert(one.round for one in finished)
    return {one.clinic_id: (one, reading) for one, reading in readings if one.is_latest}


def _freeze(readings: Sequence[tuple[Round, Reading]]) -> None:
    results = Result.objects.bulk_create(
        result_of(one, reading, one.closed_at) for one, reading in readings if one.closed_at
    )
    of_results = [(result, reading) for result, (_, reading) in zip(results, readings, strict=True)]
    insert(row for result, reading in of_results for row in score_rows(result, reading))
    insert(row for result, reading in of_results for row in flag_rows(result, reading))
    insert(
        ReleaseRow(result=result, **fields)
        for result, reading in of_results
        for fields in release_fields(reading.team.rows)
    )


def _history(
    clinic: Clinic, instrument: Instrument, n_rounds: int, source: random.Random, now: datetime
) -> Iterator[Finished]:
    """Give the rounds of a clinic, oldest first: it stays like itself, and grows a little."""
    usual, context = seed_answers.usual_of_clinic(instrument, source), _context(source)
    last_closed_at = now - timedelta(days=source.randint(*LAST_CLOSED_DAYS_AGO))
    answers: dict[str, Answer] = {}
    for number in range(1, n_rounds + 1):
        one = _round(clinic, instrument, context, f"Assessment {number}")
        one.closed_at = one.due_at = _midnight(last_closed_at - (n_rounds - number) * ROUND_EVERY, clinic)
        one.opened_at = one.due_at - ROUND_OPEN_FOR
        one.is_latest = number == n_rounds
        answers = seed_answers.clinic_form(instrument, usual, context, source, before=answers)
        yield _heard(Finished(one, answers, _unheard(instrument)), usual, source)
        usual, context = seed_answers.grown(usual), _further(context, source)


def _context(source: random.Random) -> Context:
    routes = {Route.GP, source.choice(list(Route))}
    return Context(stage=source.choice(STAGES), routes=routes, for_whom={source.choice(list(ForWhom))})


def _further(context: Context, source: random.Random) -> Context:
    step = STAGES.index(context.stage) + (source.random() < GOES_ON_SHARE)
    return context.model_copy(update={"stage": STAGES[min(step, len(STAGES) - 1)]})


def _round(clinic: Clinic, instrument: Instrument, context: Context, title: str) -> Round:
    return Round(
        clinic=clinic,
        instrument_key=instrument.key,
        instrument_version=instrument.version,
        title=title,
        stage=context.stage.value,
        routes=sorted(route.value for route in context.routes),
        for_whom=sorted(group.value for group in context.for_whom),
        time_zone=clinic.time_zone,
    )


def _midnight(moment: datetime, clinic: Clinic) -> datetime:
    """Give the midnight before a moment where the clinic is, at which rounds end."""
    zone = ZoneInfo(clinic.time_zone)
    return datetime.combine(moment.astimezone(zone).date(), time.min, tzinfo=zone)


def _unheard(instrument: Instrument) -> Team:
    return Team(rows=tuple(Row(domain.key) for domain in instrument.domains_of(Form.THERAPIST)))


def _heard(one: Finished, clinic: seed_answers.Usual, source: random.Random) -> Finished:
    """Let the team of some rounds be heard: by figures where there are enough people, or in a team talk."""
    n_therapists, chance = one.round.clinic.n_therapists or 0, source.random()
    if chance < FIGURES_SHARE and n_therapists >= MIN_PEOPLE:
        return _with_figures(one, n_therapists, seed_answers.usual_of_team(clinic, source), source)
    if FIGURES_SHARE < chance < FIGURES_SHARE + TALK_SHARE:
        return _with_talk(one, n_therapists, seed_answers.usual_of_team(clinic, source), source)
    return one


def _with_figures(one: Finished, n_therapists: int, usual: seed_answers.Usual, source: random.Random) -> Finished:
    instrument = one.round.instrument
    n_sent = source.randint(MIN_PEOPLE, max(MIN_PEOPLE, min(n_therapists, SENT_MAX)))
    forms = (seed_answers.therapist_form(instrument, usual, source) for _ in range(n_sent))
    release = plan_release(
        k=MIN_PEOPLE,
        viewers=0,
        recent_release=False,
        domains=therapist_domains(instrument),
        submitted=[seed_answers.on_percent(instrument, form) for form in forms],
    )
    team = Team(n_therapists, release.rows)
    one.round.n_invited, one.round.is_team_shown = n_therapists, team.is_shown
    return Finished(one.round, one.answers, team)


def _with_talk(one: Finished, n_therapists: int, usual: seed_answers.Usual, source: random.Random) -> Finished:
    instrument, context = one.round.instrument, one.round.context
    agreed = seed_answers.talk_form(instrument, usual, context, source)
    talk = TeamTalk(
        round=one.round,
        token_hash=hash_of(secrets.token_urlsafe(16)),
        n_people=source.randint(1, max(1, n_therapists)),
        requests=seed_answers.requests(source),
        sent_on=one.round.opened_at.date(),
    )
    scores = score_team_talk(instrument, agreed, context)
    said = Talk(talk.n_people or 0, agreed, scores, tuple(talk.requests), talk.other_request)
    return Finished(one.round, one.answers, Team(rows=one.team.rows, talk=said), talk)


def write_open(clinics: Sequence[Clinic], n_therapists: int, source: random.Random, now: datetime) -> None:
    """Write an open round of each clinic in which so many therapists have sent; with none, of some clinics only."""
    instrument = load(INSTRUMENT)
    if n_therapists:
        paces = [(clinic, WITH_THERAPISTS) for clinic in clinics]
    else:
        paces = [(clinic, source.choice(PACES)) for clinic in clinics if source.random() < UNDER_WAY_SHARE]
    opened = [(_open_round(clinic, instrument, pace, n_therapists, source, now), pace) for clinic, pace in paces]
    insert(one for one, _ in opened)
    insert(row for one, pace in opened for row in _begun(one, pace, source, now))
    if n_therapists:
        sent = [(one, _forms(instrument, n_therapists, source)) for one, _ in opened]
        seed_submissions(sent=sent, on=(now - timedelta(days=WITH_THERAPISTS.opened_ago)).date())


def _open_round(
    clinic: Clinic, instrument: Instrument, pace: Pace, n_therapists: int, source: random.Random, now: datetime
) -> Round:
    one = _round(clinic, instrument, _context(source), "Assessment that is open")
    one.opened_at = now - timedelta(days=pace.opened_ago)
    one.due_at = _midnight(one.opened_at + timedelta(days=pace.open_for + 1), clinic)
    if n_therapists:
        one.n_invited = n_therapists
        one.participation = Participation.MORE if n_therapists >= MIN_PEOPLE else Participation.FEWER
        one.participation_on = now.astimezone(ZoneInfo(clinic.time_zone)).date()
    return one


def _begun(one: Round, pace: Pace, source: random.Random, now: datetime) -> Iterator[FormAnswer]:
    """Give the answers so far: the first ones of the form."""
    usual = seed_answers.usual_of_clinic(one.instrument, source)
    answers = list(seed_answers.clinic_form(one.instrument, usual, one.context, source).items())
    given = dict(answers[: round(len(answers) * pace.answered_share)])
    return _answer_rows(one, given, now - timedelta(days=pace.saved_ago))


def _forms(instrument: Instrument, n_therapists: int, source: random.Random) -> list[dict[str, Answer]]:
    usual = seed_answers.usual_of_clinic(instrument, source)
    return [seed_answers.therapist_form(instrument, usual, source) for _ in range(n_therapists)]


def _answer_rows(
    one: Round, answers: Mapping[str, Given], saved_at: datetime, form: FormAnswer.Form = FormAnswer.Form.CLINIC
) -> Iterator[FormAnswer]:
    for key, answer in answers.items():
        is_apart = isinstance(answer, str)
        yield FormAnswer(
            round=one,
            form=form,
            key=key,
            value=None if is_apart else answer,
            non_answer=str(answer) if is_apart else "",
            op=f"seed-{key}",
            saved_at=saved_at,
        )
