"""Who may do what with a round, and when. Whether a person may know of it at all stands in `querysets`."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from assessments.clinics.models import Erasure
from assessments.clinics.policies import RefusedError, can_lead
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from uuid import UUID

    from assessments.clinics.models import Clinic, User
    from assessments.rounds.models import TeamTalk
    from assessments.rounds.querysets import RoundQuerySet

RELEASE_EVERY: Final = timedelta(days=90)
"""A team's figures come out once in this time, counted from closing to closing. Source: disclosure control, 0.2."""


class RoundClosedError(RefusedError):
    """The round is finished, or its closing time has come; nothing can be changed any more."""


class TalkSentError(RefusedError):
    """The team has sent its talk; what it agreed on stays as it is."""


def can_answer(assessment: Round, *, now: datetime) -> bool:
    """Say whether the clinic form takes answers: the round is open and its closing time has not come."""
    return assessment.is_open and now < assessment.due_at


def check_can_answer(assessment: Round, *, now: datetime) -> None:
    """Refuse answers to a round that is finished or due.

    Raises:
        RoundClosedError: no answers are taken any more.
    """
    if not can_answer(assessment, now=now):
        raise RoundClosedError(why_no_answers(assessment))


def why_no_answers(assessment: Round) -> str:
    """Say why answers can no longer be changed."""
    if assessment.is_open:
        return "The last day for answers has passed, so answers can no longer be changed."
    return "This assessment is finished, so answers can no longer be changed."


def figures_again_at(assessment: Round, *, now: datetime) -> datetime | None:
    """Give from when on closing can show therapists' figures again; None when it can now.

    Counted for the clinic and the questionnaire, whatever its version. A round that was erased counts on, for any
    questionnaire, and so does what a clinic showed before it was erased and came back from a file: figures that people
    have read are not unread.
    """
    latest = _figures_at(Round.objects.filter(instrument_key=assessment.instrument_key), assessment.clinic_id, now)
    return latest + RELEASE_EVERY if latest else None


def _figures_at(rounds: RoundQuerySet, clinic_id: UUID, now: datetime) -> datetime | None:
    """Give when figures of a clinic's therapists came out last, in these rounds or in what was erased."""
    kept = rounds.filter(clinic=clinic_id).showing_team_since(now - RELEASE_EVERY)
    erased = Erasure.objects.filter(clinic_id=clinic_id).showing_team_since(now - RELEASE_EVERY)
    shown = kept.order_by().values_list("closed_at").union(erased.order_by().values_list("team_shown_at"))
    return max((closed_at for (closed_at,) in shown if closed_at), default=None)


def why_keep_clinic(clinic: Clinic, *, now: datetime) -> str:
    """Say why a clinic should not be erased yet; empty when nothing speaks against it.

    When its figures came out is then remembered for this clinic alone. A new one with the same people could ask them
    again the next day, and what has changed between two figures can tell what one person answered.
    """
    at = _figures_at(Round.objects.all(), clinic.pk, now)
    if at is None:
        return ""
    zone = ZoneInfo(clinic.time_zone)
    shown_on = day_in_words(at.astimezone(zone).date())
    again_on = day_in_words(_first_whole_day(at + RELEASE_EVERY, zone))
    return (
        f"Figures of the therapists of {clinic} came out on {shown_on}. The same team must not be asked again, "
        f"in whatever clinic, before {again_on}, and a clinic that is erased reminds nobody of that."
    )


def check_can_lose_figures(clinic: Clinic, *, now: datetime) -> None:
    """Refuse to erase a clinic whose figures came out lately.

    Raises:
        RefusedError: they did; the reason says when, and until when nobody may ask again.
    """
    if why := why_keep_clinic(clinic, now=now):
        raise RefusedError(why)


def _first_whole_day(at: datetime, zone: ZoneInfo) -> date:
    in_zone = at.astimezone(zone)
    return in_zone.date() if in_zone.time() == time() else in_zone.date() + timedelta(days=1)


def day_in_words(day: date) -> str:
    """Write a day."""
    return f"{day.day} {day:%B %Y}"


def figures_again_on(assessment: Round, *, now: datetime) -> date | None:
    """Give the first whole day on which closing can show therapists' figures again; None when it can now."""
    at = figures_again_at(assessment, now=now)
    return _first_whole_day(at, ZoneInfo(assessment.time_zone)) if at else None


def no_figures_before(assessment: Round, *, now: datetime) -> date | None:
    """Give the first whole day on which closing can show figures, where the round closes earlier; else None."""
    at = figures_again_at(assessment, now=now)
    return figures_again_on(assessment, now=now) if at and at > assessment.due_at else None


def can_open_round(user: User, clinic: Clinic) -> bool:
    """Say whether this person may open a round: the lead may."""
    return can_lead(user, clinic)


def check_can_open_round(user: User, clinic: Clinic) -> None:
    """Refuse opening a round to anybody but the lead.

    Raises:
        RefusedError: the person is not the lead.
    """
    if not can_open_round(user, clinic):
        raise RefusedError("Only the lead of the clinic can open an assessment. Please ask them.")


def can_change_settings(user: User, assessment: Round, *, now: datetime) -> bool:
    """Say whether this person may change the round's title, context and closing date."""
    return can_lead(user, assessment.clinic) and can_answer(assessment, now=now)


def check_can_change_settings(user: User, assessment: Round, *, now: datetime) -> None:
    """Refuse changing a round's settings to anybody but the lead, or after closing.

    Raises:
        RoundClosedError: the round is finished.
        RefusedError: the person is not the lead.
    """
    check_can_answer(assessment, now=now)
    if not can_lead(user, assessment.clinic):
        raise RefusedError("Only the lead of the clinic can change the settings of an assessment. Please ask them.")


def check_can_talk(talk: TeamTalk, assessment: Round, *, now: datetime) -> None:
    """Refuse changes to a team talk that was sent, or whose round takes no answers any more.

    Raises:
        TalkSentError: the team has sent it.
        RoundClosedError: the round is finished or due.
    """
    if talk.is_sent:
        raise TalkSentError("Your team talk has been sent, so its answers can no longer be changed.")
    check_can_answer(assessment, now=now)


def check_can_make_talk_link(user: User, assessment: Round, *, now: datetime) -> None:
    """Refuse a link to the team talk to anybody but the lead, or after closing.

    Raises:
        RoundClosedError: the round is finished or due.
        RefusedError: the person is not the lead.
    """
    check_can_answer(assessment, now=now)
    if not can_lead(user, assessment.clinic):
        raise RefusedError("Only the lead of the clinic can make the link of the team talk. Please ask them.")
