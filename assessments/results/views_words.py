"""What is said of the clinic's view and the team's beside each other: the same sentences on pages and in files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from readiness.scoring.compare import GAP, are_close

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.scoring.compare import TeamFigure

CLOSE: Final = (
    f"As far as both figures are known, they lie less than {GAP} points of 100 apart on every topic on which both were "
    "asked the same."
)
NO_GAP_TOLD: Final = (
    f"No difference of {GAP} points of 100 or more can be told between the two views; of a range, the nearest end "
    "counts."
)
DIFFERENT: Final = (
    f"Views count as different from {GAP} points of 100 on, which is a convention of ours; of a range, the nearest end "
    "counts. Both can be right: each side meets another part of the work."
)
NO_COMPARISON: Final = "Two figures in a row may rest on different questions: they are no comparison."


def compared_words(titles: str) -> str:
    """Say on which topics views are compared, and why not on the others; `titles` as a part of a sentence."""
    return (
        f"Views are compared on {titles}: there managers and therapists were asked the same questions, and the "
        "managers’ side counts only these. On the other topics the questions differ, so what differs between the "
        "clinic’s bar and the team’s figure is not a gap."
    )


def differ_words(titles: str) -> str:
    """Say on which topics views differ; of the others it says nothing, for there the questions may differ."""
    return f"Asked the same, clinic and team are known to differ on {titles}."


def no_gap_words(sides: Iterable[tuple[float | None, TeamFigure]]) -> str:
    """Say of the topics, none of them flagged as seen differently, that views are close, or only that nothing shows.

    A range may hide a difference, so views are called close only where they are for every value in it.
    """
    known = [(score, figure) for score, figure in sides if score is not None]
    return CLOSE if known and all(are_close(score, figure) for score, figure in known) else NO_GAP_TOLD
