"""A practice run: a context and answers that live in the form alone, until somebody chooses to keep them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.results.presenters import Heading
from assessments.results.reading import Reading, quick, read
from assessments.rounds.forms import ContextForm
from assessments.rounds.posts import Entry, read_entries, with_entries
from assessments.rounds.presenters import asked_facts, asked_items, quick_items
from assessments.rounds.sheets import Sheet, form_value, make_sheet
from readiness.instrument.definition import Answer, Context, Domain, Form, Instrument
from readiness.instrument.loading import load

if TYPE_CHECKING:
    from django.http import QueryDict

HEADING: Final = Heading(clinic="Practice run", title="What your answers come to", asked="you, in a practice run")
CONTEXT_FIELDS: Final = ("stage", "routes", "for_whom")


@dataclass(frozen=True)
class Practice:
    """What a visitor said of a service and answered; nothing of it is stored."""

    instrument: Instrument
    context: Context
    entries: dict[str, Entry]

    @property
    def has_errors(self) -> bool:
        """Whether an answer cannot be taken as it is."""
        return any(entry.error for entry in self.entries.values())

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered."""
        return all(entry.answer is None for entry in self.entries.values())

    @property
    def answers(self) -> dict[str, tuple[Answer, str]]:
        """The answers and comments that were given, by key, without the blanks."""
        return {
            key: (entry.answer, entry.comment)
            for key, entry in self.entries.items()
            if not entry.error and (entry.answer is not None or entry.comment)
        }

    def carried(self) -> Iterator[tuple[str, str]]:
        """Give names and values of the hidden fields that carry the run from page to page."""
        yield "stage", self.context.stage.value
        for route in sorted(self.context.routes):
            yield "routes", route.value
        for group in sorted(self.context.for_whom):
            yield "for_whom", group.value
        for key, entry in self.entries.items():
            yield f"answer-{key}", form_value(entry.answer) if not entry.error else entry.raw
            if entry.comment:
                yield f"comment-{key}", entry.comment

    def reading(self, *, is_quick: bool) -> Reading:
        """Work out what the answers come to; of the quick start alone when asked."""
        whole = read(self.instrument, {key: entry.answer for key, entry in self.entries.items()}, self.context)
        return quick(whole) if is_quick else whole

    def quick_sheet(self) -> Sheet:
        """Lay out the quick start with what was typed."""
        return self._typed(
            make_sheet(self.instrument, self.context, quick_items(self.instrument, self.context), (), {})
        )

    def sections(self) -> list[tuple[Domain, Sheet]]:
        """Lay out every topic with what was typed."""
        return [
            (
                domain,
                self._typed(
                    make_sheet(
                        self.instrument,
                        self.context,
                        asked_items(self.instrument, self.context, domain.key),
                        asked_facts(self.instrument, self.context, domain.key),
                        {},
                    )
                ),
            )
            for domain in self.instrument.domains_of(Form.MANAGER)
        ]

    def _typed(self, sheet: Sheet) -> Sheet:
        return with_entries(sheet, self.instrument, self.context, self.entries, {})


def context_form(posted: QueryDict) -> ContextForm:
    """Give the three taps as a form filled in with what a browser sent."""
    said = {name: posted.getlist(name) if name != "stage" else posted.get(name) for name in CONTEXT_FIELDS}
    return ContextForm(said)


def read_practice(posted: QueryDict, context: Context) -> Practice:
    """Read a practice run from what a browser sent."""
    instrument = load()
    keys = [item.key for item in instrument.items_of(Form.MANAGER)] + list(instrument.fact)
    posted_fields = {name: str(value) for name, value in posted.items()}
    return Practice(instrument, context, read_entries(instrument, posted_fields, keys, {}))
