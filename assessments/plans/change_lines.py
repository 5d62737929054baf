"""A topic over all finished assessments of a clinic, as a small line with its figures in words. No verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.results import words
from readiness.instrument.equivalence import same_questions
from readiness.scoring.change import difference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from uuid import UUID

    from assessments.results.history import Scores
    from assessments.rounds.models import Round
    from readiness.instrument.definition import Domain

FROM: Final = 3
"""How many assessments make a line."""
MOST: Final = 24
"""How many assessments, counted from the latest back, a line shows at most."""
WIDTH: Final = 168
HEIGHT: Final = 40
MARGIN: Final = 6
"""The picture in pixels, and the room around its dots."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A score in the picture; `is_chosen` if its assessment is one of the two above."""

    x: str
    y: str
    band: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A line from one dot to the next."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of the table; `figure` is empty without a score, `doubt` where enough was answered."""

    figure: str
    doubt: str


@dataclass(frozen=True, slots=True)
class Line:
    """A topic over time. There is no part where two neighbours cannot be compared."""

    key: str
    title: str
    dots: tuple[Dot, ...]
    parts: tuple[Part, ...]
    cells: tuple[Cell, ...]
    said: str


def lines(
    rounds: Sequence[Round], scores: Mapping[UUID, Scores], domains: Sequence[Domain], chosen: set[UUID]
) -> tuple[Line, ...]:
    """Lay out the topics over these assessments, earliest first; none where there are fewer than three."""
    if len(rounds) < FROM:
        return ()
    return tuple(_line(domain, rounds, scores, chosen) for domain in domains)


def _line(domain: Domain, rounds: Sequence[Round], scores: Mapping[UUID, Scores], chosen: set[UUID]) -> Line:
    key = domain.key
    found = [scores[one.pk].get(key) for one in rounds]
    places = [
        (_x(number, len(rounds)), _y(scale.score)) if scale and scale.score is not None else None
        for number, scale in enumerate(found)
    ]
    return Line(
        key=key,
        title=domain.title,
        dots=tuple(
            Dot(*place, band=str(scale.band or ""), is_chosen=one.pk in chosen)
            for place, scale, one in zip(places, found, rounds, strict=True)
            if place and scale
        ),
        parts=tuple(_parts(key, rounds, scores, places)),
        cells=tuple(
            Cell(words.figure(scale.score), words.doubt_words(scale)) if scale else Cell("", "Not asked")
            for scale in found
        ),
        said=", ".join((words.figure(scale.score) if scale else "") or "no score" for scale in found),
    )


def _parts(
    key: str, rounds: Sequence[Round], scores: Mapping[UUID, Scores], places: Sequence[tuple[str, str] | None]
) -> Iterator[Part]:
    for number in range(1, len(rounds)):
        left, right = rounds[number - 1], rounds[number]
        start, end = places[number - 1], places[number]
        same = same_questions(left.instrument, right.instrument, key)
        apart = difference(scores[left.pk].get(key), scores[right.pk].get(key), is_same=same)
        if start and end and apart is not None:
            yield Part(*start, *end)


def _x(number: int, n_rounds: int) -> str:
    return f"{MARGIN + (WIDTH - 2 * MARGIN) * number / (n_rounds - 1):.1f}"


def _y(score: float) -> str:
    return f"{HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * score / 100:.1f}"
