"""The lead's page: how the team can be heard, who is invited, and nothing that tells who has answered."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser

from assessments.clinics import actions as clinic_actions
from assessments.clinics.models import Clinic, OutgoingMail, User
from assessments.respondents import actions, upkeep
from assessments.respondents.models import Invitation, Reminder
from assessments.results import closing
from assessments.rounds.models import Round
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.respondents.conftest import NOON, Team, Therapist, words_of


def page_of(user: User, assessment: Round) -> str:
    response = signed_in(user).get(f"/rounds/{assessment.pk}/team/")
    assert response.status_code == 200
    return str(response.content.decode())


def resize(team: Team, n_therapists: int | None) -> None:
    Clinic.objects.filter(pk=team.round.clinic_id).update(n_therapists=n_therapists)


@pytest.mark.parametrize(
    ("n_therapists", "fits", "is_warned"),
    [
        (None, "", False),
        (0, "talk", True),
        (1, "talk", True),
        (4, "talk", True),
        (5, "talk", False),
        (6, "talk", False),
        (7, "form", False),
        (30, "form", False),
    ],
)
def test_page_says_what_fits_and_warns_before_inviting(team: Team, n_therapists, fits, is_warned) -> None:
    resize(team, n_therapists)
    page = page_of(team.lead, team.round)
    found = re.findall(r'id="way-(form|talk)">[^<]*<span class="fits">', re.sub(r">\s+", ">", page))
    assert found == ([fits] if fits else [])
    assert ("the form cannot show you any figure" in page) is is_warned
    assert "At least five must answer a topic" in page


def test_list_of_known_addresses_invites_nobody_new(team: Team, tokens: list[str]) -> None:
    lead = signed_in(team.lead)
    known = "therapist0@example.org\ntherapist1@example.org"
    lead.post(f"/rounds/{team.round.pk}/team/invite/", {"addresses": known})
    said = words_of(lead.get(f"/rounds/{team.round.pk}/team/").content.decode())
    assert "Nobody new was invited. 2 were invited before and keep the link that was sent." in said


@pytest.mark.parametrize(("n_invited", "is_warned"), [(1, True), (4, True), (5, False)])
def test_too_few_invited_is_said(team: Team, n_invited: int, is_warned: bool) -> None:
    team.invite_some(n_invited)
    assert ("the form cannot show you any figure" in page_of(team.lead, team.round)) is is_warned


def test_partly_good_list_says_how_many_were_invited_and_keeps_the_rest(team: Team, manager: User) -> None:
    lead = signed_in(team.lead)
    pasted = f"a@example.org\nb@example.org, <script>\n{manager.email}"
    response = lead.post(f"/rounds/{team.round.pk}/team/invite/", {"addresses": pasted})
    page = response.content.decode()
    assert response.status_code == 422
    assert "2 people are invited." in page
    assert "&lt;script&gt;: This is not an e-mail address." in page
    kept = re.search(r"<textarea.*?>\s*(.*?)</textarea>", page, re.DOTALL)
    assert kept is not None
    assert kept[1].split("\n") == ["&lt;script&gt;", manager.email]
    assert page.count("Withdraw<") == 2


@pytest.mark.parametrize("pasted", ["", "  \n ", "x" * 100_001], ids=["nothing", "blank", "too long"])
def test_list_that_holds_nothing_is_named(team: Team, pasted: str) -> None:
    response = signed_in(team.lead).post(f"/rounds/{team.round.pk}/team/invite/", {"addresses": pasted})
    assert response.status_code == 422
    assert 'href="#id_addresses"' in response.content.decode()


def test_good_list_leads_back_with_a_word(team: Team) -> None:
    lead = signed_in(team.lead)
    url = f"/rounds/{team.round.pk}/team/"
    assert lead.post(f"{url}invite/", {"addresses": "a@example.org"})["Location"] == url
    assert "One person is invited." in lead.get(url).content.decode()
    OutgoingMail.objects.update(state="sent", subject="", body="")
    lead.post(f"{url}invite/", {"addresses": "a@example.org\nb@example.org"})
    page = words_of(lead.get(url).content.decode())
    assert "One was invited before and keeps the link that was sent." in page
    assert "1 invitation sent, 1 not yet sent." in page


def test_mail_that_was_given_up_is_counted_with_what_to_do(team: Team, tokens: list[str]) -> None:
    OutgoingMail.objects.filter(address="therapist0@example.org").update(state="given-up", subject="", body="")
    said = words_of(page_of(team.lead, team.round))
    assert "0 invitations sent, 2 not yet sent, 1 could not be sent." in said
    assert "withdraw a wrong one" in said


def test_invitations_are_the_leads_alone(team: Team, tokens, manager, stranger, other_clinic, admin) -> None:
    assert Invitation.objects.visible_to(team.lead).count() == 3
    for person in (manager, stranger, admin, AnonymousUser()):
        assert not Invitation.objects.visible_to(person).exists()


def marks_removed(page: str) -> str:
    """Leave out what differs between any two openings of a page: the tokens of its forms."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_b12_b13_b14_page_is_the_same_whoever_has_answered(team: Team, tokens: list[str]) -> None:
    before = marks_removed(page_of(team.lead, team.round))
    headers = dict(signed_in(team.lead).get(f"/rounds/{team.round.pk}/team/").headers)
    sent = Therapist(tokens[1])
    sent.answer_all(team.round)
    sent.send()
    assert marks_removed(page_of(team.lead, team.round)) == before
    assert dict(signed_in(team.lead).get(f"/rounds/{team.round.pk}/team/").headers) == headers
    assert not {"ETag", "Last-Modified"} & headers.keys()


def test_b13_reminder_tells_nothing_but_that_it_was_sent(team: Team, tokens: list[str]) -> None:
    OutgoingMail.objects.update(state="sent", subject="", body="")
    team.count_as_nine()
    pages = []
    for n_sent in (0, 1):
        lead = signed_in(team.lead)
        if n_sent:
            therapist = Therapist(team.token("therapist0@example.org"))
            therapist.answer(1, {"usability": 3})
            therapist.send()
            Reminder.objects.all().delete()
        asked = lead.get(f"/rounds/{team.round.pk}/team/remind/").content.decode()
        assert "those who have not answered yet" in asked
        assert lead.post(f"/rounds/{team.round.pk}/team/remind/").status_code == 302
        upkeep.post_reminders(now=NOON)
        pages.append(marks_removed(lead.get(f"/rounds/{team.round.pk}/team/").content.decode()))
    assert pages[0] == pages[1]
    assert "The reminder was sent." in pages[0]
    assert "Send the one reminder" not in pages[0]
    again = signed_in(team.lead)
    assert again.post(f"/rounds/{team.round.pk}/team/remind/").status_code == 302
    assert "There is only one" in again.get(f"/rounds/{team.round.pk}/team/").content.decode()


def test_managers_see_counts_and_words_and_no_address_and_no_button(team: Team, tokens: list[str], manager) -> None:
    page = page_of(manager, team.round)
    said = words_of(page)
    assert "0 invitations sent, 3 not yet sent." in said
    assert "as of 22 November: fewer than 5 so far" in said
    assert "@example.org" not in said
    assert "<form" not in page.partition("<main")[2]
    assert "/withdraw/" not in page


def test_whoever_is_invited_a_second_time_counts_once(team: Team, tokens: list[str]) -> None:
    OutgoingMail.objects.update(state="sent", subject="", body="")
    actions.withdraw(by=team.lead, round_id=team.round.pk, invitation_id=team.invitation().pk, now=NOON)
    assert "2 invitations sent." in page_of(team.lead, team.round)

    actions.invite(by=team.lead, round_id=team.round.pk, pasted="therapist0@example.org", now=NOON)

    assert "2 invitations sent, 1 not yet sent." in page_of(team.lead, team.round)


def test_withdrawing_asks_first(team: Team, tokens: list[str]) -> None:
    lead = signed_in(team.lead)
    url = f"/rounds/{team.round.pk}/team/{team.invitation().pk}/withdraw/"
    assert "therapist0@example.org" in lead.get(url).content.decode()
    assert Therapist().open(tokens[0]).status_code == 302
    assert lead.post(url).status_code == 302
    assert Therapist().open(tokens[0]).status_code == 404
    assert lead.post(url).status_code == 404
    assert "therapist0@" not in words_of(page_of(team.lead, team.round))


def test_lead_of_another_clinic_withdraws_nothing(team: Team, tokens, stranger, other_clinic) -> None:
    url = f"/rounds/{team.round.pk}/team/{team.invitation().pk}/withdraw/"
    assert signed_in(stranger).post(url).status_code == 404
    assert Therapist().open(tokens[0]).status_code == 302


def test_closed_round_leads_to_the_result(team: Team, tokens: list[str]) -> None:
    closing.close(round_id=team.round.pk, by=team.lead, now=NOON)
    page = page_of(team.lead, team.round)
    assert "What the team said is in" in page
    assert "@example.org" not in words_of(page)
    response = signed_in(team.lead).post(f"/rounds/{team.round.pk}/team/invite/", {"addresses": "a@example.org"})
    assert response.status_code == 403


def test_last_day_has_passed(team: Team) -> None:
    with time_machine.travel(team.round.due_at, tick=False):
        assert "The last day for answers has passed" in page_of(team.lead, team.round)


def test_lead_without_a_confirmed_address_is_told_what_to_do(team: Team) -> None:
    EmailAddress.objects.filter(user=team.lead).update(verified=False)
    page = page_of(team.lead, team.round)
    assert "confirm your own e-mail address" in page
    assert "<textarea" not in page


def test_figures_shown_lately_are_told_with_the_day_on_which_they_can_come_again(team: Team, lead: User) -> None:
    last = NOON - timedelta(days=60)
    Round.objects.create(
        clinic=team.round.clinic,
        instrument_key=team.round.instrument_key,
        instrument_version=team.round.instrument_version,
        title="Spring",
        stage="running",
        opened_at=last - timedelta(days=10),
        time_zone="UTC",
        due_at=last,
        closed_at=last,
        is_team_shown=True,
    )
    page = words_of(page_of(lead, team.round))
    assert "shown less than 90 days ago" in page
    assert "on or after 23 December 2026" in page


def test_people_who_may_see_results_are_told_by_name_as_they_are_now(team: Team, tokens, manager, clinic) -> None:
    therapist = Therapist(tokens[0])
    assert "Milan Manager" in therapist.page()
    clinic_actions.leave(by=manager, clinic=clinic, now=NOW)
    assert "Milan Manager" not in therapist.page()


def test_pages_where_leads_look_point_to_the_team(team: Team) -> None:
    lead, clinic_id = signed_in(team.lead), team.round.clinic_id
    leads_to = f'href="/rounds/{team.round.pk}/team/">Your team</a>'
    assert leads_to in lead.get(f"/clinics/{clinic_id}/").content.decode()
    assert leads_to in lead.get(f"/rounds/{team.round.pk}/quick/result/").content.decode()
    people = words_of(lead.get(f"/clinics/{clinic_id}/people/").content.decode())
    assert "Therapists are not invited here." in people
