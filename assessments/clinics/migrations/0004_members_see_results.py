"""Everybody who belongs to a clinic today may see its results since they joined."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

CHUNK = 500


def add_viewers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each membership an open row of its own, unless it has one."""
    membership_model = apps.get_model("clinics", "Membership")
    viewer_model = apps.get_model("clinics", "ResultViewer")
    alias = schema_editor.connection.alias
    there = set(viewer_model.objects.using(alias).filter(until__isnull=True).values_list("clinic_id", "user_id"))
    places = membership_model.objects.using(alias).values_list("clinic_id", "user_id", "joined_at")
    viewer_model.objects.using(alias).bulk_create(
        (
            viewer_model(clinic_id=clinic_id, user_id=user_id, since=joined_at)
            for clinic_id, user_id, joined_at in places
            if (clinic_id, user_id) not in there
        ),
        batch_size=CHUNK,
    )


class Migration(migrations.Migration):
    """Viewers of today. The way back keeps the rows: they go with their table."""

    dependencies = [("clinics", "0003_result_viewers")]

    operations = [migrations.RunPython(add_viewers, migrations.RunPython.noop)]
