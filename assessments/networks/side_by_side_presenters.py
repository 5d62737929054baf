"""What the page of clinics side by side shows: tables whose rows are topics, flags, figures and questions.

Each cell names its clinic, because on a phone the clinics of a row stand as lines under it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.networks.clinic_presenters import told_team
from assessments.networks.doors import shown_name
from assessments.networks.policies import SIDE_BY_SIDE_MAX, SIDE_BY_SIDE_MIN
from assessments.networks.words import flag_name
from assessments.results import words
from assessments.results.layout import score_row
from assessments.results.team_rows import topic_title
from readiness.guidance.flags import PER_TOPIC, flag_keys
from readiness.instrument.definition import Form
from readiness.instrument.words import STAGES, answer_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from uuid import UUID

    from assessments.networks.models import NetworkClinic
    from assessments.networks.side_by_side import Column, SideBySide
    from assessments.results.team_rows import Mark, TeamSection
    from readiness.guidance.flags import Level
    from readiness.instrument.definition import Domain, Instrument, Item
    from readiness.scoring.score import ScaleScore

NOT_SHARED: Final = "Not shared"
NOT_ONE_OF_THEM: Final = "One of the clinics chosen is not, or no longer, in this network."
"""The same words whatever the reason, so that they tell of no other clinic."""
NO_FIGURE: Final = "No figure"
FAR_APART: Final = 2
"""Steps of the scale from which answers to a question are marked as apart."""


@dataclass(frozen=True, slots=True)
class Head:
    """A clinic at the head of its column."""

    pk: UUID
    name: str
    finished_on: date | None
    stage: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What a clinic has in a row. `kind` says how it looks: a band, a flag's level, "quiet", or empty."""

    clinic: str
    main: str
    kind: str = ""
    more: str = ""
    exact: str = ""
    step: int = 0
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A topic, flag or question with a cell for each clinic; `apart` says in words how far the clinics differ."""

    key: str
    title: str
    cells: tuple[Cell, ...]
    apart: str = ""
    is_far: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The questions of a topic, those that are answered most differently first."""

    key: str
    title: str
    n_far: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class SidePage:
    """The whole page; `notes` say what could not be shown."""

    notes: tuple[str, ...]
    heads: tuple[Head, ...]
    topics: tuple[Row, ...]
    flags: tuple[Row, ...]
    team: tuple[Row, ...]
    sheets: tuple[Sheet, ...]
    left_out: tuple[tuple[str, tuple[tuple[UUID, str], ...]], ...]

    @property
    def is_comparison(self) -> bool:
        """Whether there are at least two clinics to compare."""
        return len(self.heads) >= SIDE_BY_SIDE_MIN


@dataclass(frozen=True, slots=True)
class Chooser:
    """The clinics that can be chosen: those on the page, and the first of the others; `n_more` are not listed."""

    on_page: tuple[tuple[UUID, str], ...]
    others: tuple[tuple[UUID, str], ...]
    n_found: int
    n_more: int


def side_chooser(found: SideBySide, choices: Sequence[NetworkClinic], n_found: int, *, is_aliased: bool) -> Chooser:
    """Lay out the choice of clinics."""
    on_page = [place.clinic_id for place in found.places]
    return Chooser(
        on_page=tuple((place.clinic_id, shown_name(place, is_aliased)) for place in found.places),
        others=tuple((p.clinic_id, shown_name(p, is_aliased)) for p in choices if p.clinic_id not in on_page),
        n_found=n_found,
        n_more=n_found - len(choices),
    )


def side_page(found: SideBySide, *, is_aliased: bool) -> SidePage:
    """Lay out the page."""
    sides = [_Side(column, shown_name(column.place, is_aliased), is_aliased=is_aliased) for column in found.columns]
    instrument = found.instrument
    return SidePage(
        notes=tuple(_notes(found)),
        heads=tuple(side.head for side in sides),
        topics=_topics(instrument, sides) if instrument else (),
        flags=_flags(instrument, sides) if instrument else (),
        team=_team(instrument, sides) if instrument else (),
        sheets=_sheets(instrument, sides) if instrument else (),
        left_out=tuple(
            (reason, tuple((place.clinic_id, shown_name(place, is_aliased)) for place in places))
            for reason, places in _left_out(found)
            if places
        ),
    )


class _Side:
    """A clinic with its name on this page and its team in words."""

    def __init__(self, column: Column, name: str, *, is_aliased: bool) -> None:
        self.column, self.name, self.outcome = column, name, column.outcome
        self.team: TeamSection = told_team(column.outcome, is_aliased=is_aliased)
        self.scales = {str(scale.key): scale for scale in column.outcome.topics}
        self.levels = {(flag.key, flag.domain): flag.level for flag in column.outcome.flags}

    @property
    def head(self) -> Head:
        assessment = self.outcome.assessment
        return Head(self.column.place.clinic_id, self.name, assessment.closed_on, STAGES[self.outcome.context.stage])


def _notes(found: SideBySide) -> Iterable[str]:
    if found.has_unknown:
        yield NOT_ONE_OF_THEM
    if found.is_more:
        yield f"Up to {words.NUMBERS[SIDE_BY_SIDE_MAX]} clinics can stand side by side. These are the first of them."
    if len(found.columns) == 1:
        yield "This is one clinic only. Choose another to see both side by side."


def _left_out(found: SideBySide) -> Iterable[tuple[str, tuple[NetworkClinic, ...]]]:
    yield "Shows its progress only", found.at_progress
    yield "Has not finished an assessment yet", found.unfinished
    yield "Answered another version of the questionnaire", found.of_other_version


def _topics(instrument: Instrument, sides: Sequence[_Side]) -> tuple[Row, ...]:
    """Give the topics, those on which the clinics differ most first."""
    rows = []
    for domain in instrument.domains_of(Form.MANAGER):
        scales = [side.scales.get(domain.key) for side in sides]
        known = [scale.score for scale in scales if scale and scale.score is not None]
        apart = max(known) - min(known) if len(known) >= SIDE_BY_SIDE_MIN else None
        cells = tuple(_score_cell(side, domain, scale) for side, scale in zip(sides, scales, strict=True))
        said = "" if apart is None else f"{words.figure(apart)} points apart" if apart else "the same"
        rows.append((-1.0 if apart is None else apart, Row(domain.key, domain.title, cells, said)))
    return tuple(row for _, row in sorted(rows, key=lambda pair: -pair[0]))


def _score_cell(side: _Side, domain: Domain, scale: ScaleScore | None) -> Cell:
    if scale is None or scale.score is None:
        return Cell(side.name, "No score", "quiet")
    row = score_row(scale, domain.title, side.outcome.context.stage)
    return Cell(side.name, row.figure, row.band if row.words else "quiet", row.words or row.doubt, exact=row.exact)


def _flags(instrument: Instrument, sides: Sequence[_Side]) -> tuple[Row, ...]:
    """Give the flags that any of the clinics has: safety first, then those that most have, then by flag and topic."""
    raised = {cause for side in sides for cause in side.levels}
    n_with = {cause: sum(cause in side.levels for side in sides) for cause in raised}
    place = {key: place for place, key in enumerate(flag_keys(instrument))}
    topic = {key: place for place, key in enumerate(instrument.domain)}
    safety = {f"critical-{item.key}" for item in instrument.items if item.safety}
    order = sorted(raised, key=lambda cause: (cause[0] not in safety, -n_with[cause], place[cause[0]], topic[cause[1]]))
    return tuple(
        Row(
            key=f"{key}-{domain}" if key in PER_TOPIC else key,
            title=flag_name(instrument, f"{key}:{domain}" if key in PER_TOPIC else key),
            cells=tuple(_flag_cell(side, side.levels.get((key, domain))) for side in sides),
            apart=f"{n_with[key, domain]} of {words.counted(len(sides), 'clinic')}",
        )
        for key, domain in order
    )


def _flag_cell(side: _Side, level: Level | None) -> Cell:
    return Cell(side.name, words.LEVELS[level], level.value) if level else Cell(side.name, "Not flagged", "quiet")


def _team(instrument: Instrument, sides: Sequence[_Side]) -> tuple[Row, ...]:
    """Give how the teams were heard, their figures, and what they ask for."""
    if not any(side.team.rows for side in sides):
        return ()
    heard = Row("heard", "How the team was heard", tuple(_heard_cell(side) for side in sides))
    figures = [
        Row(domain.key, topic_title(domain), tuple(_team_cell(side, domain.key) for side in sides))
        for domain in instrument.domains_of(Form.THERAPIST)
    ]
    asked = Row("requests", "What the team asks for", tuple(_request_cell(side) for side in sides))
    return (heard, *figures, asked)


def _heard_cell(side: _Side) -> Cell:
    ways = [f"in confidence, {side.team.people}" if side.team.is_shown else "", side.team.meeting]
    said = "; ".join(filter(None, ways))
    return Cell(side.name, said[0].upper() + said[1:]) if said else Cell(side.name, NO_FIGURE, "quiet")


def _team_cell(side: _Side, domain: str) -> Cell:
    row = side.team.of(domain)
    if row is None or row.mark is None:
        return Cell(side.name, NO_FIGURE, "quiet")
    return Cell(side.name, row.mark.figure, more=row.mark.words, mark=row.mark)


def _request_cell(side: _Side) -> Cell:
    requests = side.team.requests
    return Cell(side.name, "; ".join(requests)) if requests else Cell(side.name, "Nothing known", "quiet")


def _sheets(instrument: Instrument, sides: Sequence[_Side]) -> tuple[Sheet, ...]:
    """Give the questions by topic; none where no clinic shows its answers."""
    if all(side.column.answers is None for side in sides):
        return ()
    return tuple(_sheet(instrument, domain, sides) for domain in instrument.domains_of(Form.MANAGER))


def _sheet(instrument: Instrument, domain: Domain, sides: Sequence[_Side]) -> Sheet:
    pairs = [_question(instrument, item, sides) for item in instrument.items_of(Form.MANAGER, domain.key)]
    rows = tuple(row for _, row in sorted(pairs, key=lambda pair: -pair[0]))
    return Sheet(domain.key, domain.title, sum(row.is_far for row in rows), rows)


def _question(instrument: Instrument, item: Item, sides: Sequence[_Side]) -> tuple[int, Row]:
    """Give a question's row, and by how many steps of the scale the clinics' answers differ; -1 where too few know."""
    cells = tuple(_answer_cell(instrument, item, side) for side in sides)
    steps = [cell.step for cell in cells if cell.step]
    apart = max(steps) - min(steps) if len(steps) >= SIDE_BY_SIDE_MIN else -1
    said = f"{words.counted(apart, 'step')} apart" if apart > 0 else ""
    return apart, Row(item.key, item.wording[Form.MANAGER], cells, said, is_far=apart >= FAR_APART)


def _answer_cell(instrument: Instrument, item: Item, side: _Side) -> Cell:
    answers = side.column.answers
    if answers is None:
        return Cell(side.name, NOT_SHARED, "quiet")
    if not item.is_asked(Form.MANAGER, side.outcome.context):
        return Cell(side.name, "Not asked", "quiet")
    answer = answers[item.key]
    step = answer if isinstance(answer, int) else 0
    said = answer_words(instrument, item.key, answer, side.outcome.context.stage)
    return Cell(side.name, said, "" if step else "quiet", step=step)
