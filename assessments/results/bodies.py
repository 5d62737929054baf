"""The body of a result page as HTML. That of a closed round never changes, so a process renders it once.

Its buttons that add an option to the plan belong to a form that stands outside of it, with the token of the visit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.template.loader import render_to_string

from assessments.results import presenters
from assessments.results.charts import topics_figure
from assessments.results.reading import frozen, live
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from assessments.results.reading import Reading

KEPT: Final = 128
"""How many bodies a process keeps, each about 60 KB."""


@dataclass(frozen=True)
class Body:
    """Everything below the heading of a result page, and what the heading says of the answers."""

    html: SafeString
    is_final: bool
    n_asked: int
    n_answered: int
    also_asked: str


def body_of(assessment: Round, heading: presenters.Heading) -> Body:
    """Give the body of a round's result page. The round's visibility has been checked by the caller."""
    return _rendered(live(assessment), heading) if assessment.is_open else _closed_body(assessment)


@lru_cache(maxsize=KEPT)
def _closed_body(assessment: Round) -> Body:
    """Rounds are equal when their ids are; names that may change stand in the heading, which is not kept."""
    heading = presenters.Heading(clinic="", title="")
    return _rendered(frozen(assessment, assessment.result), heading)


def _rendered(reading: Reading, heading: presenters.Heading) -> Body:
    page = presenters.result_page(reading, heading)
    figure = topics_figure(page.topics)
    context = {"page": page, "figure": figure, "can_plan": True}
    html = render_to_string("results/_result_body.html", context)
    return Body(html, page.is_final, page.n_asked, page.n_answered, page.also_asked)
