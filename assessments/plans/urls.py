"""The addresses of plans."""

from __future__ import annotations

from django.urls import path

from assessments.plans import action_views, change_views, meeting_views, plan_views, team_views

app_name = "plans"

urlpatterns = [
    path("clinics/<uuid:clinic_id>/plan/", plan_views.plan, name="plan"),
    path("clinics/<uuid:clinic_id>/plan/new/", action_views.new, name="new"),
    path("clinics/<uuid:clinic_id>/plan/<uuid:action_id>/", action_views.action, name="action"),
    path("clinics/<uuid:clinic_id>/plan/<uuid:action_id>/move/", action_views.move, name="move"),
    path("clinics/<uuid:clinic_id>/plan/<uuid:action_id>/note/", action_views.note, name="note"),
    path("rounds/<uuid:round_id>/plan/", plan_views.of_round, name="of_round"),
    path("rounds/<uuid:round_id>/plan/add/", plan_views.add, name="add"),
    path("rounds/<uuid:round_id>/meeting/", meeting_views.meeting, name="meeting"),
    path("clinics/<uuid:clinic_id>/change/", change_views.change, name="change"),
    path("team/", team_views.team_page, name="team_page"),
]
