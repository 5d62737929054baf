"""Addresses of networks: the consultants' pages, joining by link, and the clinic's side."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.urls import URLPattern

app_name = "networks"

urlpatterns: list[URLPattern] = []
