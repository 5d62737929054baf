"""What one form's answers mean: a score for each domain, takeaway and CFIR domain that the form asks.

Knows nothing of people, rounds or clocks. Defined in docs/scoring.md.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from readiness.instrument.definition import Answer, Answers, Context, Form, Instrument, Item, NonAnswer, Scale
from readiness.scoring.bands import Band, band

MIN_VALID: Final = 2
"""Fewer answers on the scale than this give no score. Source: docs/scoring.md, "Status"."""

RawAnswers = Mapping[str, object]
"""Answers as they come from outside, by item key; cleaned by `answers_in_context`."""


class AnswerError(ValueError):
    """An answer that cannot be scored; the message names the item in one line."""


class UnknownItemError(AnswerError):
    """The instrument has no item of this key."""


class WrongFormError(AnswerError):
    """The item exists, but this form does not ask it."""


class OutOfScaleError(AnswerError):
    """A whole number outside the item's scale."""


class InvalidAnswerError(AnswerError):
    """Neither a whole number nor one of the two non-answers nor None."""


class ScoreStatus(StrEnum):
    """How much of a scale was answered: enough, just enough, too little for a score."""

    SCORED = "scored"
    PROVISIONAL = "provisional"
    NOT_SCORED = "not_scored"


@dataclass(frozen=True, slots=True)
class ScaleScore:
    """The score of a group of items: a domain, a takeaway or a CFIR domain.

    `score` is 0-100, unrounded; None means not known and is never drawn as zero. `band` is None only when the score is.
    `n_items` counts the group's items on this form, of which `n_applicable` were not answered `not_applicable`,
    `n_valid` were answered on the scale, and the rest is counted by kind.
    """

    key: str | int
    score: float | None
    status: ScoreStatus
    band: Band | None
    n_items: int
    n_applicable: int
    n_valid: int
    n_dont_know: int
    n_not_applicable: int
    n_blank: int

    @property
    def is_half_known(self) -> bool:
        """Whether at least half of all items are answered on the scale; below that, pages leave the band's word out."""
        return 2 * self.n_valid >= self.n_items


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All scores of one form, each group in the order of the instrument. There is no overall score.

    Keys are slugs for domains and CFIR domains, 1-5 for takeaways. Only what the form asks is listed.
    """

    domains: tuple[ScaleScore, ...]
    takeaways: tuple[ScaleScore, ...]
    cfir: tuple[ScaleScore, ...]

    def domain(self, key: str) -> ScaleScore:
        """Give the score of one domain.

        Raises:
            KeyError: the form does not ask this domain.
        """
        return {scale.key: scale for scale in self.domains}[key]


def score(instrument: Instrument, form: Form, answers: RawAnswers, context: Context | None = None) -> Scorecard:
    """Score one set of answers, complete or not.

    A score is the mean of the answers on the scale, each as 0-100, unrounded, or None when too few of the applicable
    items are answered (status `not_scored`). A missing key is blank. Items of a route that the context does not use
    count as not applicable, whatever was stored. Without a context the service is running with every route open.

    Raises:
        UnknownItemError: a key that is not in the instrument.
        WrongFormError: an item of the other form.
        OutOfScaleError: a whole number outside the item's scale.
        InvalidAnswerError: anything else that is no answer, such as True, 2.5 or another word.

    Source: docs/scoring.md, "Steps".
    """
    cleaned = answers_in_context(instrument, form, answers, context)
    items = instrument.items_of(form)

    def grouped(keys: Iterable[str | int], key_of: Callable[[Item], str | int]) -> tuple[ScaleScore, ...]:
        members = {key: [item for item in items if key_of(item) == key] for key in keys}
        return tuple(score_items(instrument, key, group, cleaned) for key, group in members.items() if group)

    return Scorecard(
        domains=grouped((domain.key for domain in instrument.domains), lambda item: item.domain),
        takeaways=grouped((t.key for t in instrument.takeaways), lambda item: instrument.domain[item.domain].takeaway),
        cfir=grouped((c.key for c in instrument.cfir), lambda item: instrument.determinant[item.determinant].cfir),
    )


def answers_in_context(
    instrument: Instrument, form: Form, answers: RawAnswers, context: Context | None = None
) -> dict[str, Answer]:
    """Give a clean answer for every item of the form, in its order.

    A missing key becomes None (blank); an item of a route not in use becomes `not_applicable`, whatever was stored.

    Raises:
        AnswerError: as `score`; also for a stored answer that is then ignored.
    """
    context = context or Context()
    for key in answers:
        _check_asked(instrument, form, key)
    cleaned = {item.key: _clean(instrument, item, answers.get(item.key)) for item in instrument.items_of(form)}
    return {
        key: answer if instrument.item[key].is_asked(form, context) else NonAnswer.NOT_APPLICABLE
        for key, answer in cleaned.items()
    }


def _check_asked(instrument: Instrument, form: Form, key: object) -> None:
    item = instrument.item.get(key) if isinstance(key, str) else None
    if item is None:
        raise UnknownItemError(f"{reprlib.repr(key)}: {instrument.key} {instrument.version} has no such item")
    if form not in item.wording:
        raise WrongFormError(f"{item.key}: the {form} form does not ask this item")


def _clean(instrument: Instrument, item: Item, answer: object) -> Answer:
    scale = instrument.scale[item.scale]
    if answer is None:
        return None
    if isinstance(answer, str):
        if answer not in tuple(NonAnswer):
            raise InvalidAnswerError(f"{item.key}: {reprlib.repr(answer)} is not an answer; {_answers_to(scale)}")
        return NonAnswer(answer)
    if isinstance(answer, bool) or not isinstance(answer, int):
        raise InvalidAnswerError(f"{item.key}: a {type(answer).__name__} is not an answer; {_answers_to(scale)}")
    if answer not in scale.steps:
        raise OutOfScaleError(f"{item.key}: the answer is outside the scale; {_answers_to(scale)}")
    return int(answer)


def _answers_to(scale: Scale) -> str:
    return f"give a whole number from {scale.low} to {scale.high}, {' or '.join(NonAnswer)}"


def score_items(instrument: Instrument, key: str | int, items: Sequence[Item], answers: Answers) -> ScaleScore:
    """Score a group of items under a key of its own, from the clean answers that `answers_in_context` gives."""
    given = [answers[item.key] for item in items]
    values = [
        instrument.scale[item.scale].value(answer)
        for item, answer in zip(items, given, strict=True)
        if answer is not None and not isinstance(answer, NonAnswer)
    ]
    n_not_applicable = given.count(NonAnswer.NOT_APPLICABLE)
    n_applicable = len(items) - n_not_applicable
    status = _status(len(values), n_applicable)
    mean = None if status is ScoreStatus.NOT_SCORED else sum(values) / len(values)
    return ScaleScore(
        key=key,
        score=mean,
        status=status,
        band=band(mean),
        n_items=len(items),
        n_applicable=n_applicable,
        n_valid=len(values),
        n_dont_know=given.count(NonAnswer.DONT_KNOW),
        n_not_applicable=n_not_applicable,
        n_blank=given.count(None),
    )


def _status(n_valid: int, n_applicable: int) -> ScoreStatus:
    """Three quarters of the applicable items make a score, half of them a provisional one."""
    if n_valid >= MIN_VALID and 4 * n_valid >= 3 * n_applicable:
        return ScoreStatus.SCORED
    if n_valid >= MIN_VALID and 2 * n_valid >= n_applicable:
        return ScoreStatus.PROVISIONAL
    return ScoreStatus.NOT_SCORED
