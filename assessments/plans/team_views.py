"""The page that therapists see once their assessment is finished: what the team said, and what is done about it."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.plans.team_presenters import steps_told
from assessments.results.team import frozen_team
from assessments.results.team_rows import team_section
from assessments.rounds.models import Round
from assessments.rounds.passes import TEAM_PAGE

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_not_required
@require_safe
def team_page(request: HttpRequest) -> HttpResponse:
    """Show a therapist, by the pass that their link has given, what the managers see of the team, and nothing else.

    Who came by the link of a team talk, which anybody may pass on, sees of what the team said the talk. What the clinic
    does about it is shown to both, as far as its managers marked it for the team.
    """
    said = TEAM_PAGE.read(request)
    closed = Round.objects.closed().select_related("clinic", "result")
    assessment = closed.filter(pk=said["round"]).first() if said else None
    if assessment is None:
        return render(request, "link_gone.html", status=HTTPStatus.NOT_FOUND)
    team = frozen_team(assessment, assessment.result)
    if said.get("is_talk"):
        team = replace(team, n_invited=0, rows=())
    context = {
        "assessment": assessment,
        "team": team_section(team, assessment.instrument, assessment.context, is_final=True),
        "steps": steps_told(assessment.clinic),
        "is_talk": said.get("is_talk"),
    }
    return render(request, "plans/team_page.html", context)
