"""Forms of a plan whose session has ended: what was typed comes back, and a button says that nothing was changed."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from assessments.clinics.models import Clinic, User
from assessments.plans.models import Action
from assessments.rounds.models import Round
from tests.assessments.conftest import signed_in
from tests.assessments.plans.test_plan_action_pages import FROM_FLAG, NOBODYS, SAID, new_url

pytestmark = pytest.mark.usefixtures("at_noon")


def test_what_was_typed_while_signed_out_comes_back_and_is_saved_after_signing_in(
    action: Action, clinic: Clinic, lead: User
) -> None:
    for address, said, kept in (
        (new_url(clinic, FROM_FLAG), {**SAID, "op": str(uuid4())}, ("Agree on minutes", "Joris", "2026-12-24", "Ask")),
        (action.get_absolute_url(), {**SAID, "answers": ":funding", "base": "1"}, ("Agree on minutes", "Joris")),
        (action.get_absolute_url() + "note/", {"note": "They <b>paid</b>", "op": NOBODYS}, ("They <b>paid</b>",)),
        (action.get_absolute_url() + "move/", {"status": "dropped", "reason": "No time", "base": "2"}, ("No time",)),
    ):
        browser = Client(enforce_csrf_checks=True)
        browser.get("/accounts/login/")
        token = browser.cookies["csrftoken"].value
        answer = browser.post(address, {**said, "csrfmiddlewaretoken": token})
        page = unescape(answer.content.decode())
        assert answer.status_code == 403
        assert "You are signed out. What you typed is still here." in page
        assert all(words in page for words in kept)
        assert clinic.name not in page
        assert action.title not in page

        browser.force_login(lead)
        late = browser.post(address, {**said, "csrfmiddlewaretoken": "x" * 64})
        page = unescape(late.content.decode())
        assert "was open for a long time" in page
        carried = dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', page))
        typed = {name: text for name, text in said.items() if name not in carried}
        assert {name for name in said if name not in typed} | {"csrfmiddlewaretoken"} == set(carried)
        assert browser.post(address, {**carried, **typed}).status_code == 302
    action.refresh_from_db()
    assert (action.drop_reason, action.owner_name) == ("No time", "Joris")
    assert Action.objects.count() == 2


def test_what_another_site_sends_never_comes_back_as_typed(action: Action, lead: User) -> None:
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        browser = Client(enforce_csrf_checks=True)
        for _signed_out_then_in in range(2):
            answer = browser.post(action.get_absolute_url() + "note/", {"note": "call 555"}, headers=headers)
            assert answer.status_code == 403
            assert "call 555" not in answer.content.decode()
            browser.force_login(lead)


def test_a_button_pressed_while_signed_out_says_so_after_signing_in(
    action: Action, closed_round: Round, lead: User, stranger: User
) -> None:
    of_round = reverse("plans:of_round", args=[closed_round.pk])
    for address, page in (
        (reverse("plans:add", args=[closed_round.pk]), of_round),
        (action.get_absolute_url() + "move/", action.get_absolute_url()),
        (action.get_absolute_url() + "note/", action.get_absolute_url()),
    ):
        sent = Client().post(address, {"option": "a:b", "status": "done", "base": "1"})
        assert sent["Location"] == f"/accounts/login/?next={address}"
        answer = signed_in(lead).get(address, follow=True)
        assert answer.redirect_chain == [(page, 302)]
        assert "nothing was changed. Please press it once more." in answer.content.decode()
        assert signed_in(stranger).get(address).status_code == 404
