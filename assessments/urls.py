"""Every address of the site. Each app lists its own; what has no app of its own stands here."""

from django.urls import include, path

from assessments import views
from assessments.clinics.admin import site as admin_site

handler400 = "assessments.views.bad_request"
handler403 = "assessments.views.forbidden"
handler404 = "assessments.views.not_found"
handler500 = "assessments.views.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    path("about/scoring/", views.about_scoring, name="about_scoring"),
    path("about/evidence/", views.about_evidence, name="about_evidence"),
    path("about/privacy/", views.about_privacy, name="about_privacy"),
    path("about/privacy/data/", views.about_privacy_data, name="about_privacy_data"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin_site.urls),
    path("", include("assessments.clinics.urls")),
    path("", include("assessments.rounds.urls")),
    path("", include("assessments.respondents.urls")),
    path("", include("assessments.results.urls")),
    path("", include("assessments.plans.urls")),
    path("", include("assessments.networks.urls")),
    path("", include("assessments.reports.urls")),
]
