"""What a consultant takes into a meeting with a clinic, in brief: what changed, differs, is asked for and was written.

Everything stands at its own place as well, further down or on another page. Stated figures and comments are for clinics
that show their answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.networks.change_presenters import caution, change_cells
from readiness.instrument.definition import Form

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from assessments.networks.change import Pair
    from assessments.networks.change_presenters import ChangeCell
    from assessments.networks.clinic_presenters import OutcomePage, ViewsLine
    from assessments.results.layout import Layout
    from assessments.results.rows import FactRow

COMMENTS: Final = 6
"""How many comments stand here; the page of the answers has them all."""


@dataclass(frozen=True, slots=True)
class Change:
    """The topics before and after, as on the page of change."""

    since: date | None
    cells: tuple[ChangeCell, ...]
    caution: str


@dataclass(frozen=True, slots=True)
class CommentLine:
    """What was written beside a question."""

    short: str
    text: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """What to speak of; parts of which there is nothing are empty."""

    change: Change | None
    views: tuple[ViewsLine, ...]
    requests: tuple[str, ...]
    facts: tuple[FactRow, ...]
    comments: tuple[CommentLine, ...]
    n_comments: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing of any part."""
        return not (self.change or self.views or self.requests or self.facts or self.comments)


def meeting(page: OutcomePage, pair: Pair | None, shown: Layout | None, comments: Mapping[str, str]) -> Meeting:
    """Gather what to speak of; `shown` is None, and there are no comments, unless the clinic shows its answers."""
    written = tuple(_written(shown, comments)) if shown else ()
    return Meeting(
        change=_change(pair) if pair else None,
        views=page.views,
        requests=page.team.requests,
        facts=shown.facts() if shown else (),
        comments=written[:COMMENTS],
        n_comments=len(written),
    )


def _change(pair: Pair) -> Change:
    instrument = pair.after.instrument
    return Change(pair.before.closed_on, change_cells(pair, instrument), caution(instrument))


def _written(shown: Layout, comments: Mapping[str, str]) -> Iterator[CommentLine]:
    """Give the comments in the order of the form, but those beside questions that are not asked in this context."""
    for item in shown.reading.instrument.items_of(Form.MANAGER):
        if item.key in comments and shown.reading.is_asked(item.key):
            yield CommentLine(item.short, comments[item.key])
