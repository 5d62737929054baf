"""Fills the database of the application, and counts what does not need a clock: statements and bytes.

A process of its own that prints where to measure as JSON: `prepare` for all of it, on an empty database; `settle` for
the pages of one clinic and of one small network, which are added to whatever is there.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.urls import reverse
from django.utils import timezone

django.setup()

from assessments.clinics.actions import create_clinic  # noqa: E402 - models need Django
from assessments.clinics.models import Clinic, User  # noqa: E402
from assessments.management.seed import fill  # noqa: E402
from assessments.networks.models import Network  # noqa: E402
from assessments.results.closing import close  # noqa: E402
from assessments.rounds.actions import Change, open_round, save_answer  # noqa: E402
from assessments.rounds.models import Round  # noqa: E402
from readiness.instrument.definition import Context, Form  # noqa: E402
from tests.benchmarks.measure import Application, call, count_statements  # noqa: E402
from tests.benchmarks.wire import visit  # noqa: E402

FEW: Final = 10
ROUNDS: Final = 2
DOMAIN: Final = "intake"
ITEM: Final = "reimbursement"
EARLIER: Final = timedelta(days=3)


def prepare() -> dict[str, Any]:
    """Store a few clinics, one open round and one closed, and sign in; say where everything is."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    application = get_wsgi_application()  # after collectstatic: it looks for files when it starts
    given = _settled(application)
    question, result, headers = given["question"], given["result"], given["headers"]
    return {
        **given,
        "n_statements": {
            "question": count_statements(lambda: call(application, question, headers)),
            "result": count_statements(lambda: call(application, result, headers)),
        },
        "wire": {
            name: vars(visit(application, path, headers))
            for name, path in (("question", question), ("result", result), ("start", "/"))
        },
    }


def settle() -> dict[str, Any]:
    """Add a network with a few clinics, and one more clinic; static files have been collected before."""
    call_command("migrate", verbosity=0)
    return _settled(get_wsgi_application())


def _settled(application: Application) -> dict[str, Any]:
    """Give the addresses that a lead and a consultant use; the lead's clinic has one closed assessment and one open."""
    now = timezone.now() - EARLIER
    lead = User.objects.create_user("bench@example.org", name="Bench")
    clinic = create_clinic(by=lead, name="Bench Clinic", now=now)
    closed, opened = _round(lead, clinic, is_closed=True), _round(lead, clinic, is_closed=False)
    question = reverse("rounds:section", args=[opened, DOMAIN])
    consultant = User.objects.create_user("bench-consultant@example.org", name="Bench", is_consultant=True)
    fill(n_clinics=FEW, n_rounds=ROUNDS, n_therapists=0, seed=2, consultant=consultant, now=timezone.now())
    return {
        "clinic": reverse("rounds:clinic", args=[clinic.pk]),
        "question": question,
        "result": reverse("results:result", args=[closed]),
        "item": reverse("rounds:item", args=[opened, ITEM]),
        "revision": Round.objects.get(pk=opened).answers.get(key=ITEM).revision,
        "headers": _signed_in(application, lead, question),
        "network": reverse("networks:overview", args=[Network.objects.get(members__user=consultant).pk]),
        "consultant": {"Cookie": f"sessionid={_session_of(consultant)}"},
    }


def _round(lead: User, clinic: Clinic, *, is_closed: bool) -> UUID:
    """Open an assessment with every item answered, from low to high, and finish it if wished."""
    now = timezone.now() - EARLIER
    title = "Closed" if is_closed else "Open"
    due_on = now.date() + timedelta(days=21)
    one = open_round(by=lead, clinic=clinic, title=title, context=Context(), due_on=due_on, now=now)
    for number, item in enumerate(one.instrument.items_of(Form.MANAGER)):
        answer, op = number % 5 + 1, uuid4().hex
        save_answer(
            by=lead, round_id=one.pk, change=Change(key=item.key, answer=answer, comment=None, base=0, op=op), now=now
        )
    if is_closed:
        close(round_id=one.pk, by=lead, now=timezone.now())
    return one.pk


def _signed_in(application: Application, user: User, path: str) -> dict[str, str]:
    """Give the headers of a browser that has signed in and opened a page with a form."""
    session = _session_of(user)
    page = call(application, path, {"Cookie": f"sessionid={session}"})
    token = page.header("Set-Cookie").partition("csrftoken=")[2].partition(";")[0]
    return {"Cookie": f"sessionid={session}; csrftoken={token}", "X-CSRFToken": token}


def _session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


if __name__ == "__main__":
    print(json.dumps({"prepare": prepare, "settle": settle}[sys.argv[1]]()))
