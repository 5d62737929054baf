"""The page of what changed in a clinic from one finished assessment to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assessments.clinics.models import Clinic
from assessments.clinics.policies import can_lead
from assessments.plans.change_presenters import choose
from assessments.plans.change_reading import PAIR, read_change
from assessments.plans.charts import dumbbells_figure
from assessments.plans.models import ActionEntry
from assessments.results.charts import PLOTLY_CSP
from assessments.results.history import finished_rounds
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from uuid import UUID


@require_safe
@csp_replace(PLOTLY_CSP)  # type: ignore[arg-type]  # its type knows no arguments from the address
def change(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """Show what changed between two finished assessments, the last two unless others are asked for."""
    clinic = get_object_or_404(Clinic.objects.visible_to(request.user), pk=clinic_id)
    rounds = Round.objects.visible_to(request.user).filter(clinic=clinic)
    finished = finished_rounds(rounds)
    if len(finished) < PAIR:
        only = {"clinic": clinic, "finished": finished, "is_lead": can_lead(request.user, clinic)}
        return render(request, "plans/change_none.html", only | {"open_round": rounds.open().first()})
    chosen = choose(finished, request.GET.get("from", ""), request.GET.get("to", ""))
    page = read_change(clinic, chosen, finished, ActionEntry.objects.visible_to(request.user))
    context = {"clinic": clinic, "page": page, "message": chosen.message, "figure": dumbbells_figure(page.topics)}
    return render(request, "plans/change.html", context)
