"""The answers of one therapist form as a short text, one character a question: for a cookie and a hidden field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.rounds.answering import AnswerRefusedError, check_answer
from readiness.instrument.definition import Form, NonAnswer

if TYPE_CHECKING:
    from readiness.instrument.definition import Answer, Answers, Instrument

BLANK: Final = "."
NON_ANSWERS: Final = {"d": NonAnswer.DONT_KNOW, "n": NonAnswer.NOT_APPLICABLE}
TEN: Final = "X"
LETTERS: Final = {non_answer: letter for letter, non_answer in NON_ANSWERS.items()}


def packed(instrument: Instrument, answers: Answers) -> str:
    """Write answers in the order of the questionnaire."""
    return "".join(_letter(answers.get(item.key)) for item in instrument.items_of(Form.THERAPIST))


def unpacked(instrument: Instrument, text: str) -> dict[str, Answer] | None:
    """Read what `packed` wrote, without the blanks; None when it is no such text."""
    items = instrument.items_of(Form.THERAPIST)
    if len(text) != len(items):
        return None
    try:
        read = {
            item.key: check_answer(instrument, item.key, _answer(letter), Form.THERAPIST)
            for item, letter in zip(items, text, strict=True)
        }
    except AnswerRefusedError:
        return None
    return {key: answer for key, answer in read.items() if answer is not None}


def _letter(answer: Answer) -> str:
    if answer is None:
        return BLANK
    if isinstance(answer, NonAnswer):
        return LETTERS[answer]
    return TEN if answer == 10 else str(answer)


def _answer(letter: str) -> int | str | None:
    if letter == BLANK:
        return None
    if letter == TEN:
        return 10
    return int(letter) if letter.isascii() and letter.isdigit() else NON_ANSWERS.get(letter, letter)
