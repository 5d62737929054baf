"""Makes the guards of history after every migration."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class ClinicsConfig(AppConfig):
    """The first app, whose tables all others build on."""

    name = "assessments.clinics"

    def ready(self) -> None:
        """Ask to be told of migrations."""
        from assessments.clinics import guards

        pre_migrate.connect(guards.drop_before_migrating, sender=self)
        post_migrate.connect(guards.make_after_migrating, sender=self)
