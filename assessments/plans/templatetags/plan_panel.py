"""What pages of the apps below say of a clinic's plan: they may not import this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils import timezone

from assessments.plans import plan_presenters
from assessments.plans.models import Action

if TYPE_CHECKING:
    from assessments.clinics.models import Clinic, User

register = template.Library()


@register.inclusion_tag("plans/_plan_panel.html")
def plan_panel(clinic: Clinic) -> dict[str, object]:
    """Show how the plan of a clinic stands; the page has made sure that the reader belongs to the clinic."""
    return {"panel": plan_presenters.panel(clinic, now=timezone.now())}


@register.inclusion_tag("plans/_plan_of_leaving.html")
def plan_of_leaving(clinic: Clinic, member: User) -> dict[str, object]:
    """Say how many actions still to do are those of a person who is to leave; the page has made sure who reads it."""
    n_actions = Action.objects.unfinished().filter(clinic=clinic, owner=member).count()
    return {"n_actions": n_actions, "plan_url": plan_presenters.plan_url(clinic)}
