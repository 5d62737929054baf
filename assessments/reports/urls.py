"""The addresses of what leaves."""

from django.urls import path

from assessments.reports import views

app_name = "reports"

urlpatterns = [
    path("rounds/<uuid:round_id>/files/", views.files, name="files"),
    path("rounds/<uuid:round_id>/files/<slug:kind>/", views.file, name="file"),
]
