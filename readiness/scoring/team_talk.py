"""What a team talk's answers mean: the work items of the therapist form, answered together, and what the team asks for.

Knows nothing of meetings, links or clocks. Own confidence is never part of a team talk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from readiness.instrument.definition import CONFIDENCE, Context, Form, Instrument, Item
from readiness.scoring.score import RawAnswers, ScaleScore, WrongFormError, score

TALK_NO_AGREEMENT: Final = "no_agreement"
"""An answer of the team talk alone, apart from the scale; every other form refuses it."""

NO_AGREEMENT_WORDS: Final = "We do not agree"

REQUESTS: Final[Mapping[str, str]] = {
    "protected-time": "Protected time for online work",
    "written-feedback-training": "Training in written feedback",
    "supervision": "Supervision of our online work",
    "patient-profile": "A clear picture of which patients it is for",
    "technical-help": "Help when the technology is in the way",
    "step-up": "A way to more care for patients who need it",
    "other": "Something else",
}
"""What a team may ask for, by key, in the order of the page."""

MAX_REQUESTS: Final = 3


@dataclass(frozen=True, slots=True)
class TalkScore:
    """The score of a domain as a team talked it through.

    `n_no_agreement` counts "We do not agree": applicable, not valid, and not part of `scale.n_blank`.
    """

    scale: ScaleScore
    n_no_agreement: int


def talk_items(instrument: Instrument) -> tuple[Item, ...]:
    """Give the items of a team talk, in form order: the therapist form without own confidence."""
    return tuple(item for item in instrument.items_of(Form.THERAPIST) if item.domain != CONFIDENCE)


def score_team_talk(
    instrument: Instrument, answers: RawAnswers, context: Context | None = None
) -> tuple[TalkScore, ...]:
    """Score each domain of a team talk, complete or not, in the order of the instrument.

    As one form, by the rule of `score`; "We do not agree" is missing and counted apart.

    Raises:
        AnswerError: as `score`; also for an item of own confidence.

    Source: docs/scoring.md, "Team talk".
    """
    context = context or Context()
    items = talk_items(instrument)
    for key in answers:
        if key in instrument.item and instrument.item[key] not in items:
            raise WrongFormError(f"{key}: the team talk does not ask this item")
    agreed = {key: None if answer == TALK_NO_AGREEMENT else answer for key, answer in answers.items()}
    split = Counter(
        item.domain
        for item in items
        if answers.get(item.key) == TALK_NO_AGREEMENT and item.is_asked(Form.THERAPIST, context)
    )
    scales = score(instrument, Form.THERAPIST, agreed, context).domains
    return tuple(_talk_score(scale, split[str(scale.key)]) for scale in scales if scale.key != CONFIDENCE)


def _talk_score(scale: ScaleScore, n_no_agreement: int) -> TalkScore:
    return TalkScore(replace(scale, n_blank=scale.n_blank - n_no_agreement), n_no_agreement)
