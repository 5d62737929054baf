"""What one clinic shows a network: how far it is, and from the level of scores on the frozen outcome of an assessment.

Nothing of an open assessment is read but which questions have an answer and when the last one was saved. Of a team its
figures and requests are read, never how many were invited, nor what a team talk answered to single questions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from assessments.networks.models import NetworkClinic
from assessments.networks.progress import done_by_clinic
from assessments.results.models import ResultScore
from assessments.results.reading import frozen_flag, guidance_for
from assessments.results.team import Team, figures_of_team, frozen_scale
from assessments.rounds.querysets import LAST_FIRST
from assessments.rounds.team_talk import sent_talk
from readiness.guidance.flags import ROLE_GAP
from readiness.scoring.compare import Higher, role_gap

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from assessments.networks.progress import Done
    from assessments.results.models import Result
    from assessments.rounds.models import Round, TeamTalk
    from readiness.guidance.definition import Guidance
    from readiness.guidance.flags import Flag
    from readiness.instrument.definition import Context, Instrument
    from readiness.scoring.score import ScaleScore

ROUNDS_LISTED: Final = 50
"""How many finished assessments of a clinic are listed: as many as two a year for 25 years."""


@dataclass(frozen=True)
class Progress:
    """The open assessment of a clinic, and how far it is."""

    assessment: Round
    done: Done


@dataclass(frozen=True)
class Outcome:
    """The frozen outcome of a finished assessment, without any answer."""

    assessment: Round
    result: Result
    instrument: Instrument
    guidance: Guidance
    context: Context
    topics: tuple[ScaleScore, ...]
    shared: Mapping[str, ScaleScore]
    flags: tuple[Flag, ...]
    team: Team

    def side_of_managers(self, domain: str) -> float | None:
        """Give the managers' side of a topic that both are asked, unrounded; None where it was not frozen or scored."""
        return self.shared[domain].score if domain in self.shared else None

    def who_is_higher(self, domain: str) -> Higher | None:
        """Say who rates a topic higher by a gap; None where the frozen figures do not say it."""
        figure = self.team.figures.get(domain)
        gap = role_gap(self.side_of_managers(domain), figure) if figure else None
        return gap.higher if gap else None

    @cached_property
    def gaps(self) -> tuple[str, ...]:
        """The topics that were flagged as seen differently, in their rank."""
        return tuple(flag.domain for flag in self.flags if flag.key == ROLE_GAP)


def finished_of(place: NetworkClinic) -> list[Round]:
    """Give the finished assessments of a clinic, the latest first."""
    rounds = NetworkClinic.objects.filter(pk=place.pk).rounds().closed()
    return list(rounds.order_by("-is_latest", *LAST_FIRST)[:ROUNDS_LISTED])


def result_of(place: NetworkClinic, round_id: UUID) -> Result | None:
    """Give the frozen result of an assessment of a clinic that shows scores; None where there is no such thing."""
    results = NetworkClinic.objects.filter(pk=place.pk).results().filter(round=round_id)
    return results.select_related("round").prefetch_related("scores", "flags", "release_rows").first()


def outcome_of(result: Result) -> Outcome:
    """Read an outcome from its frozen rows; nothing is computed again."""
    return outcome_with(result, sent_talk(result.round))


def outcome_with(result: Result, talk: TeamTalk | None) -> Outcome:
    """Read an outcome whose team talk has been looked up already; None where none was sent."""
    assessment = result.round
    instrument = assessment.instrument
    scores = [row for row in result.scores.all() if row.form == ResultScore.Form.CLINIC]
    return Outcome(
        assessment=assessment,
        result=result,
        instrument=instrument,
        guidance=guidance_for(instrument.key, instrument.version, result.guidance_version),
        context=assessment.context,
        topics=tuple(frozen_scale(row) for row in scores if row.view == ResultScore.View.DOMAIN),
        shared={row.key: frozen_scale(row) for row in scores if row.view == ResultScore.View.SHARED},
        flags=tuple(frozen_flag(row) for row in result.flags.all()),
        team=figures_of_team(result, talk),
    )


def progress_of(place: NetworkClinic) -> Progress | None:
    """Give how far the open assessment of a clinic is; None when none is open."""
    assessment = NetworkClinic.objects.filter(pk=place.pk).rounds().open().first()
    return Progress(assessment, done_by_clinic([assessment])[assessment.clinic_id]) if assessment else None
