"""A page of the questionnaire as a plain form: what it shows, and what came back from a browser.

One sheet serves the nine topic pages, the quick start, the page after an expired session, and the practice run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from uuid import uuid4

from django.template.loader import render_to_string

from assessments.rounds.answering import AnswerRefusedError, check_answer, check_comment, offers_not_applicable
from assessments.rounds.words import STATUSES, non_answer_words, seen_in_words
from readiness.instrument.definition import (
    Answer,
    Context,
    Fact,
    Form,
    Instrument,
    Item,
    NonAnswer,
)
from readiness.instrument.loading import load


@dataclass(frozen=True)
class Stored:
    """What is stored for an item or fact; revision 0 means nothing."""

    answer: Answer = None
    comment: str = ""
    revision: int = 0
    by: str = ""


NOTHING = Stored()


@dataclass(frozen=True)
class Entry:
    """What came from the browser for one item or fact, checked. `error` is empty when it is sound."""

    key: str
    raw: str
    answer: Answer
    comment: str
    base: int
    op: str
    error: str = ""
    is_touched: bool = True


@dataclass(frozen=True)
class Choice:
    """One radio button."""

    value: str
    label: str
    is_checked: bool


@dataclass(frozen=True)
class Field:
    """An item or fact as the page shows it."""

    key: str
    text: str
    value: str
    base: int
    comment: str
    was_comment: str
    was: str
    choices: tuple[Choice, ...] = ()
    non_answers: tuple[Choice, ...] = ()
    unit: str = ""
    why: str = ""  # ready HTML
    is_critical: bool = False
    error: str = ""
    conflict: tuple[str, str, str] | None = None  # their answer in words, their comment, who

    @property
    def html(self) -> str:
        """The markup of an item, without the hidden fields that say upon what it was answered.

        An item with nothing of its own but an answer looks the same in every clinic, so a process renders it once.
        What people wrote is never kept.
        """
        if self.comment or self.error or self.conflict:
            return _item_html(self)
        return _plain_item_html(replace(self, base=0, was="", was_comment=""))

    @property
    def opens_comment(self) -> bool:
        """Whether the comment is open: for low answers, or where there is one."""
        low = {"1", "2", "3", NonAnswer.DONT_KNOW.value} if self.is_critical else {"1", "2"}
        return bool(self.comment) or self.value in low


def _item_html(row: Field) -> str:
    return render_to_string("rounds/_item.html", {"field": row})


_plain_item_html = lru_cache(maxsize=2_000)(_item_html)


@dataclass(frozen=True)
class Sheet:
    """A page of items and facts."""

    items: tuple[Field, ...]
    facts: tuple[Field, ...] = ()
    op: str = field(default_factory=lambda: uuid4().hex)

    @property
    def n_answered(self) -> int:
        """How many of the items have an answer of any kind."""
        return sum(bool(item.value) for item in self.items)

    @property
    def errors(self) -> list[dict[str, str]]:
        """The problems of this page, each with the id of the control to go to, for the error summary."""
        problems = []
        for row in (*self.items, *self.facts):
            if row.error:
                problems.append({"field": f"field-{row.key}", "message": f"{row.text} {row.error}"})
            elif row.conflict:
                problems.append(
                    {"field": f"field-{row.key}", "message": f"{row.text} A colleague answered this meanwhile."}
                )
        return problems


def value_words(instrument: Instrument, key: str, answer: Answer, context: Context) -> str:
    """Give an answer in the words of its scale; "not answered" for None."""
    if answer is None:
        return "Not answered"
    if isinstance(answer, NonAnswer):
        return non_answer_words(answer, context.stage)
    if key in instrument.fact:
        return f"{answer:,}"
    return instrument.scale[instrument.item[key].scale].labels.get(answer, str(answer))


def form_value(answer: Answer) -> str:
    """Give an answer as the value of a form control; empty for none."""
    return "" if answer is None else str(answer)


def make_sheet(
    instrument: Instrument,
    context: Context,
    items: Iterable[Item],
    facts: Iterable[Fact],
    stored: Mapping[str, Stored],
) -> Sheet:
    """Lay out items and facts with what is stored."""
    return Sheet(
        items=tuple(_item_field(instrument, context, item, stored.get(item.key, NOTHING)) for item in items),
        facts=tuple(_fact_field(fact, stored.get(fact.key, NOTHING)) for fact in facts),
    )


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
            comment=entry.comment,
            choices=_checked(row.choices, entry.raw),
            non_answers=_checked(row.non_answers, entry.raw),
            error=entry.error,
            conflict=(
                (value_words(instrument, row.key, theirs.answer, context), theirs.comment, theirs.by)
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


def read_entries(
    instrument: Instrument, posted: Mapping[str, str], keys: Iterable[str], stored: Mapping[str, Stored]
) -> dict[str, Entry]:
    """Read what a browser posted for these keys. A key that was not posted is left out: it stays as it is.

    `was-` and `wascomment-` say what the page showed, so that what nobody touched is not taken for an answer.
    """
    cleared = posted.get("clear", "")
    entries = {}
    for key in keys:
        if f"answer-{key}" in posted or f"dk-{key}" in posted or f"comment-{key}" in posted or key == cleared:
            entries[key] = _read_entry(instrument, posted, key, stored.get(key, NOTHING), is_cleared=key == cleared)
    return entries


def _read_entry(
    instrument: Instrument, posted: Mapping[str, str], key: str, stored: Stored, *, is_cleared: bool
) -> Entry:
    was = posted.get(f"was-{key}")
    raw = posted.get(f"answer-{key}", form_value(stored.answer) if was is None else was).strip()
    if posted.get(f"dk-{key}") and raw in ("", was):
        raw = NonAnswer.DONT_KNOW.value
    raw = "" if is_cleared else raw[:40]
    comment = posted.get(f"comment-{key}", stored.comment)
    was_comment = posted.get(f"wascomment-{key}", stored.comment if was is None else "")
    answer: Answer = None
    error = ""
    try:
        answer = check_answer(instrument, key, _parsed(raw))
        comment = check_comment(comment) or ""
    except AnswerRefusedError as refused:
        error = str(refused)
    return Entry(
        key=key,
        raw=raw,
        answer=answer,
        comment=comment,
        base=_revision(posted.get(f"base-{key}", "")),
        op=_op(posted.get("op", ""), key, raw, comment),
        error=error,
        is_touched=raw != was or comment != was_comment.replace("\r\n", "\n").strip(),
    )


def _parsed(raw: str) -> int | str | None:
    if not raw:
        return None
    digits = raw.replace(",", "").replace(" ", "").replace("\u00a0", "")
    return int(digits) if digits.isascii() and digits.isdigit() else raw


def _revision(raw: str) -> int:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 0


def _op(op: str, key: str, raw: str, comment: str) -> str:
    """The same page sent twice is one operation; the same page with another answer is another."""
    if not op:
        return uuid4().hex
    return hashlib.sha256("\0".join((op[:64], key, raw, comment)).encode("utf-8", "replace")).hexdigest()[:32]


def _checked(choices: tuple[Choice, ...], value: str) -> tuple[Choice, ...]:
    return tuple(replace(choice, is_checked=choice.value == value) for choice in choices)


def _item_field(instrument: Instrument, context: Context, item: Item, stored: Stored) -> Field:
    scale = instrument.scale[item.scale]
    value = form_value(stored.answer)
    non_answers = [NonAnswer.DONT_KNOW]
    if offers_not_applicable(instrument, item.key):
        non_answers.append(NonAnswer.NOT_APPLICABLE)
    return Field(
        key=item.key,
        text=item.wording[Form.MANAGER],
        value=value,
        base=stored.revision,
        comment=stored.comment,
        was=value,
        was_comment=stored.comment,
        choices=tuple(Choice(str(s), scale.labels.get(s, str(s)), value == str(s)) for s in scale.steps),
        non_answers=tuple(Choice(n.value, non_answer_words(n, context.stage), value == n.value) for n in non_answers),
        why=_why(instrument.key, instrument.version, item.determinant),
        is_critical=item.critical,
    )


@lru_cache(maxsize=500)
def _why(instrument_key: str, version: int, determinant: str) -> str:
    """Render why we ask; once for each determinant, because a released questionnaire never changes."""
    instrument = load(instrument_key, version)
    behind = instrument.determinant[determinant]
    sources = [(instrument.source[row.source], STATUSES[row.status]) for row in behind.sources]
    context = {"determinant": behind, "sources": sources, "seen_in": seen_in_words(behind)}
    return render_to_string("rounds/_why.html", context)


def _fact_field(fact: Fact, stored: Stored) -> Field:
    value = form_value(stored.answer)
    return Field(
        key=fact.key,
        text=fact.text,
        unit=fact.unit,
        value=value,
        base=stored.revision,
        comment=stored.comment,
        was=value,
        was_comment=stored.comment,
        non_answers=(Choice(NonAnswer.DONT_KNOW.value, "Don’t know", value == NonAnswer.DONT_KNOW.value),),
    )
