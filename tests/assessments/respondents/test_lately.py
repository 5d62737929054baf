"""What is said where figures of the team came out less than 90 days ago: to the lead, and to those who are invited."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assessments.clinics.models import Clinic, OutgoingMail, User
from assessments.results import closing
from assessments.rounds.actions import change_settings
from assessments.rounds.models import Round
from assessments.rounds.policies import RELEASE_EVERY, no_figures_before
from tests.assessments.conftest import open_round_of, signed_in
from tests.assessments.respondents.conftest import NOON, Team, Therapist, words_of
from tests.assessments.respondents.test_words import WORDS_MAX, before_start
from tests.assessments.results.team import hear, sheet

AGAIN = "21 February 2027"  # 90 days after NOON, as a whole day
LATELY = f"Figures of your team came out lately, so if this assessment closes before {AGAIN}, nobody sees any"


@pytest.fixture
def again(open_round: Round, clinic: Clinic, lead: User) -> Team:
    """The lead's side of a round that is opened on the day on which another showed figures."""
    hear(open_round, lead, [sheet(4, 8)] * 6)
    assert closing.close(round_id=open_round.pk, by=lead, now=NOON)
    return Team(lead, open_round_of(clinic, lead))


def move(team: Team, days: int) -> None:
    """Move the last day of a round to so many days after the other closed."""
    team.round = change_settings(
        by=team.lead,
        round_id=team.round.pk,
        title=team.round.title,
        context=team.round.context,
        due_on=(NOON + timedelta(days=days)).date(),
        now=NOON,
    )


@pytest.mark.parametrize(("days", "is_late"), [(89, True), (90, False)], ids=["a day short", "long enough"])
def test_round_that_closes_too_early_shows_no_figures(again: Team, days: int, is_late: bool) -> None:
    move(again, days)
    assert (again.round.due_at < NOON + RELEASE_EVERY) is is_late
    assert (no_figures_before(again.round, now=NOON) is not None) is is_late


def test_first_page_promises_no_figures_and_stays_short(again: Team, manager: User) -> None:
    therapist = Therapist(again.invite_some(7)[0])
    again.invite_some(2, NOON + timedelta(days=1))
    said = before_start(therapist.page())
    assert "Team figures came out lately: if this closes before 21 February (planned:" in said
    assert "one rounded figure per topic" not in said
    assert len(said.split()) <= WORDS_MAX, len(said.split())
    assert f"before {AGAIN}, no new ones are shown to anybody" in words_of(therapist.page("how/"))

    move(again, 100)
    assert "one rounded figure per topic" in therapist.page()
    assert "lately" not in therapist.page() + therapist.page("how/")


def test_mails_promise_no_figures(again: Team) -> None:
    again.invite_some(1)
    again.remind()
    move(again, 100)
    again.invite_some(1)
    again.invite("other@example.org")
    invited = OutgoingMail.objects.get(address="other@example.org").body
    reminded = OutgoingMail.objects.get(kind=OutgoingMail.Kind.THERAPIST_REMINDER).body
    assert LATELY in reminded
    assert "lately" not in invited
    assert "one rounded figure per topic" in invited


def test_invitation_says_that_figures_came_out_lately(again: Team) -> None:
    again.invite_some(1)
    body = OutgoingMail.objects.get(about=again.round.pk).body
    assert LATELY in body
    assert "one rounded figure per topic" not in body


def test_lead_reads_above_the_addresses_what_to_do(again: Team) -> None:
    url = f"/rounds/{again.round.pk}/team/"
    page = signed_in(again.lead).get(url).content.decode()
    before = words_of(page.partition('id="id_addresses"')[0] + "</main>")
    assert f"only if it closes on or after {AGAIN}" in before
    assert "move the last day , or hear your team in a team talk" in before
    assert f'href="/rounds/{again.round.pk}/settings/">move the last day' in page

    move(again, 100)
    said = words_of(signed_in(again.lead).get(url).content.decode())
    assert "Please do not finish it earlier." in said
    assert "move the last day" not in said
