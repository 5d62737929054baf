"""How guidance sorts an answer on the scale 1-5: low, middling, in place, or open."""

from __future__ import annotations

from typing import Final

from readiness.instrument.definition import Answer, NonAnswer

LOW_ANSWERS: Final = (1, 2)
MIDDLE_ANSWER: Final = 3
IN_PLACE_ANSWERS: Final = (4, 5)
"""Answers that are In place by themselves: 75 and 100 on the scale 0-100."""


def is_low(answer: Answer) -> bool:
    """Whether an answer is 1 or 2 on the scale 1-5."""
    return answer in LOW_ANSWERS


def is_middling(answer: Answer) -> bool:
    """Whether an answer is 3 on the scale 1-5, or "don't know"."""
    return answer == MIDDLE_ANSWER or answer is NonAnswer.DONT_KNOW


def is_in_place(answer: Answer) -> bool:
    """Whether an answer is 4 or 5 on the scale 1-5."""
    return answer in IN_PLACE_ANSWERS
