"""The link of a team talk: who makes it, what it opens and until when; that it needs no account and no session."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.clinics.models import User
from assessments.results import closing
from assessments.rounds import talk_actions
from assessments.rounds.models import Round, TeamTalk
from assessments.rounds.passes import FRESH_TALK_LINK
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.rounds.conftest import TO_SEND, Holder, finish, say

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def test_link_gives_a_pass_and_leaves_the_address_bar(holder: Holder) -> None:
    answer = Client().get(reverse("rounds:talk_link", args=[holder.token]))

    assert answer["Location"] == reverse("rounds:talk")
    assert answer["Referrer-Policy"] == "no-referrer"
    cookie = answer.cookies["team-talk"]
    assert cookie["httponly"]
    assert not cookie["max-age"]  # gone with the browser
    assert holder.token not in cookie.value


def test_later_pages_keep_the_sites_policy_so_that_forms_are_taken(holder: Holder) -> None:
    page = holder.get("talk_topic", "practice")
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]
    assert holder.token not in page.content.decode()


def test_no_session_is_made_or_read(holder: Holder) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for name, args in [("talk", []), ("talk_topic", ["practice"]), ("talk_send", [])]:
            holder.get(name, *args)
        holder.post(answer_workload="2")
        holder.put("evidence")
        holder.send(**TO_SEND)
        holder.get("talk")
    assert Session.objects.count() == 0
    assert "sessionid" not in holder.client.cookies
    assert not [q for q in queries if "django_session" in q["sql"]]


def test_session_of_somebody_who_is_signed_in_is_not_looked_at(holder: Holder, lead: User) -> None:
    client = signed_in(lead)
    client.get(reverse("rounds:talk_link", args=[holder.token]))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("rounds:talk"))
    assert not [q for q in queries if "django_session" in q["sql"]]


def test_pages_offer_nothing_of_an_account(holder: Holder) -> None:
    for page in (holder.get("talk"), holder.get("talk_topic", "practice"), holder.get("talk_send")):
        assert "/accounts/" not in page.content.decode()


def test_reading_writes_nothing(holder: Holder) -> None:
    say(holder.link, "workload", 2)
    with CaptureQueriesContext(connection) as queries:
        Client().get(reverse("rounds:talk_link", args=[holder.token]))
        for name, args in [("talk", []), ("talk_topic", ["practice"]), ("talk_send", [])]:
            holder.get(name, *args)
    assert not [q for q in queries if re.match("INSERT|UPDATE|DELETE", q["sql"])]


@pytest.mark.parametrize("token", ["x", "a-token-that-was-never-made", "send-me", "%00", "x" * 500])
def test_link_that_was_never_made_is_one_friendly_404(db: None, token: str) -> None:
    answer = Client().get(f"/t/{token}/")
    assert answer.status_code == 404
    assert "This link opens nothing" in answer.content.decode()
    assert "team-talk" not in answer.cookies


def test_dead_links_look_the_same_whatever_the_cause(holder: Holder, lead: User, open_round: Round) -> None:
    never_made = Client().get("/t/never-made/").content
    replaced_url = reverse("rounds:talk_link", args=[holder.token])
    signed_in(lead).post(reverse("rounds:make_talk_link", args=[open_round.pk]))
    replaced = Client().get(replaced_url)
    replaced_pass = holder.get("talk")
    finish(open_round)
    unsent = Client().get(replaced_url)

    for answer in (replaced, replaced_pass, unsent, Client().get(reverse("rounds:talk"))):
        assert answer.status_code == 404
        assert answer.content == never_made


@pytest.mark.parametrize(("name", "args"), [("talk", []), ("talk_topic", ["practice"]), ("talk_send", [])])
def test_pages_are_closed_without_a_pass_or_with_a_forged_one(holder: Holder, name: str, args: list[str]) -> None:
    client = Client()
    assert client.get(reverse(f"rounds:{name}", args=args)).status_code == 404
    client.cookies["team-talk"] = holder.client.cookies["team-talk"].value[:-1] + "!"
    assert client.get(reverse(f"rounds:{name}", args=args)).status_code == 404


def test_pass_of_another_kind_opens_nothing(holder: Holder) -> None:
    client = Client()
    client.cookies["team-page"] = holder.client.cookies["team-talk"].value
    assert client.get(reverse("rounds:talk")).status_code == 404


def test_pass_ends_after_twelve_hours(holder: Holder) -> None:
    with time_machine.travel(NOW + timedelta(hours=16), tick=False):
        assert holder.get("talk").status_code == 404


@pytest.mark.parametrize("days", [0, 89])
def test_after_closing_the_link_of_a_sent_talk_opens_the_team_page(
    holder: Holder, lead: User, open_round: Round, days: int
) -> None:
    say(holder.link, "workload", 2)
    holder.send(**TO_SEND)
    closing.close(round_id=open_round.pk, by=lead, now=NOW)

    with time_machine.travel(NOW + timedelta(days=days), tick=False):
        answer = Client().get(reverse("rounds:talk_link", args=[holder.token]), follow=True)
    assert answer.redirect_chain == [("/t/", 302), ("/team/", 302)]
    assert answer.status_code == 200
    assert "Harbour Clinic" in answer.content.decode()


def test_ninety_days_after_closing_the_link_opens_nothing(holder: Holder, open_round: Round) -> None:
    say(holder.link, "workload", 2)
    holder.send(**TO_SEND)
    finish(open_round)
    with time_machine.travel(NOW + timedelta(days=90), tick=False):
        assert Client().get(reverse("rounds:talk_link", args=[holder.token])).status_code == 404


def team_lines(client: Client, assessment: Round) -> str:
    """Give what the task list says of the team, as one line of text."""
    page = client.get(reverse("rounds:round", args=[assessment.pk])).content.decode()
    part = page[page.index("<h2>Your team</h2>") : page.index("<h2>What comes of it</h2>")]
    return " ".join(re.sub("<[^>]*>", " ", part).split())


def test_task_list_says_how_the_team_is_heard(holder: Holder, manager: User, open_round: Round) -> None:
    client = signed_in(manager)
    assert "Nobody is invited yet. The team talk The link has been made" in team_lines(client, open_round)

    say(holder.link, "workload", 2)
    holder.send(**TO_SEND)
    Round.objects.update(n_invited=9, participation="fewer", participation_on=NOW.date())
    lines = team_lines(client, open_round)
    assert "9 therapists invited; as of 22 November fewer than 5 so far have answered." in lines
    assert "Sent on 22 November, agreed in a meeting of 4." in lines


def test_team_page_of_the_clinic_offers_the_link_to_the_lead_alone(
    lead: User, manager: User, open_round: Round
) -> None:
    url = reverse("respondents:team", args=[open_round.pk])
    makes = reverse("rounds:make_talk_link", args=[open_round.pk])
    assert makes in signed_in(lead).get(url).content.decode()
    page = signed_in(manager).get(url).content.decode()
    assert makes not in page
    assert "The lead of the clinic makes the link." in page


def test_team_page_of_the_clinic_says_what_another_link_does_and_when_the_talk_was_sent(
    holder: Holder, lead: User, open_round: Round
) -> None:
    url = reverse("respondents:team", args=[open_round.pk])
    client = signed_in(lead)
    assert "A new one takes the place of the old one" in client.get(url).content.decode()

    say(holder.link, "workload", 2)
    holder.send(**TO_SEND)
    page = client.get(url).content.decode()
    assert "Sent on 22 November 2026, agreed in a meeting of 4." in page
    assert reverse("rounds:make_talk_link", args=[open_round.pk]) not in page


def test_lead_is_shown_a_fresh_link_once(lead: User, open_round: Round) -> None:
    client = signed_in(lead)
    url = reverse("rounds:make_talk_link", args=[open_round.pk])
    made = client.post(url)
    assert made["Location"] == url
    assert made.cookies["talk-link"]["httponly"]
    page = client.get(url)
    token = re.findall(r"http\S+/t/([\w-]{22})/", page.content.decode())[0]

    assert Client().get(f"/t/{token}/").status_code == 302
    assert token not in page.cookies["talk-link"].value  # taken back
    assert token not in client.get(reverse("rounds:round", args=[open_round.pk])).content.decode()


def test_fresh_link_asked_for_again_leads_to_where_another_is_made(lead: User, open_round: Round) -> None:
    client = signed_in(lead)
    url = reverse("rounds:make_talk_link", args=[open_round.pk])
    client.post(url)
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        again = client.get(url)
    assert again["Location"] == f"{reverse('respondents:team', args=[open_round.pk])}#team-talk"
    assert not [q for q in queries if re.match("INSERT|UPDATE|DELETE", q["sql"])]


def test_fresh_link_of_another_assessment_or_after_a_minute_is_not_shown(lead: User, open_round: Round) -> None:
    client = signed_in(lead)
    url = reverse("rounds:make_talk_link", args=[open_round.pk])
    client.post(url)
    with time_machine.travel(NOW + timedelta(hours=3, minutes=2), tick=False):
        assert client.get(url).status_code == 302
    FRESH_TALK_LINK.give(other := HttpResponse(), {"round": "another", "token": "its-token"})
    client.cookies["talk-link"] = other.cookies["talk-link"].value
    assert client.get(url).status_code == 302


def test_both_sides_read_that_the_link_lets_the_lead_read_along(holder: Holder, lead: User, open_round: Round) -> None:
    client = signed_in(lead)
    panel = client.get(reverse("respondents:team", args=[open_round.pk])).content.decode()
    fresh = client.post(reverse("rounds:make_talk_link", args=[open_round.pk]), follow=True).content.decode()
    assert "can read along before it is sent. So could you: please don’t" in panel
    assert "can read along before it is sent. So could you: please don’t" in fresh
    assert "I have it too, because I pass it on; I will not open it." in fresh
    talk = talk_actions.make_talk_link(by=lead, round_id=open_round.pk, now=NOW)
    assert "the person at your clinic who made it" in Client().get(f"/t/{talk}/", follow=True).content.decode()


def test_manager_and_stranger_make_no_link(manager: User, stranger: User, open_round: Round) -> None:
    url = reverse("rounds:make_talk_link", args=[open_round.pk])
    assert signed_in(manager).post(url).status_code == 403
    assert signed_in(stranger).post(url).status_code == 404
    assert not TeamTalk.objects.exists()
