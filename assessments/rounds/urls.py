"""Addresses of a clinic's rounds and of their team talks."""

from django.urls import path

from assessments.rounds import question_views, saving, talk_views, views

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
    path("rounds/<uuid:round_id>/team-talk/", talk_views.make_link, name="make_talk_link"),
    path("t/", talk_views.start, name="talk"),
    path("t/topics/<slug:domain>/", talk_views.topic, name="talk_topic"),
    path("t/items/<slug:key>/", saving.talk_item, name="talk_item"),
    path("t/send/", talk_views.send, name="talk_send"),
    path("t/<str:token>/", talk_views.enter, name="talk_link"),
]
