"""Rounds whose team was heard, built as in life: by invitations, drafts, sending, and a link to the team talk.

And what pages then say of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from html import unescape
from typing import Final
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from assessments.clinics.actions import hash_of
from assessments.clinics.models import User
from assessments.respondents import actions as respondents
from assessments.respondents.models import Invitation
from assessments.results import bodies
from assessments.results.closing import close
from assessments.rounds import talk_actions
from assessments.rounds.actions import Change
from assessments.rounds.models import Round
from assessments.rounds.passes import TEAM_PAGE
from readiness.instrument.definition import CONFIDENCE, Answer, Form
from readiness.instrument.loading import load
from tests.assessments.conftest import NOW
from tests.assessments.results.conftest import LATER, hooks, page_of

WORK: Final = tuple(item.key for item in load().items_of(Form.THERAPIST) if item.domain != CONFIDENCE)
OWN: Final = tuple(item.key for item in load().items_of(Form.THERAPIST, CONFIDENCE))


def sheet(work: Answer, own: Answer, **others: Answer) -> dict[str, Answer]:
    """Give a therapist's answers: the same to every question about the work, and to every one about confidence."""
    changed = {key.replace("_", "-"): value for key, value in others.items()}
    return dict.fromkeys(WORK, work) | dict.fromkeys(OWN, own) | changed


def invite(assessment: Round, by: User, n_people: int, now: datetime = NOW) -> None:
    """Invite so many therapists; their addresses name the round, so that two rounds share none."""
    pasted = "\n".join(f"therapist-{number}@{assessment.pk}.example.org" for number in range(n_people))
    respondents.invite(by=by, round_id=assessment.pk, pasted=pasted, now=now)
    assessment.refresh_from_db()


def send(assessment: Round, sheets: Iterable[Mapping[str, Answer]], now: datetime = NOW) -> None:
    """Let as many of those invited send answers as there are sheets."""
    for invitation, answers in zip(Invitation.objects.filter(round=assessment, answered=False), sheets, strict=False):
        draft_id = uuid4()
        respondents.save_draft(invitation_id=invitation.pk, draft_id=draft_id, given=answers, now=now)
        respondents.send(invitation_id=invitation.pk, draft_id=draft_id, now=now)


def hear(
    assessment: Round, by: User, sheets: list[dict[str, Answer]], n_invited: int = 9, now: datetime = NOW
) -> Round:
    """Invite therapists and let some of them answer."""
    invite(assessment, by, n_invited, now)
    send(assessment, sheets, now)
    return assessment


def talk(
    assessment: Round,
    by: User,
    answers: Mapping[str, Answer | str],
    *,
    sent: bool = True,
    asks: tuple[str, ...] = (),
    other: str = "<b>A quiet room</b>",
    now: datetime = NOW,
) -> Round:
    """Let the team talk, and send what it agreed on unless told otherwise; `other` counts where it is asked for."""
    link = hash_of(talk_actions.make_talk_link(by=by, round_id=assessment.pk, now=now))
    changes = [Change(key=key, answer=value, comment=None, base=0, op=f"talk-{key}") for key, value in answers.items()]
    assert not talk_actions.save_joint_page(link=link, changes=changes, now=now)
    if sent:
        said = other if "other" in asks else ""
        talk_actions.send_talk(link=link, n_people=3, requests=asks, other_request=said, now=now)
    return assessment


HEARD: Final = [sheet(3, 4, **dict.fromkeys(("patient_motivation", "comorbidity", "digital_access"), 1))] * 7
"""Seven who agree: 50 on most topics, low on one, 40 on own confidence; from seven people 20 is the end."""

TALK: Final[Mapping[str, Answer | str]] = {
    **dict.fromkeys(WORK, 4),
    **dict.fromkeys(("workload", "planned-time"), 1),
    "time-norm": 2,
    "comorbidity": "no_agreement",
}
"""Little of daily work, and one question on which they do not agree."""


def finish(assessment: Round, lead: User, now: datetime = LATER) -> Round:
    """Finish a round and give it as it then is."""
    close(round_id=assessment.pk, by=lead, now=now)
    assessment.refresh_from_db()
    return assessment


def team_page(assessment: Round, *, status: int = 200) -> str:
    """Give the team page as whoever holds a pass for this round sees it."""
    client, response = Client(), HttpResponse()
    TEAM_PAGE.give(response, {"round": str(assessment.pk)})
    client.cookies = response.cookies
    page = client.get(reverse("plans:team_page"))
    assert page.status_code == status
    return unescape(page.content.decode())


def figures(page: str) -> dict[str, tuple[str, str, str]]:
    """Give what a page shows of the team, by topic; every element about a topic must say the same."""
    found: dict[str, tuple[str, str, str]] = {}
    for one in hooks(page, "team-figure"):
        said = (one["value"], one["side"], one["bound"])
        assert found.setdefault(one["domain"], said) == said
    return found


def section(page: str) -> str:
    """Give what a page says of the team in its own section, up to the next heading of a section."""
    managers = page.partition("What your team said</h2>")[2]
    return re.split(r"<h2|</section>", managers or page.partition("The figures</h2>")[2])[0]


def pages_of(assessment: Round, lead: User) -> list[str]:
    """Everything that anybody can see of a finished round."""
    bodies._closed_body.cache_clear()
    return [page_of(lead, assessment), page_of(lead, assessment, "print_page"), team_page(assessment)]


def without_tokens(pages: Iterable[str]) -> list[str]:
    """Give pages without the one thing that differs each time."""
    return [re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", page) for page in pages]
