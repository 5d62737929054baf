"""What the therapists say of a domain beside what the clinic form says, and where the two differ.

Reads released figures and team talks, never one person's answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from readiness.instrument.definition import Context, Form, Instrument
from readiness.scoring.bands import IN_PLACE_FROM, PARTLY_FROM, Band, band
from readiness.scoring.release import Row, Side
from readiness.scoring.score import RawAnswers, ScaleScore, answers_in_context, score_items
from readiness.scoring.team_talk import TalkScore

GAP: Final = 20
"""Points of 100 from which views count as different. Source: docs/scoring.md, "Different views"."""
STARTS: Final = {Band.NOT_YET: 0, Band.PARTLY: PARTLY_FROM, Band.IN_PLACE: IN_PLACE_FROM}
"""Where each band begins, lowest first."""


class TeamSource(StrEnum):
    """How the team was heard."""

    RELEASED = "released"  # confidential forms, as a group
    TALK = "talk"  # agreed in a meeting


class Higher(StrEnum):
    """Who rates a domain higher."""

    CLINIC = "clinic"  # the clinic form
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class TeamFigure:
    """What the team says of a domain, as the range of values that it may mean on 0-100.

    A value has `low == high`: rounded to a multiple of 5 when released, unrounded from a team talk.
    """

    domain: str
    low: float
    high: float
    source: TeamSource


@dataclass(frozen=True, slots=True)
class Gap:
    """A difference that holds for every value the team's figure may mean.

    `points` is the smallest that it can be, at least `GAP` and unrounded.
    """

    higher: Higher
    points: float


def figure_from_row(row: Row) -> TeamFigure | None:
    """Give what a released row may mean; None for a withheld one."""
    if row.value is not None:
        return TeamFigure(row.scale, row.value, row.value, TeamSource.RELEASED)
    if row.band is None:
        return None
    low, high = (0, row.band.bound) if row.band.side is Side.AT_MOST else (row.band.bound, 100)
    return TeamFigure(row.scale, low, high, TeamSource.RELEASED)


def team_figures(rows: Iterable[Row], talk: Iterable[TalkScore]) -> dict[str, TeamFigure]:
    """Give by domain the released figure, or else the score of the team talk; a domain with neither is left out."""
    said = {
        str(one.scale.key): TeamFigure(str(one.scale.key), one.scale.score, one.scale.score, TeamSource.TALK)
        for one in talk
        if one.scale.score is not None
    }
    return said | {row.scale: figure for row in rows if (figure := figure_from_row(row))}


def shared_items(instrument: Instrument, domain: str) -> tuple[str, ...]:
    """Give a domain's therapist items, in form order; none unless the manager form asks every one of them."""
    items = instrument.items_of(Form.THERAPIST, domain)
    return tuple(item.key for item in items) if all(Form.MANAGER in item.wording for item in items) else ()


def clinic_side(
    instrument: Instrument, domain: str, answers: RawAnswers, context: Context | None = None
) -> ScaleScore | None:
    """Score the clinic form over exactly the items that the team was asked of a domain; None where views cannot differ.

    Raises:
        AnswerError: as `score`.
    """
    items = [instrument.item[key] for key in shared_items(instrument, domain)]
    given = answers_in_context(instrument, Form.MANAGER, answers, context)
    return score_items(instrument, domain, items, given) if items else None


def role_gap(clinic_score: float | None, figure: TeamFigure) -> Gap | None:
    """Say whether the clinic's unrounded score lies `GAP` points or more from every value of the team's figure.

    None also where the clinic has no score.
    """
    if clinic_score is None:
        return None
    if clinic_score - figure.high >= GAP:
        return Gap(Higher.CLINIC, clinic_score - figure.high)
    if figure.low - clinic_score >= GAP:
        return Gap(Higher.TEAM, figure.low - clinic_score)
    return None


def are_close(clinic_score: float | None, figure: TeamFigure) -> bool:
    """Say whether the two lie less than `GAP` points apart for every value that the team's figure may mean.

    Where this is false and there is no `role_gap` either, nothing can be told: a range may hold the one or the other.
    """
    if clinic_score is None:
        return False
    return max(abs(clinic_score - figure.low), abs(clinic_score - figure.high)) < GAP


def gap_of(
    instrument: Instrument, figure: TeamFigure, answers: RawAnswers, context: Context | None = None
) -> Gap | None:
    """Say where the clinic form and the team's figure differ on the figure's domain; None where they do not.

    Raises:
        AnswerError: as `score`.
    """
    side = clinic_side(instrument, figure.domain, answers, context)
    return role_gap(side.score, figure) if side else None


def possible_bands(figure: TeamFigure) -> tuple[Band, ...]:
    """Give every band that a figure may mean, lowest first: one for a value."""
    return tuple(one for one, start in STARTS.items() if start <= figure.high and band(max(start, figure.low)) is one)
