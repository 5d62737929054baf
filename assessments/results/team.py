"""How a round's team was heard: its released figures and its team talk, as one value. Knows nothing of pages.

Of therapists' answers only the frozen rows of a release are known here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from assessments.results.models import ResultScore
from assessments.rounds.models import TeamTalk
from assessments.rounds.policies import figures_again_on
from assessments.rounds.team_talk import sent_talk, talk_answers
from readiness.scoring.bands import Band
from readiness.scoring.compare import TeamFigure, team_figures
from readiness.scoring.release import EndBand, Row, RowStatus, Side
from readiness.scoring.score import ScaleScore, ScoreStatus
from readiness.scoring.team_talk import TalkScore, score_team_talk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from assessments.results.models import ReleaseRow, Result
    from assessments.rounds.models import Given, Round


@dataclass(frozen=True)
class Talk:
    """A team talk that was sent: by how many people, what it says of each topic, and what the team asks for.

    `requests` are keys of `REQUESTS`; `other_request` is empty unless "other" is among them.
    """

    n_people: int
    answers: Mapping[str, Given]
    scores: tuple[TalkScore, ...]
    requests: tuple[str, ...]
    other_request: str


@dataclass(frozen=True)
class Team:
    """What is known of the team. `rows` are the released rows of a closed round, none while it is open."""

    n_invited: int = 0
    rows: tuple[Row, ...] = ()
    talk: Talk | None = None
    figures: Mapping[str, TeamFigure] = field(init=False)
    """What the team says, by topic: the released figure, or else the team talk's; topics with neither are left out."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "figures", team_figures(self.rows, self.talk.scores if self.talk else ()))

    @cached_property
    def is_shown(self) -> bool:
        """Whether any figure was released."""
        return any(row.status is RowStatus.SHOWN for row in self.rows)


UNHEARD = Team()
"""Nobody was asked: a practice run."""


@dataclass(frozen=True)
class Coming:
    """What may be told of a team before closing: who was asked, as coarsely as anybody is told, and what will come."""

    n_invited: int
    participation: str
    participation_on: date | None
    has_unsent_talk: bool
    figures_again_on: date | None


def coming_team(assessment: Round, *, now: datetime) -> Coming:
    """Give what may be told of an open round's team."""
    return Coming(
        n_invited=assessment.n_invited,
        participation=assessment.get_participation_display(),
        participation_on=assessment.participation_on,
        has_unsent_talk=TeamTalk.objects.unsent().filter(round=assessment).exists(),
        figures_again_on=figures_again_on(assessment, now=now) if assessment.n_invited else None,
    )


def live_team(assessment: Round, rows: tuple[Row, ...] = ()) -> Team:
    """Give what an open round knows of its team: the talk if it was sent. `rows` is the release, when it closes."""
    talk = sent_talk(assessment)
    if talk is None:
        return Team(assessment.n_invited, rows)
    answers = talk_answers(assessment)
    scores = score_team_talk(assessment.instrument, answers, assessment.context)
    return Team(assessment.n_invited, rows, _talk(talk, answers, scores))


def frozen_team(assessment: Round, result: Result) -> Team:
    """Give what a closed round knows of its team, from its frozen rows; nothing of it is computed again."""
    talk = sent_talk(assessment)
    if talk is None:
        return Team(assessment.n_invited, _frozen_rows(result))
    return Team(
        assessment.n_invited, _frozen_rows(result), _talk(talk, talk_answers(assessment), _frozen_talk_scores(result))
    )


def figures_of_team(result: Result, talk: TeamTalk | None) -> Team:
    """Give of a closed round's team what may leave the clinic: figures and requests, without any answer.

    Neither how many were invited nor what a talk answered to single questions is read at all. `talk` is that of the
    round, if it was sent.
    """
    return Team(rows=_frozen_rows(result), talk=talk_told(talk, _frozen_talk_scores(result)) if talk else None)


def talk_told(talk: TeamTalk, scores: tuple[TalkScore, ...]) -> Talk:
    """Give of a team talk that was sent its figures and requests, without any answer."""
    return _talk(talk, {}, scores)


def _frozen_rows(result: Result) -> tuple[Row, ...]:
    return tuple(frozen_row(row) for row in result.release_rows.all())


def _frozen_talk_scores(result: Result) -> tuple[TalkScore, ...]:
    joint = (row for row in result.scores.all() if row.form == ResultScore.Form.JOINT)
    return tuple(TalkScore(frozen_scale(row), row.n_no_agreement) for row in joint)


def _talk(talk: TeamTalk, answers: Mapping[str, Given], scores: tuple[TalkScore, ...]) -> Talk:
    return Talk(talk.n_people or 0, answers, scores, tuple(talk.requests), talk.other_request)


def frozen_row(row: ReleaseRow) -> Row:
    """Give a frozen row of a release as it was planned."""
    band = EndBand(Side(row.side), row.bound) if row.side and row.bound is not None else None
    return Row(row.scale, RowStatus(row.status), row.value, band, row.n)


def release_fields(rows: Iterable[Row]) -> Iterable[dict[str, object]]:
    """Give the columns of each released row, as `frozen_team` reads them back."""
    for position, row in enumerate(rows):
        yield {
            "scale": row.scale,
            "position": position,
            "status": row.status.value,
            "value": row.value,
            "side": row.band.side.value if row.band else "",
            "bound": row.band.bound if row.band else None,
            "n": row.n,
        }


def frozen_scale(row: ResultScore) -> ScaleScore:
    """Give a frozen score as scoring gave it."""
    return ScaleScore(
        key=int(row.key) if row.view == ResultScore.View.TAKEAWAY else row.key,
        score=row.score,
        status=ScoreStatus(row.status),
        band=Band(row.band) if row.band else None,
        n_items=row.n_items,
        n_applicable=row.n_applicable,
        n_valid=row.n_valid,
        n_dont_know=row.n_dont_know,
        n_not_applicable=row.n_not_applicable,
        n_blank=row.n_blank,
    )
