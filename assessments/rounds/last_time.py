"""What the clinic said in the assessment before, beside each question of the clinic form. None of it is ever filled in.

Not for the team talk or the therapists' form: who answers there may be others than last time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.html import format_html

from assessments.rounds.models import Round
from assessments.rounds.presenters import stored_answers
from assessments.rounds.sheets import NOTHING, given_words
from readiness.instrument.definition import Form
from readiness.instrument.equivalence import same_question

if TYPE_CHECKING:
    from collections.abc import Collection

    from assessments.rounds.sheets import Field, Sheet, Stored
    from readiness.instrument.definition import Context, Instrument

LONG_COMMENT: Final = 240
"""Characters from which an earlier comment is folded, so that the question stays on the screen with its answers."""
ROUND: Final = (
    "title",
    "instrument_key",
    "instrument_version",
    "stage",
    "routes",
    "for_whom",
    "closed_at",
    "due_at",
    "time_zone",
)


@dataclass(frozen=True)
class LastTime:
    """The assessment before: what it is called, when it was finished, and what its clinic form held for some keys."""

    title: str
    on: date
    instrument: Instrument
    context: Context
    stored: Mapping[str, Stored]

    def of(self, now: Instrument, key: str) -> tuple[str, str]:
        """Say what was answered to what `now`, the questionnaire of today, asks by this key, with the comment on it.

        The comment is empty where there is none, and where it was on another question.
        """
        if not self._asked(key):
            return "Not asked then", ""
        if not _asks_the_same(self.instrument, now, key):
            return "Asked in other words then", ""
        said = self.stored.get(key, NOTHING)
        if said.answer is None:
            return "Not answered then", said.comment
        return given_words(self.instrument, key, said.answer, self.context.stage), said.comment

    def _asked(self, key: str) -> bool:
        if key in self.instrument.item:
            return self.instrument.item[key].is_asked(Form.MANAGER, self.context)
        fact = self.instrument.fact.get(key)
        return fact is not None and (fact.route is None or fact.route in self.context.routes)


def last_time(assessment: Round, keys: Collection[str]) -> LastTime | None:
    """Give the clinic's assessment that was finished last before this one was opened, with its answers to these keys.

    None where this is the clinic's first. Two plain queries cost less than one that joins both, and a first assessment
    needs one.
    """
    finished = Round.objects.finished_by(
        assessment.opened_at, clinic_id=assessment.clinic_id, instrument_key=assessment.instrument_key
    )
    before = finished.exclude(pk=assessment.pk).only(*ROUND).first()
    if before is None:
        return None
    return LastTime(
        title=before.title,
        on=before.closed_on or before.due_on,
        instrument=before.instrument,
        context=before.context,
        stored=stored_answers(before, keys),
    )


def beside(assessment: Round, sheet: Sheet) -> Sheet:
    """Lay what the clinic said last time beside the questions of a page; a clinic's first assessment has none."""
    found = last_time(assessment, sheet.keys)
    if found is None:
        return sheet
    now, when = assessment.instrument, f"{found.on:%-d %B %Y}"

    def with_it(row: Field) -> Field:
        return replace(row, last_time=_html(row.key, when, *found.of(now, row.key)))

    return replace(
        sheet,
        items=tuple(map(with_it, sheet.items)),
        facts=tuple(map(with_it, sheet.facts)),
        last_time=(
            f"With each question stands what you answered in “{found.title}”, finished on {when}. Nothing is filled in "
            "for you: please answer as things are today."
        ),
    )


def _asks_the_same(then: Instrument, now: Instrument, key: str) -> bool:
    if key in now.item:
        return same_question(then, now, key)
    before, after = then.fact.get(key), now.fact[key]
    return before is not None and (before.text, before.unit) == (after.text, after.unit)


def _html(key: str, when: str, words: str, comment: str) -> str:
    return format_html(
        '<div class="last-time" id="last-{}" data-test="last-time"><p>Last time ({}): <strong>{}</strong></p>{}</div>',
        key,
        when,
        words,
        _comment_html(comment),
    )


def _comment_html(comment: str) -> str:
    if not comment:
        return ""
    if len(comment) > LONG_COMMENT:
        return format_html("<details><summary>The comment then</summary><p>“{}”</p></details>", comment)
    return format_html("<p>“{}”</p>", comment)
