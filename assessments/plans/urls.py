"""The addresses of plans."""

from __future__ import annotations

from django.urls import path

from assessments.plans import team_views

app_name = "plans"

urlpatterns = [
    path("team/", team_views.team_page, name="team_page"),
]
