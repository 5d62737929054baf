"""Migrations that do more than change tables can run twice, and there is a way back."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection

from assessments.clinics.models import Membership, ResultViewer
from tests.assessments.conftest import NOW

migration = import_module("assessments.clinics.migrations.0002_cache_table")
viewers = import_module("assessments.clinics.migrations.0004_members_see_results")


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


def test_members_of_today_see_results_since_they_joined(lead, manager, clinic):
    ResultViewer.objects.filter(user=lead).delete()
    ResultViewer.objects.filter(user=manager).update(since=NOW, until=NOW)  # left once, and is back
    for _ in range(2):
        viewers.add_viewers(apps, SimpleNamespace(connection=connection))
    joined = Membership.objects.filter(clinic=clinic).order_by("pk").values_list("user", "joined_at")
    found = ResultViewer.objects.filter(clinic=clinic).current().values_list("user", "since")
    assert sorted(found) == sorted(joined)
    assert ResultViewer.objects.filter(clinic=clinic).count() == 3


@pytest.mark.timeout(60)  # most tables of the site go and come back
@pytest.mark.django_db(transaction=True)
def test_tables_of_viewers_and_mail_can_go_and_come_back(clinic):
    call_command("migrate", "clinics", "0002", verbosity=0)
    call_command("migrate", verbosity=0)  # every app: going back took along what others built on these tables
    assert [row.user for row in ResultViewer.objects.current()] == [place.user for place in Membership.objects.all()]
