"""The clinic form as rows that any tool can ask: the service as it is, then topic by topic the questions and facts.

Keys are those of the questionnaire, the same in every version that asks the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from assessments.rounds.answering import offers_not_applicable
from assessments.rounds.forms import ContextForm
from readiness.instrument.definition import Form, NonAnswer
from readiness.instrument.loading import load
from readiness.instrument.words import FOR_WHOM, ROUTES, STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.instrument.definition import Domain, Fact, Instrument, Item

LICENCE: Final = (
    "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/. Please name “iCBT Readiness” and the version."
)
CAVEAT: Final = (
    "The questions are our own. They have not been tested for how well they measure, and a copy filled in elsewhere "
    "has no scores."
)
INTRODUCTION: Final = (
    "Each statement is about your clinic as it is now. How true is it? “Don’t know” is a fine answer, and nothing has "
    "to be answered."
)
COMMENT: Final = "Comment"
UNKNOWN: Final = "Leave it empty if you do not know."
NON_ANSWERS: Final = {
    NonAnswer.DONT_KNOW: "Don’t know",
    NonAnswer.NOT_APPLICABLE: "Does not apply to us, or too early",
}
ROUTES_KEY: Final = "routes"
"""The question on which it depends whether those of a route are asked."""


@dataclass(frozen=True, slots=True)
class Option:
    """An answer that can be chosen; `points` is its place on the scale, None for what is apart from it."""

    code: str
    text: str
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """A statement with one answer and room for a comment; asked only where its route is in use, if it has one."""

    key: str
    text: str
    why: str
    options: tuple[Option, ...]
    route: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number, never scored."""

    key: str
    text: str
    low: int
    high: int
    route: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the service is like: one option, or several."""

    key: str
    text: str
    options: tuple[Option, ...]
    is_multiple: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A topic of the questionnaire, its questions in order, facts last."""

    key: str
    title: str
    about: str
    ratings: tuple[Rating, ...]
    numbers: tuple[Number, ...]


@dataclass(frozen=True)
class ClinicForm:
    """The form as a whole: first `service`, the questions on the service itself, then the topics."""

    key: str
    version: int
    title: str
    service: tuple[Choice, ...]
    sections: tuple[Section, ...]

    @property
    def n_ratings(self) -> int:
        """How many statements are rated, where every route is in use."""
        return sum(len(section.ratings) for section in self.sections)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys of everything that is asked, in order."""
        service = [row.key for row in self.service]
        ratings = {section.key: [row.key for row in section.ratings] for section in self.sections}
        numbers = {section.key: [row.key for row in section.numbers] for section in self.sections}
        return (*service, *(key for topic in ratings for key in (*ratings[topic], *numbers[topic])))


SERVICE: Final = "Your service"
SERVICE_ABOUT: Final = "Some questions are asked only where patients can come in a certain way."


@lru_cache(maxsize=16)
def clinic_form(key: str, version: int | None = None) -> ClinicForm:
    """Lay out a version of the clinic form, the newest when None; done once, because a version never changes."""
    instrument = load(key, version)
    return ClinicForm(
        key=instrument.key,
        version=instrument.version,
        title=instrument.title,
        service=tuple(_service()),
        sections=tuple(_section(instrument, domain) for domain in instrument.domains_of(Form.MANAGER)),
    )


def _service() -> Iterator[Choice]:
    for key, words, is_multiple in (("stage", STAGES, False), (ROUTES_KEY, ROUTES, True), ("for_whom", FOR_WHOM, True)):
        text = str(ContextForm.base_fields[key].label)
        yield Choice(key, text, tuple(Option(code.value, label) for code, label in words.items()), is_multiple)


def _section(instrument: Instrument, domain: Domain) -> Section:
    return Section(
        key=domain.key,
        title=domain.title,
        about=domain.about,
        ratings=tuple(_rating(instrument, item) for item in instrument.items_of(Form.MANAGER, domain.key)),
        numbers=tuple(_number(fact) for fact in instrument.facts_of(domain.key)),
    )


def _rating(instrument: Instrument, item: Item) -> Rating:
    return Rating(
        key=item.key,
        text=item.wording[Form.MANAGER],
        why=instrument.determinant[item.determinant].why,
        options=tuple(_options(instrument, item)),
        route=item.route.value if item.route else "",
    )


def _options(instrument: Instrument, item: Item) -> Iterator[Option]:
    scale = instrument.scale[item.scale]
    for step in scale.steps:
        yield Option(str(step), scale.labels.get(step, str(step)), points=step)
    for non_answer, words in NON_ANSWERS.items():
        if non_answer is NonAnswer.DONT_KNOW or offers_not_applicable(instrument, item.key):
            yield Option(non_answer.value, words)


def _number(fact: Fact) -> Number:
    return Number(fact.key, fact.text, fact.low, fact.high, fact.route.value if fact.route else "")
