"""Addresses of networks: the consultants' pages, joining by link, and the clinic's side."""

from __future__ import annotations

from django.urls import path

from assessments.networks import (
    change_views,
    clinic_views,
    compare_views,
    inviting_views,
    joining_views,
    network_views,
    overview_views,
    people_views,
    plan_views,
    record_views,
    team_views,
)

app_name = "networks"

urlpatterns = [
    path("networks/", network_views.network_list, name="list"),
    path("networks/new/", network_views.create, name="create"),
    path("networks/<uuid:network_id>/", overview_views.overview, name="overview"),
    path("networks/<uuid:network_id>/clinics/", overview_views.clinics, name="clinics"),
    path("networks/<uuid:network_id>/actions/", plan_views.actions, name="actions"),
    path("networks/<uuid:network_id>/settings/", network_views.settings, name="settings"),
    path("networks/<uuid:network_id>/names/", network_views.names, name="names"),
    path("networks/<uuid:network_id>/people/", people_views.people, name="people"),
    path("networks/<uuid:network_id>/people/add/", people_views.add, name="person_add"),
    path("networks/<uuid:network_id>/people/<uuid:member_id>/remove/", people_views.remove, name="person_remove"),
    path("networks/<uuid:network_id>/clinics/<uuid:clinic_id>/", clinic_views.clinic, name="clinic"),
    path(
        "networks/<uuid:network_id>/clinics/<uuid:clinic_id>/rounds/<uuid:round_id>/",
        clinic_views.clinic_round,
        name="round",
    ),
    path("networks/<uuid:network_id>/invitations/", inviting_views.invitations, name="invitations"),
    path(
        "networks/<uuid:network_id>/invitations/<uuid:invitation_id>/withdraw/",
        inviting_views.withdraw,
        name="invitation_withdraw",
    ),
    path("networks/<uuid:network_id>/link/", inviting_views.renew_link, name="link_renew"),
    path("networks/<uuid:network_id>/compare/", compare_views.compare, name="compare"),
    path("networks/<uuid:network_id>/compare/side-by-side/", clinic_views.side_by_side, name="side_by_side"),
    path("networks/<uuid:network_id>/compare/teams/", team_views.teams, name="teams"),
    path("networks/<uuid:network_id>/compare/change/", change_views.change, name="change"),
    path("n/<str:token>/", joining_views.join, name="join"),
    path("clinics/<uuid:clinic_id>/networks/", joining_views.of_clinic, name="of_clinic"),
    path("clinics/<uuid:clinic_id>/networks/<uuid:network_id>/", joining_views.place, name="place"),
    path("clinics/<uuid:clinic_id>/networks/<uuid:network_id>/leave/", joining_views.leave, name="leave"),
    path("clinics/<uuid:clinic_id>/record/", record_views.record, name="record"),
]
