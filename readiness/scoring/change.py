"""Whether a topic stands higher or lower than in an earlier assessment, or too close to tell.

Reads two scores and nothing else, so that what it says tells no more than the scores do. Of the therapists' figures it
never judges: they stand side by side.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import count
from typing import Final

from readiness.scoring.score import ScaleScore

HALF_STEP: Final = 12.5
"""How far off an answer is, in points of 100, when it is given again and nothing has changed: half a step.

A standard deviation, and our judgement; the questionnaire has not been tried twice on the same clinics.
"""
SURE: Final = 1.96
"""Standard deviations within which 95 of 100 repeats lie."""
NOISE: Final = 2 * (SURE * HALF_STEP) ** 2
"""1200.5: the square of a difference, times its number of answers, from which it is news.

The mean of m answers is off by `HALF_STEP / sqrt(m)`, the difference of two such means by `sqrt(2)` times as much, and
with nothing changed 95 of 100 differences stay under `SURE` times that. Squared, so that no root is rounded.

Source: the minimally detectable change of H. C. de Vet and others, "Minimal changes in health status questionnaires",
Health and Quality of Life Outcomes 4:54 (2006), `de-vet-2006`, with the half step in place of a measured error;
docs/scoring.md, "Change between two assessments".
"""
STEP: Final = 25
"""Points of 100 from one answer of the scale to the next."""


class Change(StrEnum):
    """What can be said of one topic in two assessments."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_CLEAR_CHANGE = "no-clear-change"  # the difference, if any, may be chance
    NOT_COMPARED = "not-compared"  # a score is missing or rests on too little, or other questions were asked


def change(before: ScaleScore | None, after: ScaleScore | None, *, is_same: bool = True) -> Change:
    """Say how the score of a topic has changed, by the smaller number of answers behind the two.

    Args:
        before: the earlier score, as it was frozen; None where that assessment has none of this topic.
        after: the later one.
        is_same: whether both asked the same questions of the topic; see `same_questions`.

    Returns:
        `NOT_COMPARED` exactly where `difference` is None.

    Source: docs/scoring.md, "Change between two assessments".
    """
    points = difference(before, after, is_same=is_same)
    if before is None or after is None or points is None:
        return Change.NOT_COMPARED
    if points == 0 or not _is_news(points, min(before.n_valid, after.n_valid)):
        return Change.NO_CLEAR_CHANGE
    return Change.HIGHER if points > 0 else Change.LOWER


def difference(before: ScaleScore | None, after: ScaleScore | None, *, is_same: bool = True) -> float | None:
    """Give the later score less the earlier, unrounded, from -100 to 100; None where the two are not compared.

    That is where one of them is missing or has no score, where fewer than half of a topic's items are valid in one, or
    where the questions are not the same.
    """
    if before is None or after is None or before.score is None or after.score is None:
        return None
    if not (is_same and before.is_half_known and after.is_half_known):
        return None
    return after.score - before.score


def steps_needed(n_questions: int) -> int:
    """Give by how many steps the answers to so many questions must differ in sum to count as a change: 3 of 4, say.

    A step leads from one answer of the scale 1-5 to the next. Always more than one: one step on one question is never
    news.

    Raises:
        ValueError: no question.
    """
    if n_questions < 1:
        raise ValueError(f"{n_questions} questions: at least one is needed")
    return next(steps for steps in count(1) if _is_news(steps * STEP / n_questions, n_questions))


def _is_news(points: float, n_answers: int) -> bool:
    return points * points * n_answers >= NOISE
