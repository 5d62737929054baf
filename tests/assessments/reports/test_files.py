"""The files of a finished assessment: who gets them, and that they say what the page says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import pytest
from django.conf import settings

from assessments.clinics import actions
from assessments.clinics.models import Clinic, Membership, User
from assessments.plans.models import Action
from assessments.reports import views
from assessments.reports.files import KINDS
from assessments.reports.report import report_of
from assessments.results.models import ResultScore
from assessments.rounds.models import Round
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.results.conftest import LATER, MIXED

EVERY_KIND = pytest.mark.parametrize("kind", [kind.key for kind in KINDS])


@EVERY_KIND
@pytest.mark.timeout(30)  # typst is a process of its own, which lets everybody else go first
def test_file_is_sent_to_be_kept(closed_round: Round, manager: User, kind: str) -> None:
    response = signed_in(manager).get(f"/rounds/{closed_round.pk}/files/{kind}/")
    assert response.status_code == HTTPStatus.OK
    assert response["Content-Disposition"].startswith('attachment; filename="readiness-harbour-clinic-2026-11-22-')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.timeout(30)
def test_who_asks_for_the_headers_has_no_file_made(
    closed_round: Round, lead: User, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = signed_in(lead), f"/rounds/{closed_round.pk}/files/report-a4/"
    sent = client.get(address)
    monkeypatch.setattr(views, "report_of", None)
    told = client.head(address)
    same = ("Content-Disposition", "Content-Type", "X-Content-Type-Options", "Cache-Control")
    assert [told[name] for name in same] == [sent[name] for name in same]
    assert told.status_code == HTTPStatus.OK
    assert "Content-Length" not in told
    assert signed_in(stranger).head(address).status_code == HTTPStatus.NOT_FOUND


@EVERY_KIND
def test_file_of_an_open_assessment_is_refused_with_the_reason(open_round: Round, lead: User, kind: str) -> None:
    response = signed_in(lead).get(f"/rounds/{open_round.pk}/files/{kind}/")
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "finished" in response.content.decode()


@EVERY_KIND
def test_file_is_not_there_once_the_right_has_ended(closed_round: Round, lead: User, manager: User, kind: str) -> None:
    client = signed_in(manager)
    assert client.get(f"/rounds/{closed_round.pk}/files/").status_code == HTTPStatus.OK
    member = Membership.objects.get(user=manager)
    actions.remove_manager(by=lead, membership=member, now=NOW)
    assert client.get(f"/rounds/{closed_round.pk}/files/{kind}/").status_code == HTTPStatus.NOT_FOUND


def test_page_offers_every_kind_once_it_is_finished(closed_round: Round, manager: User) -> None:
    page = signed_in(manager).get(f"/rounds/{closed_round.pk}/files/").content.decode()
    linked = re.findall(rf"/rounds/{closed_round.pk}/files/([a-z0-9-]+)/", page)
    assert sorted(linked) == sorted(kind.key for kind in KINDS)


def test_page_of_an_open_assessment_says_when_and_what_there_is_until_then(open_round: Round, manager: User) -> None:
    page = signed_in(manager).get(f"/rounds/{open_round.pk}/files/").content.decode()
    assert f"/rounds/{open_round.pk}/results/print/" in page
    assert "until the end of 13 December 2026" in page
    assert f"/rounds/{open_round.pk}/files/" not in page


def test_every_kind_is_described_in_the_docs() -> None:
    described = (Path(settings.BASE_DIR) / "docs" / "files.md").read_text()
    assert [kind.key for kind in KINDS if f"`{kind.key}`" not in described] == []


def test_unknown_kind_is_not_there(closed_round: Round, lead: User) -> None:
    assert signed_in(lead).get(f"/rounds/{closed_round.pk}/files/exe/").status_code == HTTPStatus.NOT_FOUND


def test_json_holds_scores_flags_answers_plan_and_change(
    closed_round: Round, finish_next: Callable[..., Round], action: Action, clinic: Clinic, lead: User
) -> None:
    second = finish_next({**MIXED, "gp-referral": 5})
    told = json.loads(signed_in(lead).get(f"/rounds/{second.pk}/files/json/").content)
    frozen = ResultScore.objects.filter(result=second.result, form="clinic", view="domain")
    assert {one["key"]: one["score"] for one in told["topics"]} == dict(frozen.values_list("key", "score"))
    assert [flag["key"] for flag in told["flags"]] == list(second.result.flags.values_list("key", flat=True))
    assert {item["key"]: item["value"] for item in told["items"]}["gp-referral"] == 5
    assert [one["title"] for one in told["plan"]["actions"]] == [action.title]
    assert told["change"]["since"]["id"] == str(closed_round.pk)
    report = report_of(second, reader=lead, now=LATER)
    cards = [*report.page.first, *report.page.rest]
    placed = {(card.number, flag.key, card in report.page.first) for card in cards for flag in card.flags}
    assert {(flag["card"], flag["key"], flag["is_first"]) for flag in told["flags"]} == placed
    assert report.change
    became = [(key, one.key, one.why or None) for key, _, moves in report.change.flags.groups for one in moves]
    assert [(one["became"]["key"], one["key"], one["why"]) for one in told["change"]["flags"]] == became
    assert {"closed", "stayed"} <= {one["became"]["key"] for one in told["change"]["flags"]}
    first = json.loads(signed_in(lead).get(f"/rounds/{closed_round.pk}/files/json/").content)
    assert first["change"] is None
