"""The panel about a clinic's plan for pages of the apps below, which may not import this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils import timezone

from assessments.plans import plan_presenters

if TYPE_CHECKING:
    from assessments.clinics.models import Clinic

register = template.Library()


@register.inclusion_tag("plans/_plan_panel.html")
def plan_panel(clinic: Clinic) -> dict[str, object]:
    """Show how the plan of a clinic stands; the page has made sure that the reader belongs to the clinic."""
    return {"panel": plan_presenters.panel(clinic, now=timezone.now())}
