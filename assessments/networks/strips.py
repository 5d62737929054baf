"""A topic over many clinics as a picture of dots with median and quartiles, and in words."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Final

from assessments.networks.compare_rows import Dot, Strip
from assessments.results import words
from readiness.scoring.bands import Band, band

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessments.networks.compare_reading import Compared
    from assessments.networks.comparison import TopicSpread
    from readiness.instrument.definition import Domain

DOT_RADIUS: Final = 4.0
LARGEST_DOT: Final = 9.0
SMALLEST_DOT: Final = 1.5
"""Radii in pixels: of one clinic where there are few, of the most clinics with one score, and of a speck."""


def strip(topic: Domain, counted: TopicSpread, marked: Compared | None) -> Strip:
    """Give a topic over all chosen clinics, with the score of the marked one."""
    spread = counted.spread
    mark = marked.scores[topic.key].score if marked and topic.key in marked.scores else None
    low, high = spread.low_quartile, spread.high_quartile
    return Strip(
        key=topic.key,
        title=topic.title,
        dots=dots(spread.counts),
        median_at=place(spread.median),
        half_at=place(low),
        half_width=place(high - low) if low is not None and high is not None else "",
        mark_at=place(mark),
        median=words.figure(spread.median),
        low_quartile=words.figure(low),
        high_quartile=words.figure(high),
        mark=words.figure(mark),
        said=spread_words(counted),
        n_by_band=tuple(spread.n_by_band[band] for band in Band),
        n_without=counted.n_without,
    )


def dots(counts: Sequence[tuple[float, int]]) -> tuple[Dot, ...]:
    """Give a dot for each score, its area in proportion to the number of clinics."""
    largest = max((n_clinics for _, n_clinics in counts), default=1)
    of_one = min(DOT_RADIUS, LARGEST_DOT / sqrt(largest))
    return tuple(
        Dot(
            x=place(score),
            radius=f"{max(SMALLEST_DOT, of_one * sqrt(n_clinics)):.1f}",
            band=str(band(score)),
            told=f"{clinics(n_clinics)} at {words.figure(score)}",
        )
        for score, n_clinics in counts
    )


def clinics(number: int) -> str:
    """Give so many clinics in words."""
    return "1 clinic" if number == 1 else f"{number:,} clinics"


def spread_words(counted: TopicSpread) -> str:
    """Say in short where the scores of a topic lie."""
    spread = counted.spread
    if spread.median is not None:
        low, high = words.figure(spread.low_quartile), words.figure(spread.high_quartile)
        return f"Median {words.figure(spread.median)}, middle half {low} to {high}"
    figures = [words.figure(score) for score, n_clinics in spread.counts for _ in range(n_clinics)]
    return words.joined(figures) if figures else "No score"


def place(score: float | None) -> str:
    """Give a place on a picture from 0 to 100 as SVG writes it; empty for none."""
    return "" if score is None else f"{score:.2f}".rstrip("0").rstrip(".")


def strips_said(strips: Sequence[Strip]) -> str:
    """Say which topics have the lowest and the highest median; empty where there are no medians or all are alike."""
    medians = [int(strip.median) for strip in strips if strip.median]
    if not medians or min(medians) == max(medians):
        return ""
    low, high = _ends(strips, min(medians)), _ends(strips, max(medians))
    return f"{low} the lowest median, {min(medians)} of 100; {high} the highest, {max(medians)}."


def _ends(strips: Sequence[Strip], median: int) -> str:
    titles = [strip.title for strip in strips if strip.median == str(median)]
    return f"{words.named(titles)} {'has' if len(titles) == 1 else 'have'}"
