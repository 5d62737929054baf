"""Opening a round, changing its settings, its pages, and what the database refuses."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from assessments.clinics.models import AuditEvent, Clinic, User
from assessments.clinics.policies import RefusedError
from assessments.rounds import actions, policies
from assessments.rounds.models import FormAnswer, Round
from assessments.rounds.presenters import proposed_round
from readiness.instrument.definition import Context
from tests.assessments.conftest import NOW, open_round_of, signed_in
from tests.assessments.rounds.conftest import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

SAID = {"stage": "preparing", "routes": ["gp"], "for_whom": ["other"], "title": "First look", "due_on": "2026-12-13"}


def test_lead_opens_a_round_and_comes_to_the_quick_start(lead: User, clinic: Clinic) -> None:
    answer = signed_in(lead).post(reverse("rounds:open", args=[clinic.pk]), SAID)

    assessment = Round.objects.get()
    assert answer["Location"] == reverse("rounds:quick", args=[assessment.pk])
    assert assessment.context == Context(stage="preparing", routes=["gp"], for_whom=["other"])
    assert (assessment.instrument_key, assessment.instrument_version) == ("icbt-readiness", 1)
    assert AuditEvent.objects.get(act="round-opened").by == lead


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stage": "someday"}, "Select a valid choice"),
        ({"stage": ""}, "Please say how far you are"),
        ({"routes": []}, "at least one way"),
        ({"routes": ["carrier-pigeon"]}, "Select a valid choice"),
        ({"for_whom": []}, "at least one group"),
        ({"due_on": "2026-11-21"}, "not in the past"),
        ({"due_on": "2028-01-01"}, "within a year"),
        ({"due_on": "9999-12-31"}, "within a year"),
        ({"due_on": "soon"}, "Please give a date"),
        ({"title": "a\0b"}, "cannot be kept"),
        ({"title": "x" * 121}, "at most 120"),
        ({"title": "\u202e"}, "give this assessment a name"),
    ],
)
def test_opening_with_bad_input_is_422_and_opens_nothing(
    lead: User, clinic: Clinic, change: dict[str, Any], words: str
) -> None:
    answer = signed_in(lead).post(reverse("rounds:open", args=[clinic.pk]), {**SAID, **change})

    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert words in answer.content.decode()
    assert not Round.objects.exists()


@pytest.mark.parametrize(
    ("proposals", "title", "days"),
    [
        ([("North", None), ("", 20)], "Readiness November 2026", 20),
        ([("North", 40), ("South", 20)], "South", 20),
        ([("North", None), ("South", -1)], "North", None),
        ([("South", -1)], "Readiness November 2026", None),
        ([], "Readiness November 2026", None),
    ],
    ids=["the one with a day, whole", "the first to end", "one that is over", "nothing else", "none"],
)
def test_name_and_day_of_a_new_round_come_from_one_network(
    clinic: Clinic, proposals: list[tuple[str, int | None]], title: str, days: int | None
) -> None:
    for number, (name, in_days) in enumerate(proposals):
        due_on = None if in_days is None else NOW.date() + timedelta(days=in_days)
        actions.suggest_rounds(
            clinic_ids=[clinic.pk], origin=UUID(int=number), by_name="North", title=name, due_on=due_on
        )
    due_on = NOW.date() + (actions.DEFAULT_DURATION if days is None else timedelta(days=days))
    assert proposed_round(clinic, now=NOW).initial == {"title": title, "due_on": due_on}


@pytest.mark.parametrize(
    ("proposals", "said"),
    [
        ([("North", "Spring", 20)], ["North proposes the last day and the name below. You can change both."]),
        ([("North", "", 20), ("South", "Spring", None)], ["North proposes the last day below. You can change it."]),
        ([("<b>", "Spring", None)], ["<b> proposes the name below. You can change it."]),
        ([("", "Spring", None)], ["A network that you let in proposes the name below. You can change it."]),
        ([("North", "Spring", -1)], []),
    ],
)
def test_form_says_who_proposes_what(
    lead: User, clinic: Clinic, proposals: list[tuple[str, str, int | None]], said: list[str]
) -> None:
    for number, (by_name, title, in_days) in enumerate(proposals):
        due_on = None if in_days is None else NOW.date() + timedelta(days=in_days)
        origin = UUID(int=number)
        actions.suggest_rounds(clinic_ids=[clinic.pk], origin=origin, by_name=by_name, title=title, due_on=due_on)
    page = signed_in(lead).get(reverse("rounds:open", args=[clinic.pk])).content.decode()
    assert re.findall(r'<p class="notice">([^<]*)</p>', page) == [escape(words) for words in said]


def test_second_open_round_is_refused(lead: User, clinic: Clinic, open_round: Round) -> None:
    answer = signed_in(lead).post(reverse("rounds:open", args=[clinic.pk]), SAID)

    assert answer.status_code == 422
    assert "has an open assessment already" in answer.content.decode()
    assert Round.objects.get() == open_round


def test_fields_that_the_form_has_not_are_ignored(lead: User, clinic: Clinic, other_clinic: Clinic) -> None:
    extra = {"clinic": str(other_clinic.pk), "closed_at": "2026-01-01", "instrument_version": "9", "opened_by": "7"}
    signed_in(lead).post(reverse("rounds:open", args=[clinic.pk]), {**SAID, **extra})

    assessment = Round.objects.get()
    assert (assessment.clinic, assessment.closed_at, assessment.instrument_version) == (clinic, None, 1)


def test_manager_cannot_open_or_change_a_round_and_is_told_why(manager: User, clinic: Clinic, lead: User) -> None:
    client = signed_in(manager)
    assert client.post(reverse("rounds:open", args=[clinic.pk]), SAID).status_code == 403
    assessment = open_round_of(clinic, lead)
    answer = client.get(reverse("rounds:settings", args=[assessment.pk]))
    assert answer.status_code == 403
    assert "Only the lead" in answer.content.decode()


@pytest.mark.parametrize("days", [0, 5])
def test_closing_date_moves_later_or_stays(lead: User, open_round: Round, days: int) -> None:
    due_on = open_round.due_on + timedelta(days=days)
    said = {**SAID, "due_on": due_on.isoformat()}
    signed_in(lead).post(reverse("rounds:settings", args=[open_round.pk]), said)

    open_round.refresh_from_db()
    assert open_round.due_on == due_on
    assert AuditEvent.objects.filter(act="round-due-moved").count() == (1 if days else 0)


def test_closing_date_never_moves_earlier(lead: User, open_round: Round) -> None:
    said = {**SAID, "due_on": (open_round.due_on - timedelta(days=1)).isoformat()}
    answer = signed_in(lead).post(reverse("rounds:settings", args=[open_round.pk]), said)

    assert answer.status_code == 422
    assert "never earlier" in answer.content.decode()


def test_round_closes_at_the_end_of_the_day_where_the_clinic_is(lead: User, clinic: Clinic) -> None:
    clinic.time_zone = "Europe/Amsterdam"
    clinic.save()
    assessment = open_round_of(clinic, lead)
    assert assessment.due_at == datetime(2026, 12, 13, 23, 0, tzinfo=UTC)
    assert assessment.due_on.isoformat() == "2026-12-13"


def test_unticking_a_route_keeps_its_answers(desk: Desk) -> None:
    desk.put("gp-referral", value=2)
    said = {**SAID, "routes": ["self"], "due_on": desk.round.due_on.isoformat()}
    desk.client.post(reverse("rounds:settings", args=[desk.round.pk]), said)
    assert desk.stored("gp-referral") is not None


def test_answers_that_are_no_longer_too_early_are_named_when_the_service_starts(desk: Desk) -> None:
    said = {**SAID, "due_on": desk.round.due_on.isoformat()}
    desk.client.post(reverse("rounds:settings", args=[desk.round.pk]), said)
    desk.put("intake", value="not_applicable")
    said["stage"] = "pilot"
    page = desk.client.post(reverse("rounds:settings", args=[desk.round.pk]), said, follow=True).content.decode()

    assert "One answer was “Too early”, which now reads “Does not apply to us”." in page
    check = desk.client.get(reverse("rounds:check", args=[desk.round.pk])).content.decode()
    assert "<h3>Does not apply to us</h3>" in check


def test_task_list_counts_answers_and_says_who(desk: Desk, colleague: Desk) -> None:
    colleague.put("gp-referral")
    colleague.put("self-referral", value="dont_know")
    page = desk.client.get(reverse("rounds:round", args=[desk.round.pk])).content.decode()

    assert "2 of 6 answered" in page
    assert "2 of 12 answered" in page
    assert "last by Milan Manager" in page
    assert "In progress" in page


def test_check_lists_blanks_and_dont_knows_with_links(desk: Desk) -> None:
    desk.put("intake", value="dont_know")
    page = desk.client.get(reverse("rounds:check", args=[desk.round.pk])).content.decode()

    section = reverse("rounds:section", args=[desk.round.pk, "intake"])
    assert f'href="{section}#field-intake"' in page
    assert f'href="{section}#field-gp-referral"' in page
    assert "46 questions without an answer, 1 answered" in page
    assert "Too little for a score" in page


@pytest.mark.parametrize(
    ("name", "args", "most"),
    [("rounds:round", [], 8), ("rounds:section", ["intake"], 6), ("rounds:quick", [], 6), ("rounds:check", [], 7)],
)
def test_pages_take_a_fixed_number_of_queries(
    desk: Desk,
    colleague: Desk,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    name: str,
    args: list[str],
    most: int,
) -> None:
    for key in desk.round.instrument.item:
        colleague.put(key)
    with django_assert_max_num_queries(most):
        desk.client.get(reverse(name, args=[desk.round.pk, *args]))


def test_save_takes_a_fixed_number_of_queries(
    desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(8):
        desk.put("gp-referral")


@pytest.mark.parametrize(
    ("is_open", "is_due", "can"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_answers_are_taken_while_open_and_not_due(open_round: Round, *, is_open: bool, is_due: bool, can: bool) -> None:
    open_round.closed_at = None if is_open else NOW
    now = open_round.due_at if is_due else NOW
    assert policies.can_answer(open_round, now=now) is can


def test_visible_to_agrees_with_membership(
    lead: User, manager: User, stranger: User, admin: User, open_round: Round
) -> None:
    seen = {
        user.email: Round.objects.visible_to(user).filter(pk=open_round.pk).exists()
        for user in (lead, manager, stranger, admin)
    }
    assert seen == {lead.email: True, manager.email: True, stranger.email: False, admin.email: False}


def test_actions_refuse_whoever_is_no_lead(manager: User, stranger: User, clinic: Clinic, open_round: Round) -> None:
    said: dict[str, Any] = {"title": "x", "context": Context(), "due_on": open_round.due_on, "now": NOW}
    with pytest.raises(RefusedError):
        actions.open_round(by=manager, clinic=clinic, **said)
    with pytest.raises(RefusedError):
        actions.change_settings(by=manager, round_id=open_round.pk, **said)
    with pytest.raises(Round.DoesNotExist):
        actions.change_settings(by=stranger, round_id=open_round.pk, **said)


@pytest.mark.parametrize(
    ("change", "is_accepted"),
    [
        pytest.param({"stage": "pilot"}, True, id="known-stage"),
        pytest.param({"stage": "later"}, False, id="unknown-stage"),
        pytest.param({"due_at": NOW + timedelta(days=1)}, True, id="due-later"),
        pytest.param({"due_at": NOW - timedelta(days=1)}, False, id="due-before-opening"),
        pytest.param({"closed_at": NOW + timedelta(days=1)}, True, id="closed-later"),
        pytest.param({"closed_at": NOW - timedelta(days=1)}, False, id="closed-before-opening"),
        pytest.param({"closed_by_id": "lead"}, False, id="closed-by-somebody-but-open"),
        pytest.param({"closed_by_id": "lead", "closed_at": NOW + timedelta(days=1)}, True, id="closed-by-somebody"),
    ],
)
def test_database_refuses_impossible_rounds(
    open_round: Round, lead: User, change: dict[str, Any], *, is_accepted: bool
) -> None:
    change = {name: lead.pk if value == "lead" else value for name, value in change.items()}
    _accepts(lambda: Round.objects.filter(pk=open_round.pk).update(**change), is_accepted=is_accepted)


@pytest.mark.parametrize(
    ("change", "is_accepted"),
    [
        pytest.param({"value": 0}, True, id="lowest"),
        pytest.param({"value": 100_000}, True, id="highest"),
        pytest.param({"value": -1}, False, id="negative"),
        pytest.param({"value": 100_001}, False, id="too-large"),
        pytest.param({"value": None, "non_answer": "dont_know"}, True, id="non-answer"),
        pytest.param({"value": 3, "non_answer": "dont_know"}, False, id="value-with-non-answer"),
        pytest.param({"value": None, "non_answer": "perhaps"}, False, id="unknown-non-answer"),
        pytest.param({"value": None, "non_answer": "no_agreement"}, False, id="clinic-form-does-not-agree"),
        pytest.param(
            {"form": "joint", "by": None, "value": None, "non_answer": "no_agreement"}, True, id="team-does-not-agree"
        ),
        pytest.param({"form": "joint", "by": None}, True, id="team-talk-names-nobody"),
        pytest.param({"form": "joint"}, False, id="team-talk-names-somebody"),
        pytest.param({"form": "joint", "by": None, "comment": "x"}, False, id="team-talk-comments"),
        pytest.param({"revision": 0}, False, id="revision-zero"),
    ],
)
def test_database_refuses_impossible_answers(desk: Desk, change: dict[str, Any], *, is_accepted: bool) -> None:
    desk.put("gp-referral")
    _accepts(lambda: FormAnswer.objects.update(**change), is_accepted=is_accepted)


def test_database_keeps_one_open_round_and_one_answer_an_item(desk: Desk) -> None:
    desk.put("gp-referral")
    row = desk.stored("gp-referral")
    assert row is not None
    row.pk = None
    _accepts(row.save, is_accepted=False)
    with pytest.raises(actions.RoundOpenAlreadyError):
        open_round_of(desk.round.clinic, User.objects.get(email="lead@example.org"))


def _accepts(write: Any, *, is_accepted: bool) -> None:
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        assert not is_accepted
    else:
        assert is_accepted
