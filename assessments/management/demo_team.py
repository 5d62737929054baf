"""How the therapists of invented clinics are heard: each by a form of their own, or together in a team talk.

All of it goes the way that it goes in life, from the invitation to the last button.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from assessments.clinics.actions import hash_of
from assessments.management.marks import read_marks
from assessments.respondents import actions as respondents
from assessments.respondents.seeding import fresh_links
from assessments.rounds import talk_actions
from assessments.rounds.actions import Change
from readiness.instrument.definition import Form

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.clinics.models import User
    from assessments.rounds.models import Given, Round


def hear_team(assessment: Round, entry: dict[str, Any], *, by: User, now: datetime) -> None:
    """Let therapists answer as the entry of a round in demo.toml says; nothing happens where it says nothing."""
    if "therapists" in entry:
        _invite(assessment, entry["therapists"]["invited"], by, now)
        _send_forms(assessment, entry["therapists"]["answers"], by, now)
    if "talk" in entry:
        _talk(assessment, entry["talk"], by, now)


def _invite(assessment: Round, n_invited: int, by: User, now: datetime) -> None:
    place = assessment.clinic.name.split()[0].lower()
    addresses = [f"therapist{number + 1}.{place}@example.org" for number in range(n_invited)]
    respondents.invite(by=by, round_id=assessment.pk, pasted="\n".join(addresses), now=now)


def _send_forms(assessment: Round, by_domain: dict[str, str], by: User, now: datetime) -> None:
    """Send as many forms as there are; whoever was invited beyond them has not answered."""
    links = fresh_links(by=by, round_id=assessment.pk, now=now)
    for link, answers in zip(links, _forms(assessment, by_domain), strict=False):
        token = PurePosixPath(urlsplit(link).path).name
        invitation_id = UUID(str(respondents.find_link(token=token, now=now).pk))
        draft_id = uuid4()
        respondents.save_draft(invitation_id=invitation_id, draft_id=draft_id, given=answers, now=now)
        respondents.send(invitation_id=invitation_id, draft_id=draft_id, now=now)


def _forms(assessment: Round, by_domain: dict[str, str]) -> Iterator[dict[str, Given]]:
    for marks in zip(*(words.split() for words in by_domain.values()), strict=True):
        of_person = dict(zip(by_domain, marks, strict=True))
        yield dict(read_marks(assessment.instrument, Form.THERAPIST, of_person, assessment.context))


def _talk(assessment: Round, entry: dict[str, Any], by: User, now: datetime) -> None:
    link = hash_of(talk_actions.make_talk_link(by=by, round_id=assessment.pk, now=now))
    for key, answer in read_marks(assessment.instrument, Form.THERAPIST, entry["answers"], assessment.context):
        change = Change(key=key, answer=answer, comment=None, base=0, op=f"demo-talk-{key}")
        talk_actions.save_joint_answer(link=link, change=change, now=now)
    talk_actions.send_talk(
        link=link,
        n_people=entry["n_people"],
        requests=entry["requests"],
        other_request=entry.get("other_request", ""),
        now=now,
    )
