"""Who may see which round, on one page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Self

from django.db import models

if TYPE_CHECKING:
    from uuid import UUID

    from assessments.clinics.querysets import Viewer
    from assessments.rounds.models import FormAnswer, Round, TeamTalk  # noqa: F401 (named in the classes' bases)


LINK_LIFE: Final = timedelta(days=90)
"""For how long after closing a link, of a therapist or of a team talk, opens the team page."""
LAST_FIRST: Final = ("-closed_at", "-opened_at", "-pk")
"""The one order of finished rounds, the last first; the key decides where a clock gave the same time twice."""


class RoundQuerySet(models.QuerySet["Round"]):
    """Rounds."""

    def visible_to(self, user: Viewer) -> Self:
        """Give the rounds of clinics of which this person is lead or manager."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(clinic__memberships__user=user)

    def open(self) -> Self:
        """Give the rounds that take answers."""
        return self.filter(closed_at__isnull=True)

    def closed(self) -> Self:
        """Give the rounds that are finished."""
        return self.filter(closed_at__isnull=False)

    def last_first(self) -> Self:
        """Order finished rounds, the last first."""
        return self.order_by(*LAST_FIRST)

    def finished_last(self) -> Self:
        """Give of each clinic the round that it finished last."""
        return self.filter(is_latest=True)

    def finished_by(self, at: datetime, *, clinic_id: UUID, instrument_key: str) -> Self:
        """Give a clinic's rounds of one questionnaire, in whatever version, that closed by a moment; the last first."""
        return self.filter(clinic=clinic_id, instrument_key=instrument_key, closed_at__lte=at).last_first()

    def showing_team_since(self, at: datetime) -> Self:
        """Give the rounds that closed after a moment and showed a figure of the therapists."""
        return self.filter(is_team_shown=True, closed_at__gt=at)

    def team_shown_at(self) -> datetime | None:
        """Give when the last of these rounds that showed a figure of the therapists closed."""
        last: datetime | None = self.filter(is_team_shown=True).aggregate(at=models.Max("closed_at"))["at"]
        return last

    def due(self, *, now: datetime) -> Self:
        """Give the open rounds whose closing time has come."""
        return self.open().filter(due_at__lte=now)

    def to_remind_of_closing(self, *, now: datetime, until: datetime) -> Self:
        """Give the open rounds that close until a moment, and whose leads were not reminded of that closing time."""
        told = models.Q(reminded_of=models.F("due_at"), reminded_of__isnull=False)
        return self.open().filter(~told, due_at__gt=now, due_at__lte=until)


class FormAnswerQuerySet(models.QuerySet["FormAnswer"]):
    """Answers of the forms that are not secret."""

    def of_clinic_form(self) -> Self:
        """Give the answers of the managers' shared form."""
        return self.filter(form="clinic")

    def of_team_talk(self) -> Self:
        """Give the answers on which the team talk agreed so far."""
        return self.filter(form="joint")

    def answered(self) -> Self:
        """Give those that hold an answer of any kind; a cleared one holds none."""
        return self.exclude(value__isnull=True, non_answer="")


class TeamTalkQuerySet(models.QuerySet["TeamTalk"]):
    """Team talks."""

    def of_link(self, link: str) -> Self:
        """Give the talk that a link opens, by the hash of its token: one or none."""
        return self.filter(token_hash=link)

    def within_reach(self, *, now: datetime) -> Self:
        """Give the talks that a link may still open: of open rounds, and for 90 days of closed ones."""
        is_open = models.Q(round__closed_at__isnull=True)
        return self.filter(is_open | models.Q(round__closed_at__gt=now - LINK_LIFE))

    def sent(self) -> Self:
        """Give the talks that their teams have sent."""
        return self.filter(sent_on__isnull=False)

    def unsent(self) -> Self:
        """Give the talks that nobody but holders of the link sees."""
        return self.filter(sent_on__isnull=True)
