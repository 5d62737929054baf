"""Fills the database of the application, and counts what does not need a clock: statements and bytes.

A process of its own: `prepare` prints where to measure as JSON, `more` adds clinics.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

django.setup()

from assessments.clinics.actions import create_clinic  # noqa: E402 - models need Django
from assessments.clinics.models import User  # noqa: E402
from assessments.results.closing import close  # noqa: E402
from assessments.rounds.actions import Change, open_round, save_answer  # noqa: E402
from assessments.rounds.models import Round  # noqa: E402
from readiness.instrument.definition import Context, Form  # noqa: E402
from tests.benchmarks.measure import Application, call  # noqa: E402
from tests.benchmarks.wire import visit  # noqa: E402

FEW: Final = 10
MANY: Final = 1_000
ROUNDS: Final = 2
DOMAIN: Final = "intake"
ITEM: Final = "reimbursement"


def prepare() -> dict[str, Any]:
    """Store a few clinics, one open round and one closed, and sign in; say where everything is."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    application = get_wsgi_application()  # after collectstatic: it looks for files when it starts
    _seed(FEW)
    lead = User.objects.create_user("bench@example.org", name="Bench")
    closed, opened = _round(lead, is_closed=True), _round(lead, is_closed=False)
    question = reverse("rounds:section", args=[opened, DOMAIN])
    result = reverse("results:result", args=[closed])
    headers = _signed_in(application, lead, question)
    return {
        "question": question,
        "result": result,
        "item": reverse("rounds:item", args=[opened, ITEM]),
        "revision": Round.objects.get(pk=opened).answers.get(key=ITEM).revision,
        "headers": headers,
        "n_statements": {
            "question": _count(lambda: call(application, question, headers)),
            "result": _count(lambda: call(application, result, headers)),
        },
        "wire": {
            name: vars(visit(application, path, headers))
            for name, path in (("question", question), ("result", result), ("start", "/"))
        },
    }


def _seed(n_clinics: int) -> None:
    call_command("seed", clinics=n_clinics, rounds=ROUNDS, seed=1, force=True, stdout=sys.stderr)


def _round(lead: User, *, is_closed: bool) -> UUID:
    """Open an assessment with every item answered, from low to high, and finish it if wished."""
    now = timezone.now() - timedelta(days=3)
    title = "Closed" if is_closed else "Open"
    clinic = create_clinic(by=lead, name=f"{title} Bench Clinic", now=now)
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
    client = Client()
    client.force_login(user)
    session = client.cookies["sessionid"].value
    page = call(application, path, {"Cookie": f"sessionid={session}"})
    token = page.header("Set-Cookie").partition("csrftoken=")[2].partition(";")[0]
    return {"Cookie": f"sessionid={session}; csrftoken={token}", "X-CSRFToken": token}


def _count(request: Callable[[], object]) -> int:
    """Count the statements of one request."""
    n_statements = 0

    def count(execute: Callable[..., Any], *given: Any) -> Any:
        nonlocal n_statements
        n_statements += 1
        return execute(*given)

    with connection.execute_wrapper(count):
        request()
    return n_statements


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        print(json.dumps(prepare()))
    else:
        _seed(MANY - FEW)
