"""On the way back, the scores over what both sides were asked go: the table before had no place for them."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def drop_shared(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the managers' side of the topics; results that were frozen before there was one do without it, too."""
    scores = apps.get_model("results", "ResultScore").objects.using(schema_editor.connection.alias)
    scores.filter(view="shared").delete()


class Migration(migrations.Migration):
    """Nothing to do on the way there."""

    dependencies = [("results", "0004_shared_scores")]

    operations = [migrations.RunPython(migrations.RunPython.noop, drop_shared)]
