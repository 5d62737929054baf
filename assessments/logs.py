"""How log lines are written: links and tokens that open a door are masked, and of an error its kind and place are told.

The text of an exception is left out, because a database or a mail server may quote rows and addresses in it.
"""

from __future__ import annotations

import logging
import re
import traceback
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import TracebackType

SLASH: Final = r"(?:/|%(?:25)*2F)"
TOKENS: Final = re.compile(
    rf"({SLASH}(?:join|n|r|t|reminders{SLASH}off|password{SLASH}reset{SLASH}key|confirm-email){SLASH})[^/%?&\s\"']+",
    re.IGNORECASE,
)
"""Addresses with a secret in them, in a path or in the `next` of another address."""
API_TOKENS: Final = re.compile(r"icbt_[\w-]+")
"""Secrets of API tokens, wherever somebody may have put them."""


def masked(text: str) -> str:
    """Give a text with all secrets masked that open something: of invitations, passwords, addresses and the API."""
    return API_TOKENS.sub("icbt_***", TOKENS.sub(r"\1***", text))


def place_of(error: BaseException) -> str:
    """Give the kind of an error and where it arose, as file and line; never its text."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


class CarefulFormatter(logging.Formatter):
    """Writes a record without secrets and without the texts of exceptions."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record. What another formatter has made of its exception is neither used nor changed."""
        kept, record.exc_text = record.exc_text, None
        try:
            return masked(super().format(record))
        finally:
            record.exc_text = kept

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Write where an exception and those behind it arose, the first one first."""
        parts: list[str] = []
        error = ei[1]
        while error is not None and len(parts) < 10:
            kind = f"{type(error).__module__}.{type(error).__qualname__}"
            parts.append("".join(traceback.format_tb(error.__traceback__)) + kind)
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\nwhich led to\n".join(reversed(parts))
