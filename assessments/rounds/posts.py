"""What came back from a browser for a page of the questionnaire: read, checked, and laid over the page again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import uuid4

from assessments.rounds.actions import Change
from assessments.rounds.answering import AnswerRefusedError, check_answer, check_comment
from assessments.rounds.models import Given
from assessments.rounds.sheets import NOTHING, Choice, Field, Sheet, Stored, form_value, given_words
from readiness.instrument.definition import Answer, Context, Instrument, NonAnswer

WHOLE_NUMBER: Final = re.compile(r"\d+|\d{1,3}([, \u00a0]\d{3})+", re.ASCII)
"""A whole number, with or without separators of thousands. "7,5" is none: much of Europe means seven and a half."""


Check = Callable[[Instrument, str, object], Given]
"""Checks an answer to an item or fact of a form, and refuses what the form does not allow."""


@dataclass(frozen=True)
class Entry:
    """What came from the browser for one item or fact, checked. `error` is empty when it is sound."""

    key: str
    raw: str
    given: Given
    comment: str
    base: int
    op: str
    error: str = ""
    is_touched: bool = True
    is_comment_touched: bool = True

    @property
    def answer(self) -> Answer:
        """The answer as the questionnaire knows it; a team that does not agree has given none."""
        if isinstance(self.given, str) and not isinstance(self.given, NonAnswer):
            return None
        return self.given

    @property
    def change(self) -> Change:
        """What is to be saved; a comment that nobody touched stays as it is stored."""
        return Change(self.key, self.given, self.comment if self.is_comment_touched else None, self.base, self.op)


def read_entries(
    instrument: Instrument,
    posted: Mapping[str, str],
    keys: Iterable[str],
    stored: Mapping[str, Stored],
    check: Check = check_answer,
) -> dict[str, Entry]:
    """Read what a browser posted for these keys. A key that was not posted is left out: it stays as it is.

    `was-` and `wascomment-` say what the page showed, so that what nobody touched is not taken for an answer.
    """
    cleared = posted.get("clear", "")
    entries = {}
    for key in keys:
        if f"answer-{key}" in posted or f"dk-{key}" in posted or f"comment-{key}" in posted or key == cleared:
            entries[key] = _read_entry(
                instrument, posted, key, stored.get(key, NOTHING), check, is_cleared=key == cleared
            )
    return entries


def _read_entry(
    instrument: Instrument, posted: Mapping[str, str], key: str, stored: Stored, check: Check, *, is_cleared: bool
) -> Entry:
    was = posted.get(f"was-{key}")
    raw = posted.get(f"answer-{key}", form_value(stored.answer) if was is None else was).strip()
    if posted.get(f"dk-{key}") and (was is None or raw in ("", was)):
        raw = NonAnswer.DONT_KNOW.value
    raw = "" if is_cleared else raw[:40]
    comment = posted.get(f"comment-{key}", stored.comment)
    was_comment = posted.get(f"wascomment-{key}", stored.comment if was is None else "")
    given: Given = None
    error = ""
    try:
        given = check(instrument, key, _parsed(raw))
        comment = check_comment(comment) or ""
    except AnswerRefusedError as refused:
        error = str(refused)
    is_comment_touched = comment != was_comment.replace("\r\n", "\n").strip()
    return Entry(
        key=key,
        raw=raw,
        given=given,
        comment=comment,
        base=_revision(posted.get(f"base-{key}", "")),
        op=_op(posted.get("op", ""), key, raw, comment),
        error=error,
        is_touched=raw != was or is_comment_touched,
        is_comment_touched=is_comment_touched,
    )


def _parsed(raw: str) -> int | str | None:
    if not raw:
        return None
    return int(re.sub(r"[, \u00a0]", "", raw)) if WHOLE_NUMBER.fullmatch(raw) else raw


def _revision(raw: str) -> int:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 0


def _op(op: str, key: str, raw: str, comment: str) -> str:
    """The same page sent twice is one operation; the same page with another answer is another."""
    if not op:
        return uuid4().hex
    return hashlib.sha256("\0".join((op[:64], key, raw, comment)).encode("utf-8", "replace")).hexdigest()[:32]


def with_entries(
    sheet: Sheet,
    instrument: Instrument,
    context: Context,
    entries: Mapping[str, Entry],
    conflicts: Mapping[str, Stored],
) -> Sheet:
    """Lay what was typed over a sheet: nothing that a person gave is lost, whatever became of it."""

    def laid(row: Field) -> Field:
        entry = entries.get(row.key)
        if entry is None or not entry.is_touched:
            return row
        theirs = conflicts.get(row.key)
        return replace(
            row,
            value=entry.raw,
            comment=theirs.comment if theirs and not entry.is_comment_touched else entry.comment,
            choices=_checked(row.choices, entry.raw),
            non_answers=_checked(row.non_answers, entry.raw),
            error=entry.error,
            conflict=(
                (given_words(instrument, row.key, theirs.answer, context.stage), theirs.comment, theirs.by)
                if theirs
                else None
            ),
        )

    return replace(sheet, items=tuple(map(laid, sheet.items)), facts=tuple(map(laid, sheet.facts)))


def with_posted_ground(sheet: Sheet, posted: Mapping[str, str]) -> Sheet:
    """Keep upon which revision, and what shown answer, a posted page was filled in, for sending it once more."""

    def grounded(row: Field) -> Field:
        return replace(
            row,
            base=_revision(posted.get(f"base-{row.key}", "")),
            was=posted.get(f"was-{row.key}", "")[:40],
            was_comment=posted.get(f"wascomment-{row.key}", ""),
        )

    return replace(sheet, items=tuple(map(grounded, sheet.items)), facts=tuple(map(grounded, sheet.facts)))


def _checked(choices: tuple[Choice, ...], value: str) -> tuple[Choice, ...]:
    return tuple(replace(choice, is_checked=choice.value == value) for choice in choices)
