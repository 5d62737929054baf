"""The addresses of plans."""

from __future__ import annotations

from django.urls import path

from assessments.plans import change_views, team_views

app_name = "plans"

urlpatterns = [
    path("clinics/<uuid:clinic_id>/change/", change_views.change, name="change"),
    path("team/", team_views.team_page, name="team_page"),
]
