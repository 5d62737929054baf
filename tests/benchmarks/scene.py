"""Open assessments with invited therapists and a lead who has signed in; and what the database holds of them later.

A process of its own, on the database that is measured. `prepare ROUNDS INVITED [COLLEAGUES]` prints who may answer
what; `stored` prints what is there of the forms, and of the drafts whose cookies it is given.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import django
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.utils import timezone

django.setup()

from allauth.account.models import EmailAddress  # noqa: E402 - models need Django

from assessments.clinics.actions import create_clinic  # noqa: E402
from assessments.clinics.models import Clinic, Membership, Role, User  # noqa: E402
from assessments.respondents.actions import invite  # noqa: E402
from assessments.respondents.models import Draft, Submission  # noqa: E402
from assessments.respondents.passes import held  # noqa: E402
from assessments.respondents.seeding import fresh_links  # noqa: E402
from assessments.rounds.actions import open_round  # noqa: E402
from assessments.rounds.models import FormAnswer, Round  # noqa: E402
from readiness.instrument.definition import Context, Form  # noqa: E402

TOKEN: Final = "a" * 32
PASSWORD: Final = "twelve quiet herons"


def prepare(n_rounds: int, n_invited: int, n_colleagues: int = 0) -> dict[str, Any]:
    """Open the assessments, each in a clinic of its own, and make the links; colleagues belong to all the clinics."""
    call_command("migrate", verbosity=0)
    lead = person("scene")
    rounds = [_opened(lead, number, n_invited) for number in range(n_rounds)]
    colleagues = [person("colleague") for _ in range(n_colleagues)]
    clinics = Clinic.objects.filter(rounds__in=rounds)
    Membership.objects.bulk_create(
        Membership(clinic=clinic, user=user, role=Role.MANAGER) for clinic in clinics for user in colleagues
    )
    client = Client()
    client.force_login(lead)
    return {
        "rounds": [
            {
                "id": str(one.pk),
                "clinic": str(one.clinic_id),
                "links": fresh_links(by=lead, round_id=one.pk, now=timezone.now()),
            }
            for one in rounds
        ],
        "people": [{"login": user.email, "password": PASSWORD} for user in (lead, *colleagues)],
        "keys": [item.key for item in rounds[0].instrument.items_of(Form.MANAGER)],
        "cookies": {"sessionid": client.cookies["sessionid"].value, "csrftoken": TOKEN},
        "headers": {"X-CSRFToken": TOKEN, "Content-Type": "application/json"},
    }


def person(kind: str) -> User:
    """Make somebody who can sign in."""
    user = User.objects.create_user(f"{kind}-{uuid4().hex[:8]}@example.org", PASSWORD, name=kind.capitalize())
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def _opened(lead: User, number: int, n_invited: int) -> Round:
    now = timezone.now()
    clinic = create_clinic(by=lead, name=f"Scene {uuid4().hex[:8]}", now=now)
    due_on = now.date() + timedelta(days=21)
    one = open_round(by=lead, clinic=clinic, title="Open", context=Context(), due_on=due_on, now=now)
    pasted = "\n".join(f"therapist-{number}-{n}@example.com" for n in range(n_invited))
    invite(by=lead, round_id=one.pk, pasted=pasted, now=now)
    return one


def stored(given: dict[str, Any]) -> dict[str, Any]:
    """Give the clinic forms of these rounds, the draft that each browser's cookie leads to, and what has been sent."""
    rows = FormAnswer.objects.filter(round__in=given["rounds"])
    drafts = {str(draft.pk): draft.answers for draft in Draft.objects.filter(round__in=given["rounds"])}
    return {
        "items": {f"{row.round_id}/{row.key}": [row.value, row.revision, row.op] for row in rows},
        "drafts": [drafts.get(_draft_of(cookies)) for cookies in given["browsers"]],
        "n_drafts": len(drafts),
        "sent": list(Submission.objects.filter(round__in=given["rounds"]).values_list("answers", flat=True)),
    }


def _draft_of(cookies: dict[str, str]) -> str:
    request = RequestFactory().get("/")
    request.COOKIES = cookies
    kept = held(request)
    return str(kept.draft_id) if kept else ""


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        print(json.dumps(prepare(*map(int, sys.argv[2:]))))
    else:
        print(json.dumps(stored(json.load(sys.stdin))))
