"""The page for a team meeting: agreed on right there, nothing that the result does not say, and nobody's name."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from assessments.clinics.models import Clinic, User
from assessments.plans import meeting_presenters
from assessments.plans.actions import Content, Origin, add_action, content_of, move_action
from assessments.plans.meeting_presenters import IN_FULL, OPTIONS, meeting_page
from assessments.plans.models import Action, Status
from assessments.results.reading import reading_of
from assessments.rounds.models import Round
from readiness.guidance.definition import Kind
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.results.conftest import ALL_MOSTLY, ITEMS, LATER, MIXED, answer, hooks, page_of
from tests.assessments.results.team import HEARD, TALK, finish, hear, sheet, talk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def heard_round(open_round: Round, lead: User) -> Round:
    """A finished round whose team was heard in confidence and in a talk."""
    answer(open_round, lead, MIXED)
    hear(open_round, lead, HEARD)
    talk(open_round, lead, TALK, asks=("protected-time", "other"))
    return finish(open_round, lead)


def address(assessment: Round) -> str:
    return reverse("plans:meeting", args=[assessment.pk])


def meeting(by: User, assessment: Round) -> str:
    """Give the page of the meeting."""
    return str(signed_in(by).get(address(assessment)).content.decode())


def offered(page: str) -> list[str]:
    """Give the values of the buttons that agree on an option."""
    return re.findall(r'name="option"\s+value="([^"]+)"', page)


def test_open_assessment_leads_to_the_result_so_far_and_says_why(open_round: Round, lead: User) -> None:
    client = signed_in(lead)
    for answered in (client.get(address(open_round), follow=True), client.post(address(open_round), follow=True)):
        assert answered.redirect_chain == [(reverse("results:result", args=[open_round.pk]), 302)]
        assert "made when the assessment is finished" in answered.content.decode()


@pytest.mark.parametrize(
    ("works", "said", "unsaid"),
    [
        pytest.param(
            (5, 5, 5, 5, 5), "No difference of 20 points of 100 or more can be told", "less than 20", id="at least 75"
        ),
        pytest.param((4, 4, 4, 3, 3), "they lie less than 20 points of 100 apart", "can be told", id="65"),
    ],
)
def test_views_are_called_close_only_where_they_are_for_sure(
    open_round: Round, lead: User, works: tuple[int, ...], said: str, unsaid: str
) -> None:
    """The managers say 75. Five therapists at 100 are shown as "75 or more": a gap of 25 that cannot be told."""
    answer(open_round, lead, ALL_MOSTLY)
    hear(open_round, lead, [sheet(work, 5) for work in works], n_invited=5)
    page = meeting(lead, finish(open_round, lead)).partition("Where views differ")[2]
    assert said in page
    assert unsaid not in page


def test_what_is_agreed_on_is_in_the_plan_at_once_and_once(closed_round: Round, manager: User) -> None:
    client, choices = signed_in(manager), offered(meeting(manager, closed_round))
    for_, _, key = choices[0].rpartition(":")

    for _ in range(2):
        sent = client.post(address(closed_round), {"option": choices[0]})
        assert sent["Location"] == f"{address(closed_round)}#option-{key}"

    action = Action.objects.get()
    assert (action.option, action.flag, action.round) == (key, for_, closed_round)
    page = meeting(manager, closed_round)
    assert set(choices) - set(offered(page)) == {choices[0]}
    assert "In the plan: planned" in page
    assert f"<li>{action.title} " in page[page.index('id="agreed"') :]


def test_every_option_on_the_page_can_be_agreed_on(heard_round: Round, lead: User) -> None:
    client, choices = signed_in(lead), offered(meeting(lead, heard_round))
    for choice in choices:
        client.post(address(heard_round), {"option": choice})
    assert {f"{action.flag or action.domain}:{action.option}" for action in Action.objects.all()} == set(choices)
    assert offered(meeting(lead, heard_round)) == []


def test_step_that_is_over_can_be_agreed_on_again(closed_round: Round, lead: User) -> None:
    client, choice = signed_in(lead), offered(meeting(lead, closed_round))[0]
    client.post(address(closed_round), {"option": choice})
    move_action(by=lead, action_id=Action.objects.get().pk, base=1, status=Status.DONE, now=LATER)

    page = meeting(lead, closed_round)
    assert choice in offered(page)
    assert "Done on 22 November 2026" in page
    client.post(address(closed_round), {"option": choice})
    assert Action.objects.unfinished().count() == 1


def test_own_step_is_one_line_and_added_once(closed_round: Round, manager: User) -> None:
    client = signed_in(manager)
    for _ in range(2):
        sent = client.post(address(closed_round), {"title": " Visit  <b>Lakeside</b> ", "op": "abc", "owner": "1"})
        assert sent["Location"] == f"{address(closed_round)}#agreed"
    action = Action.objects.get()
    assert (action.title, action.round, action.owner) == ("Visit <b>Lakeside</b>", closed_round, None)
    assert "<b>Lakeside" not in meeting(manager, closed_round)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"title": ""}, "say in a line"),
        ({"title": "x" * 141}, "Something else: please shorten this to 140 characters; it has 141 now."),
        ({"title": "a\0b"}, "cannot be kept"),
        ({"option": "nothing:at-all"}, "not among those"),
        ({"option": ""}, "not among those"),
    ],
)
def test_what_is_wrong_adds_nothing_and_keeps_what_was_typed(
    closed_round: Round, lead: User, sent: dict[str, str], said: str
) -> None:
    answered = signed_in(lead).post(address(closed_round), sent)
    page = answered.content.decode()
    assert answered.status_code == 422
    assert "error-summary" in page
    assert said in page
    assert not Action.objects.exists()
    if sent.get("title", "").isalpha():
        assert f'value="{sent["title"]}"' in page


def test_full_plan_takes_no_more(closed_round: Round, lead: User, monkeypatch: pytest.MonkeyPatch) -> None:
    choice = offered(meeting(lead, closed_round))[0]
    monkeypatch.setattr("assessments.plans.policies.ACTIONS_MAX", 0)
    for sent in ({"option": choice}, {"title": "One more", "op": "a"}):
        answered = signed_in(lead).post(address(closed_round), sent)
        assert answered.status_code == 422
        assert "as many as it can" in answered.content.decode()
    assert 'value="One more"' in answered.content.decode()


def test_of_many_agreed_steps_the_newest_are_named(
    closed_round: Round, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meeting_presenters, "AGREED_SHOWN", 2)
    for place in range(5):
        content, at = Content(f"Step {place}"), NOW + timedelta(minutes=place)
        origin = Origin(closed_round.pk)
        add_action(by=lead, clinic=closed_round.clinic, content=content, op=str(place), origin=origin, now=at)
    page = meeting(lead, closed_round)
    assert re.findall(r"<li>(Step \d)", page) == ["Step 4", "Step 3"]
    assert "And 3 more in the plan." in page


def test_page_says_nothing_that_the_result_does_not(heard_round: Round, lead: User) -> None:
    page, result = unescape(meeting(lead, heard_round)), page_of(lead, heard_round)
    for hook in ("flag", "option", "domain-score", "role-gap"):
        shown, known = hooks(page, hook), hooks(result, hook)
        assert shown
        assert all(one in known for one in shown), hook
    assert re.findall(r"<b>([^<]+)</b>", page.partition("Where views differ")[2])
    for words in re.findall(r"<b>([^<]+)</b>", page):
        assert f"<b>{words}</b>" in result
    for words in re.findall(r"<li>(.*?)</li>", page[page.index('data-test="team-requests"') :].partition("</ul>")[0]):
        assert words in result


def test_nobody_is_named(heard_round: Round, lead: User, manager: User, clinic: Clinic) -> None:
    owned = Content(title="Ask the payer", owner_id=manager.pk, due_on=NOW.date() + timedelta(days=9))
    known = add_action(by=lead, clinic=clinic, content=owned, op="a", now=NOW)
    Action.objects.filter(pk=known.pk).update(round=heard_round)
    other = replace(content_of(known), title="Ask again", owner_id=None, owner_name="Wim Outside")
    Action.objects.filter(pk=add_action(by=lead, clinic=clinic, content=other, op="b", now=NOW).pk).update(
        round=heard_round
    )
    page = meeting(lead, heard_round)
    assert "Ask the payer" in page
    assert "Ask again" in page
    for name in (str(lead), "Lena", str(manager), "Milan", "Wim", "Outside", "example.org"):
        assert name not in page


def test_page_is_short_whatever_is_low_and_no_training_stands_alone(open_round: Round, lead: User) -> None:
    assessment = finish(answer(open_round, lead, dict.fromkeys(ITEMS, 1)), lead)
    reading = reading_of(assessment)
    page = meeting_page(assessment, reading, today=NOW.date())

    assert len(page.points) == IN_FULL
    assert len(page.points) + len(page.also) + page.n_more == len(reading.cards)
    places = [*(point.choices for point in page.points), *(weak.choices for weak in page.weakest)]
    keys = [choice.key for choices in places for choice in choices]
    assert len(keys) == len(set(keys))
    for choices in places:
        assert len(choices) <= OPTIONS
        assert not choices or any(reading.guidance.option[one.key].kind is not Kind.TRAIN for one in choices)


def test_page_costs_the_same_whatever_is_agreed_on(
    heard_round: Round, lead: User, clinic: Clinic, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(lead)
    for n in range(5):
        client.post(address(heard_round), {"title": f"Step {n}", "op": str(n)})
    with django_assert_max_num_queries(12):
        client.get(address(heard_round))


def test_assessment_finished_without_answers_has_a_page_too(open_round: Round, lead: User) -> None:
    page = meeting(lead, finish(open_round, lead))
    assert "Nothing asks for a decision" in page
    assert "No topic has enough answers" in page


def test_request_of_the_team_is_put_into_the_plan_once(heard_round: Round, lead: User) -> None:
    client, plan = signed_in(lead), reverse("plans:of_round", args=[heard_round.pk])
    add = reverse("plans:add", args=[heard_round.pk])
    for key, title in (("protected-time", "Protected time for online work"), ("other", "<b>A quiet room</b>")):
        sent = client.post(address(heard_round), {"request": key})
        assert sent["Location"] == f"{address(heard_round)}#request-{key}"
        action = Action.objects.get(title=title)
        assert action.round == heard_round
        assert client.post(add, {"request": key})["Location"] == action.get_absolute_url()
        assert client.post(address(heard_round), {"request": key}).status_code == 302
        assert action.get_absolute_url() in client.get(plan).content.decode()
    assert Action.objects.count() == 2
    assert 'name="request"' not in meeting(lead, heard_round)

    move_action(by=lead, action_id=action.pk, base=1, status=Status.DONE, now=LATER)
    assert 'name="request"' in meeting(lead, heard_round)
    assert client.post(add, {"request": "other"})["Location"].endswith("?added=1")
    dropped = Action.objects.get(title="Protected time for online work")
    Action.objects.filter(pk=dropped.pk).update(due_on=NOW.date() - timedelta(days=1), reminded_of=NOW.date())
    move_action(by=lead, action_id=dropped.pk, base=1, status=Status.DROPPED, reason="No", now=LATER)
    assert client.post(add, {"request": "protected-time"})["Location"] == dropped.get_absolute_url()
    dropped.refresh_from_db()
    assert (dropped.state, dropped.due_on, dropped.reminded_of) == (Status.PLANNED, None, None)
    for where in (add, address(heard_round)):
        assert client.post(where, {"request": "supervision"}).status_code == 422


def test_what_is_overdue_is_said_and_never_ticked(closed_round: Round, lead: User, clinic: Clinic) -> None:
    signed_in(lead).post(address(closed_round), {"option": offered(meeting(lead, closed_round))[0]})
    late = NOW.date() - timedelta(days=5)
    Action.objects.update(due_on=late, status=Status.UNDER_WAY)
    for op in "abcdefg":
        add_action(by=lead, clinic=clinic, content=Content(title=f"Earlier {op}"), op=op, now=NOW)
    for op, day in (("a", late - timedelta(days=1)), ("b", late)):
        Action.objects.filter(op=op).update(due_on=day, is_shown_to_team=True)
    Action.objects.filter(op="c").update(due_on=late)  # not for the team to read: counted alone

    page = meeting(lead, closed_round)
    assert "In the plan: under way, overdue since 17 November 2026" in page
    assert "✓" not in page
    overdue = page[page.index('data-test="overdue"') :].partition("</ul>")[0]
    assert re.findall(r"Earlier \w", overdue) == ["Earlier a", "Earlier b"]
    assert "5 other actions of the plan are still to be done" in page
    assert "In the plan since this assessment" in page
