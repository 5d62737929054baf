"""How guidance sorts an answer to a question on the scale 1-5: low, partly, in place, open or closed."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from readiness.instrument.definition import Answer, NonAnswer

LOW_ANSWERS: Final = (1, 2)
MIDDLE_ANSWER: Final = 3
IN_PLACE_ANSWERS: Final = (4, 5)
"""Answers that are In place by themselves: 75 and 100 on the scale 0-100."""


class Given(StrEnum):
    """What an answer says of a question, as coarsely as words need it."""

    LOW = "low"  # 1-2
    PARTLY = "partly"  # 3
    IN_PLACE = "in-place"  # 4-5
    OPEN = "open"  # blank or "don't know"
    CLOSED = "closed"  # "does not apply", or a route that is not in use


def kind_of(answer: Answer) -> Given:
    """Sort an answer, cleaned in its context."""
    if answer is None or answer is NonAnswer.DONT_KNOW:
        return Given.OPEN
    if answer is NonAnswer.NOT_APPLICABLE:
        return Given.CLOSED
    if is_low(answer):
        return Given.LOW
    return Given.IN_PLACE if is_in_place(answer) else Given.PARTLY


def is_low(answer: Answer) -> bool:
    """Whether an answer is 1 or 2 on the scale 1-5."""
    return answer in LOW_ANSWERS


def is_middling(answer: Answer) -> bool:
    """Whether an answer is 3 on the scale 1-5, or "don't know"."""
    return answer == MIDDLE_ANSWER or answer is NonAnswer.DONT_KNOW


def is_in_place(answer: Answer) -> bool:
    """Whether an answer is 4 or 5 on the scale 1-5."""
    return answer in IN_PLACE_ANSWERS
