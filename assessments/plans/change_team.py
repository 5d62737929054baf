"""What the team said in two assessments, side by side: no difference, no verdict, never paired.

They are not necessarily the same people. What may not be shown looks as it does on the result page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.plans.change_rows import AnswerMove
from assessments.results import words
from assessments.results.team_rows import NOT_SHOWN, TeamSection, team_section
from readiness.scoring.compare import clinic_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.results.history import Side
    from assessments.results.team_rows import Mark, TalkCell, TeamRow

RANGES: Final = "“15 or less” after “20 or less” need not be lower: the larger the team, the narrower the range."

APART: Final = (
    "Not necessarily the same people answered, so these figures stand side by side and no difference is worked out."
)
NOTHING_KNOWN: Final = "Nothing is known of the therapists’ view in either assessment."


@dataclass(frozen=True, slots=True)
class Heard:
    """What one assessment heard of a topic: from the therapists in confidence, and in a talk; `is_asked` if either."""

    is_asked: bool
    released: Mark | None
    talk: TalkCell | None


@dataclass(frozen=True, slots=True)
class TeamPair:
    """A topic of the therapists' form as the team saw it before and after."""

    key: str
    title: str
    before: Heard
    after: Heard


@dataclass(frozen=True, slots=True)
class TeamsSection:
    """Both teams; `not_shown` are the result page's words where nothing may be shown."""

    before: TeamSection
    after: TeamSection
    rows: tuple[TeamPair, ...]
    not_shown: str = NOT_SHOWN

    @property
    def is_known(self) -> bool:
        """Whether there is any figure to show."""
        return bool(self.rows)

    @property
    def lead(self) -> str:
        """What to know of the figures, or that there are none; empty where none may be shown."""
        if self.is_known:
            return APART
        return "" if self.withheld else NOTHING_KNOWN

    @property
    def ranges(self) -> str:
        """What to know of a range in the table; empty where none stands there."""
        found = (one.released for row in self.rows for one in (row.before, row.after))
        return RANGES if any(mark and mark.is_range for mark in found) else ""

    @property
    def was_invited(self) -> bool:
        """Whether therapists were asked in confidence either time."""
        return any(one.n_invited for one in (self.before, self.after))

    @property
    def has_talked(self) -> bool:
        """Whether there was a team talk either time."""
        return any(one.meeting for one in (self.before, self.after))

    @property
    def withheld(self) -> str:
        """Of which of the two, as the first words of a line, nothing may be shown of what was asked; empty for none."""
        names = [name for name, one in (("before", self.before), ("after", self.after)) if one.is_withheld]
        return " and ".join(names).capitalize()

    @property
    def has_requests(self) -> bool:
        """Whether a team asked for something."""
        return any(one.requests for one in (self.before, self.after))


def teams_section(before: Side, after: Side) -> TeamsSection:
    """Set what both teams said side by side; no rows where nothing may be shown of either."""
    first, second = _section(before), _section(after)
    return TeamsSection(first, second, tuple(_rows(first, second)))


def both_views(domain: str, before: Side, after: Side) -> tuple[AnswerMove, ...]:
    """Give what managers and team say on what both were asked, before and after, as figures on 0-100."""
    sides = (before, after)
    managers, team = ([tell(side, domain) for side in sides] for tell in (_managers, _team))
    return (AnswerMove("Managers, on what both were asked", *managers), AnswerMove("Therapists as a group", *team))


def _managers(side: Side, domain: str) -> str:
    found = clinic_side(side.instrument, domain, side.answers, side.context) if _asks(side, domain) else None
    return f"{words.figure(found.score)} of 100" if found and found.score is not None else "no figure"


def _team(side: Side, domain: str) -> str:
    row = _section(side).of(domain)
    return f"{row.mark.of_100}, {row.mark.basis}" if row and row.mark else "nothing shown"


def _asks(side: Side, domain: str) -> bool:
    return domain in side.instrument.domain


def _section(side: Side) -> TeamSection:
    return team_section(side.team, side.instrument, side.context, is_final=True)


def _rows(before: TeamSection, after: TeamSection) -> Iterator[TeamPair]:
    """Give the topics in the order of the later form, then those that only the earlier one asked."""
    named = {row.key: row.title for section in (before, after) for row in section.rows}
    order = [row.key for row in after.rows]
    for key in (*order, *(key for key in named if key not in order)):
        yield TeamPair(key, named[key], _heard(before.of(key)), _heard(after.of(key)))


def _heard(row: TeamRow | None) -> Heard:
    return Heard(False, None, None) if row is None else Heard(True, row.released, row.talk)
