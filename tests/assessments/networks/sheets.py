"""Clinics with finished assessments for the consultants' pages, and words planted where they must not be read.

Each planted word stands in one place only, so that finding it on a page says from where it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from html import unescape
from typing import Final

from django.urls import reverse

from assessments.clinics.models import Clinic, Role, User
from assessments.management import seed
from assessments.networks.models import Level, Network, NetworkClinic
from assessments.plans.actions import Content, add_action, add_note, move_action
from assessments.plans.models import Action, Status
from assessments.results.closing import close
from assessments.rounds.models import FormAnswer, Round
from readiness.instrument.definition import Answer, NonAnswer
from tests.assessments.conftest import NOW, open_round_of, signed_in
from tests.assessments.results.conftest import MIXED
from tests.assessments.results.team import HEARD, TALK, hear, talk

TITLE: Final = "Zirconium title"
COMMENT: Final = "Quokka comment"
OPEN_COMMENT: Final = "Narwhal comment"
OTHER_REQUEST: Final = "Okapi room"
ACTION: Final = "Tapir action"
OF_ACTIONS: Final = ("Quetzal owner", "Walrus step", "Ibex note", "Gecko reason")
"""Whose an action is, its steps, its note and why it was dropped: nobody outside the clinic reads them."""
LATER: Final = NOW + timedelta(hours=2)
EVERY_LEVEL: Final = tuple(Level)


def write(assessment: Round, by: User, answers: Mapping[str, Answer], comment: str = "") -> Round:
    """Keep answers as they stand once they are saved, and a comment beside the one on intake; in one statement."""
    FormAnswer.objects.bulk_create(
        FormAnswer(
            round=assessment,
            key=key,
            value=None if isinstance(value, NonAnswer) else value,
            non_answer=value if isinstance(value, NonAnswer) else "",
            comment=comment if key == "intake" else "",
            op=f"op-{key}",
            by=by,
            saved_at=NOW,
        )
        for key, value in answers.items()
        if value is not None
    )
    return assessment


def finish(assessment: Round, by: User, at: datetime = LATER) -> Round:
    """Finish a round, under a title that names it, and give it as it then is."""
    Round.objects.filter(pk=assessment.pk).update(title=TITLE)
    close(round_id=assessment.pk, by=by, now=at)
    assessment.refresh_from_db()
    return assessment


def finished_round(
    clinic: Clinic,
    lead: User,
    answers: Mapping[str, Answer] = MIXED,
    *,
    is_heard: bool = False,
    has_talked: bool = False,
    at: datetime = LATER,
    **said: object,
) -> Round:
    """Open, answer and finish an assessment; its team may have answered in confidence, talked, or both."""
    assessment = write(open_round_of(clinic, lead, **said), lead, answers, COMMENT)
    if is_heard:
        hear(assessment, lead, HEARD)
    if has_talked:
        talk(assessment, lead, TALK, asks=("supervision", "other"), other=OTHER_REQUEST)
    return finish(assessment, lead, at)


def open_again(clinic: Clinic, lead: User) -> Round:
    """Open another assessment, and answer a part of it in ways that no finished one has."""
    assessment = open_round_of(clinic, lead)
    return write(assessment, lead, {"intake": 5, "gp-referral": 5, "gp-referral-count": 98_765}, OPEN_COMMENT)


def plan(
    clinic: Clinic,
    title: str = ACTION,
    *,
    due: int | None = None,
    topic: str = "",
    status: Status = Status.PLANNED,
    at: datetime = NOW,
) -> Action:
    """Put an action into a clinic's plan, with planted words; `due` counts days from then on, backwards too."""
    lead = clinic.memberships.get(role=Role.LEAD).user
    owner, steps, note, reason = OF_ACTIONS
    due_on = None if due is None else at.date() + timedelta(days=due)
    content = Content(title=title, steps=steps, domain=topic, owner_name=owner, due_on=due_on)
    began_at = at - timedelta(days=100)
    action = add_action(by=lead, clinic=clinic, content=content, op=f"{title} {due}", now=began_at)
    add_note(by=lead, action_id=action.pk, note=note, op="note", now=at)
    why = reason if status is Status.DROPPED else ""
    move_action(by=lead, action_id=action.pk, base=1, status=status, reason=why, now=at)
    action.refresh_from_db()
    return action


def show(place: NetworkClinic, level: Level) -> NetworkClinic:
    """Change what a clinic shows, without its mails and notes."""
    NetworkClinic.objects.filter(pk=place.pk).update(level=level)
    place.refresh_from_db()
    return place


def seeded(network: Network, n_clinics: int, n_rounds: int = 1, level: Level = Level.ANSWERS) -> list[Clinic]:
    """Let so many clinics into a network, with invented results."""
    known = set(Clinic.objects.values_list("pk", flat=True))
    seed.fill(n_clinics=n_clinics, n_rounds=n_rounds, n_therapists=0, seed=7, consultant=seed.own_consultant(), now=NOW)
    clinics = list(Clinic.objects.exclude(pk__in=known).order_by("name"))
    start = network.n_joined + 1
    NetworkClinic.objects.bulk_create(
        NetworkClinic(network=network, clinic=one, level=level, number=number, joined_at=NOW)
        for number, one in enumerate(clinics, start=start)
    )
    Network.objects.filter(pk=network.pk).update(n_joined=start + n_clinics - 1)
    network.refresh_from_db()
    return clinics


def page(user: User, name: str, *args: object, query: str = "", status: int = 200, is_aliased: bool = False) -> str:
    """Give a page of networks as this person sees it, names hidden if wanted."""
    client = signed_in(user)
    if is_aliased:
        session = client.session
        session["networks-without-names"] = [str(args[0])]
        session.save()
    response = client.get(reverse(f"networks:{name}", args=args) + query)
    assert response.status_code == status
    return unescape(response.content.decode())


def main_of(html: str) -> str:
    """Give the page's content, without the header that greets the reader."""
    return html.partition("<main")[2].partition("</main>")[0]
