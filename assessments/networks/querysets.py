"""Who may see which network and which clinic in it, on one page. Whatever a clinic does not show is left out here."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models.functions import Coalesce

from assessments.plans.models import Action
from assessments.results.models import Result
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from assessments.clinics.querysets import Viewer
    from assessments.networks.models import (  # noqa: F401 - named in strings
        Network,
        NetworkClinic,
        NetworkInvitation,
        NetworkMember,
        NetworkTombstone,
    )
    from assessments.plans.querysets import ActionQuerySet
    from assessments.rounds.querysets import RoundQuerySet

SHOWING_SCORES = ("scores", "answers")


def is_consultant(user: Viewer) -> bool:
    """Say whether a site admin has made this person a consultant, and their account is open."""
    return bool(user.is_authenticated and user.is_active and user.is_consultant)


class NetworkQuerySet(models.QuerySet["Network"]):
    """Networks."""

    def visible_to(self, user: Viewer) -> Self:
        """Give the networks of which this person is a consultant."""
        if not is_consultant(user):
            return self.none()
        return self.filter(members__user=user.pk)

    def looked_after(self) -> Self:
        """Give those that have a consultant whose account is open; the others can be joined by no link."""
        return self.filter(members__user__is_active=True, members__user__is_consultant=True).distinct()

    def with_counts(self) -> Self:
        """Add `n_clinics`, those that let it in at whatever level, and `n_consultants`."""
        return self.annotate(n_clinics=_count_of("networkclinic"), n_consultants=_count_of("networkmember"))


def _count_of(name: str) -> Coalesce:
    """Count rows beside the network, each kind by itself: two joins would multiply each other's rows."""
    rows = apps.get_model("networks", name).objects.filter(network=models.OuterRef("pk")).order_by()
    counted = rows.values("network").annotate(n=models.Count("pk")).values("n")
    return Coalesce(models.Subquery(counted), 0)


class NetworkMemberQuerySet(models.QuerySet["NetworkMember"]):
    """The consultants of networks."""

    def visible_to(self, user: Viewer) -> Self:
        """Give the places in this person's networks, their own included."""
        if not is_consultant(user):
            return self.none()
        return self.filter(network__members__user=user.pk)

    def visible_to_clinic(self, user: Viewer) -> Self:
        """Give the consultants of the networks that this person's clinics let in."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(network__places__clinic__memberships__user=user.pk).distinct()

    def open(self) -> Self:
        """Give those whose account is open and still a consultant's."""
        return self.filter(user__is_active=True, user__is_consultant=True)


class NetworkClinicQuerySet(models.QuerySet["NetworkClinic"]):
    """Clinics that let networks in."""

    def visible_to(self, user: Viewer) -> Self:
        """Give the clinics that let in a network of this consultant, at whatever level."""
        if not is_consultant(user):
            return self.none()
        return self.filter(network__members__user=user.pk)

    def visible_to_clinic(self, user: Viewer) -> Self:
        """Give the networks that this person's clinics let in."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(clinic__memberships__user=user.pk)

    def showing_scores(self) -> Self:
        """Give those that show scores and flags, or more."""
        return self.filter(level__in=SHOWING_SCORES)

    def rounds(self) -> RoundQuerySet:
        """Give all rounds of these clinics: to see how far they are, never what was answered."""
        return Round.objects.filter(clinic__in=self.values("clinic"))

    def results(self) -> models.QuerySet[Result]:
        """Give the frozen results of these clinics, of those alone that show scores."""
        return Result.objects.filter(round__clinic__in=self.showing_scores().values("clinic"))

    def plan_actions(self) -> ActionQuerySet:
        """Give the actions of these clinics' plans, of those alone that show scores, each with its clinic's place.

        Their titles are for those that show answers; whose they are, notes and reasons are for none.
        """
        return Action.objects.filter(clinic__network_places__in=self.showing_scores())

    def latest_results(self) -> models.QuerySet[Result]:
        """Give of each of these clinics that shows scores the frozen result of its latest round."""
        return self.results().filter(round__is_latest=True)


class NetworkInvitationQuerySet(models.QuerySet["NetworkInvitation"]):
    """Clinics that were asked to join."""

    def visible_to(self, user: Viewer) -> Self:
        """Give the invitations of this consultant's networks."""
        if not is_consultant(user):
            return self.none()
        return self.filter(network__members__user=user.pk)

    def open(self, *, now: datetime) -> Self:
        """Give those whose link still works."""
        return self.filter(expires_at__gt=now)


class NetworkTombstoneQuerySet(models.QuerySet["NetworkTombstone"]):
    """Clinics of networks that were erased."""

    def visible_to(self, user: Viewer) -> Self:
        """Give those of this consultant's networks."""
        if not is_consultant(user):
            return self.none()
        return self.filter(network__members__user=user.pk)
