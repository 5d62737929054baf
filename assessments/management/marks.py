"""Reads the answers of invented people as demo.toml writes them: one mark a question of a topic, in form order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from readiness.instrument.definition import Context, Form, Instrument, Item, NonAnswer
from readiness.scoring.team_talk import TALK_NO_AGREEMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assessments.rounds.models import Given

APART: Final[dict[str, Given]] = {
    "?": NonAnswer.DONT_KNOW,
    "-": NonAnswer.NOT_APPLICABLE,
    "x": TALK_NO_AGREEMENT,
    ".": None,
}


def read_marks(
    instrument: Instrument, form: Form, by_domain: Mapping[str, str], context: Context
) -> Iterator[tuple[str, Given]]:
    """Give the answers by item; what is left open or not asked in this context is left out."""
    for domain, marks in by_domain.items():
        for item, mark in zip(instrument.items_of(form, domain), marks, strict=True):
            answer = _read(item, mark)
            if answer is not None and item.is_asked(form, context):
                yield item.key, answer


def _read(item: Item, mark: str) -> Given:
    if mark not in APART:
        return int(mark)
    if item.safety and APART[mark] is NonAnswer.NOT_APPLICABLE:
        raise ValueError(f"{item.key}: pages do not offer this answer to a safety question")
    return APART[mark]
