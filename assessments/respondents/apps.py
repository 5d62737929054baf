"""Has this app asked before a person is erased: nobody else knows whether they were asked in confidence."""

from __future__ import annotations

from django.apps import AppConfig


class RespondentsConfig(AppConfig):
    """Therapists' invitations and answers."""

    name = "assessments.respondents"

    def ready(self) -> None:
        """Ask to be asked."""
        from assessments.clinics.erasing import ask_before_erasing_people
        from assessments.respondents.erasing import check_is_not_counted

        ask_before_erasing_people(check_is_not_counted)
