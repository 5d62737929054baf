"""The lines of which the page of comparison consists: clinics, topics, flags. Plain values, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Cell:
    """A clinic's score on a topic. `exact` is unrounded and empty without a score, `figure` rounded.

    `words` is empty where fewer than half of the questions are answered; `doubt` says how far the score can be leaned
    on. `weak` is 1-3 for the clinic's three weakest topics, else 0.
    """

    key: str
    title: str
    exact: str
    figure: str
    status: str
    band: str
    words: str
    doubt: str
    weak: int

    @property
    def is_hatched(self) -> bool:
        """Whether it has a score that rests on too few answers for a word."""
        return bool(self.exact) and not self.words


@dataclass(frozen=True, slots=True)
class FlagCell:
    """A clinic's flag: `level` is empty where it has none; `topics` are named where it is raised topic by topic."""

    title: str
    level: str
    words: str
    topics: str


@dataclass(frozen=True, slots=True)
class ClinicRow:
    """A clinic on the page. `mark_url` marks it in the picture of the topics, or takes the mark away."""

    id: UUID
    name: str
    is_marked: bool
    mark_url: str
    cells: tuple[Cell, ...]
    flags: tuple[FlagCell, ...]

    @property
    def has_flags(self) -> bool:
        """Whether any of the flags of the table is up."""
        return any(cell.level for cell in self.flags)


@dataclass(frozen=True, slots=True)
class FlagHead:
    """The head of a flag's column, with the numbers of all chosen clinics that have it; `url` keeps only those."""

    title: str
    url: str
    n_red: int
    n_amber: int


@dataclass(frozen=True, slots=True)
class Dot:
    """A score that one or more clinics have: `x` is the place from 0 to 100, `radius` in pixels; and both in words."""

    x: str
    radius: str
    band: str
    told: str


@dataclass(frozen=True, slots=True)
class Strip:
    """A topic over all chosen clinics. Places and figures are empty where there is none to show."""

    key: str
    title: str
    dots: tuple[Dot, ...]
    median_at: str
    half_at: str
    half_width: str
    mark_at: str
    median: str
    low_quartile: str
    high_quartile: str
    mark: str
    said: str
    n_by_band: tuple[int, ...]
    n_without: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Clinics that cannot be compared, for one reason: how many, the first of them, and how many more there are."""

    reason: str
    n_clinics: int
    named: tuple[tuple[UUID, str], ...]

    @property
    def n_more(self) -> int:
        """How many are not named."""
        return self.n_clinics - len(self.named)
