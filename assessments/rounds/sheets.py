"""A page of the questionnaire as a plain form: what it shows, and what came back from a browser.

One sheet serves the nine topic pages, the quick start, the page after an expired session, and the practice run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final
from uuid import uuid4

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from assessments.rounds.answering import offers_not_applicable
from assessments.rounds.models import Given
from readiness.instrument.definition import (
    Context,
    Fact,
    Form,
    Instrument,
    Item,
    NonAnswer,
    Stage,
)
from readiness.instrument.loading import load
from readiness.instrument.words import STATUSES, answer_words, seen_in_words
from readiness.scoring.team_talk import NO_AGREEMENT_WORDS


@dataclass(frozen=True)
class Stored:
    """What is stored for an item or fact; revision 0 means nothing."""

    answer: Given = None
    comment: str = ""
    revision: int = 0
    by: str = ""


NOTHING = Stored()


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
    has_comment: bool = True
    ends: tuple[str, str] | None = None  # the words at both ends of a long scale, whose steps are bare figures
    error: str = ""
    conflict: tuple[str, str, str] | None = None  # their answer in words, their comment, who
    last_time: str = ""  # what was said of it in the assessment before, as ready HTML

    @property
    def html(self) -> str:
        """The markup of an item or fact, without the hidden fields that say upon what it was answered.

        One with nothing of its own but an answer looks the same in every clinic, so a process renders it once.
        What people wrote is never kept.
        """
        is_own_number = not self.choices and self.value not in ("", NonAnswer.DONT_KNOW)
        if self.comment or self.error or self.conflict or is_own_number:
            return _item_html(self)
        here = LAST_TIME_HERE if self.last_time else ""
        plain = _plain_item_html(replace(self, base=0, was="", was_comment="", last_time=here))
        return mark_safe(plain.replace(LAST_TIME_HERE, self.last_time))  # noqa: S308 (both are HTML already)

    @property
    def described_by(self) -> str:
        """The ids of what a screen reader tells of the question beside its text."""
        ids = [f"error-{self.key}" if self.error else "", f"last-{self.key}" if self.last_time else ""]
        return " ".join(filter(None, ids))

    @property
    def opens_comment(self) -> bool:
        """Whether the comment is open: for low answers, or where there is one."""
        low = {"1", "2", "3", NonAnswer.DONT_KNOW.value} if self.is_critical else {"1", "2"}
        return bool(self.comment) or self.value in low


def _item_html(row: Field) -> str:
    return render_to_string("rounds/_item.html" if row.choices else "rounds/_fact.html", {"field": row})


LAST_TIME_HERE: Final = mark_safe("<!-- last time -->")
"""Stands in the markup that a process keeps, in the place of what one clinic said."""

_plain_item_html = lru_cache(maxsize=2_000)(_item_html)


@dataclass(frozen=True)
class Sheet:
    """A page of items and facts."""

    items: tuple[Field, ...]
    facts: tuple[Field, ...] = ()
    last_time: str = ""  # of which assessment earlier answers stand beside the questions, in words
    op: str = field(default_factory=lambda: uuid4().hex)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of everything that is asked, in order."""
        return tuple(row.key for row in (*self.items, *self.facts))

    @property
    def n_answered(self) -> int:
        """How many of the items have an answer of any kind."""
        return sum(bool(item.value) for item in self.items)

    @property
    def ground(self) -> list[tuple[str, str]]:
        """Names and values of the hidden fields that say upon what each answer is given."""
        fields = []
        for row in (*self.items, *self.facts):
            fields += [(f"base-{row.key}", str(row.base)), (f"was-{row.key}", row.was)]
            if row.was_comment:
                fields.append((f"wascomment-{row.key}", row.was_comment))
        return fields

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


def form_value(answer: Given) -> str:
    """Give an answer as the value of a form control; empty for none."""
    return "" if answer is None else str(answer)


def given_words(instrument: Instrument, key: str, answer: Given, stage: Stage) -> str:
    """Give an answer of a shared form in the words of its page."""
    if isinstance(answer, str) and not isinstance(answer, NonAnswer):
        return NO_AGREEMENT_WORDS
    return answer_words(instrument, key, answer, stage)


def make_sheet(
    instrument: Instrument,
    context: Context,
    items: Iterable[Item],
    facts: Iterable[Fact],
    stored: Mapping[str, Stored],
    form: Form = Form.MANAGER,
    more: tuple[str, ...] = (),
) -> Sheet:
    """Lay out items and facts with what is stored. Only the clinic form has room for comments.

    `more` names answers that are offered apart from the scale beside those of the questionnaire.
    """
    return Sheet(
        items=tuple(
            _item_field(instrument, context, item, stored.get(item.key, NOTHING), form, more) for item in items
        ),
        facts=tuple(_fact_field(fact, stored.get(fact.key, NOTHING)) for fact in facts),
    )


def _item_field(
    instrument: Instrument, context: Context, item: Item, stored: Stored, form: Form, more: tuple[str, ...]
) -> Field:
    scale = instrument.scale[item.scale]
    value = form_value(stored.answer)
    is_long = len(scale.labels) < len(scale.steps)
    non_answers: list[str] = [NonAnswer.DONT_KNOW]
    if offers_not_applicable(instrument, item.key):
        non_answers.append(NonAnswer.NOT_APPLICABLE)
    non_answers.extend(more)
    return Field(
        key=item.key,
        text=item.wording[form],
        value=value,
        base=stored.revision,
        comment=stored.comment,
        was=value,
        was_comment=stored.comment,
        choices=tuple(Choice(str(s), str(s) if is_long else scale.labels[s], value == str(s)) for s in scale.steps),
        non_answers=tuple(
            Choice(str(n), given_words(instrument, item.key, n, context.stage), value == n) for n in non_answers
        ),
        why=_why(instrument.key, instrument.version, item.determinant),
        is_critical=item.critical and form is Form.MANAGER,
        has_comment=form is Form.MANAGER,
        ends=(scale.labels[scale.low], scale.labels[scale.high]) if is_long else None,
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
