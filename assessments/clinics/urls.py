"""Addresses of clinics and people."""

from django.urls import path

from assessments.clinics import views

app_name = "clinics"

urlpatterns = [
    path("clinics/", views.clinic_list, name="list"),
]
