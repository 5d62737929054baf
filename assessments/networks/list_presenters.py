"""The list of a network's clinics: its rows, and heads that order it. What can be chosen stands in `filters`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.utils.formats import date_format

from assessments.networks import words as ours
from assessments.networks.doors import shown_name
from assessments.networks.needs import safety_keys
from assessments.results import words
from readiness.guidance.flags import Level
from readiness.instrument.definition import Form, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from assessments.networks.portfolio import Outcome, Standing
    from assessments.networks.progress import Done
    from assessments.networks.selection import Selection
    from assessments.results.models import ResultFlag
    from assessments.rounds.models import Round
    from readiness.instrument.definition import Domain, Instrument
    from readiness.scoring.score import ScaleScore

WEAKEST: Final = 3
"""How many topics stand in a row."""
HEADS: Final = (
    ("name", "Clinic"),
    ("stage", "Stage"),
    ("finished", "Last finished"),
    ("due", "Open now"),
    ("safety", "Safety flags"),
    ("flags", "Other flags"),
)
"""The columns that give the list an order; those that give none follow."""
TEAM_HEAD: Final = "Team heard"
OF_PROGRESS: Final = 4
"""How many columns are filled by every clinic; the others are figures."""


@dataclass(frozen=True, slots=True)
class FlagCount:
    """How many flags of a kind a clinic has."""

    n_red: int
    n_amber: int

    @property
    def decide(self) -> str:
        """Those that need a decision, in words; empty for none."""
        return f"{self.n_red} to decide" if self.n_red else ""

    @property
    def look(self) -> str:
        """The others, in words; empty for none."""
        return f"{self.n_amber} to look at" if self.n_amber else ""


@dataclass(frozen=True, slots=True)
class TopicFigure:
    """A topic with its figure, if any; where there are no `words` for it, `note` says why."""

    title: str
    figure: str = ""
    band: str = ""
    words: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the latest result of a clinic comes to, for its row; `ordered` is the topic by which the list is ordered."""

    safety: FlagCount
    others: FlagCount
    ordered: TopicFigure | None
    weakest: tuple[TopicFigure, ...]
    heard: str


@dataclass(frozen=True, slots=True)
class ClinicRow:
    """A clinic of the list. Without `figures`, `missing` says why there are none; `plan` is empty if not asked for."""

    clinic_id: UUID
    name: str
    shows: str
    stage: str
    finished_on: date | None
    due_on: date | None
    sections: str
    worked: str
    figures: Figures | None
    missing: str
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column; `order` is that of the list by this column, as `aria-sort` knows it, or empty."""

    title: str
    url: str
    order: str


def clinic_rows(
    found: Iterable[Standing], selection: Selection, instrument: Instrument, *, is_aliased: bool
) -> tuple[ClinicRow, ...]:
    """Lay out the clinics of a page. `instrument` is the questionnaire by whose topics the list can be ordered."""
    topic = instrument.domain.get(selection.sort)
    return tuple(_row(standing, topic, instrument, is_aliased) for standing in found)


def heads(selection: Selection, instrument: Instrument) -> tuple[Head, ...]:
    """Lay out the heads of the columns; a topic that gives the order has its own."""
    topic = instrument.domain.get(selection.sort)
    columns = (*HEADS, (topic.key, topic.title)) if topic else HEADS
    others = (Head(title, "", "") for title in (lowest_head(instrument), TEAM_HEAD))
    return (*(_head(selection, key, title) for key, title in columns), *others)


def with_plans(rows: Iterable[ClinicRow], n_done: Mapping[UUID, int]) -> tuple[ClinicRow, ...]:
    """Add how the plans stand of clinics in which nothing is planned or under way."""
    return tuple(replace(row, plan=_plan(n_done.get(row.clinic_id, 0))) for row in rows)


def _plan(n_done: int) -> str:
    return f"nothing open, {words.counted(n_done, 'action')} done" if n_done else "nothing planned or under way"


def lowest_head(instrument: Instrument) -> str:
    """Say which topics stand in a row, whether high or low."""
    n_topics = len(instrument.domains_of(Form.MANAGER))
    return f"Lowest {words.NUMBERS[WEAKEST]} of {words.NUMBERS[n_topics]} topics"


def _row(standing: Standing, ordered: Domain | None, instrument: Instrument, is_aliased: bool) -> ClinicRow:
    latest, open_, place = standing.latest, standing.open, standing.place
    current, figures = open_ or latest, None
    if standing.outcome and latest:
        of_order = _ordered(standing.outcome, latest, ordered, instrument) if ordered else None
        figures = _figures(standing.outcome, of_order, latest.instrument)
    return ClinicRow(
        clinic_id=place.clinic_id,
        name=shown_name(place, is_aliased),
        shows=ours.SHOWN[place.shown],
        stage=ours.STAGES[Stage(current.stage)] if current else "",
        finished_on=latest.closed_on if latest else None,
        due_on=open_.due_on if open_ else None,
        sections=f"{standing.done.n_done} of {standing.done.n_sections} sections done" if open_ else "",
        worked=_worked(standing.done),
        figures=figures,
        missing="Not shared" if standing.is_hidden else "None yet, as nothing is finished",
    )


def _worked(done: Done) -> str:
    """Say when somebody worked on an open assessment last, and where it stands; empty where nobody did."""
    if not done.worked_on:
        return ""
    at = f", at “{done.at.title}”" if done.at else ""
    return f"Last worked on {date_format(done.worked_on, 'j M Y')}{at}"


def _ordered(outcome: Outcome, latest: Round, topic: Domain, instrument: Instrument) -> TopicFigure:
    """Give the figure by which the list is ordered; those of another version of the questionnaire are not compared."""
    if latest.instrument_version != instrument.version:
        return TopicFigure(topic.title, note="other version")
    found = (_topic(scale, instrument) for scale in outcome.topics if scale.key == topic.key)
    return next(found, TopicFigure(topic.title, note="no score"))


def _figures(outcome: Outcome, ordered: TopicFigure | None, instrument: Instrument) -> Figures:
    safety = safety_keys(instrument)
    scored = sorted((t for t in outcome.topics if t.score is not None), key=lambda topic: topic.score or 0.0)
    return Figures(
        safety=_count([flag for flag in outcome.flags if flag.key in safety]),
        others=_count([flag for flag in outcome.flags if flag.key not in safety]),
        ordered=ordered,
        weakest=tuple(_topic(topic, instrument) for topic in scored[:WEAKEST]),
        heard=_heard(outcome),
    )


def _count(flags: Sequence[ResultFlag]) -> FlagCount:
    n_red = sum(flag.level == Level.RED for flag in flags)
    return FlagCount(n_red, len(flags) - n_red)


def _topic(scale: ScaleScore, instrument: Instrument) -> TopicFigure:
    title, band = instrument.domain[str(scale.key)].title, words.band_words(scale)
    note = "" if band else "no score" if scale.score is None else "few answers"
    return TopicFigure(title, words.figure(scale.score), scale.band or "", band, note)


def _heard(outcome: Outcome) -> str:
    ways = {"in a meeting": outcome.is_talk_heard, "in confidence": outcome.has_figures}
    heard = words.joined([way for way, is_heard in ways.items() if is_heard]) or "nothing known"
    return heard[0].upper() + heard[1:]


def _head(selection: Selection, key: str, title: str) -> Head:
    order = "descending" if selection.is_descending else "ascending"
    return Head(title, selection.sorted_by(key).query(), order if key == selection.sort else "")
