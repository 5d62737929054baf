"""What questions and answers are called in tools that take no hyphens, or fewer letters; still to be recognised."""

from __future__ import annotations

from typing import Final

from readiness.instrument.definition import NonAnswer

LIMESURVEY_MAX: Final = 20
"""How many characters LimeSurvey takes in the code of a question."""
SHORT: Final = 4
"""How many we give an answer's code there: it takes five, and "other" is a word of its own."""
NON_ANSWER_CODES: Final = {NonAnswer.DONT_KNOW: "dk", NonAnswer.NOT_APPLICABLE: "na"}


def variable(key: str) -> str:
    """Give a key in lower-case letters, digits and underscores, for XLSForm and REDCap."""
    return key.replace("-", "_")


def comment(key: str) -> str:
    """Give the variable of the comment on a question."""
    return f"{variable(key)}_c"


def question_code(key: str) -> str:
    """Give a key in letters and digits, as far as LimeSurvey takes them."""
    return _alphanumeric(key)[:LIMESURVEY_MAX]


def answer_code(code: str) -> str:
    """Give the code of an answer in letters and digits, as short as LimeSurvey wants it."""
    if code in NON_ANSWER_CODES:
        return NON_ANSWER_CODES[NonAnswer(code)]
    return _alphanumeric(code)[:SHORT]


def _alphanumeric(key: str) -> str:
    return "".join(filter(str.isalnum, key))
