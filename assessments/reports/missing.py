"""Why a question has no value: one set of codes for every format."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from readiness.instrument.definition import NonAnswer
from readiness.instrument.words import non_answer_words

if TYPE_CHECKING:
    from readiness.instrument.definition import Answer, Stage


class Missing(StrEnum):
    """What can be said of a question without a value; none of it is zero."""

    DONT_KNOW = NonAnswer.DONT_KNOW.value
    NOT_APPLICABLE = NonAnswer.NOT_APPLICABLE.value
    BLANK = "blank"
    NOT_ASKED = "not_asked"


NOT_ASKED_WORDS: Final = "Not asked: this way is not in use"


def missing_words(stage: Stage) -> tuple[tuple[str, str], ...]:
    """Give every code with its words."""
    return (
        *((one.value, non_answer_words(one, stage)) for one in NonAnswer),
        (Missing.BLANK.value, "Not answered"),
        (Missing.NOT_ASKED.value, NOT_ASKED_WORDS),
    )


def value_and_missing(answer: Answer, *, is_asked: bool) -> tuple[int | None, str]:
    """Give an answer as a number, or none with the code that says why; what is not asked has no answer that counts."""
    if not is_asked:
        return None, Missing.NOT_ASKED.value
    if answer is None:
        return None, Missing.BLANK.value
    return (None, answer.value) if isinstance(answer, NonAnswer) else (answer, "")
