"""The pages of a plan: the board, the list by day, what an assessment asks for, and one click from flag to action."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Final
from uuid import uuid4

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.clinics import actions as clinic_actions
from assessments.clinics.models import Clinic, Erasure, User
from assessments.plans import actions
from assessments.plans.actions import Content
from assessments.plans.models import Action, Status
from assessments.rounds.models import Round
from tests.assessments.conftest import NOW, make_user, signed_in
from tests.assessments.plans.conftest import forget
from tests.assessments.results.conftest import hooks

pytestmark = pytest.mark.usefixtures("at_noon")

TODAY: Final = NOW.date()
QUERIES_MAX: Final = 12


def page_of(user: User, address: str) -> str:
    """Give a page as this person sees it."""
    response = signed_in(user).get(address)
    assert response.status_code == 200
    return unescape(response.content.decode())


def plan_of(user: User, clinic: Clinic, query: str = "") -> str:
    """Give the plan as this person sees it."""
    return page_of(user, reverse("plans:plan", args=[clinic.pk]) + query)


def titles(page: str) -> list[str]:
    """Give the titles of the cards on a page, in its order."""
    return re.findall(r'plan-card-title"><a href="[^"]*">([^<]*)</a>', page)


@pytest.fixture
def plan(clinic: Clinic, lead: User) -> Callable[..., Action]:
    """Give a function that puts an action into the plan and moves it where it is to be."""

    def plan(title: str, status: Status = Status.PLANNED, due: int | None = None, **said: object) -> Action:
        """`due` is in days from today; what lies in the past was planned before."""
        due_on = None if due is None else TODAY + timedelta(days=due)
        content = Content(title=title, due_on=due_on, **said)  # type: ignore[arg-type]
        then = NOW - timedelta(days=60)
        action = actions.add_action(by=lead, clinic=clinic, content=content, op=title, now=then)
        reason = "No need" if status is Status.DROPPED else ""
        return actions.move_action(by=lead, action_id=action.pk, base=1, status=status, reason=reason, now=NOW)

    return plan


def test_what_changed_is_offered_once_there_are_two_to_compare(
    plan: Callable[..., Action], clinic: Clinic, lead: User, closed_round: Round, finish_next: Callable[..., Round]
) -> None:
    plan("One step")
    assert "What changed" not in plan_of(lead, clinic)
    finish_next({})
    assert "What changed" in plan_of(lead, clinic)


def fill(clinic: Clinic, lead: User, n: int) -> None:
    """Fill the plan with as many actions of every kind, state and day."""
    Action.objects.filter(clinic=clinic).delete()
    Action.objects.bulk_create(
        Action(
            clinic=clinic,
            title=f"Step {i:03}",
            op=str(i),
            created_at=NOW,
            owner=lead if i % 3 else None,
            domain="funding",
            status=list(Status)[i % 4],
            finished_on=TODAY if i % 4 > 1 else None,
            drop_reason="No need" if i % 4 == 3 else "",
            due_on=TODAY + timedelta(days=i % 40 - 10) if i % 5 else None,
        )
        for i in range(n)
    )


def test_board_has_a_column_for_each_status_and_says_what_matters(
    plan: Callable[..., Action], clinic: Clinic, lead: User, manager: User
) -> None:
    plan("Later", due=30)
    plan("Late", due=-3, flag="missing-funding", domain="funding", owner_id=manager.pk, effort="high")
    plan("Begun", Status.UNDER_WAY, owner_name="Joris", is_shown_to_team=True)
    plan("Over", Status.DONE)
    plan("Given up", Status.DROPPED)

    page = plan_of(lead, clinic)

    assert [one["status"] for one in hooks(page, "column")] == ["planned", "under-way", "done", "dropped"]
    assert titles(page) == ["Late", "Later", "Begun", "Over", "Given up"]
    assert re.findall(r'class="count">\((\d)\)', page) == ["2", "1", "1", "1"]
    assert "3 actions to do, 1 of them overdue; the next is due on 22 December 2026." in page
    late = page.partition(">Late<")[2].partition("plan-card-title")[0]
    for words in ("Money still open", "Overdue since 19 November 2026", "Milan Manager", "Much effort"):
        assert words in late
    assert re.findall(r">(Start|Done)<span", page) == ["Start", "Start", "Done"]


def test_list_by_day_says_first_what_is_overdue(plan: Callable[..., Action], clinic: Clinic, lead: User) -> None:
    plan("Some day")
    plan("Next week", due=7)
    plan("Today", due=0)
    plan("Late", Status.UNDER_WAY, due=-1)
    plan("Long over", Status.DONE, due=-30)

    page = plan_of(lead, clinic, "?view=dates")

    assert titles(page) == ["Late", "Today", "Next week", "Some day"]
    groups = re.findall(r'class="day-title[^"]*">([^<]*)<', page)
    assert groups == ["Overdue", "Due today", "Due 29 November 2026", "Without a day"]


@pytest.mark.parametrize("query", ["", "?view=dates", "?status=planned", "?status=done"])
def test_a_long_plan_costs_no_more_queries_and_is_shown_in_pages(
    clinic: Clinic, lead: User, query: str, django_assert_max_num_queries: Callable[..., CaptureQueriesContext]
) -> None:
    needed, client = [], signed_in(lead)
    for n in (20, 500):
        fill(clinic, lead, n)
        with django_assert_max_num_queries(QUERIES_MAX) as queries:
            page = unescape(client.get(reverse("plans:plan", args=[clinic.pk]) + query).content.decode())
        needed.append(len(queries))
    assert needed[0] == needed[1]
    assert len(titles(page)) <= 60
    if query:
        assert "Page 1 of " in page
        again = plan_of(lead, clinic, f"{query}&page=2")
        assert not set(titles(page)) & set(titles(again))
        assert titles(plan_of(lead, clinic, f"{query}&page=999"))
    else:
        assert "Show all 125 that are done" in page


def test_pages_together_hold_every_unfinished_action_once(clinic: Clinic, lead: User) -> None:
    fill(clinic, lead, 130)
    seen = [title for number in (1, 2, 3) for title in titles(plan_of(lead, clinic, f"?view=dates&page={number}"))]
    assert sorted(seen) == sorted(Action.objects.unfinished().values_list("title", flat=True))


def test_an_empty_plan_says_how_to_begin(clinic: Clinic, lead: User, request: pytest.FixtureRequest) -> None:
    new = reverse("plans:new", args=[clinic.pk])
    page = plan_of(lead, clinic)
    assert new in page
    assert "Go to your assessments" in page
    closed_round = request.getfixturevalue("closed_round")
    page = plan_of(lead, clinic)
    assert new in page
    assert reverse("plans:of_round", args=[closed_round.pk]) in page


def add(user: User, assessment: Round, option: str) -> tuple[int, str, str]:
    """Click on "Add to plan": give status, where it leads, and the page."""
    response = signed_in(user).post(reverse("plans:add", args=[assessment.pk]), {"option": option})
    return response.status_code, response.headers.get("Location", ""), unescape(response.content.decode())


def test_what_an_assessment_asks_for_stands_above_the_plan(closed_round: Round, lead: User, clinic: Clinic) -> None:
    address = reverse("plans:of_round", args=[closed_round.pk])
    before = page_of(lead, address)
    offers = {(offer["for"], offer["key"]) for offer in closed_round.result.offers}
    buttons = re.findall(r'name="option"\s+value="([^":]*):([^"]*)"', before)
    assert set(buttons) <= offers
    assert {key for _, key in buttons} == {key for _, key in offers}
    assert before.count("No action yet") == len(hooks(before, "ask"))

    for_, key = buttons[0]
    status, there, _ = add(lead, closed_round, f"{for_}:{key}")
    action = Action.objects.get()
    assert (status, there) == (302, f"{action.get_absolute_url()}?added=1")
    assert "autofocus" in page_of(lead, there)

    after = page_of(lead, address)
    said = f'In your plan: <a href="{action.get_absolute_url()}">{action.title}</a>'
    assert after.count(said) == len([offer for offer in offers if offer[1] == key])
    assert f':{key}"' not in after
    assert after.count("No action yet") < before.count("No action yet")
    assert add(lead, closed_round, f"{for_}:{key}")[:2] == (302, action.get_absolute_url())


@pytest.mark.parametrize(
    ("status", "said", "button", "n_actions"),
    [
        (Status.DROPPED, "Dropped on 22 November 2026: “No time”", "Plan it again", 1),
        (Status.DONE, "Done on 22 November 2026", "Do it again", 2),
    ],
)
def test_an_option_that_ended_is_not_offered_as_if_it_were_new(
    closed_round: Round, lead: User, status: Status, said: str, button: str, n_actions: int
) -> None:
    offer = closed_round.result.offers[0]
    value = f"{offer['for']}:{offer['key']}"
    add(lead, closed_round, value)
    action = Action.objects.get()
    actions.move_action(by=lead, action_id=action.pk, base=1, status=status, reason="No time", now=NOW)

    page = page_of(lead, reverse("plans:of_round", args=[closed_round.pk]))
    row = page.partition(f'data-option="{offer["key"]}"')[2].partition("</li>")[0]
    assert f'<a href="{action.get_absolute_url()}">{said}</a>' in row
    assert f">{button}<" in row
    meeting = page_of(lead, reverse("plans:meeting", args=[closed_round.pk]))
    row = meeting.partition(f'data-option="{offer["key"]}"')[2].partition("</li>")[0]
    assert said.partition(":")[0] in row
    assert f">{button}<" in row
    assert "No time" not in meeting

    add(lead, closed_round, value)
    assert Action.objects.count() == n_actions
    assert Action.objects.unfinished().count() == 1


def test_what_was_done_before_an_assessment_does_not_answer_it(
    closed_round: Round, plan: Callable[..., Action], lead: User
) -> None:
    flag = closed_round.result.flags.first()
    assert flag
    action = plan("Done long ago", Status.DONE, flag=flag.key, domain=flag.domain)
    address = reverse("plans:of_round", args=[closed_round.pk])
    n_asks = len(hooks(page_of(lead, address), "ask"))
    Action.objects.filter(pk=action.pk).update(finished_on=TODAY - timedelta(days=9))
    assert page_of(lead, address).count("No action yet") == n_asks
    Action.objects.filter(pk=action.pk).update(finished_on=TODAY)
    assert page_of(lead, address).count("No action yet") < n_asks


def test_an_open_assessment_says_that_it_is_the_result_so_far(open_round: Round, lead: User) -> None:
    assert "result so far" in page_of(lead, reverse("plans:of_round", args=[open_round.pk]))


@pytest.mark.parametrize("option", ["", ":", "missing-funding:nothing", "nothing", "low-gp-referral:data-rules"])
def test_what_is_not_offered_is_refused_in_words(closed_round: Round, lead: User, option: str) -> None:
    status, _, page = add(lead, closed_round, option)
    assert status == 422
    assert "not among those that the result offers" in page
    assert not Action.objects.exists()


def test_a_result_offers_the_click_without_the_visits_token_in_what_is_kept(closed_round: Round, lead: User) -> None:
    address = reverse("results:result", args=[closed_round.pk])
    pages = [page_of(lead, address) for _ in range(2)]
    token = r'name="csrfmiddlewaretoken" value="[^"]*"'
    assert re.sub(token, "", pages[0]) == re.sub(token, "", pages[1])
    form = pages[0].partition('<form id="plan-add"')[2].partition("</form>")[0]
    assert f'action="{reverse("plans:add", args=[closed_round.pk])}"' in form
    assert re.search(token, form)
    buttons = re.findall(r'form="plan-add"\s+name="option"\s+value="([^"]*)"', pages[0])
    assert len(buttons) == len({key for _, _, key in (value.partition(":") for value in buttons)})
    assert {value.partition(":")[2] for value in buttons} == {offer["key"] for offer in closed_round.result.offers}
    assert add(lead, closed_round, buttons[-1])[0] == 302


def test_nothing_can_be_added_from_pages_that_are_no_result_of_a_clinic(closed_round: Round, lead: User) -> None:
    pages = [page_of(lead, reverse("results:print_page", args=[closed_round.pk]))]
    said = {"stage": "running", "routes": ["gp"], "for_whom": ["other"], "answer-gp-referral": "1", "go": "result"}
    pages += [
        Client().post(reverse(name), said).content.decode() for name in ("results:try_quick", "results:try_whole")
    ]
    for page in pages:
        assert hooks(page, "option")
        assert "plan-add" not in page
        assert "Make a plan" not in page


@pytest.mark.parametrize(
    ("kinds", "is_said"),
    [(["train"], True), (["train", "train"], True), (["train", "finance"], False), (["train", ""], False), ([], False)],
)
def test_a_plan_of_training_alone_is_asked_what_else_stands_in_the_way(
    plan: Callable[..., Action], closed_round: Round, clinic: Clinic, lead: User, kinds: list[str], is_said: bool
) -> None:
    plan("Money found", Status.DONE, kind="finance")
    for number, kind in enumerate(kinds):
        plan(f"Step {number}", kind=kind)
    page = plan_of(lead, clinic)
    assert bool(hooks(page, "hint")) is is_said
    assert (f"{reverse('plans:of_round', args=[closed_round.pk])}#asked" in page) is is_said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([], "Nothing is planned yet."),
        ([None], "1 action to do."),
        ([3, 9], "2 actions to do; the next is due on 25 November 2026."),
        ([-1], "1 action to do, overdue."),
        ([-1, 0], "2 actions to do, 1 of them overdue; the next is due on 22 November 2026."),
    ],
)
def test_clinic_page_says_how_the_plan_stands(
    plan: Callable[..., Action], clinic: Clinic, lead: User, days: list[int | None], said: str
) -> None:
    for number, due in enumerate(days):
        plan(f"Step {number}", due=due)
    assert said in page_of(lead, clinic.get_absolute_url()).partition('data-test="plan-panel"')[2]


def test_clinic_page_begins_an_empty_plan_and_tells_what_was_erased(
    closed_round: Round, clinic: Clinic, lead: User, plan: Callable[..., Action]
) -> None:
    gone = Erasure(kind=Erasure.Kind.ROUND, clinic_id=clinic.pk, round_id=uuid4(), finished_on=date(2026, 3, 1), at=NOW)
    gone.is_running = False
    gone.save()
    page, begin = page_of(lead, clinic.get_absolute_url()), f"Make a plan from “{closed_round.title}”"
    assert page.index(begin) < page.index("Open a follow-up")
    assert "One was erased on 22 November 2026." in page
    plan("Something")
    assert begin not in page_of(lead, clinic.get_absolute_url())


def test_today_is_the_clinics(clinic: Clinic, lead: User, plan: Callable[..., Action]) -> None:
    """At noon of Greenwich it is tomorrow on Kiritimati."""
    Clinic.objects.filter(pk=clinic.pk).update(time_zone="Pacific/Kiritimati")
    action = plan("On time")
    Action.objects.filter(pk=action.pk).update(due_on=date(2026, 11, 22))
    assert "Overdue since 22 November 2026" in plan_of(lead, clinic)


def test_nothing_breaks_when_an_owner_leaves(
    plan: Callable[..., Action], clinic: Clinic, lead: User, manager: User
) -> None:
    action = plan("Ask around", owner_id=manager.pk)
    clinic_actions.leave(by=manager, clinic=clinic, now=NOW)
    for address in (reverse("plans:plan", args=[clinic.pk]), action.get_absolute_url()):
        assert "Milan Manager (has left the clinic)" in page_of(lead, address)
    assert signed_in(manager).get(action.get_absolute_url()).status_code == 404
    forget(manager)
    assert "Nobody yet" in plan_of(lead, clinic)


def test_an_action_is_found_in_its_own_clinic_only(action: Action, lead: User) -> None:
    own = clinic_actions.create_clinic(by=lead, name="Second Clinic", now=NOW)
    assert signed_in(lead).get(reverse("plans:action", args=[own.pk, action.pk])).status_code == 404
    assert signed_in(make_user("new@example.org")).get(action.get_absolute_url()).status_code == 404


def test_whoever_removes_a_manager_reads_how_many_actions_are_theirs(
    plan: Callable[..., Action], clinic: Clinic, lead: User, manager: User
) -> None:
    address = reverse("clinics:remove", args=[clinic.pk, manager.memberships.get().pk])
    plan("Of another", owner_id=lead.pk)
    plan("Over", Status.DONE, owner_id=manager.pk)
    assert "their-actions" not in page_of(lead, address)
    plan("Still to do", owner_id=manager.pk)
    assert "1 action still to do is theirs; it stays with the name" in page_of(lead, address)
