"""Several links, windows and people at one browser: nothing goes to the wrong person, and nothing newer is undone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from django.apps import apps
from django.core import serializers
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.clinics.models import Clinic, User
from assessments.respondents import actions, passes, return_codes, urls
from assessments.respondents.models import Draft, Invitation, Submission
from assessments.results import closing
from assessments.rounds.models import Round
from assessments.rounds.policies import RoundClosedError
from tests.assessments.conftest import chosen, open_round_of
from tests.assessments.respondents.conftest import NOON, Team, Therapist, words_of

FORMS: Final[dict[str, dict[str, str]]] = {
    "pages/1/": {"answer-usability": "5", "was-usability": "2", "go": "next"},
    "check/": {},
    "later/": {},
    "resume/": {"code": "AAAA-BBBB-CCCC"},
    "not-me/": {"sure": "1"},
}
"""Every form of a therapist but the one that clears the device, which nobody is refused."""
WRITERS: Final = ((actions, "save_draft"), (actions, "send"), (actions, "decline"))
CODES: Final = ((return_codes, "write_return_code"), (return_codes, "find_draft"))
PLACES_WITH_FORMS: Final = ("", "pages/1/", "pages/8/?from=check", "check/", "later/", "not-me/")


def test_every_address_that_takes_a_form_is_tried_here(therapist: Therapist) -> None:
    routes = [str(one.pattern) for one in urls.urlpatterns]
    places = [route[2:].replace("<int:number>", "1") for route in routes if re.match(r"r/(?!<str:token>)", route)]
    assert {place for place in places if therapist.post(place).status_code != 405} == {*FORMS, "clear/"}


# Another link was opened in the same browser


def everything() -> str:
    return "".join(serializers.serialize("json", model._default_manager.order_by("pk")) for model in apps.get_models())


@pytest.mark.parametrize("place", PLACES_WITH_FORMS)
def test_every_form_says_for_which_invitation_it_was_shown(therapist: Therapist, place: str) -> None:
    therapist.answer(1, {"usability": 2})
    page = therapist.page(place)
    forms = [form for form in re.findall(r'<form method="post".*?</form>', page, re.DOTALL) if "/r/clear/" not in form]
    assert forms
    for form in forms:
        assert f'<input type="hidden" name="mark" value="{therapist.mark}">' in form


@pytest.mark.parametrize("place", FORMS)
def test_form_shown_before_another_link_was_opened_does_nothing(
    team: Team, tokens: list[str], therapist: Therapist, place: str
) -> None:
    anna = therapist
    anna.answer(1, {"usability": 2})
    form = {**FORMS[place], "mark": anna.mark, "shown": anna.shown()}
    bob = anna
    bob.open(tokens[1])
    bob.answer(1, {"usability": 4})
    before = everything()
    for said in (form, {**form, "mark": ""}, {**form, "mark": "é"}):
        response = bob.post(place, said)
        page = words_of(response.content.decode())
        assert response.status_code == 409
        assert "Another link was opened in this browser" in page
        assert "open the link in your own mail again" in page
        assert ("Completely true" in page) is (place == "pages/1/")
        assert not response.cookies
    assert everything() == before
    bob.open(tokens[0])
    assert bob.post(place, {**form, "mark": bob.mark}).status_code in {200, 302, 422}


def test_save_in_the_background_is_refused_too(tokens: list[str], therapist: Therapist) -> None:
    before = therapist.mark
    therapist.open(tokens[1])
    response = therapist.post("pages/1/", {**FORMS["pages/1/"], "mark": before}, **{"X-Requested-With": "fetch"})
    assert response.status_code == 409
    assert not Draft.objects.exists()


def test_open_window_of_somebody_else_is_not_told_that_its_answers_were_sent(
    tokens: list[str], therapist: Therapist
) -> None:
    therapist.answer(1, {"usability": 2})
    form = {"mark": therapist.mark, "shown": therapist.shown()}
    therapist.open(tokens[1])
    therapist.answer(1, {"usability": 4})
    therapist.send()
    assert therapist.post("check/", form).status_code == 409
    assert [one.answers for one in Submission.objects.all()] == [{"usability": 4}]


def test_one_therapist_of_two_clinics_answers_each_for_itself(
    tokens: list[str], therapist: Therapist, other_clinic: Clinic, stranger: User
) -> None:
    other = Team(stranger, open_round_of(other_clinic, stranger))
    here = therapist.mark
    other.invite("of-two@example.org")
    therapist.open(other.token("of-two@example.org"))
    assert therapist.post("pages/1/", {**FORMS["pages/1/"], "mark": here}).status_code == 409
    assert therapist.answer(1, {"usability": 3}).status_code == 302
    assert Draft.objects.get().round == other.round


def test_mark_joins_nothing(team: Team, tokens: list[str], therapist: Therapist) -> None:
    with CaptureQueriesContext(connection) as queries:
        therapist.answer(1, {"usability": 2})
    said = everything() + "".join(query["sql"] for query in queries)
    assert team.invitation().pk.hex in said.replace("-", "")
    assert therapist.mark not in said
    assert len({Therapist(token).mark for token in tokens}) == len(tokens)


def test_late_answer_to_a_save_does_not_turn_the_browser_back_to_another_link(therapist: Therapist) -> None:
    for response in (therapist.answer(1, {"usability": 2}), therapist.post("later/")):
        assert passes.LINK.cookie not in response.cookies


# Two windows of one person


def form_of(page: str) -> dict[str, str]:
    """Give what a browser would send of a page of questions if nothing were touched."""
    hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', page))
    keys = [name.removeprefix("was-") for name in hidden if name.startswith("was-")]
    return hidden | {f"answer-{key}": values[0] for key in keys if (values := chosen(page, key))}


def test_window_that_was_left_open_puts_no_older_answer_back(therapist: Therapist) -> None:
    therapist.answer(1, {"usability": 2, "evidence": 3})
    left_open = form_of(therapist.page("pages/1/"))
    assert left_open["was-usability"] == left_open["answer-usability"] == "2"
    therapist.answer(1, {"usability": 5, "adaptability": 1})
    therapist.post("pages/1/", {**left_open, "answer-evidence": "4"})
    assert Draft.objects.get().answers == {"evidence": 4, "usability": 5, "adaptability": 1}


def test_later_of_two_answers_to_one_question_stands(therapist: Therapist) -> None:
    left_open = form_of(therapist.page("pages/1/"))
    therapist.answer(1, {"usability": 5})
    therapist.post("pages/1/", {**left_open, "answer-usability": "1"})
    assert Draft.objects.get().answers == {"usability": 1}


def test_answer_is_cleared_even_where_the_window_showed_none(therapist: Therapist) -> None:
    left_open = form_of(therapist.page("pages/1/"))
    therapist.answer(1, {"usability": 5, "evidence": 3})
    therapist.post("pages/1/", {**left_open, "clear": "usability"})
    assert Draft.objects.get().answers == {"evidence": 3}


def test_page_that_is_shown_again_with_an_error_shows_what_is_newer(therapist: Therapist) -> None:
    therapist.answer(1, {"usability": 2})
    left_open = form_of(therapist.page("pages/1/"))
    therapist.answer(1, {"usability": 5})
    again = therapist.post("pages/1/", {**left_open, "answer-evidence": "99"})
    assert again.status_code == 422
    assert form_of(again.content.decode())["answer-usability"] == "5"


def test_page_that_nobody_touched_writes_nothing(therapist: Therapist) -> None:
    therapist.answer(1, {"usability": 2})
    untouched = form_of(therapist.page("pages/1/"))
    with CaptureQueriesContext(connection) as queries:
        assert therapist.post("pages/1/", {**untouched, "go": "next"})["Location"] == "/r/pages/2/"
    assert not [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE"))]


# What happens between looking and saving


def refusing(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> None:
    """Let something happen just before anything is written."""
    for module, name in (*WRITERS, *CODES):
        write = getattr(module, name)

        def late(_write: Callable[..., Any] = write, **said: Any) -> Any:
            happens()
            return _write(**said)

        monkeypatch.setattr(module, name, late)


def filled_in(therapist: Therapist, place: str) -> dict[str, str]:
    therapist.answer(1, {"usability": 2})
    return {**FORMS[place], "shown": therapist.shown()}


@pytest.mark.parametrize("place", FORMS)
@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (actions.LinkGoneError(), 404, "This link opens nothing any more"),
        (RoundClosedError("Closed."), 403, "No more answers can be sent"),
        (actions.AlreadySentError(), 403, "Your answers were sent"),
    ],
    ids=["gone", "over", "sent"],
)
def test_r16_every_refusal_is_told_on_every_form(
    therapist: Therapist, monkeypatch: pytest.MonkeyPatch, place: str, error: Exception, status: int, says: str
) -> None:
    form = filled_in(therapist, place)

    def happens() -> None:
        raise error

    refusing(monkeypatch, happens)
    response = therapist.post(place, form)
    assert response.status_code == status
    assert says in response.content.decode()


@pytest.mark.parametrize("place", FORMS)
@pytest.mark.parametrize(
    ("happened", "says"),
    [("withdrawn", "This link opens nothing any more"), ("closed", "No more answers can be sent"), ("sent", "sent")],
)
def test_r16_withdrawn_closed_or_sent_meanwhile_is_told_on_every_form(
    team: Team, therapist: Therapist, monkeypatch: pytest.MonkeyPatch, place: str, happened: str, says: str
) -> None:
    form = filled_in(therapist, place)
    invitation_id, draft_id = team.invitation().pk, Draft.objects.get().pk
    send = actions.send

    def happens() -> None:
        match happened:
            case "withdrawn":
                actions.withdraw(by=team.lead, round_id=team.round.pk, invitation_id=invitation_id, now=NOON)
            case "closed":
                closing.close(round_id=team.round.pk, by=team.lead, now=NOON)
            case "sent":
                send(invitation_id=invitation_id, draft_id=draft_id, now=NOON)

    refusing(monkeypatch, happens)
    response = therapist.post(place, form)
    if (place, happened) == ("not-me/", "sent"):  # what was sent stays, and no mail comes any more
        assert "You are off the list" in response.content.decode()
    elif (place, happened) == ("check/", "sent"):
        assert response["Location"] == "/r/done/"
    else:
        assert response.status_code in {403, 404}
        assert says in response.content.decode()
    assert Submission.objects.count() == (happened == "sent")


def test_browser_that_opened_a_link_before_the_reminder_is_told_that_the_assessment_has_closed(
    team: Team, therapist: Therapist
) -> None:
    team.remind()
    closing.close(round_id=team.round.pk, by=team.lead, now=NOON)
    said = words_of(therapist.page())
    assert "This assessment has closed" in said
    assert "The link in the newest mail about it shows what your team said" in said
    late = therapist.answer(1, {"usability": 2})
    assert late.status_code == 403
    assert "A little true" in late.content.decode()


def test_what_was_typed_is_shown_in_the_words_of_the_assessment(team: Team, therapist: Therapist) -> None:
    Round.objects.filter(pk=team.round.pk).update(stage="preparing")
    actions.withdraw(by=team.lead, round_id=team.round.pk, invitation_id=team.invitation().pk, now=NOON)
    late = therapist.answer(1, {"usability": "not_applicable", "evidence": 3})
    assert "Too early, we have not started" in late.content.decode()


def test_only_what_was_touched_is_called_not_saved(team: Team, therapist: Therapist) -> None:
    therapist.answer(1, {"usability": 2})
    form = form_of(therapist.page("pages/1/"))
    actions.withdraw(by=team.lead, round_id=team.round.pk, invitation_id=team.invitation().pk, now=NOON)
    said = therapist.post("pages/1/", {**form, "answer-evidence": "5"}).content.decode()
    assert "Completely true" in said
    assert "A little true" not in said


# What a browser remembers


def test_browser_draws_the_drafts_id_when_the_link_is_opened_and_saves_under_it(therapist: Therapist) -> None:
    before = therapist.client.cookies[passes.LINK.cookie].value
    for number, key in ((1, "usability"), (2, "comorbidity")):
        therapist.answer(number, {key: 3})
    assert Draft.objects.get().answers == {"usability": 3, "comorbidity": 3}
    assert therapist.client.cookies[passes.LINK.cookie].value == before


def test_browser_remembers_the_drafts_of_the_five_links_opened_last_and_says_so(team: Team) -> None:
    tokens = team.invite_some(6)
    shared = Therapist(tokens[0])
    assert "keeps the way to your answers until five other links have been opened in it" in shared.page("later/")
    for token in tokens:
        shared.open(token)
        shared.answer(1, {"usability": 2})
    kept = []
    for token in reversed(tokens):
        shared.open(token)
        kept.append("A little true" in shared.page("check/"))
    assert kept == [True] * 5 + [False]
    assert Invitation.objects.filter(round=team.round).count() == 6


@pytest.mark.parametrize("place", ["later/", "done/"])
def test_clearing_a_device_says_what_colleagues_need_then(therapist: Therapist, place: str) -> None:
    if place == "done/":
        therapist.answer(1, {"usability": 2})
        therapist.send()
    assert "If a colleague has begun on this computer, they need their return code afterwards." in therapist.page(place)
