"""What a therapist's link opens in which state, and what opening it never does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import serializers
from django.http import HttpRequest, HttpResponse
from django.test import Client

from assessments.clinics.models import User
from assessments.logs import masked
from assessments.respondents import actions
from assessments.respondents.pages import pages_of
from assessments.respondents.passes import LINK, PROFILE, SENT
from assessments.results import closing
from assessments.rounds.limits import MISSES_A_MINUTE_MAX, MinuteCount, MissLimit
from assessments.rounds.passes import TEAM_PAGE, TEAM_TALK, Pass
from tests.assessments.conftest import signed_in
from tests.assessments.respondents.conftest import NOON, Team, Therapist

PLACES = ("", "how/", "later/", "resume/", "not-me/", "pages/1/", "pages/9/", "check/", "done/", "copy/", "copy/file/")


def withdraw(team: Team) -> None:
    actions.withdraw(by=team.lead, round_id=team.round.pk, invitation_id=team.invitation().pk, now=NOON)


def remind(team: Team) -> None:
    team.remind()


def close(team: Team) -> None:
    closing.close(round_id=team.round.pk, by=team.lead, now=NOON)


def send(team: Team) -> None:
    draft_id = uuid4()
    actions.save_draft(invitation_id=team.invitation().pk, draft_id=draft_id, given={"usability": 3}, now=NOON)
    actions.send(invitation_id=team.invitation().pk, draft_id=draft_id, now=NOON)


def nothing(team: Team) -> None:
    pass


@pytest.mark.parametrize(
    ("happened", "opens", "says"),
    [
        (nothing, "/r/", "29 questions"),
        (send, "/r/", "Your answers were sent"),
        (withdraw, None, ""),
        (remind, None, ""),
        (close, "/team/", ""),
    ],
    ids=["open", "sent", "withdrawn", "re-issued", "closed"],
)
def test_c6_what_a_link_opens(
    team: Team, tokens: list[str], happened: Callable[[Team], None], opens: str | None, says: str
) -> None:
    happened(team)
    visitor = Therapist()
    response = visitor.open(tokens[0])
    assert response.get("Location") == opens
    assert response.status_code == (302 if opens else 404)
    if says:
        assert says in visitor.page()


@pytest.mark.parametrize(
    ("happened", "status", "says"),
    [
        (nothing, 200, "29 questions"),
        (send, 200, "Your answers were sent"),
        (withdraw, 404, "opens nothing"),
        (remind, 200, "29 questions"),
        (close, 302, ""),
    ],
    ids=["open", "sent", "withdrawn", "re-issued", "closed"],
)
def test_what_an_open_browser_meets(
    team: Team, therapist: Therapist, happened: Callable[[Team], None], status: int, says: str
) -> None:
    happened(team)
    response = therapist.get()
    assert response.status_code == status
    assert says in response.content.decode()


def test_closed_rounds_link_opens_the_team_page_for_ninety_days_and_gives_its_pass(
    team: Team, tokens: list[str], therapist: Therapist
) -> None:
    close(team)
    for opened in (Therapist().open(tokens[1]), therapist.get()):
        assert opened["Location"] == "/team/"
        assert TEAM_PAGE.cookie in opened.cookies
    with time_machine.travel(NOON + timedelta(days=90), tick=False):
        assert Therapist().open(tokens[1]).status_code == 404


def test_last_day_has_passed_and_the_round_is_not_closed_yet(team: Team, therapist: Therapist) -> None:
    with time_machine.travel(team.round.due_at, tick=False):
        assert "No more answers can be sent" in therapist.page()
        response = therapist.answer(1, {"usability": 3})
    assert response.status_code == 403
    assert "was <strong>not saved</strong>" in response.content.decode()
    assert "Partly true" in response.content.decode()


def test_every_dead_link_gives_the_same_bytes(team: Team, tokens: list[str]) -> None:
    withdraw(team)
    remind(team)
    odd = [tokens[0], tokens[1], "mistyped", "x" * 2_000, "%00", "ünïcode", f"{tokens[2]}x", tokens[2].swapcase()]
    answers = [Therapist().open(token) for token in odd] + [Client().get(f"/r/{tokens[0]}/not-me/")]
    assert {response.status_code for response in answers} == {404}
    assert len({response.content for response in answers}) == 1
    assert not any(response.cookies for response in answers)


def test_c1_wrong_links_are_slowed_and_a_right_one_is_not(tokens: list[str]) -> None:
    visitor = Therapist()
    answers = [visitor.open(f"wrong{number}") for number in range(MISSES_A_MINUTE_MAX + 1)]
    assert [response.status_code for response in answers] == [404] * MISSES_A_MINUTE_MAX + [429]
    assert answers[0].content == answers[-1].content
    assert Client().get("/t/wrong/").status_code == 429  # links of team talks are tried out no faster
    assert visitor.open(tokens[0]).status_code == 302


def test_limit_counts_each_source_by_the_minute_and_keeps_no_address() -> None:
    limit = MissLimit()
    for _ in range(MISSES_A_MINUTE_MAX):
        assert not limit.is_over("192.0.2.1", at=30)
    assert limit.is_over("192.0.2.1", at=59)
    assert not limit.is_over("192.0.2.2", at=59)
    assert "192.0.2" not in str(vars(limit))
    assert not limit.is_over("192.0.2.1", at=60)


def test_limit_tells_only_so_many_sources_apart() -> None:
    count = MinuteCount(2)
    assert [count.add(source, at=0) for source in "abcdab"] == [1, 1, 1, 2, 2, 2]
    assert len(vars(count)["_counts"]) == 3


def test_c3_link_leaves_the_address_bar_and_names_no_referrer(tokens: list[str]) -> None:
    visitor = Therapist()
    response = visitor.open(tokens[0])
    assert response["Referrer-Policy"] == "no-referrer"
    cookie = response.cookies["link"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    page = visitor.page()
    assert tokens[0] not in page
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page)
    assert visitor.get()["Referrer-Policy"] == "same-origin"  # otherwise browsers send "Origin: null" with the forms


def test_b25_token_is_in_no_address_after_the_first_and_in_no_log(
    team: Team, tokens: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    visitor = Therapist(tokens[0])
    visitor.answer_all(team.round)
    for place in PLACES:
        response = visitor.get(place)
        assert tokens[0] not in response.content.decode() + response.get("Location", "")
    visitor.send()
    with caplog.at_level("DEBUG"):
        Therapist().open(tokens[0] + "x")
        Therapist().open(tokens[1])
    assert tokens[0] not in masked(caplog.text)
    assert tokens[1] not in masked(caplog.text)
    assert "127.0.0.1" not in caplog.text


def test_c3_cookie_is_bound_to_this_host_over_https(tokens: list[str], settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    cookie = Therapist().open(tokens[0]).cookies["__Host-link"]
    assert cookie["secure"]
    assert (cookie["path"], cookie["domain"]) == ("/", "")


def contents() -> str:
    """Give everything that every table holds."""
    return "".join(serializers.serialize("json", model._default_manager.order_by("pk")) for model in apps.get_models())


def test_c4_opening_changes_nothing_whatever_is_opened(team: Team, tokens: list[str], therapist: Therapist) -> None:
    therapist.answer(1, {"usability": 3})
    before = contents()
    assert "therapist0@example.org" in before
    for path in (f"/r/{tokens[0]}/", f"/r/{tokens[1]}/not-me/", f"/r/{tokens[0]}/", "/try/therapist/"):
        therapist.client.get(path)
    for place in PLACES:
        assert therapist.get(place).status_code < 500
    assert contents() == before


def test_opening_the_leads_pages_changes_nothing(team: Team, tokens: list[str]) -> None:
    lead = signed_in(team.lead)
    team.count_as_nine()
    before = contents()
    for path in ("", "remind/", f"{team.invitation().pk}/withdraw/"):
        assert lead.get(f"/rounds/{team.round.pk}/team/{path}").status_code == 200
    assert contents() == before


def test_c4_scanner_that_presses_buttons_sends_and_declines_nothing(team: Team, tokens: list[str]) -> None:
    scanner = Therapist(tokens[0])
    for place in ("check/", "not-me/", "resume/", "later/"):
        scanner.post(place)
    assert team.invitation().token_hash
    assert not team.invitation().answered


def test_b24_no_session_is_read_or_made_and_only_passes_are_kept(
    team: Team, tokens: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Therapist()
    browser.client = signed_in(team.lead)
    monkeypatch.setattr(SessionStore, "load", lambda _store: pytest.fail("a session was read"))
    browser.open(tokens[0])
    browser.answer_all(team.round)
    for place in PLACES:
        browser.get(place)
    browser.send()
    for place in PLACES:
        browser.get(place)
    passes = {"link", "sent", "profile", settings.CSRF_COOKIE_NAME}
    assert set(browser.client.cookies) - {settings.SESSION_COOKIE_NAME} == passes
    assert Session.objects.count() == 1  # the lead's


def test_manager_signed_in_gains_nothing_and_loses_nothing(team: Team, tokens: list[str], manager: User) -> None:
    browser = Therapist()
    browser.client = signed_in(manager)
    assert browser.get().status_code == 403
    browser.open(tokens[0])
    page = browser.page()
    assert "Sign out" not in page
    assert manager.email not in page
    assert browser.client.get(f"/rounds/{team.round.pk}/team/").status_code == 200


def test_c5_same_link_in_another_browser_opens_a_blank_form(team: Team, tokens: list[str], therapist) -> None:
    therapist.answer(1, {"usability": 2})
    other = Therapist(tokens[0])
    assert "No question has an answer yet" in other.page("check/")
    other.answer(1, {"usability": 5})
    assert "A little true" in therapist.page("check/")
    assert "Completely true" not in therapist.page("check/")


def test_c5_two_therapists_on_one_computer_do_not_meet(tokens: list[str], therapist: Therapist) -> None:
    therapist.answer(1, {"usability": 2})
    therapist.open(tokens[1])
    assert "A little true" not in therapist.page("check/")
    therapist.answer(1, {"usability": 5})
    therapist.open(tokens[0])
    assert "A little true" in therapist.page("check/")


@pytest.mark.parametrize("address", ["/join/{}/", "/accounts/password/reset/key/1-{}/", "/accounts/confirm-email/{}/"])
def test_c7_token_opens_nothing_else(tokens: list[str], address: str) -> None:
    response = Client().get(address.format(tokens[0]))
    assert "29 questions" not in response.content.decode()
    assert not response.wsgi_request.user.is_authenticated


@pytest.mark.parametrize("place", PLACES)
def test_b26_no_page_is_kept_by_a_cache(therapist: Therapist, place: str) -> None:
    assert therapist.get(place)["Cache-Control"] == "no-store, private"


def test_cookies_off_is_explained_and_what_was_typed_is_shown() -> None:
    unknown = Therapist()
    assert "Please open your link" in unknown.get().content.decode()
    response = unknown.answer(1, {"usability": 2, "evidence": "99", "nothing": "x"})
    assert response.status_code == 403
    assert "A little true" in response.content.decode()


def test_forms_token_missing_is_explained_and_what_was_typed_is_shown(tokens: list[str]) -> None:
    strict = Therapist(tokens[0], enforce_csrf_checks=True)
    response = strict.answer(1, {"usability": 2})
    assert response.status_code == 403
    assert "Please try once more" in response.content.decode()
    assert "A little true" in response.content.decode()


@pytest.mark.parametrize(("given", "read"), [*permutations((LINK, SENT, PROFILE, TEAM_PAGE, TEAM_TALK), 2)])
def test_one_kind_of_pass_is_never_taken_for_another(given: Pass, read: Pass) -> None:
    response = HttpResponse()
    given.give(response, {"round": "1"})
    request = HttpRequest()
    request.COOKIES = {given.cookie: response.cookies[given.cookie].value}
    assert given.read(request) == {"round": "1"}
    request.COOKIES = {read.cookie: response.cookies[given.cookie].value}
    assert read.read(request) == {}


def test_forged_or_old_pass_is_no_pass(tokens: list[str], therapist: Therapist) -> None:
    with time_machine.travel(NOON + timedelta(days=91), tick=False):
        assert therapist.get().status_code == 403
    therapist.client.cookies["link"] = therapist.client.cookies["link"].value[:-2] + "xx"
    assert therapist.get().status_code == 403


def test_pages_are_short(team: Team) -> None:
    lengths = [len(page.items) for page in pages_of(team.round.instrument)]
    assert lengths == [4, 3, 3, 5, 3, 3, 4, 4]
