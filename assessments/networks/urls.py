"""Addresses of networks: the consultants' pages, joining by link, and the clinic's side."""

from __future__ import annotations

from django.urls import path

from assessments.networks import network_views

app_name = "networks"

urlpatterns = [
    path("networks/", network_views.network_list, name="list"),
    path("networks/new/", network_views.create, name="create"),
]
