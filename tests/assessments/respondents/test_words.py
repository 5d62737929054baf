"""The words on which a therapist decides: few before the first question, every name, no promise that is not kept."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings

from assessments.clinics.models import Clinic, OutgoingMail, User
from tests.assessments.conftest import NOW, join, make_user
from tests.assessments.respondents.conftest import Team, Therapist, words_of

WORDS_MAX = 80
NEVER = re.compile(r"\b(impossible|guarantee[ds]?|audit|compliance|fail(ed|s)?|determinants?|n =)\b", re.IGNORECASE)
PLACES = ("", "how/", "later/", "not-me/", "pages/1/", "pages/8/", "check/")


def before_start(page: str) -> str:
    """Give what is read before the first question can be opened."""
    return words_of(page.partition(">Start<")[0] + "</main>")


def test_first_page_has_at_most_eighty_words_before_the_start(team: Team, manager: User) -> None:
    tokens = team.invite_some(7)
    team.invite_some(2, NOW + timedelta(days=1))
    said = before_start(Therapist(tokens[0]).page())
    assert "Lena Lead, Milan Manager" in said
    assert "9 people are invited, 2 of them later than the first" in said
    assert "consultants the clinic lets in, now or later" in said
    assert len(said.split()) <= WORDS_MAX, len(said.split())


def test_first_page_stays_short_with_many_managers_and_the_page_behind_names_all(team: Team, clinic: Clinic) -> None:
    names = [f"Manager{number} Longname" for number in range(7)]
    for number, name in enumerate(names):
        join(clinic, make_user(f"m{number}@example.org", name))
    therapist = Therapist(team.invite_some(5)[0])
    said = before_start(therapist.page())
    assert "and 6 more" in said
    assert len(said.split()) <= WORDS_MAX
    assert all(name in therapist.page("how/") for name in ["Lena Lead", *names])


def test_b8_too_few_invited_is_said_on_the_first_page(team: Team) -> None:
    assert "too few for any figure" in Therapist(team.invite_some(4)[0]).page()
    team.invite_some(1)
    assert "too few" not in Therapist(team.token("therapist4@example.org")).page()


def test_whole_deal_says_what_is_hard_to_say(therapist: Therapist) -> None:
    said = words_of(therapist.page("how/"))
    for part in (
        "only if at least five of you answered that topic",
        "“75 or more” or “25 or less”",
        "With fewer than five answers nothing is shown to anybody",
        "the figure says something about everyone",
        "sending is final",
        "kept for 30 days",
        "for 90 days",
        "sees whether answers were sent",
        "What you have written shows only in the browser in which you wrote it, or with your return code",
        "confidential, not anonymous",
        f"The server is run by {settings.OPERATOR_NAME}. A person there could in principle read answers until",
        "Where that is everybody who was invited, everybody can tell that all of you answered.",
    ):
        assert part in said


def test_pages_about_confidence_say_what_the_clinic_sees_of_them(therapist: Therapist) -> None:
    for place, is_said in (("pages/6/", False), ("pages/7/", True), ("pages/8/", True)):
        said = words_of(therapist.page(place))
        assert ("Your clinic sees at most one figure, for all eight tasks and the whole team" in said) is is_said


def test_who_declines_reads_first_that_a_fingerprint_stays(therapist: Therapist) -> None:
    assert "we keep a fingerprint of the address as long as the clinic" in words_of(therapist.page("not-me/"))


@pytest.mark.parametrize("place", PLACES)
def test_pages_promise_nothing_that_cannot_be_kept(therapist: Therapist, place: str) -> None:
    said = words_of(therapist.page(place))
    assert not NEVER.search(said)
    assert "anonymous" not in said.lower().replace("not anonymous", "")


def test_mails_say_who_asks_and_promise_no_anonymity(team: Team, tokens: list[str]) -> None:
    mail = OutgoingMail.objects.first()
    assert mail is not None
    assert "Lena Lead of Harbour Clinic" in mail.body
    assert "anonymous" not in mail.body
    assert not NEVER.search(mail.body)
