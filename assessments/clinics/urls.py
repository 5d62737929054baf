"""Addresses of clinics and people. The clinic's own page stands with the rounds, which it lists."""

from django.urls import path

from assessments.clinics import people_views, reminder_views, views

app_name = "clinics"

urlpatterns = [
    path("clinics/", views.clinic_list, name="list"),
    path("clinics/new/", views.create, name="create"),
    path("clinics/<uuid:clinic_id>/details/", views.details, name="details"),
    path("clinics/<uuid:clinic_id>/people/", people_views.people, name="people"),
    path("clinics/<uuid:clinic_id>/people/invite/", people_views.invite, name="invite"),
    path(
        "clinics/<uuid:clinic_id>/people/invitations/<uuid:invitation_id>/withdraw/",
        people_views.withdraw_invitation,
        name="invitation_withdraw",
    ),
    path("clinics/<uuid:clinic_id>/people/<uuid:member_id>/remove/", people_views.remove, name="remove"),
    path("clinics/<uuid:clinic_id>/people/<uuid:member_id>/hand-over/", people_views.hand_over, name="hand_over"),
    path("clinics/<uuid:clinic_id>/people/leave/", people_views.leave, name="leave"),
    path("join/<str:token>/", people_views.join, name="join"),
    path("accounts/reminders/", reminder_views.settings, name="reminders"),
    path("reminders/off/<str:token>/", reminder_views.off, name="reminders_off"),
]
