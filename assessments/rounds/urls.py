"""Addresses of a clinic's rounds."""

from django.urls import path

from assessments.rounds import question_views, saving, views

app_name = "rounds"

urlpatterns = [
    path("clinics/<uuid:clinic_id>/", views.clinic, name="clinic"),
    path("clinics/<uuid:clinic_id>/rounds/new/", views.open_round, name="open"),
    path("rounds/<uuid:round_id>/", views.task_list, name="round"),
    path("rounds/<uuid:round_id>/settings/", views.change_settings, name="settings"),
    path("rounds/<uuid:round_id>/quick/", question_views.quick, name="quick"),
    path("rounds/<uuid:round_id>/sections/<slug:domain>/", question_views.section, name="section"),
    path("rounds/<uuid:round_id>/items/<slug:key>/", saving.item, name="item"),
    path("rounds/<uuid:round_id>/check/", views.check, name="check"),
]
