"""What the lead and managers see of the team while a round is open: what fits this clinic, and a coarse count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.clinics.outbox import MailCounts, mail_counts
from assessments.respondents.actions import is_reminded
from assessments.respondents.policies import is_enough_to_remind
from assessments.rounds.policies import can_answer, figures_again_on, no_figures_before
from readiness.instrument.definition import Form
from readiness.scoring.release import MIN_PEOPLE

if TYPE_CHECKING:
    from datetime import date, datetime

    from assessments.respondents.actions import Invited
    from assessments.rounds.models import Round

FORM_FITS_FROM: Final = 7
"""From how many therapists on the confidential form is the better way. Source: design, "Therapists as a group"."""


@dataclass(frozen=True)
class TeamPage:
    """How the team is heard, in words and counts."""

    can_answer: bool
    n_therapists: int | None
    n_invited: int
    mails: str
    has_given_up: bool  # whether a mail could not be sent
    participation: str
    participation_on: date | None
    is_reminded: bool
    can_remind: bool
    n_questions: int
    figures_again_on: date | None  # None: whenever it closes
    is_too_early: bool  # whether it closes before that, as planned

    @property
    def is_form_better(self) -> bool:
        """Whether the confidential form fits this clinic best."""
        return self.n_therapists is not None and self.n_therapists >= FORM_FITS_FROM

    @property
    def is_talk_better(self) -> bool:
        """Whether the team talk fits this clinic best."""
        return self.n_therapists is not None and self.n_therapists < FORM_FITS_FROM

    @property
    def no_figures(self) -> str:
        """Why no figures can be shown, as it stands; empty when they can."""
        if self.n_therapists is not None and self.n_therapists < MIN_PEOPLE:
            return f"Your clinic has {_therapists(self.n_therapists)}, and figures need answers from at least five."
        if 0 < self.n_invited < MIN_PEOPLE:
            return f"So far {_people(self.n_invited)} invited, and figures need answers from at least five."
        return ""


def _therapists(count: int) -> str:
    return "one therapist" if count == 1 else f"{count or 'no'} therapists"


def _people(count: int) -> str:
    return "one person is" if count == 1 else f"{count} people are"


def team_page(assessment: Round, *, now: datetime) -> TeamPage:
    """Lay out what may be told of the team."""
    counts = mail_counts(assessment.pk)
    return TeamPage(
        can_answer=can_answer(assessment, now=now),
        n_therapists=assessment.clinic.n_therapists,
        n_invited=assessment.n_invited,
        mails=_mail_words(assessment.n_invited, counts),
        has_given_up=counts.n_given_up > 0,
        participation=assessment.get_participation_display() if assessment.participation else "",
        participation_on=assessment.participation_on,
        is_reminded=(was_reminded := is_reminded(assessment)),
        can_remind=not was_reminded and is_enough_to_remind(assessment),
        n_questions=len(assessment.instrument.items_of(Form.THERAPIST)),
        figures_again_on=figures_again_on(assessment, now=now),
        is_too_early=no_figures_before(assessment, now=now) is not None,
    )


def _mail_words(n_invited: int, counts: MailCounts) -> str:
    """Each invitation that stands was sent unless its mail is known not to be; who was invited twice counts once."""
    words = [f"{_invitations(n_invited - counts.n_waiting - counts.n_given_up)} sent"]
    if counts.n_waiting:
        words.append(f"{counts.n_waiting} not yet sent")
    if counts.n_given_up:
        words.append(f"{counts.n_given_up} could not be sent")
    return ", ".join(words)


def _invitations(count: int) -> str:
    return "1 invitation" if count == 1 else f"{count} invitations"


def invited_words(invited: Invited) -> str:
    """Say what came of a pasted list."""
    words = "Nobody new was invited." if not invited.n_new else f"{_people(invited.n_new).capitalize()} invited."
    if invited.n_known:
        again = "One was" if invited.n_known == 1 else f"{invited.n_known} were"
        words += f" {again} invited before and keep{'s' if invited.n_known == 1 else ''} the link that was sent."
    return words
