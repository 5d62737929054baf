"""Clinics with two finished assessments and with ten, and plans with twenty actions and with five hundred.

A process of its own, on the database that is measured; prints where to look, and how many statements it takes, as JSON.
Static files have been collected before.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.urls import reverse
from django.utils import timezone

django.setup()

from assessments.clinics.actions import create_clinic  # noqa: E402 - models need Django
from assessments.clinics.models import Clinic, Membership, Role, User  # noqa: E402
from assessments.management.seed import fill, own_consultant  # noqa: E402
from assessments.plans.models import Action, ActionEntry, Status  # noqa: E402
from readiness.instrument.definition import Form  # noqa: E402
from readiness.instrument.loading import load  # noqa: E402
from tests.benchmarks.measure import call, count_statements  # noqa: E402

N_CLINICS: Final = 5
"""Clinics of each kind, as what two assessments come to differs from one to the next."""
N_ROUNDS: Final = (2, 10)
N_ACTIONS: Final = (20, 500)
UNDER_WAY_EVERY: Final = 4
"""One action in so many is under way, one done, one dropped; the others are planned."""


def prepare() -> dict[str, Any]:
    """Give the addresses of each page by its size, the most statements that one of them takes, and a lead's headers."""
    call_command("migrate", verbosity=0)
    now = timezone.now()
    lead = User.objects.create_user("history@example.org", name="History")
    pages = {
        "change": {size: [_change(clinic) for clinic in _with_rounds(lead, size, now)] for size in N_ROUNDS},
        "plan": {size: [_plan(lead, size, now)] for size in N_ACTIONS},
    }
    client = Client()
    client.force_login(lead)
    headers = {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}
    application = get_wsgi_application()
    statements = {
        name: max(
            count_statements(lambda: call(application, path, headers))  # noqa: B023 - called at once
            for paths in sizes.values()
            for path in paths
        )
        for name, sizes in pages.items()
    }
    return {"pages": pages, "n_statements": statements, "headers": headers}


def _with_rounds(lead: User, n_rounds: int, now: datetime) -> list[Clinic]:
    known = set(Clinic.objects.values_list("pk", flat=True))
    fill(n_clinics=N_CLINICS, n_rounds=n_rounds, n_therapists=0, seed=3, consultant=own_consultant(), now=now)
    clinics = list(Clinic.objects.exclude(pk__in=known))
    Membership.objects.bulk_create(Membership(clinic=clinic, user=lead, role=Role.MANAGER) for clinic in clinics)
    return clinics


def _change(clinic: Clinic) -> str:
    return reverse("plans:change", args=[clinic.pk])


def _plan(lead: User, n_actions: int, now: datetime) -> str:
    """Give the address of a new clinic's plan; its actions were added over half a year and moved since."""
    clinic = create_clinic(by=lead, name=f"Plan of {n_actions}", now=now)
    actions = [_action(clinic, lead, number, now) for number in range(n_actions)]
    Action.objects.bulk_create(actions)
    ActionEntry.objects.bulk_create(
        ActionEntry(action=one, at=at, by=lead, status=status)
        for one in actions
        for at, status in ((one.created_at, Status.PLANNED), (one.created_at + timedelta(days=20), one.status))
        if status != Status.PLANNED or at == one.created_at
    )
    return reverse("plans:plan", args=[clinic.pk])


def _action(clinic: Clinic, lead: User, number: int, now: datetime) -> Action:
    status = tuple(Status)[number % UNDER_WAY_EVERY]
    domains = load().domains_of(Form.MANAGER)
    return Action(
        clinic=clinic,
        title=f"Action {number} of this plan",
        steps="Ask who decides.\nWrite down what was agreed.",
        domain=domains[number % len(domains)].key,
        status=status,
        drop_reason="No time" if status is Status.DROPPED else "",
        finished_on=(now - timedelta(days=number % 150)).date() if status.is_finished else None,
        due_on=(now + timedelta(days=number % 90 - 20)).date(),
        owner=lead if number % 2 else None,
        owner_name="" if number % 2 else "The practice manager",
        op=f"op-{number}",
        created_at=now - timedelta(days=30 + number % 150),
        created_by=lead,
    )


if __name__ == "__main__":
    print(json.dumps(prepare()))
