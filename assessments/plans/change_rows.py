"""The lines of which the page of change consists. Plain values, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from assessments.results.words import CHANGES
from readiness.scoring.change import Change

if TYPE_CHECKING:
    from assessments.plans.change_flags import FlagsSection
    from assessments.plans.change_lines import Line
    from assessments.plans.change_team import TeamsSection
    from assessments.plans.lying_between import Between
    from assessments.results.rows import ScoreRow

CHANCE: Final = (
    "“Higher” and “lower” stand only where a difference is larger than chance alone usually makes it. Even so, of ten "
    "comparisons in which nothing has changed, one to three would name a topic."
)


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A finished assessment; `full` names it so that two of one title can be told apart."""

    pk: str
    title: str
    finished_on: date | None
    full: str
    url: str


@dataclass(frozen=True, slots=True)
class AnswerMove:
    """An answer before and after, in words."""

    short: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TopicChange:
    """A topic before and after. A side is None where its questionnaire does not ask the topic.

    `exact` is the difference unrounded and `points` the same as a whole number with its sign; both are empty where it
    cannot be compared. `why` says why there is no clear change, or no comparison; `remark` what else to know.
    """

    key: str
    title: str
    before: ScoreRow | None
    after: ScoreRow | None
    verdict: Change
    exact: str
    points: str
    sentence: str
    basis: str
    why: str
    remark: str
    moves: tuple[AnswerMove, ...]

    @property
    def words(self) -> str:
        """The verdict in words."""
        return CHANGES[self.verdict].capitalize()

    @property
    def is_clear(self) -> bool:
        """Whether it has changed beyond what chance does."""
        return self.verdict in (Change.HIGHER, Change.LOWER)

    @property
    def is_compared(self) -> bool:
        """Whether anything can be said of the two."""
        return self.verdict is not Change.NOT_COMPARED

    @property
    def has_both(self) -> bool:
        """Whether there are two figures, compared or not."""
        return bool(self.before and self.before.exact and self.after and self.after.exact)

    @property
    def left(self) -> str:
        """Where the line between the two begins, in percent of the scale."""
        return _lower(self.before, self.after)

    @property
    def length(self) -> str:
        """How long that line is."""
        if not (self.before and self.after and self.has_both):
            return "0"
        return f"{abs(float(self.after.exact) - float(self.before.exact)):.2f}"


def _lower(before: ScoreRow | None, after: ScoreRow | None) -> str:
    return f"{min((float(row.exact) for row in (before, after) if row and row.exact), default=0):.2f}"


@dataclass(frozen=True, slots=True)
class ChangePage:
    """The whole page: two assessments side by side, and all of them where there are more.

    `rounds` are all finished ones, latest first; `lined` those over which `lines` are drawn, earliest first.
    """

    before: RoundRow
    after: RoundRow
    rounds: tuple[RoundRow, ...]
    summary: str
    notices: tuple[str, ...]
    topics: tuple[TopicChange, ...]
    flags: FlagsSection
    teams: TeamsSection
    between: Between
    lined: tuple[RoundRow, ...]
    lines: tuple[Line, ...]
    chance: str = CHANCE

    @property
    def can_choose(self) -> bool:
        """Whether there are others than these two."""
        return len(self.rounds) > len((self.before, self.after))

    @property
    def bands(self) -> tuple[str, ...]:
        """The keys of the bands, lowest first."""
        return ("not_yet", "partly", "in_place")
