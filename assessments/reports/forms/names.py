"""What questions are called in tools that take no hyphens: the key, so that everybody can tell which question it is."""

from __future__ import annotations

from typing import Final

LIMESURVEY_MAX: Final = 20


def variable(key: str) -> str:
    """Give a key in lower-case letters, digits and underscores, for XLSForm and REDCap."""
    return key.replace("-", "_")


def comment(key: str) -> str:
    """Give the variable of the comment on a question."""
    return f"{variable(key)}_c"


def question_code(key: str) -> str:
    """Give a key in letters and digits, as far as LimeSurvey takes them."""
    return key.replace("-", "")[:LIMESURVEY_MAX]
