"""Asks to be told when a hash is made anew for the same password, so that tokens of the API go on working."""

from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Everything that leaves."""

    name = "assessments.reports"

    def ready(self) -> None:
        """Ask to be told."""
        from assessments.clinics.rehashing import tell_of_new_hashes
        from assessments.reports.actions import renew_marks

        tell_of_new_hashes(renew_marks)
