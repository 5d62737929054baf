"""A clinic whose every text wants to be something else, and half of whose form is blank: what formats stumble over.

Made through the actions of life, so that what is kept is what can be kept; what the database cannot hold is put into
the report afterwards.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle
from typing import Final

from assessments.clinics.actions import create_clinic
from assessments.clinics.models import Clinic, User
from assessments.plans.actions import Content, Origin, add_action, move_action
from assessments.plans.models import TEXT_MAX, Status
from assessments.reports.report import Report, report_of
from assessments.rounds.actions import Change, open_round, save_page
from assessments.rounds.models import Round
from readiness.instrument.definition import Answer, Context, NonAnswer
from readiness.instrument.loading import load
from tests.assessments.conftest import NOW, make_user
from tests.assessments.results.conftest import ITEMS, LATER
from tests.assessments.results.team import TALK, finish, invite, send, sheet, talk

CLINIC: Final = "=1+1 מרפאת הנמל 🏥 عيادة"
TITLE: Final = "+cmd|' /C calc'!A0 @SUM(A1:A9) -2+3"
EARLIER: Final = '=HYPERLINK("https://example.org","Autumn")'
OWNER: Final = "@SUM(1+1)*cmd|' /C calc'!A0"
ASKED: Final = '=WEBSERVICE("https://example.org/?"&A1) <b>A quiet room</b>'
EARLIER_AT: Final = NOW - timedelta(days=120)
LONG: Final = 10_000
"""Characters of the longest comment; the form itself takes fewer."""

COMMENTS: Final = (
    '=1+1 "quoted", with a comma; and a semicolon',
    "+1 234 567",
    "-2+3\non a second line\n\n=1+1",
    "@SUM(A1:A9)",
    "＝1＋1 ＋2 －3 ＠SUM",
    "{=x} {0.__class__} {{ 7*7 }} ${x} %s %(x)s",
    "<script>alert(1)</script> & <b>bold</b> ]]> <!-- -->",
    '#import "@preview/x" #read("/etc/passwd") *bold* _i_ $ x $ @ref <label> \\ // `raw`',
    "https://example.org/?q=1 mailto:somebody@example.org file:///etc/passwd",
    "שלום (עולם) 123 👩🏽‍⚕️🇳🇱 مرحبا, é ﷽ 𝔘",
    "<r><t>=1+1</t></r>",
    "no characters: \ufffe \uffff \U0001ffff",
    "'1 \"\" '' \\N \\t | ; , TRUE 1E5 00123 2026-11-22 #N/A",
)
"""What managers wrote, to the first questions of the form."""

UNKEPT: Final = ("\t=1+1", "\r\n=1+1", "  =1+1", "\u202e=1+1\u202c")
"""What the form cleans before it keeps it."""

EVERY_ANSWER: Final[tuple[Answer, ...]] = (1, 2, 3, 4, 5, NonAnswer.DONT_KNOW, 2, NonAnswer.NOT_APPLICABLE)


def awkward_round() -> Round:
    """Make a finished assessment of this clinic, with one before it, a team talk, withheld figures and a plan."""
    lead = make_user("awkward@example.org", '=Lena "Lead" <b>🦉</b>')
    clinic = create_clinic(by=lead, name=CLINIC, country="@Nederland", time_zone="Pacific/Kiritimati", now=EARLIER_AT)
    earlier = _opened(lead, clinic, EARLIER, EARLIER_AT)
    finish(earlier, lead, EARLIER_AT)
    assessment = _opened(lead, clinic, TITLE, NOW)
    invite(assessment, lead, 9)
    send(assessment, [sheet(2, 3)] * 3)
    talk(assessment, lead, TALK, asks=("other",), other=ASKED)
    _plan(lead, clinic, assessment)
    return finish(assessment, lead)


def awkward_report() -> Report:
    """Give the report of this clinic, with a comment longer than any, and with comments that were never cleaned."""
    assessment = awkward_round()
    (lead,) = (one.user for one in assessment.clinic.memberships.select_related("user"))
    report = report_of(assessment, reader=lead, now=LATER)
    said = dict(zip(reversed(ITEMS), (*UNKEPT, ("=long wörd 🦉 " * LONG)[:LONG]), strict=False))
    items = tuple(replace(row, comment=said.get(row.key, row.comment)) for row in report.items)
    return replace(report, items=items)


def _opened(lead: User, clinic: Clinic, title: str, at: datetime) -> Round:
    context = Context(stage="running", routes=["gp", "self"], for_whom=["pain-fatigue"])
    due_on = at.date() + timedelta(days=21)
    assessment = open_round(by=lead, clinic=clinic, title=title, context=context, due_on=due_on, now=at)
    half = zip(ITEMS[::2], cycle(EVERY_ANSWER), cycle(COMMENTS), strict=False)
    changes = [Change(key, _allowed(key, answer), comment, 0, f"op-{key}") for key, answer, comment in half]
    assert not save_page(by=lead, round_id=assessment.pk, changes=changes, now=at)
    return assessment


def _allowed(key: str, answer: Answer) -> Answer:
    """Every clinic can answer a safety question."""
    return NonAnswer.DONT_KNOW if answer is NonAnswer.NOT_APPLICABLE and load().item[key].safety else answer


def _plan(lead: User, clinic: Clinic, assessment: Round) -> None:
    for status, title in zip(Status, (TITLE, "=1+1", '"; DROP TABLE', "@x 🏥 ערב"), strict=True):
        content = Content(
            title=title,
            steps="\n".join(COMMENTS)[:TEXT_MAX],
            domain="funding",
            owner_id=lead.pk if status is Status.DONE else None,
            owner_name="" if status is Status.DONE else OWNER,
            due_on=NOW.date() + timedelta(days=1),
        )
        origin = Origin(assessment.pk)
        action = add_action(by=lead, clinic=clinic, content=content, op=f"op-{status}", origin=origin, now=NOW)
        move_action(by=lead, action_id=action.pk, base=action.revision, status=status, reason="=1-1", now=NOW)
