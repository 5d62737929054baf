"""In which order invented clinics live: what happens in any of them happens in the order of time, as on record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from heapq import heapify, heappop, heappush

Story = Iterator[datetime]
"""Things that happen one after another: it gives the moment of each before that happens, never an earlier one."""


def play(stories: Iterable[Story]) -> None:
    """Let stories go on side by side; of two at one moment the one goes on first that is named first."""
    begun = ((next(story, None), place, story) for place, story in enumerate(stories))
    waiting = [(at, place, story) for at, place, story in begun if at is not None]
    heapify(waiting)
    while waiting:
        _, place, story = heappop(waiting)
        at = next(story, None)
        if at is not None:
            heappush(waiting, (at, place, story))
