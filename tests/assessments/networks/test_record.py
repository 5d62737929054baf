"""The page of acts: every kind of act has words, none has an address or a trace of a therapist, all for the lead."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import product
from uuid import uuid4

import pytest
from django.urls import reverse

from assessments.clinics.actions import hash_of, record
from assessments.clinics.models import AuditEvent, Membership, User
from assessments.management.commands.work import Worker
from assessments.networks.record_presenters import ABOUT, act_rows
from assessments.plans.actions import Content, add_action
from assessments.respondents import actions as respondents
from assessments.respondents.models import Invitation
from assessments.results.closing import close
from assessments.rounds import talk_actions
from assessments.rounds.actions import Change
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.results.team import HEARD, invite, send

Act = AuditEvent.Act


@pytest.fixture
def things(clinic, lead, manager, network, consultant, open_round):
    """What an act of each kind is about, as its subject."""
    action = add_action(by=lead, clinic=clinic, content=Content(title="Ask the payer"), op="op", now=NOW)
    member = Membership.objects.get(user=manager)
    about = dict.fromkeys(Act, str(open_round.pk))
    about |= dict.fromkeys((Act.CLINIC_CREATED, Act.CLINIC_CHANGED), "")
    about |= dict.fromkeys((Act.MANAGER_INVITED, Act.INVITATION_WITHDRAWN, Act.PERSON_ERASED), str(uuid4()))
    about |= dict.fromkeys(
        (Act.MANAGER_JOINED, Act.MANAGER_LEFT, Act.MANAGER_REMOVED, Act.LEAD_HANDED_OVER), str(member.pk)
    )
    about |= dict.fromkeys((Act.NETWORK_JOINED, Act.NETWORK_LEVEL_CHANGED), f"{network.pk} scores")
    about |= dict.fromkeys((Act.CONSULTANT_JOINED, Act.CONSULTANT_LEFT), f"{network.pk} {consultant.pk}")
    about |= {Act.NETWORK_LEFT: str(network.pk), Act.ACTION_MOVED: f"{action.pk} done"}
    return about | dict.fromkeys((Act.ACTION_ADDED, Act.ACTION_CHANGED), str(action.pk))


def words_of(clinic, act, by, subject):
    kept = AuditEvent(clinic=clinic, act=act, by=by, subject=subject, at=NOW, pk=1)
    return act_rows(clinic, [kept])[0].words


def test_every_kind_of_act_stands_under_exactly_one_heading():
    listed = [act for _, acts in ABOUT.values() for act in acts]
    assert sorted(listed) == sorted(Act)


@pytest.mark.timeout(20)
def test_every_kind_of_act_has_words_whatever_is_left_of_it(things, clinic, lead):
    """With a name and without, by nobody, with what it is about, and with that gone: never an address or an id."""
    for name in ("Lena Lead", ""):
        User.objects.update(name=name)
        lead.refresh_from_db()
        for act in Act:
            gone = re.sub(r"^[0-9a-f-]{36}", lambda _: str(uuid4()), things[act])
            for by, subject in product((lead, None), (things[act], gone, "")):
                words = words_of(clinic, act, by, subject)
                assert re.fullmatch(r"[A-Z][^{}@]{9,}\.", words), words
                assert not re.search(r"[0-9a-f]{8}-|\d", words), words
            assert ("Lena Lead" in words_of(clinic, act, lead, gone)) is (
                bool(name)
                and act is not Act.PERSON_ERASED  # whose account is gone then, or the operator's who has none
            )


def test_words_name_what_is_known(things, clinic, lead, manager):
    manager.memberships.all().delete()  # that they joined stays on record
    expected = {
        Act.ROUND_OPENED: "Lena Lead opened the assessment “Autumn round”.",
        Act.NETWORK_JOINED: "Lena Lead let Region North roll-out in: “Scores and flags”.",
        Act.ACTION_MOVED: "Lena Lead moved the action “Ask the payer” to “Done”.",
        Act.MANAGER_REMOVED: "Lena Lead removed Milan Manager.",
        Act.LEAD_HANDED_OVER: "Lena Lead made Milan Manager the lead of the clinic.",
        Act.ROUND_ERASED: "Lena Lead erased an assessment.",
    }
    assert {act: words_of(clinic, act, lead, things[act]) for act in expected} == expected


def test_clock_operator_and_whoever_is_gone_are_told_apart(things, clinic, lead, admin, open_round):
    pk = str(open_round.pk)
    assert words_of(clinic, Act.ROUND_CLOSED, None, pk).startswith("Somebody whose account is gone finished")
    closed = "A member closed their account, or the operator closed it."
    assert words_of(clinic, Act.PERSON_ERASED, None, "") == closed
    assert words_of(clinic, Act.LEAD_HANDED_OVER, admin, "").startswith("The operator of this site made")
    close(round_id=open_round.pk, by=None, now=open_round.due_at)
    clock = "The last day of the assessment “Autumn round” was over, so it was finished."
    assert words_of(clinic, Act.ROUND_CLOSED, None, pk) == clock
    lead.memberships.update(role="manager")  # whoever finished late, by hand, is not the clock
    assert words_of(clinic, Act.ROUND_CLOSED, lead, pk) == "Lena Lead finished the assessment “Autumn round”."


def page_of(lead, clinic, query=""):
    return signed_in(lead).get(reverse("networks:record", args=[clinic.pk]) + query)


@pytest.mark.timeout(20)
def test_record_is_paged_newest_first_at_the_clinics_time_and_can_be_narrowed(
    clinic, lead, open_round, django_assert_max_num_queries
):
    clinic.time_zone = "Pacific/Auckland"
    clinic.save(update_fields=["time_zone"])
    for hour in range(40):
        at = datetime(2026, 11, 24, 10, tzinfo=UTC) - timedelta(hours=hour)  # a clock that goes backwards
        record(act=Act.ROUND_DUE_MOVED, clinic=clinic, by=lead, subject=str(open_round.pk), at=at)
    browser = signed_in(lead)
    with django_assert_max_num_queries(9):
        page = unescape(browser.get(reverse("networks:record", args=[clinic.pk])).content.decode())
    assert len(re.findall('data-test="act"', page)) == 25
    assert page.index("23 November 2026, 08:00") < page.index("24 November 2026, 08:00")
    assert "Page 1 of 2" in page
    last = unescape(page_of(lead, clinic, "?page=2").content.decode())
    assert "Harbour" in last
    assert last.index('data-act="round-due-moved"') < last.index('data-act="clinic-created"')
    people = page_of(lead, clinic, "?about=people").content.decode()
    assert set(re.findall('data-act="([^"]+)"', people)) == {"clinic-created"}
    assert page_of(lead, clinic, "?about=x&page=99").status_code == 200


@pytest.mark.timeout(20)
def test_nothing_that_therapists_do_leaves_a_trace_on_the_record(clinic, lead, open_round):
    """Answers begun and sent, "this is not me", a team's talk, and what the worker does about them."""
    invite(open_round, lead, 9)
    link = hash_of(talk_actions.make_talk_link(by=lead, round_id=open_round.pk, now=NOW))
    respondents.remind(by=lead, round_id=open_round.pk, now=NOW)
    before = page_of(lead, clinic).content.decode()

    send(open_round, HEARD)
    respondents.decline(invitation_id=Invitation.objects.filter(answered=False)[0].pk, now=NOW)
    talk_actions.save_joint_answer(link=link, change=Change("workload", 4, None, 0, "op"), now=NOW)
    talk_actions.send_talk(link=link, n_people=3, requests=(), other_request="", now=NOW)
    Worker().work(now=NOW + timedelta(days=2))

    after = page_of(lead, clinic).content.decode()
    assert re.findall("<li .*", before) == re.findall("<li .*", after)
    assert "therapist-1@" not in after
    asked = re.findall(r"Lena Lead ([^<]*)the assessment “Autumn round”", unescape(after))
    assert asked == [
        "asked for the reminder of ",
        "made a link for the team talk of ",
        "invited therapists to ",
        "opened ",
    ]
