"""Saving an answer of a team talk by the wire contract: the same promises as for the clinic form."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.clinics.models import User
from assessments.rounds import talk_actions
from assessments.rounds.models import FormAnswer, Round
from assessments.rounds.team_talk import talk_answers
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.rounds.conftest import Holder, finish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.mark.parametrize("value", [1, 5, "dont_know", "not_applicable", "no_agreement", None])
def test_save_stores_answer_and_gives_revision_and_time(holder: Holder, value: object) -> None:
    answer = holder.put("workload", value=value)

    assert answer.status_code == 200
    assert answer.json()["revision"] == 1
    assert answer.json()["saved_at"].startswith("2026-11-22T")
    assert FormAnswer.objects.of_team_talk().get().answer == value


def test_repeat_of_last_op_gives_the_stored_row(holder: Holder) -> None:
    first = holder.put("workload", op="same", value=2).json()
    assert holder.put("workload", op="same", value=2).json() == first


def test_stale_base_gives_409_with_what_another_holder_saved(holder: Holder) -> None:
    Holder(holder.token).put("workload", op="theirs", value="no_agreement")
    answer = holder.put("workload", op="mine", value=1)

    assert answer.status_code == 409
    assert answer.json() == {
        "revision": 1,
        "value": "no_agreement",
        "comment": "",
        "by": "Somebody with the same link",
    }


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"value": 6}, id="above-scale"),
        pytest.param({"value": True}, id="boolean"),
        pytest.param({"value": 2.5}, id="fraction"),
        pytest.param({"value": "perhaps"}, id="other-word"),
        pytest.param({"comment": "It was Anna"}, id="comment"),
        pytest.param({"op": ""}, id="op-empty"),
        pytest.param({"base": -1}, id="base-negative"),
    ],
)
def test_bad_input_is_422_with_reason_and_stores_nothing(holder: Holder, change: dict[str, Any]) -> None:
    answer = holder.put("workload", **change)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert not FormAnswer.objects.exists()


@pytest.mark.parametrize("key", ["nothing-like-it", "gp-referral", "confidence-risk", "gp-referral-count"])
def test_item_that_a_team_does_not_talk_about_is_404(holder: Holder, key: str) -> None:
    assert holder.put(key).status_code == 404


def test_browser_without_a_pass_is_401(holder: Holder) -> None:
    assert holder.put("workload", client=Client()).status_code == 401


def test_replaced_link_is_401_and_the_new_one_saves_what_waits(holder: Holder, lead: User, open_round: Round) -> None:
    token = talk_actions.make_talk_link(by=lead, round_id=open_round.pk, now=NOW)
    refused = holder.put("workload", op="waits")
    holder.client.get(reverse("rounds:talk_link", args=[token]))

    assert refused.status_code == 401
    assert "Open the newest one" in refused.json()["error"]
    assert holder.put("workload", op="waits").status_code == 200


def test_missing_token_is_403_with_a_new_one(holder: Holder) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = holder.client.cookies
    answer = holder.put("workload", client=client)

    assert answer.status_code == 403
    assert answer.json()["code"] == "csrf"
    assert "csrftoken" in answer.cookies


def test_sent_talk_is_403_with_reason(holder: Holder, open_round: Round) -> None:
    holder.put("workload", value=2)
    holder.send(n_people="3")
    answer = holder.put("workload", op="late", base=1, value=5)

    assert answer.status_code == 403
    assert "has been sent" in answer.json()["error"]
    assert talk_answers(open_round) == {"workload": 2}


def test_finished_round_is_403_with_reason(holder: Holder, open_round: Round) -> None:
    finish(open_round)
    answer = holder.put("workload")

    assert answer.status_code == 403
    assert "finished" in answer.json()["error"]
    assert not FormAnswer.objects.exists()


@pytest.mark.parametrize("method", ["get", "post", "delete", "patch"])
def test_only_put_saves(holder: Holder, method: str) -> None:
    url = reverse("rounds:talk_item", args=["workload"])
    assert getattr(holder.client, method)(url).status_code == 405


def test_manager_who_is_signed_in_saves_no_joint_answer_without_the_link(lead: User, holder: Holder) -> None:
    assert holder.put("workload", client=signed_in(lead)).status_code == 401
