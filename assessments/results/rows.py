"""The lines of which result pages consist: answers, topics, options, cards. Plain values, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from assessments.results.team_rows import Mark, TeamRow


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answered question: `step` 1-5 as dots, 0 for an answer apart from the scale or none."""

    key: str
    short: str
    text: str
    words: str
    step: int
    is_critical: bool


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A topic, takeaway or CFIR domain. `exact` is unrounded and empty without a score, `figure` rounded."""

    key: str
    title: str
    exact: str
    figure: str
    status: str
    band: str
    words: str
    basis: str
    missing: str
    doubt: str
    is_hatched: bool

    @property
    def brief_basis(self) -> str:
        """On how many answers the score stands, for paper."""
        return self.basis.removeprefix("based on ")

    @property
    def brief_doubt(self) -> str:
        """What stands on paper in place of the word, where there is none."""
        return "Few answers" if self.exact else "No score"


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic with its answers: those that hold it down first, then the others in the order of the form.

    `team` is what the team says of it; None where it was not heard on this topic at all.
    """

    score: ScoreRow
    team: TeamRow | None
    holds_down: tuple[AnswerRow, ...]
    others: tuple[AnswerRow, ...]

    @property
    def mark(self) -> Mark | None:
        """The team's mark on the bar."""
        return self.team.mark if self.team else None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A takeaway or CFIR domain with its answers, in the order of the form."""

    score: ScoreRow
    answers: tuple[AnswerRow, ...]


@dataclass(frozen=True, slots=True)
class OptionRow:
    """Something the clinic could do, in full. `body` is what is the same for every clinic, as HTML.

    `for_` is the flag or topic for which it stands here.
    """

    key: str
    for_: str
    title: str
    kind: str
    effort: str
    who: str
    first_step: str
    because: tuple[AnswerRow, ...]
    body: SafeString


@dataclass(frozen=True, slots=True)
class OptionList:
    """The options for one thing: those that stand here in full, and key and title of those that do so elsewhere."""

    here: tuple[OptionRow, ...]
    elsewhere: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FlagRow:
    """A flag of a card, with its words."""

    key: str
    level: str
    level_words: str
    title: str
    sentence: str
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CardRow:
    """One thing to decide or look at.

    `said` continues "Because" where the team's view is the reason, and `told` the same for others than the clinic;
    `because` are then the answers beside it, if any.
    """

    anchor: str
    number: int
    level: str
    level_words: str
    topic: str
    flags: tuple[FlagRow, ...]
    said: str
    told: str
    because: tuple[AnswerRow, ...]
    options: OptionList

    @property
    def by_level(self) -> tuple[tuple[FlagRow, ...], ...]:
        """The flags in their order, those together that ask for the same: the words of a level stand for no other."""
        return tuple(tuple(flags) for _, flags in groupby(self.flags, key=lambda flag: flag.level))

    @property
    def option_elsewhere(self) -> tuple[str, str] | None:
        """Key and title of an option that stands in full on an earlier card; None where this card has its own."""
        return None if self.options.here else next(iter(self.options.elsewhere), None)


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """The options of one of the lowest topics."""

    key: str
    title: str
    figure: str
    options: OptionList


@dataclass(frozen=True, slots=True)
class FactRow:
    """A stated figure beside the rating that speaks of the same thing, if any."""

    text: str
    figure: str
    unit: str
    beside: AnswerRow | None


@dataclass(frozen=True, slots=True)
class SafetyRow:
    """One of the safety questions and where it stands."""

    answer: AnswerRow
    state: str  # "red", "amber", "settled" or "blank"
    words: str


@dataclass(frozen=True, slots=True)
class GapRow:
    """A topic that clinic and team see differently: both figures, and the clinic's answers to what both were asked."""

    key: str
    title: str
    clinic: str
    team: Mark
    answers: tuple[AnswerRow, ...]
