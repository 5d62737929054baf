"""Saving one answer by the wire contract: saved means saved, nothing twice, nobody's work overwritten silently."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from assessments.clinics.models import User
from assessments.rounds.models import Round
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.rounds.conftest import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.mark.parametrize("value", [1, 5, "dont_know", "not_applicable", None])
def test_save_stores_answer_and_gives_revision_and_time(desk: Desk, value: object) -> None:
    answer = desk.put("gp-referral", value=value, comment="Two practices only")

    assert answer.status_code == 200
    assert answer.json()["revision"] == 1
    assert answer.json()["saved_at"].startswith("2026-11-22T")
    row = desk.stored("gp-referral")
    assert row is not None
    assert row.answer == value
    assert row.comment == "Two practices only"


def test_save_fact_stores_the_number(desk: Desk) -> None:
    assert desk.put("gp-referral-count", value=12).status_code == 200
    row = desk.stored("gp-referral-count")
    assert row is not None
    assert row.value == 12


def test_save_without_comment_keeps_the_stored_one(desk: Desk) -> None:
    desk.put("gp-referral", comment="Keep me")
    body = {"op": "op-2", "base": 1, "value": 2}
    answer = desk.client.put(
        reverse("rounds:item", args=[desk.round.pk, "gp-referral"]), json.dumps(body), content_type="application/json"
    )

    assert answer.json()["revision"] == 2
    row = desk.stored("gp-referral")
    assert row is not None
    assert row.comment == "Keep me"


def test_repeat_of_last_op_gives_the_stored_row_and_changes_nothing(desk: Desk) -> None:
    first = desk.put("gp-referral", op="same", value=2).json()
    again = desk.put("gp-referral", op="same", value=2)

    assert again.status_code == 200
    assert again.json() == first


def test_stale_base_gives_409_with_what_is_stored(desk: Desk, colleague: Desk) -> None:
    colleague.put("gp-referral", op="theirs", value=5, comment="Steady")
    answer = desk.put("gp-referral", op="mine", base=0, value=1)

    assert answer.status_code == 409
    assert answer.json() == {"revision": 1, "value": 5, "comment": "Steady", "by": "Milan Manager"}
    row = desk.stored("gp-referral")
    assert row is not None
    assert row.value == 5


def test_conflict_is_settled_by_saving_upon_their_revision(desk: Desk, colleague: Desk) -> None:
    colleague.put("gp-referral", op="theirs", value=5)
    assert desk.put("gp-referral", op="mine", base=1, value=1).json()["revision"] == 2


def test_two_people_on_different_items_never_clash(desk: Desk, colleague: Desk) -> None:
    assert desk.put("gp-referral").status_code == 200
    assert colleague.put("self-referral").status_code == 200


def test_same_answer_upon_a_stale_base_is_a_conflict_that_the_page_settles(desk: Desk, colleague: Desk) -> None:
    colleague.put("gp-referral", op="theirs", value=5)
    assert desk.put("gp-referral", op="mine", base=0, value=5).status_code == 409


@pytest.mark.parametrize(
    ("key", "change"),
    [
        pytest.param("gp-referral", {"value": 0}, id="below-scale"),
        pytest.param("gp-referral", {"value": 6}, id="above-scale"),
        pytest.param("gp-referral", {"value": True}, id="boolean"),
        pytest.param("gp-referral", {"value": 2.5}, id="fraction"),
        pytest.param("gp-referral", {"value": "4"}, id="number-as-text"),
        pytest.param("gp-referral", {"value": "perhaps"}, id="other-word"),
        pytest.param("gp-referral", {"value": [4]}, id="list"),
        pytest.param("gp-referral", {"value": 10**400}, id="huge-number"),
        pytest.param("risk-procedure", {"value": "not_applicable"}, id="safety-item-does-not-apply"),
        pytest.param("data-protection", {"value": "not_applicable"}, id="other-safety-item-does-not-apply"),
        pytest.param("gp-referral-count", {"value": -1}, id="fact-negative"),
        pytest.param("gp-referral-count", {"value": 100_001}, id="fact-too-large"),
        pytest.param("gp-referral-count", {"value": "not_applicable"}, id="fact-does-not-apply"),
        pytest.param("gp-referral", {"comment": "a\0b"}, id="nul-in-comment"),
        pytest.param("gp-referral", {"comment": "a\ud800b"}, id="lone-surrogate"),
        pytest.param("gp-referral", {"comment": "x" * 2001}, id="comment-too-long"),
        pytest.param("gp-referral", {"comment": 7}, id="comment-no-text"),
        pytest.param("gp-referral", {"op": ""}, id="op-empty"),
        pytest.param("gp-referral", {"op": "x" * 65}, id="op-too-long"),
        pytest.param("gp-referral", {"op": 5}, id="op-no-text"),
        pytest.param("gp-referral", {"base": -1}, id="base-negative"),
        pytest.param("gp-referral", {"base": True}, id="base-boolean"),
        pytest.param("gp-referral", {"base": 2**31}, id="base-huge"),
    ],
)
def test_bad_input_is_422_with_reason_and_stores_nothing(desk: Desk, key: str, change: dict[str, Any]) -> None:
    answer = desk.put(key, **change)

    assert answer.status_code == 422
    assert answer.json()["error"]
    assert desk.stored(key) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b'{"op": "a"}',
        b"[" * 100_000,
        b'{"op":"a","base":0,"value":' + b"9" * 5000 + b"}",
        b"\xff",
    ],
    ids=["empty", "broken", "list", "number", "incomplete", "deep", "endless-number", "no-utf-8"],
)
def test_unreadable_body_is_422(desk: Desk, body: bytes) -> None:
    url = reverse("rounds:item", args=[desk.round.pk, "gp-referral"])
    assert desk.client.put(url, body, content_type="application/json").status_code == 422


def test_body_of_a_megabyte_is_413(desk: Desk) -> None:
    assert desk.put("gp-referral", comment="x" * 1_000_000).status_code == 413
    assert desk.stored("gp-referral") is None


@pytest.mark.parametrize("key", ["nothing-like-it", "patient-motivation", "confidence-risk"])
def test_item_that_the_form_does_not_ask_is_404(desk: Desk, key: str) -> None:
    assert desk.put(key).status_code == 404


def test_strangers_round_is_404_like_one_that_is_not_there(stranger: User, desk: Desk) -> None:
    theirs = desk.put("gp-referral", client=signed_in(stranger))
    url = reverse("rounds:item", args=["00000000-0000-4000-8000-000000000000", "gp-referral"])
    nowhere = signed_in(stranger).put(url, json.dumps({"op": "a", "base": 0, "value": 1}), "application/json")

    assert theirs.status_code == nowhere.status_code == 404
    assert theirs.content == nowhere.content
    assert desk.stored("gp-referral") is None


def test_signed_out_is_401(desk: Desk) -> None:
    assert desk.put("gp-referral", client=Client()).status_code == 401


def test_missing_token_is_403_with_a_new_one(desk: Desk, lead: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(lead)
    answer = desk.put("gp-referral", client=client)

    assert answer.status_code == 403
    assert answer.json()["code"] == "csrf"
    assert "csrftoken" in answer.cookies


def test_finished_round_is_403_with_reason(desk: Desk) -> None:
    Round.objects.filter(pk=desk.round.pk).update(closed_at=NOW + timedelta(hours=3))
    answer = desk.put("gp-referral")

    assert answer.status_code == 403
    assert "finished" in answer.json()["error"]
    assert desk.stored("gp-referral") is None


def test_round_past_its_last_day_takes_no_answers_even_before_the_worker_closes_it(
    lead: User, open_round: Round
) -> None:
    with time_machine.travel(open_round.due_at, tick=False):
        assert Desk(lead, open_round).put("gp-referral").status_code == 403
    with time_machine.travel(open_round.due_at - timedelta(seconds=1), tick=False):
        assert Desk(lead, open_round).put("gp-referral").status_code == 200


@pytest.mark.parametrize("method", ["get", "post", "delete", "patch"])
def test_only_put_saves(desk: Desk, method: str) -> None:
    url = reverse("rounds:item", args=[desk.round.pk, "gp-referral"])
    answer = getattr(desk.client, method)(url, {"op": "a", "base": 0, "value": 1, "_method": "PUT"})
    assert answer.status_code == 405
    assert desk.stored("gp-referral") is None


def test_item_of_a_closed_route_is_kept_though_not_asked(desk: Desk) -> None:
    Round.objects.filter(pk=desk.round.pk).update(routes=["self"])
    assert desk.put("gp-referral", value=2).status_code == 200
