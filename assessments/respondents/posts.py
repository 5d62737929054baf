"""What came back from a therapist's browser for a page of questions: read, checked, and laid over the page again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.rounds.answering import AnswerRefusedError, check_answer
from assessments.rounds.posts import Entry, with_entries
from readiness.instrument.definition import Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assessments.rounds.sheets import Sheet
    from readiness.instrument.definition import Answer, Context, Instrument, Item

RAW_MAX: Final = 40


@dataclass(frozen=True)
class Posted:
    """What a browser sent: what it answers, and for each question whose answer cannot be taken, why.

    None in `given` clears an answer; a question that was not posted, or not touched, is in neither and stays as it is.
    """

    given: dict[str, Answer]
    raw: dict[str, str]
    errors: dict[str, str]


def read_posted(instrument: Instrument, posted: Mapping[str, str], items: Iterable[Item]) -> Posted:
    """Read what a browser sent for these questions; whatever else it sent is left unread.

    `was-` says what the page showed. What nobody touched is not taken for an answer: another window may have given a
    newer one.
    """
    cleared = posted.get("clear", "")
    result = Posted({}, {}, {})
    for item in items:
        raw = "" if item.key == cleared else posted.get(f"answer-{item.key}")
        if raw is None or (raw == posted.get(f"was-{item.key}") and item.key != cleared):
            continue
        result.raw[item.key] = raw = raw.strip()[:RAW_MAX]
        try:
            result.given[item.key] = check_answer(instrument, item.key, _parsed(raw), Form.THERAPIST)
        except AnswerRefusedError as refused:
            result.errors[item.key] = str(refused)
    return result


def _parsed(raw: str) -> int | str | None:
    if not raw:
        return None
    return int(raw) if raw.isascii() and raw.isdigit() else raw


def laid_over(sheet: Sheet, instrument: Instrument, context: Context, posted: Posted) -> Sheet:
    """Show what was typed, with what is wrong about it."""
    entries = {
        key: Entry(key, raw, posted.given.get(key), "", 0, "", error=posted.errors.get(key, ""))
        for key, raw in posted.raw.items()
    }
    return with_entries(sheet, instrument, context, entries, {})
