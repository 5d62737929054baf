"""What the clinic said in the assessment before, beside each question of the clinic form. None of it is ever filled in.

Not for the team talk or the therapists' form: who answers there may be others than last time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from django.db.models import F, FilteredRelation, Q
from django.utils.html import format_html

from assessments.rounds.models import FormAnswer, Round, given
from assessments.rounds.sheets import NOTHING, Stored, given_words
from readiness.instrument.definition import Form
from readiness.instrument.equivalence import same_question

if TYPE_CHECKING:
    from collections.abc import Collection

    from assessments.rounds.sheets import Field, Sheet
    from readiness.instrument.definition import Instrument

LONG_COMMENT: Final = 240
"""Characters from which an earlier comment is folded, so that the question stays on the screen with its answers."""


@dataclass(frozen=True)
class LastTime:
    """The assessment before, and what its clinic form held for some keys."""

    before: Round
    stored: Mapping[str, Stored]

    @property
    def on(self) -> date:
        """The day on which it was finished."""
        return self.before.closed_on or self.before.due_on

    def words(self, now: Instrument, key: str) -> str:
        """Say what was answered to what `now`, the questionnaire of today, asks by this key."""
        then = self.before.instrument
        if not _is_asked_then(then, key, self.before):
            return "Not asked then"
        if not _asks_the_same(then, now, key):
            return "Asked in other words then"
        answer = self.stored.get(key, NOTHING).answer
        return "Not answered then" if answer is None else given_words(then, key, answer, self.before.context.stage)

    def comment(self, now: Instrument, key: str) -> str:
        """Give the comment on it; empty where there is none, or where it was another question."""
        then = self.before.instrument
        is_same = _is_asked_then(then, key, self.before) and _asks_the_same(then, now, key)
        return self.stored.get(key, NOTHING).comment if is_same else ""


def last_time(assessment: Round, keys: Collection[str]) -> LastTime | None:
    """Give the clinic's assessment that was finished last before this one was opened, with its answers to these keys.

    None where this is the clinic's first. One query, whatever it holds.
    """
    finished = Round.objects.finished_by(
        assessment.opened_at, clinic_id=assessment.clinic_id, instrument_key=assessment.instrument_key
    ).exclude(pk=assessment.pk)
    said = FilteredRelation("answers", condition=Q(answers__form=FormAnswer.Form.CLINIC, answers__key__in=sorted(keys)))
    columns = {f"said_{name}": F(f"said__{name}") for name in ("key", "value", "non_answer", "comment")}
    rows = list(Round.objects.filter(pk__in=finished.values("pk")[:1]).annotate(said=said).annotate(**columns))
    if not rows:
        return None
    stored = {
        row["said_key"]: Stored(given(row["said_value"], row["said_non_answer"]), row["said_comment"])
        for row in map(vars, rows)
    }
    return LastTime(rows[0], stored)


def beside(assessment: Round, sheet: Sheet) -> Sheet:
    """Lay what the clinic said last time beside the questions of a page; a clinic's first assessment has none."""
    found = last_time(assessment, sheet.keys)
    if found is None:
        return sheet
    now = assessment.instrument

    def with_it(row: Field) -> Field:
        return replace(row, last_time=_html(row.key, found.on, found.words(now, row.key), found.comment(now, row.key)))

    return replace(
        sheet,
        items=tuple(map(with_it, sheet.items)),
        facts=tuple(map(with_it, sheet.facts)),
        last_time=(
            f"With each question stands what you answered in “{found.before.title}”, finished on "
            f"{found.on:%-d %B %Y}. Nothing is filled in for you: please answer as things are today."
        ),
    )


def _is_asked_then(then: Instrument, key: str, before: Round) -> bool:
    if key in then.item:
        return then.item[key].is_asked(Form.MANAGER, before.context)
    fact = then.fact.get(key)
    return fact is not None and (fact.route is None or fact.route in before.context.routes)


def _asks_the_same(then: Instrument, now: Instrument, key: str) -> bool:
    if key in now.item:
        return same_question(then, now, key)
    before, after = then.fact.get(key), now.fact[key]
    return before is not None and (before.text, before.unit) == (after.text, after.unit)


def _html(key: str, on: date, words: str, comment: str) -> str:
    return format_html(
        '<div class="last-time" id="last-{}" data-test="last-time"><p>Last time ({}): <strong>{}</strong></p>{}</div>',
        key,
        f"{on:%-d %B %Y}",
        words,
        _comment_html(comment),
    )


def _comment_html(comment: str) -> str:
    if not comment:
        return ""
    if len(comment) > LONG_COMMENT:
        return format_html("<details><summary>The comment then</summary><p>“{}”</p></details>", comment)
    return format_html("<p>“{}”</p>", comment)
