"""On the way back, what networks left behind goes or ends: the tables before had no place for it."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone


def leave_networks(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop mails that belong to no clinic, and end the rights by networks.

    A right that has ended stays, because who could see results then still counts for the therapists' threshold.
    """
    alias = schema_editor.connection.alias
    apps.get_model("clinics", "OutgoingMail").objects.using(alias).filter(clinic=None).delete()
    viewers = apps.get_model("clinics", "ResultViewer").objects.using(alias)
    by_networks = viewers.filter(until=None).exclude(right="membership")
    by_networks.update(until=Greatest(F("since"), timezone.now()))


class Migration(migrations.Migration):
    """Nothing to do on the way there."""

    dependencies = [("clinics", "0008_consultants_and_network_mail")]

    operations = [migrations.RunPython(migrations.RunPython.noop, leave_networks)]
