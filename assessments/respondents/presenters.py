"""What therapists' pages show before sending: the deal, a page of questions, and all answers to look over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse

from assessments.clinics.models import MEMBERSHIP, ResultViewer
from assessments.respondents.compact import packed
from assessments.respondents.models import Draft, Invitation
from assessments.respondents.pages import Page, pages_of
from assessments.respondents.posts import read_posted
from assessments.rounds.policies import no_figures_before
from assessments.rounds.sheets import Sheet, Stored, make_sheet
from readiness.instrument.definition import INSTRUMENT, Form, NonAnswer, Stage
from readiness.instrument.loading import load
from readiness.instrument.words import answer_words
from readiness.scoring.release import MIN_PEOPLE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from assessments.clinics.models import Clinic
    from assessments.rounds.models import Round
    from readiness.instrument.definition import Answer, Answers, Instrument

NAMES_MAX: Final = 3
"""How many people the first page names; the page behind it names all."""


@dataclass(frozen=True)
class Onlooker:
    """Somebody who may see a clinic's results: of the clinic, or a consultant whom it lets in."""

    name: str
    is_member: bool


NAMELESS: Final = "Somebody who has given no name"
"""Who stands for a consultant without one: a therapist reads no address of a person from outside the clinic."""


@dataclass(frozen=True)
class Deal:
    """Who asks what of a therapist, and who will see what."""

    clinic: str
    viewers: tuple[Onlooker, ...]  # who may see the results now, by the alphabet
    n_questions: int
    n_pages: int
    n_invited: int
    n_later: int  # of them, invited on a later day than the first
    due_on: date
    figures_again_on: date | None  # None: closing as planned, it can show figures

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all who may see the results."""
        return tuple(viewer.name for viewer in self.viewers)

    @property
    def first_names(self) -> tuple[str, ...]:
        """The names for the first page."""
        return self.names if len(self.names) <= NAMES_MAX else self.names[: NAMES_MAX - 1]

    @property
    def n_more(self) -> int:
        """How many more there are."""
        return len(self.names) - len(self.first_names)

    @property
    def is_too_few(self) -> bool:
        """Whether too few are invited for any figure."""
        return self.n_invited < MIN_PEOPLE


def deal(assessment: Round, *, now: datetime) -> Deal:
    """Say who asks, how many are invited, who may see the results, and whether there can be any figures."""
    instrument = assessment.instrument
    invited = Invitation.objects.filter(round=assessment)
    days = list(invited.standing().values_list("invited_on", flat=True))
    first = min(invited.values_list("invited_on", flat=True), default=None)  # also of those withdrawn since
    return Deal(
        clinic=assessment.clinic.name,
        viewers=_onlookers(assessment.clinic),
        n_questions=len(instrument.items_of(Form.THERAPIST)),
        n_pages=len(pages_of(instrument)),
        n_invited=len(days),
        n_later=sum(day != first for day in days),
        due_on=assessment.due_on,
        figures_again_on=no_figures_before(assessment, now=now),
    )


def _onlookers(clinic: Clinic) -> tuple[Onlooker, ...]:
    """Name each person once, by however many rights they may see the results."""
    rows = list(ResultViewer.objects.filter(clinic=clinic).current().select_related("user"))
    members = {row.user_id for row in rows if row.right == MEMBERSHIP}
    people = sorted({row.user for row in rows}, key=lambda user: (user.get_full_name().casefold(), user.pk))
    return tuple(
        Onlooker(user.get_full_name() if user.pk in members else user.name or NAMELESS, user.pk in members)
        for user in people
    )


def answers_of(assessment: Round, draft_id: UUID) -> dict[str, Answer]:
    """Give the answers of a draft, without the blanks."""
    stored = Draft.objects.filter(pk=draft_id, round=assessment).values_list("answers", flat=True).first() or {}
    return {key: NonAnswer(value) if isinstance(value, str) else value for key, value in stored.items()}


@dataclass(frozen=True)
class Start:
    """Where the first page leads: to the first question, or to the first that is still open."""

    url: str
    is_begun: bool


def start(assessment: Round, draft_id: UUID) -> Start:
    """Say where to begin, or to go on."""
    answers = answers_of(assessment, draft_id)
    for page in pages_of(assessment.instrument):
        if any(item.key not in answers for item in page.items):
            return Start(page_url(page), bool(answers))
    return Start(reverse("respondents:check"), is_begun=True)


def page_url(page: Page) -> str:
    """Give the address of a page of questions."""
    return reverse("respondents:page", args=[page.number])


def page_sheet(assessment: Round, page: Page, draft_id: UUID) -> Sheet:
    """Lay out a page of questions with what is saved."""
    stored = {key: Stored(answer) for key, answer in answers_of(assessment, draft_id).items()}
    return make_sheet(assessment.instrument, assessment.context, page.items, (), stored, Form.THERAPIST)


@dataclass(frozen=True)
class CheckRow:
    """A question with its answer in words, and where to change it."""

    text: str
    words: str
    is_blank: bool
    url: str


@dataclass(frozen=True)
class CheckPage:
    """A page of questions on the page that shows all answers."""

    number: int
    title: str
    rows: tuple[CheckRow, ...]
    effect: str  # what the blanks do; empty when there are none


@dataclass(frozen=True)
class Check:
    """All answers before they are sent. `shown` is what the server compares with, when they are."""

    pages: tuple[CheckPage, ...]
    shown: str
    n_blank: int
    n_questions: int

    @property
    def is_empty(self) -> bool:
        """Whether no question has an answer."""
        return self.n_blank == self.n_questions

    @property
    def blanks(self) -> tuple[CheckRow, ...]:
        """The questions without an answer."""
        return tuple(row for page in self.pages for row in page.rows if row.is_blank)


def check(assessment: Round, draft_id: UUID) -> Check:
    """Lay out all answers by page, with what each blank does."""
    instrument = assessment.instrument
    answers = answers_of(assessment, draft_id)
    pages = tuple(
        CheckPage(
            number=page.number,
            title=page.domain.title,
            rows=tuple(_row(instrument, assessment.context.stage, page, key, answers) for key in _keys(page)),
            effect=_effect(instrument, page, answers),
        )
        for page in pages_of(instrument)
    )
    return Check(
        pages=pages,
        shown=packed(instrument, answers),
        n_blank=sum(row.is_blank for page in pages for row in page.rows),
        n_questions=sum(len(page.rows) for page in pages),
    )


def _keys(page: Page) -> tuple[str, ...]:
    return tuple(item.key for item in page.items)


def _row(instrument: Instrument, stage: Stage, page: Page, key: str, answers: Answers) -> CheckRow:
    return CheckRow(
        text=instrument.item[key].wording[Form.THERAPIST],
        words=in_words(instrument, key, answers.get(key), stage),
        is_blank=answers.get(key) is None,
        url=f"{page_url(page)}?from=check#field-{key}",
    )


def in_words(instrument: Instrument, key: str, answer: Answer, stage: Stage) -> str:
    """Give an answer in words; on the long scale as "7 of 10"."""
    scale = instrument.scale[instrument.item[key].scale]
    words = answer_words(instrument, key, answer, stage)
    if isinstance(answer, int) and len(scale.labels) < len(scale.steps):
        return f"{answer} of {scale.high}" + (f": {words}" if answer in scale.labels else "")
    return words


def _effect(instrument: Instrument, page: Page, answers: Answers) -> str:
    """Say what blanks on this page do to the topic. Source: disclosure control, section 0.5."""
    if all(answers.get(key) is not None for key in _keys(page)):
        return ""
    items = instrument.items_of(Form.THERAPIST, page.domain.key)
    n_valid = sum(isinstance(answers.get(item.key), int) for item in items)
    if n_valid >= 2 and n_valid * 2 >= len(items):
        return "That is fine: your other answers are enough for this topic."
    return "As it stands, this topic has too few of your answers, so you do not count in its figure."


def keepsake(assessment: Round, answers: Answers) -> dict[str, Any]:
    """Give what the therapist's browser keeps of the answers that were sent."""
    instrument = assessment.instrument
    return {
        "k": instrument.key,
        "v": instrument.version,
        "s": assessment.stage,
        "a": packed(instrument, answers),
    }


def typed_words(posted: Mapping[str, str], assessment: Round | None) -> list[tuple[str, str]]:
    """Give what was answered on a page that a browser sent, question by question in words.

    Where nobody knows for which assessment, these are the words of a running service and the newest questionnaire.
    """
    instrument = assessment.instrument if assessment else load(INSTRUMENT)
    stage = assessment.context.stage if assessment else Stage.RUNNING
    given = read_posted(instrument, posted, instrument.items_of(Form.THERAPIST)).given
    return [
        (instrument.item[key].wording[Form.THERAPIST], in_words(instrument, key, answer, stage))
        for key, answer in given.items()
        if answer is not None
    ]
