"""How scores are made, what the report cannot say, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.reports.board.blocks import Listing, Paragraph, Section
from assessments.results.words import AVERAGE, BORDERS
from readiness.instrument.definition import Form

if TYPE_CHECKING:
    from assessments.reports.report import Report

SCORING: Final = (
    (
        "From answers to points.",
        "“Not at all true” counts 0 of 100, “A little true” 25, “Partly true” 50, “Mostly true” 75 and “Completely "
        "true” 100. “Don’t know”, “does not apply” and no answer have no points, and none of them counts as zero.",
    ),
    (
        "A topic.",
        f"{AVERAGE} What does not apply is left out first. With "
        "three quarters of the rest answered it has a score, with half a provisional one, with less none. There are no "
        "weights, there is no overall score, and no comparison with other clinics.",
    ),
    (
        "Three words.",
        f"{BORDERS}. These borders are conventions that no "
        "study has tested. Where fewer than half of all questions of a topic are answered, it has no word.",
    ),
    (
        "What asks for attention.",
        "An average can hide what matters, so ten questions are looked at one by one, and some are read together. "
        "“Needs a decision” stands above “Look at this”; safety always comes first.",
    ),
    (
        "The team.",
        "Figures of therapists asked in confidence are made once, when the assessment is finished, and only of topics "
        "that enough of them answered; they are rounded to the nearest 5, or a range near the ends of the scale. A "
        "team talk is one form, answered together, and scored like the clinic’s.",
    ),
    (
        "Rounding.",
        "Figures are rounded for reading only, halves upwards. Words and differences are worked out before.",
    ),
)
"""In brief what docs/scoring.md defines."""


def scoring(report: Report) -> Section:
    """Write how scores are made, and by which versions these were."""
    about = report.about
    versions = (
        f"{about.instrument_title}, version {about.instrument_version}; guidance version {about.guidance_version}; "
        f"rules of scoring version {about.algorithm_version}. Scores, flags and options were frozen on the day of "
        "finishing."
    )
    return Section("scoring", "How scores are made", (Listing((*SCORING, ("Versions.", versions))),))


def limits(report: Report) -> Section:
    """Write what the report cannot say."""
    return Section("limits", "What this cannot say", (Listing(tuple((text, "") for text in report.page.caveats)),))


def sources(report: Report) -> Section:
    """Write what the questions, flags and options of this report rest on, by name, as the report names them."""
    reading, page = report.reading, report.page
    instrument, option = reading.instrument, reading.guidance.option
    asked = {item.determinant for item in instrument.items_of(Form.MANAGER)}
    named = {one.source for key in asked for one in instrument.determinant[key].sources}
    named |= {key for card in (*page.first, *page.rest) for flag in card.flags for key, _ in flag.sources}
    named |= {key for offer in reading.offers for key in option[offer.key].sources}
    entries = [
        (" ".join(filter(None, [f"{source.citation.rstrip('.')}.", source.url, f"Read: {source.read}"])), "")
        for key, source in instrument.source.items()
        if key in named
    ]
    lead = Paragraph("What the questions, flags and options rest on, and how much of each was read.", is_quiet=True)
    return Section("sources", "Sources", (lead, Listing(tuple(sorted(entries, key=lambda entry: entry[0].casefold())))))
