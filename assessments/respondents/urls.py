"""Addresses of the therapists' form, and of the page on which a clinic hears its team."""

from django.urls import path

from assessments.respondents import link_views, question_views, sent_views, team_views, try_views

app_name = "respondents"

urlpatterns = [
    path("rounds/<uuid:round_id>/team/", team_views.team, name="team"),
    path("rounds/<uuid:round_id>/team/invite/", team_views.invite, name="invite"),
    path("rounds/<uuid:round_id>/team/remind/", team_views.remind, name="remind"),
    path("rounds/<uuid:round_id>/team/<uuid:invitation_id>/withdraw/", team_views.withdraw, name="withdraw"),
    path("r/", link_views.landing, name="landing"),
    path("r/how/", link_views.how, name="how"),
    path("r/later/", link_views.later, name="later"),
    path("r/resume/", link_views.resume, name="resume"),
    path("r/not-me/", link_views.decline, name="decline"),
    path("r/pages/<int:number>/", question_views.page, name="page"),
    path("r/check/", question_views.check, name="check"),
    path("r/done/", sent_views.done, name="done"),
    path("r/copy/", sent_views.copy, name="copy"),
    path("r/copy/file/", sent_views.copy_file, name="copy_file"),
    path("r/clear/", link_views.clear, name="clear"),
    path("r/<str:token>/", link_views.link, name="link"),
    path("r/<str:token>/not-me/", link_views.not_me, name="not_me"),
    path("try/therapist/", try_views.therapist, name="try_therapist"),
]
