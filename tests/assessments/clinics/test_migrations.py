"""Migrations that do more than change tables can run twice, and there is a way back."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.apps import apps
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection

from assessments.clinics import guards, outbox
from assessments.clinics.actions import let_see_results
from assessments.clinics.models import MEMBERSHIP, Erasure, Membership, OutgoingMail, ResultViewer
from assessments.results.models import Result, ResultScore
from tests.assessments.conftest import NOW

migration = import_module("assessments.clinics.migrations.0002_cache_table")
viewers = import_module("assessments.clinics.migrations.0004_members_see_results")
networks = import_module("assessments.clinics.migrations.0009_way_back_from_networks")
NETWORK = UUID("3d2a7e10-96f4-4a1e-8b59-1f0c2d3e4f50")


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


def leave_traces_of_a_network(clinic, user):
    """Give a member of the clinic a second right, by a network, and let mail of the network wait."""
    let_see_results(clinic_ids=[clinic.pk], user_ids=[user.pk], right=str(NETWORK), at=NOW)
    kind, addresses = OutgoingMail.Kind.NETWORK_NOTICE, ["lead@example.org"]
    outbox.post_to_all(kind=kind, about=NETWORK, addresses=addresses, subject="News", body="Hello\n", now=NOW)


def test_on_the_way_back_rights_by_networks_end_and_their_mail_goes(clinic, lead):
    leave_traces_of_a_network(clinic, lead)
    for _ in range(2):
        networks.leave_networks(apps, SimpleNamespace(connection=connection))
    assert not OutgoingMail.objects.exists()
    assert [row.right for row in ResultViewer.objects.filter(user=lead).current()] == [MEMBERSHIP]
    assert ResultViewer.objects.filter(user=lead, right=str(NETWORK), until__gte=NOW).exists()


@pytest.mark.timeout(60)  # most tables of the site go and come back
@pytest.mark.django_db(transaction=True)
def test_tables_with_rows_in_them_can_go_and_come_back(clinic, lead, open_round):
    leave_traces_of_a_network(clinic, lead)
    result = Result.objects.create(round=open_round, guidance_version=1, algorithm_version=1, offers=[], frozen_at=NOW)
    counts = dict.fromkeys(("n_items", "n_applicable", "n_valid", "n_dont_know", "n_not_applicable", "n_blank"), 0)
    for view in ResultScore.View:
        ResultScore.objects.create(result=result, view=view, key="intake", position=0, status="not_scored", **counts)
    Erasure.objects.create(kind="clinic", clinic_id=clinic.pk, at=NOW, team_shown_at=NOW, is_running=False)
    call_command("migrate", "results", "0003", verbosity=0)
    call_command("migrate", "clinics", "0002", verbosity=0)
    call_command("migrate", verbosity=0)  # every app: going back took along what others built on these tables
    assert [row.user for row in ResultViewer.objects.current()] == [place.user for place in Membership.objects.all()]
    assert ResultScore.View.SHARED not in ResultScore.objects.values_list("view", flat=True)
    assert ResultScore.objects.count() == len(ResultScore.View) - 1
    assert guards.are_in_place(connection)
