"""What the team said in two assessments, side by side: no difference, no verdict, never paired.

They are not necessarily the same people. What may not be shown looks as it does on the result page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.results.team_rows import NOT_SHOWN, TeamSection, team_section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.results.history import Side
    from assessments.results.team_rows import Mark, TalkCell, TeamRow


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
