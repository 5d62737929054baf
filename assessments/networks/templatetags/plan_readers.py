"""Who looks at a clinic's plan, for the forms of the app below, which may not import this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from assessments.networks.plan_readers import readers_told

if TYPE_CHECKING:
    from assessments.clinics.models import Clinic

register = template.Library()


@register.inclusion_tag("networks/_plan_readers.html")
def plan_readers(clinic: Clinic) -> dict[str, object]:
    """Say which consultants read what of the plan; nothing where none does."""
    return {"said": readers_told(clinic)}
