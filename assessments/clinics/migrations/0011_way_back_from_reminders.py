"""On the way back, the reminders that the earlier tables cannot hold are dropped."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def _drop_reminders(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    mails = apps.get_model("clinics", "OutgoingMail").objects.using(schema_editor.connection.alias)
    mails.filter(kind__in=["closing-reminder", "actions-reminder"]).delete()


class Migration(migrations.Migration):
    dependencies = [("clinics", "0010_plans_and_reminders")]

    operations = [migrations.RunPython(migrations.RunPython.noop, _drop_reminders)]
