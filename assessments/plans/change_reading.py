"""Reads two finished assessments of a clinic for the page of change, and for the report that says the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.plans.change_lines import MOST
from assessments.plans.change_presenters import change_page
from assessments.plans.lying_between import lying_between
from assessments.results.history import read_sides, topic_scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessments.clinics.models import Clinic
    from assessments.plans.change_presenters import Chosen
    from assessments.plans.change_rows import ChangePage
    from assessments.plans.querysets import ActionEntryQuerySet
    from assessments.rounds.models import Round

PAIR: Final = 2
"""How many finished assessments it takes before anything can have changed."""


def read_change(clinic: Clinic, chosen: Chosen, finished: Sequence[Round], entries: ActionEntryQuerySet) -> ChangePage:
    """Lay out what changed between two of the clinic's finished rounds; `finished` are all of them, earliest first."""
    pair = (chosen.before, chosen.after)
    scores = topic_scores({one.pk: one for one in (*finished[-MOST:], *pair)}.values())
    before, after = read_sides(pair, scores)
    between = lying_between(clinic, entries, since=before.round.result.frozen_at, until=after.round.result.frozen_at)
    return change_page((before, after), finished, scores, between)
