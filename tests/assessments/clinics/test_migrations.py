"""The table of the cache comes with `migrate`, goes with it, and does not mind being there already."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.core.cache import caches
from django.db import connection

migration = import_module("assessments.clinics.migrations.0002_cache_table")


@pytest.mark.django_db(transaction=True)
def test_cache_table_can_be_made_twice_and_dropped_twice():
    with connection.schema_editor() as editor:
        migration.drop(apps, editor)
        migration.drop(apps, editor)
    assert migration.TABLE not in connection.introspection.table_names()
    with connection.schema_editor() as editor:
        migration.create(apps, editor)
        migration.create(apps, editor)
    caches["default"].set("a", 1)
    assert caches["default"].get("a") == 1
    caches["default"].clear()
