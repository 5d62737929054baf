"""The one set of rows: a finished assessment as everything that leaves tells it, whatever the format.

It holds the reading of the frozen rows and the very rows that the result page shows; no file works out anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.plans.actions import today_of
from assessments.plans.answered import titles_of
from assessments.plans.change_presenters import choose
from assessments.plans.change_reading import PAIR, read_change
from assessments.plans.models import Action, ActionEntry
from assessments.reports.missing import value_and_missing
from assessments.reports.plan_rows import plan_rows
from assessments.results.history import finished_rounds
from assessments.results.presenters import Heading, result_page
from assessments.results.reading import frozen
from assessments.rounds.models import Round
from readiness.instrument.definition import Form
from readiness.instrument.words import FOR_WHOM, ROUTES, STAGES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from assessments.clinics.models import User
    from assessments.plans.change_rows import ChangePage
    from assessments.reports.plan_rows import PlanRow
    from assessments.results.presenters import ResultPage
    from assessments.results.reading import Reading
    from assessments.results.rows import AnswerRow
    from readiness.instrument.definition import Context


@dataclass(frozen=True)
class About:
    """What a file says of itself: whose result it is, of what and when, and by which versions it was made.

    Days are those of the assessment's time zone; `made_on` is the clinic's day on which the file was made, which only
    the plan depends on. `stage`, `routes` and `for_whom` put `context` into words.
    """

    clinic_id: str
    clinic: str
    round_id: str
    title: str
    opened_on: date
    closed_on: date
    context: Context
    stage: str
    routes: tuple[str, ...]
    for_whom: tuple[str, ...]
    instrument: str
    instrument_title: str
    instrument_version: int
    guidance_version: int
    algorithm_version: int
    made_on: date


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A question of the clinic form, in the order of the form.

    `answer` says it in words; `value` is 1-5, or None with a code that says why (`missing`, else empty). What is not
    asked in this clinic's context has no value, whatever was answered before.
    """

    topic: str
    topic_title: str
    answer: AnswerRow
    value: int | None
    missing: str
    is_asked: bool
    comment: str

    @property
    def key(self) -> str:
        """The question's key."""
        return self.answer.key


@dataclass(frozen=True)
class FrozenResult:
    """The result of a finished assessment alone, as it was frozen and as its page shows it."""

    about: About
    reading: Reading
    page: ResultPage


@dataclass(frozen=True)
class Report(FrozenResult):
    """A finished assessment as a whole; `change` is None where none was finished before it."""

    items: tuple[ItemRow, ...]
    plan: tuple[PlanRow, ...]
    change: ChangePage | None


def frozen_result_of(assessment: Round, *, now: datetime) -> FrozenResult:
    """Read the result of a finished round, with its clinic; `now` is the moment of making."""
    about = about_of(assessment, now)
    reading = frozen(assessment, assessment.result)
    page = result_page(reading, Heading(clinic=about.clinic, title=about.title, finished_on=about.closed_on))
    return FrozenResult(about, reading, page)


def report_of(assessment: Round, *, reader: User, now: datetime) -> Report:
    """Read a finished round, its clinic's plan as it stands now, and what changed since the round before.

    Args:
        assessment: a closed round that the reader was found to see, with its clinic.
        reader: one of the clinic's people.
        now: the moment of making.
    """
    result = frozen_result_of(assessment, now=now)
    actions = Action.objects.visible_to(reader).filter(clinic=assessment.clinic_id)
    return Report(
        about=result.about,
        reading=result.reading,
        page=result.page,
        items=item_rows(assessment, result.reading, _answer_rows(result.page)),
        plan=plan_rows(assessment.clinic, actions, result.about.made_on, titles=titles_of(result.reading)),
        change=_change(assessment, reader),
    )


def about_of(assessment: Round, now: datetime) -> About:
    """Say of a finished round what files of it say of themselves.

    Raises:
        ValueError: it is open.
    """
    instrument, context = assessment.instrument, assessment.context
    closed_on = assessment.closed_on
    if closed_on is None:
        raise ValueError("files are made of finished assessments")
    return About(
        clinic_id=str(assessment.clinic_id),
        clinic=assessment.clinic.name,
        round_id=str(assessment.pk),
        title=assessment.title,
        opened_on=assessment.opened_on,
        closed_on=closed_on,
        context=context,
        stage=STAGES[context.stage],
        routes=tuple(text for key, text in ROUTES.items() if key in context.routes),
        for_whom=tuple(text for key, text in FOR_WHOM.items() if key in context.for_whom),
        instrument=instrument.key,
        instrument_title=instrument.title,
        instrument_version=instrument.version,
        guidance_version=assessment.result.guidance_version,
        algorithm_version=assessment.result.algorithm_version,
        made_on=today_of(assessment.clinic, now),
    )


def _answer_rows(page: ResultPage) -> Mapping[str, AnswerRow]:
    return {row.key: row for topic in page.topics for row in (*topic.holds_down, *topic.others)}


def item_rows(assessment: Round, reading: Reading, said: Mapping[str, AnswerRow]) -> tuple[ItemRow, ...]:
    """Give the questions of the clinic form, of an open round too; `said` holds their answers in words, by key."""
    instrument = reading.instrument
    comments = dict(assessment.answers.of_clinic_form().exclude(comment="").values_list("key", "comment"))
    return tuple(
        ItemRow(
            topic=item.domain,
            topic_title=instrument.domain[item.domain].title,
            answer=said[item.key],
            value=value,
            missing=missing,
            is_asked=is_asked,
            comment=comments.get(item.key, ""),
        )
        for item in instrument.items_of(Form.MANAGER)
        for is_asked in [reading.is_asked(item.key)]
        for value, missing in [value_and_missing(reading.answers[item.key], is_asked=is_asked)]
    )


def _change(assessment: Round, reader: User) -> ChangePage | None:
    rounds = Round.objects.visible_to(reader).filter(clinic=assessment.clinic_id)
    finished = finished_rounds(rounds)
    until = next((place for place, one in enumerate(finished, start=1) if one.pk == assessment.pk), 0)
    if until < PAIR:
        return None
    chosen = choose(finished[:until], "", "")
    return read_change(assessment.clinic, chosen, finished[:until], ActionEntry.objects.visible_to(reader))
