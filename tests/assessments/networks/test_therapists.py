"""What networks change for therapists: who is named to them, who cannot be invited, and when no figure is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assessments.networks import actions
from assessments.networks.models import Level, NetworkMember
from assessments.respondents.models import Invitation
from tests.assessments.conftest import NOW, open_round_of
from tests.assessments.networks.conftest import join_clinic, make_consultant
from tests.assessments.respondents.conftest import Team, Therapist, words_of
from tests.assessments.results.conftest import MIXED, answer
from tests.assessments.results.team import finish, send, sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

OPINIONS = [sheet(3, 6)] * 9


@pytest.fixture
def team(lead, open_round):
    """The lead's side of the open round of `clinic`."""
    return Team(lead, open_round)


def named(therapist):
    """Give what the two pages before the first question say."""
    return words_of(therapist.page()), words_of(therapist.page("how/"))


# Who is named


@pytest.mark.parametrize(("level", "is_named"), [("progress", False), ("scores", True), ("answers", True)])
def test_notice_names_consultants_who_see_results_now(team, network, clinic, lead, level, is_named):
    therapist = Therapist(team.invite_some(5)[0])
    join_clinic(network, clinic, lead, Level(level))
    short, whole = named(therapist)
    assert ("Cora Consultant" in short) is is_named
    assert ("Cora Consultant, a consultant whom Harbour Clinic lets in" in whole) is is_named
    assert "Lena Lead, a" not in whole
    assert "consultants the clinic lets in, now or later" in short


def test_notice_follows_who_comes_and_goes(team, place, network, lead, consultant, colleague_consultant):
    therapist = Therapist(team.invite_some(5)[0])
    actions.add_consultant(by=consultant, network_id=network.pk, email=colleague_consultant.email, now=NOW)
    assert all("Cora Consultant" in said and "Colin Colleague" in said for said in named(therapist))
    actions.remove_consultant(by=consultant, member=NetworkMember.objects.get(user=colleague_consultant), now=NOW)
    assert all("Cora Consultant" in said and "Colin Colleague" not in said for said in named(therapist))
    actions.withdraw(by=lead, place=place, now=NOW)
    assert not any("Cora Consultant" in said for said in named(therapist))


def test_notice_names_once_who_sees_by_two_networks_and_a_manager_as_such(
    team, place, clinic, lead, consultant, manager
):
    second = actions.create_network(by=consultant, name="A second network", now=NOW)
    join_clinic(second, clinic, lead)
    manager.is_consultant = True
    manager.save()
    actions.add_consultant(by=consultant, network_id=second.pk, email=manager.email, now=NOW)
    short, whole = named(Therapist(team.invite_some(5)[0]))
    for said in (short, whole):
        assert said.count("Cora Consultant") == said.count("Milan Manager") == 1
    assert "Milan Manager, a" not in whole


def test_first_page_stays_short_with_many_consultants(team, place, network, consultant):
    for number in range(6):
        colleague = make_consultant(f"c{number}@example.org", f"Consultant{number} Longname")
        actions.add_consultant(by=consultant, network_id=network.pk, email=colleague.email, now=NOW)
    therapist = Therapist(team.invite_some(5)[0])
    assert len(words_of(therapist.page().partition(">Start<")[0] + "</main>").split()) <= 80
    assert "and 6 more" in words_of(therapist.page())
    assert all(f"Consultant{number} Longname" in named(therapist)[1] for number in range(6))


# Who cannot be invited


@pytest.mark.parametrize(("level", "n_invited"), [("progress", 1), ("scores", 0), ("answers", 0)])
def test_b9_consultant_who_sees_results_cannot_be_invited(team, network, clinic, lead, level, n_invited):
    join_clinic(network, clinic, lead, Level(level))
    team.invite("Consultant+work@Example.org")
    assert Invitation.objects.count() == n_invited


def test_b9_consultant_can_be_invited_once_the_clinic_has_withdrawn(team, place, lead):
    actions.withdraw(by=lead, place=place, now=NOW)
    team.invite("consultant@example.org")
    assert Invitation.objects.count() == 1


# Closing

INVITED = "\n".join(["consultant@example.org", *(f"therapist{number}@example.org" for number in range(8))])


class Story:
    """What can happen between the invitations and the closing, a minute after the other."""

    def __init__(self, network, clinic, lead, consultant):
        self.network, self.clinic, self.lead, self.consultant, self.now = network, clinic, lead, consultant, NOW

    def tell(self, steps):
        for step in steps:
            self.now += timedelta(minutes=1)
            getattr(self, step)()

    def change(self, level):
        actions.change_level(by=self.lead, place=self.network.places.get(), level=level, now=self.now)

    def let_in_at_progress(self):
        join_clinic(self.network, self.clinic, self.lead, Level.PROGRESS)

    def let_in_at_scores(self):
        join_clinic(self.network, self.clinic, self.lead, Level.SCORES)

    def raise_the_level(self):
        self.change(Level.ANSWERS)

    def lower_the_level(self):
        self.change(Level.PROGRESS)

    def withdraw(self):
        actions.withdraw(by=self.lead, place=self.network.places.get(), now=self.now)

    def remove_the_consultant(self):
        colin = make_consultant("colin@example.org", "Colin Colleague")
        actions.add_consultant(by=self.consultant, network_id=self.network.pk, email=colin.email, now=self.now)
        member = NetworkMember.objects.get(user=self.consultant)
        actions.remove_consultant(by=colin, member=member, now=self.now)


@pytest.fixture
def story(network, clinic, lead, consultant):
    """What can happen before the closing."""
    return Story(network, clinic, lead, consultant)


def is_shown(assessment, lead, story, steps, n_forms):
    """Invite the consultant and others, let things happen, let some answer; say whether closing shows a figure."""
    answer(assessment, lead, MIXED)
    Team(lead, assessment).invite(INVITED)
    assert Invitation.objects.filter(round=assessment).count() == 9
    story.tell(steps)
    send(assessment, OPINIONS[:n_forms])
    return finish(assessment, lead).result.release_rows.filter(status="shown").exists()


@pytest.mark.parametrize(
    "steps",
    [[], ["let_in_at_progress"], ["let_in_at_progress", "withdraw"]],
    ids=lambda steps: " ".join(steps) or "never",
)
def test_five_forms_are_enough_while_no_consultant_among_those_invited_sees_results(open_round, lead, story, steps):
    assert is_shown(open_round, lead, story, steps, n_forms=5)


@pytest.mark.parametrize(
    "steps",
    [
        ["let_in_at_scores"],
        ["let_in_at_progress", "raise_the_level"],
        ["let_in_at_scores", "lower_the_level"],
        ["let_in_at_scores", "withdraw"],
        ["let_in_at_scores", "remove_the_consultant"],
        ["let_in_at_scores", "withdraw", "let_in_at_progress"],
    ],
    ids=" ".join,
)
def test_b9_consultant_who_came_to_see_results_takes_one_form_more_even_when_gone_again(open_round, lead, story, steps):
    assert not is_shown(open_round, lead, story, steps, n_forms=5)


def test_b9_one_form_more_is_enough(open_round, lead, story):
    assert is_shown(open_round, lead, story, ["let_in_at_scores"], n_forms=6)


def test_b9_consultant_who_was_gone_before_the_assessment_opened_does_not_count(network, clinic, lead, story):
    story.now = NOW - timedelta(days=2)
    token = actions.joining_token(network)
    assert token
    actions.join(by=lead, token=token, clinic=clinic, level=Level.SCORES, now=story.now)
    story.withdraw()
    assert is_shown(open_round_of(clinic, lead), lead, story, [], n_forms=5)
