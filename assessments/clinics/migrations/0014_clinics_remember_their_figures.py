"""When figures of a clinic's therapists came out stays after the clinic is erased; on the way back it is forgotten."""

from __future__ import annotations

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def forget_days_of_clinics(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Empty what the constraint before refuses; on the way back no guard stands in the way."""
    erasures = apps.get_model("clinics", "Erasure").objects.using(schema_editor.connection.alias)
    erasures.filter(kind="clinic").update(team_shown_at=None)


class Migration(migrations.Migration):
    """The step that takes back what was written stands last, so it is the first on the way back."""

    dependencies = [
        ("clinics", "0013_leaving"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="erasure",
            name="erasure_days_only_of_rounds",
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_on__isnull", True), ("team_shown_at__isnull", True)),
                    models.Q(("finished_on__isnull", False), ("kind", "round")),
                    models.Q(("finished_on__isnull", True), ("kind", "clinic")),
                    _connector="OR",
                ),
                name="erasure_days_of_what_had_them",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_days_of_clinics),
    ]
