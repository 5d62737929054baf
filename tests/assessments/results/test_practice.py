"""The practice run: result without an account, nothing stored, until somebody keeps the answers."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from assessments.clinics.models import Clinic, User
from assessments.rounds.models import FormAnswer, Round
from tests.assessments.conftest import PASSWORD, carried, chosen, make_user, open_round_of, signed_in

pytestmark = pytest.mark.django_db

CONTEXT = {"stage": "preparing", "routes": ["gp"], "for_whom": ["other"]}
ANSWERS = {"answer-reimbursement": "1", "answer-evidence": "4", "comment-reimbursement": "No <b>tariff</b>"}
ACCOUNT = {
    "email": "new@example.org",
    "name": "Nora New",
    "password1": "seven purple cranes",
    "clinic_name": "Lake Clinic",
}
KEEP = {**CONTEXT, **ANSWERS, "step": "keep"}


@pytest.mark.parametrize("name", ["results:try", "results:try_quick", "results:try_whole"])
def test_anybody_may_try(name: str) -> None:
    assert Client().get(reverse(name)).status_code == 200


@pytest.mark.parametrize(("name", "n_flags"), [("results:try_quick", 1), ("results:try_whole", 1)])
def test_result_is_shown_and_nothing_stored(name: str, n_flags: int) -> None:
    answer = Client().post(reverse(name), {**CONTEXT, **ANSWERS, "go": "result"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('data-flag="missing-funding"') == n_flags
    assert "No &lt;b&gt;tariff&lt;/b&gt;" in page
    assert not FormAnswer.objects.exists()
    assert not answer.cookies.get("sessionid")


def test_quick_result_shows_no_topic_scores() -> None:
    page = Client().post(reverse("results:try_quick"), {**CONTEXT, **ANSWERS, "go": "result"}).content.decode()
    assert 'data-test="domain-score"' not in page


def test_going_on_to_the_whole_form_takes_the_answers_along() -> None:
    page = Client().post(reverse("results:try_whole"), {**CONTEXT, **ANSWERS, "go": "more"}).content.decode()
    assert chosen(page, "reimbursement") == ["1"]
    assert "Too early, we have not started" in page
    assert "answer-self-referral" not in page


def test_quick_form_carries_answers_that_it_does_not_ask() -> None:
    sent = {**CONTEXT, "answer-visibility": "2", "go": "change"}
    page = Client().post(reverse("results:try_quick"), sent).content.decode()
    assert carried(page, "visibility") == {"2"}


def test_bad_answer_is_422_with_everything_typed() -> None:
    sent = {**CONTEXT, **ANSWERS, "answer-intake": "9", "go": "result"}
    answer = Client().post(reverse("results:try_whole"), sent)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "error-summary" in page
    assert chosen(page, "reimbursement") == ["1"]


def test_context_that_makes_no_sense_is_422() -> None:
    assert Client().get(reverse("results:try_quick"), {"stage": "someday"}).status_code == 422


@pytest.mark.parametrize("name", ["results:try_quick", "results:try_whole"])
def test_three_taps_come_before_the_questions(name: str) -> None:
    client = Client()
    assert "How far are you?" in client.get(reverse(name)).content.decode()
    answer = client.get(reverse(name), {"start": "1"})
    assert answer.status_code == 422
    assert "Please say how far you are." in answer.content.decode()


def test_nothing_answered_is_nothing_to_keep() -> None:
    page = Client().post(reverse("results:try_quick"), {**CONTEXT, "go": "result"}).content.decode()
    assert "Keep these answers" not in page


def test_dont_know_beside_a_number_counts() -> None:
    sent = {**CONTEXT, "answer-gp-referral-count": "12", "dk-gp-referral-count": "1", "go": "result"}
    page = Client().post(reverse("results:try_whole"), sent).content.decode()
    assert carried(page, "gp-referral-count") == {"dont_know"}


def test_keeping_asks_for_an_account_and_stores_nothing_yet() -> None:
    answer = Client().post(reverse("results:keep"), {**CONTEXT, **ANSWERS})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert carried(page, "reimbursement") == {"1"}
    assert 'name="password1"' in page
    assert not FormAnswer.objects.exists()


def test_signing_up_keeps_clinic_round_and_answers() -> None:
    client = Client()
    answer = client.post(reverse("results:keep"), {**KEEP, **ACCOUNT})

    assessment = Round.objects.get()
    assert answer["Location"] == assessment.get_absolute_url()
    assert client.get(answer["Location"]).status_code == 200
    assert assessment.clinic.name == "Lake Clinic"
    assert assessment.stage == "preparing"
    assert {row.key: (row.answer, row.comment) for row in assessment.answers.all()} == {
        "reimbursement": (1, "No <b>tariff</b>"),
        "evidence": (4, ""),
    }


@pytest.mark.parametrize(
    "change",
    [{"email": "no address"}, {"password1": "short"}, {"clinic_name": ""}, {"clinic_name": "a\0b"}],
    ids=["address", "password", "no-name", "nul"],
)
def test_signing_up_with_bad_input_is_422_and_loses_nothing(change: dict[str, str]) -> None:
    answer = Client().post(reverse("results:keep"), {**KEEP, **ACCOUNT, **change})

    assert answer.status_code == 422
    assert carried(answer.content.decode(), "reimbursement") == {"1"}
    assert not User.objects.exists()
    assert not Clinic.objects.exists()


def test_signing_up_with_a_known_address_asks_to_sign_in_and_loses_nothing() -> None:
    make_user("new@example.org")
    answer = Client().post(reverse("results:keep"), {**KEEP, **ACCOUNT})

    page = answer.content.decode()
    assert "Sign in in a new tab" in page
    assert carried(page, "reimbursement") == {"1"}
    assert not Clinic.objects.exists()


def test_known_person_keeps_in_a_new_clinic_or_in_their_own(lead: User, clinic: Clinic) -> None:
    client = signed_in(lead)
    client.post(reverse("results:keep"), {**KEEP, "clinic": str(clinic.pk)})
    client.post(reverse("results:keep"), {**KEEP, "clinic_name": "Second Clinic"})

    assert sorted(r.clinic.name for r in Round.objects.all()) == ["Harbour Clinic", "Second Clinic"]


def test_other_peoples_clinics_and_those_with_an_open_round_cannot_be_chosen(
    lead: User, clinic: Clinic, other_clinic: Clinic
) -> None:
    open_round_of(clinic, lead)
    for taken in (clinic, other_clinic):
        answer = signed_in(lead).post(reverse("results:keep"), {**KEEP, "clinic": str(taken.pk)})
        assert answer.status_code == 422
    assert Round.objects.count() == 1


def test_name_that_is_taken_is_422(lead: User, clinic: Clinic) -> None:
    answer = signed_in(lead).post(reverse("results:keep"), {**KEEP, "clinic_name": "harbour  CLINIC"})
    assert answer.status_code == 422
    assert not Round.objects.exists()


def test_old_token_shows_the_page_again_with_the_answers(lead: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(lead)
    answer = client.post(reverse("results:keep"), {**KEEP, "clinic_name": "Lake Clinic"})

    assert carried(answer.content.decode(), "reimbursement") == {"1"}
    assert not Round.objects.exists()


def test_password_is_not_carried_in_hidden_fields() -> None:
    page = Client().post(reverse("results:keep"), {**KEEP, **ACCOUNT, "clinic_name": ""}).content.decode()
    assert PASSWORD not in page
    assert ACCOUNT["password1"] not in page
