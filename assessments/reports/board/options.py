"""The options of the board report in full, each once: at the topic that it first stands at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assessments.reports.board.blocks import Block, OptionText, Paragraph
from assessments.reports.board.front import BECAUSE, answer_line
from assessments.results.layout import offers_of
from assessments.results.words import EFFORTS, KINDS
from readiness.guidance.words import grounds_of

if TYPE_CHECKING:
    from assessments.reports.report import Report
    from readiness.guidance.options import Offer


@dataclass
class Options:
    """Writes the options of topics in the order in which it is asked; remembers which it has written in full."""

    report: Report
    _written: dict[str, str] = field(default_factory=dict)

    def of(self, domain: str, title: str) -> list[Block]:
        """Write the options of a topic: those of its flags, then its own."""
        reading = self.report.reading
        offers: dict[str, Offer] = {}
        flagged = (offer for card in reading.cards if card.domain == domain for offer in offers_of(reading, card))
        for offer in (*flagged, *(one for one in reading.offers if one.for_ == domain)):
            offers.setdefault(offer.key, offer)
        here = [offer for key, offer in offers.items() if key not in self._written]
        blocks: list[Block] = [self._option(offer) for offer in here]
        blocks += [
            Paragraph(f"Told under “{self._written[key]}”.", label=f"{reading.guidance.option[key].title}.")
            for key in offers
            if key in self._written
        ]
        self._written |= {offer.key: title for offer in here}
        return blocks

    def _option(self, offer: Offer) -> OptionText:
        reading = self.report.reading
        option = reading.guidance.option[offer.key]
        grounds = grounds_of(option, reading.instrument)
        said = {row.key: row.answer for row in self.report.items}
        answers = "; ".join(answer_line(said[key]) for key in offer.items)
        sources = ", ".join(name for _, name in grounds.sources)
        between = "; see also " if grounds.judgement else ": "
        return OptionText(
            title=option.title,
            facts=" · ".join([KINDS[offer.kind], EFFORTS[option.effort], option.who]),
            why=option.why,
            because=f"{BECAUSE}: {answers}." if answers else "",
            steps=option.steps,
            not_when=option.not_when,
            basis=between.join(filter(None, [grounds.words, sources])),
        )
