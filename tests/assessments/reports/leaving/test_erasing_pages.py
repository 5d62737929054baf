"""Erasing an assessment or a clinic by its page: who may, what is asked, and that it leaves what the command does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from unittest.mock import Mock
from urllib.parse import unquote

import pytest
import time_machine
from django.core.management import call_command
from django.db import OperationalError, transaction
from django.test import Client
from django.urls import reverse

from assessments.clinics.models import AuditEvent, Clinic, Erasure, User
from assessments.networks.models import NetworkClinic, NetworkTombstone
from assessments.reports.leaving import erasable, erasing_views
from assessments.reports.leaving.export_clinic import clinic_file, written
from assessments.reports.leaving.import_clinic import import_clinic
from assessments.reports.report import report_of
from assessments.reports.values import report_values
from assessments.results.models import ReleaseRow
from assessments.rounds.erasing import erase_round
from assessments.rounds.models import Round
from tests.assessments.conftest import asked_again, signed_in
from tests.assessments.networks.erased import AGAIN, named_in
from tests.assessments.networks.sheets import TITLE

EITHER = pytest.mark.parametrize("what", ["round", "clinic"])


def address(what: str, clinic: Clinic) -> str:
    which = clinic.pk if what == "clinic" else Round.objects.order_by("closed_at").last().pk  # type: ignore[union-attr]
    return reverse(f"reports:erase_{what}", args=[which])


def typed(what: str) -> dict[str, str]:
    return {"typed": f" {TITLE.upper()}" if what == "round" else "harbour  clinic"}


@EITHER
def test_only_the_lead_erases(
    what: str,
    earlier: Round,
    place: NetworkClinic,
    manager: User,
    consultant: User,
    stranger: User,
    admin: User,
    lead: User,
    clinic: Clinic,
) -> None:
    where = address(what, clinic)
    refused = dict.fromkeys((consultant, stranger, admin), HTTPStatus.NOT_FOUND) | {manager: HTTPStatus.FORBIDDEN}
    for who, status in refused.items():
        client = asked_again(who)
        page = client.get(where)
        assert (page.status_code, client.post(where, typed(what)).status_code) == (status, status), who
        assert ("Only the lead of the clinic can erase this" in page.content.decode()) is (who == manager)
    assert not Erasure.objects.exists()
    client = asked_again(lead)
    assert client.get(where).status_code == HTTPStatus.OK
    assert client.post(where, typed(what)).status_code == HTTPStatus.FOUND
    assert Erasure.objects.exists()


@EITHER
def test_page_says_what_goes_and_stays_and_asks_who_it_is_and_for_the_name(
    what: str, latest: Round, place: NetworkClinic, lead: User, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = address(what, clinic)
    with time_machine.travel(latest.closed_at + timedelta(days=90), tick=False):  # type: ignore[operator]
        again = signed_in(lead).get(where)
        assert unquote(again["Location"]) == reverse("account_reauthenticate") + f"?next={where}"
        client = asked_again(lead)
        page = client.get(where).content.decode()
        for text in ("What goes, for good", "What stays, and why", "cannot be undone", "backups"):
            assert text in page
        assert ("assessments, with all that belongs to them: 2" in page.lower()) is (what == "clinic")
        wrong = client.post(where, {"typed": "Harbour"})
        assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "This is not “" in wrong.content.decode()
        assert client.post(where, {}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    with time_machine.travel(latest.closed_at + timedelta(days=90, minutes=6), tick=False):  # type: ignore[operator]
        late = client.post(where, typed(what), follow=True)
        assert reverse("account_reauthenticate") in [url.partition("?")[0] for url, _ in late.redirect_chain]
        assert "Nothing was erased yet" in late.content.decode()
    assert not Erasure.objects.exists()


def test_open_assessment_has_words_of_its_own(latest: Round, under_way: Round, lead: User, clinic: Clinic) -> None:
    """Its therapists are thought of; nothing is said of a result, of finishing, or of what there is none of."""
    goes = "\n".join(erasable.erasable_clinic(clinic, by=lead, now=AGAIN).goes)
    day = f"{under_way.due_on.day} {under_way.due_on:%B %Y}"
    assert f"“{under_way.title}” is open until {day}: what therapists have sent or begun" in goes
    with time_machine.travel(AGAIN, tick=False):
        page = asked_again(lead).get(reverse("reports:erase_round", args=[under_way.pk])).content.decode()
    assert f"which is open until {day}" in page
    assert "What therapists have sent or begun in it" in page
    assert reverse("reports:clinic_files", args=[clinic.pk]) in page
    assert reverse("reports:files", args=[under_way.pk]) not in page
    assert not re.search(r"its result|finished on|had been finished|[(:] ?0\b", page + goes, re.IGNORECASE)


def test_clinic_with_recent_figures_waits_and_its_page_says_until_when(
    latest: Round, lead: User, clinic: Clinic
) -> None:
    where = address("clinic", clinic)
    with time_machine.travel(AGAIN, tick=False):
        client = asked_again(lead)
        page = client.get(where).content.decode()
        assert "before 20 February 2027" in page or "before 21 February 2027" in page
        assert 'name="typed"' not in page
        refused = client.post(where, typed("clinic"))
        files = client.get(reverse("reports:clinic_files", args=[clinic.pk])).content.decode()
    assert (refused.status_code, "came out on" in refused.content.decode()) == (HTTPStatus.FORBIDDEN, True)
    assert "From that day on it can be erased." in files
    assert Clinic.objects.filter(pk=clinic.pk).exists()


@EITHER
def test_page_leaves_what_the_command_leaves(
    what: str, earlier: Round, place: NetworkClinic, manager: User, lead: User, clinic: Clinic
) -> None:
    where = address(what, clinic)
    which = earlier.pk if what == "round" else clinic.pk
    with time_machine.travel(AGAIN, tick=False):
        by_page = undone(lambda: asked_again(lead).post(where, typed(what)), which)
        by_command = undone(lambda: call_command("erase", what, str(which), "--yes", stdout=Mock()), which)
    assert by_page == {**by_command, "by": lead.pk}
    assert by_command["erasures"]


def undone(erasing: Callable[[], object], which: object) -> dict[str, Any]:
    """Erase, look what is left, and take it back."""
    with transaction.atomic():
        erasing()
        left = {
            "erasures": list(Erasure.objects.values_list("kind", "clinic_id", "round_id", "finished_on", "at")),
            "by": Erasure.objects.get().by_id,
            "acts": list(AuditEvent.objects.values_list("act", "clinic", "subject")),
            "tombstones": list(NetworkTombstone.objects.values_list("network", "number", "erased_at")),
            "named": named_in(which),
            "clinics": set(Clinic.objects.values_list("pk")),
            "people": set(User.objects.values_list("pk")),
        }
        transaction.set_rollback(True)
    return left


def test_clinic_tells_what_stays_of_what_was_erased_before(latest: Round, lead: User, clinic: Clinic) -> None:
    def stays() -> str:
        return "\n".join(erasable.erasable_clinic(clinic, by=lead, now=AGAIN).stays)

    assert "erased earlier" not in stays()
    erase_round(by=lead, round_id=latest.pk, now=AGAIN)
    assert "figures had come out in it: 1" in stays()


def test_figures_of_other_assessments_stay_as_they_were(
    earlier: Round, latest: Round, lead: User, clinic: Clinic
) -> None:
    def frozen() -> tuple[str, str]:
        one = Round.objects.select_related("clinic", "result").get(pk=latest.pk)
        told = {**report_values(report_of(one, reader=lead, now=AGAIN)), "change": None}
        rows = ReleaseRow.objects.filter(result__round=latest.pk).order_by("pk")
        return json.dumps(told, default=str), json.dumps(list(rows.values()))

    before = frozen()
    where = reverse("reports:erase_round", args=[earlier.pk])
    with time_machine.travel(AGAIN, tick=False):
        asked_again(lead).post(where, typed("round"))
    assert not Round.objects.filter(pk=earlier.pk).exists()
    assert frozen() == before


def test_button_pressed_twice_has_one_effect_and_who_comes_later_finds_nothing(
    earlier: Round, lead: User, clinic: Clinic
) -> None:
    where = address("round", clinic)
    client, colleague = asked_again(lead), asked_again(lead)
    assert colleague.get(where).status_code == HTTPStatus.OK
    for _ in range(2):
        sent = client.post(where, typed("round"))
        assert (sent.status_code, sent["Location"]) == (HTTPStatus.FOUND, reverse("rounds:clinic", args=[clinic.pk]))
    assert Erasure.objects.count() == clinic.acts.filter(act="round-erased").count() == 1
    assert colleague.get(where).status_code == HTTPStatus.NOT_FOUND


@EITHER
@pytest.mark.parametrize("step", ["check_can_erase", "erase_between_others"])
def test_first_click_that_ends_while_the_second_is_on_its_way_has_one_effect(
    what: str, step: str, earlier: Round, lead: User, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, as_it_is = address(what, clinic), getattr(erasing_views, step)

    def after_the_first(*said: Any) -> Any:
        monkeypatch.setattr(erasing_views, step, as_it_is)
        assert first.post(where, typed(what)).status_code == HTTPStatus.FOUND
        return as_it_is(*said)

    with time_machine.travel(AGAIN, tick=False):
        first, second = asked_again(lead), asked_again(lead)
        monkeypatch.setattr(erasing_views, step, after_the_first)
        sent = second.post(where, typed(what), follow=True)
    assert sent.status_code == HTTPStatus.OK
    assert [str(one) for one in sent.context["messages"]] == [getattr(erasing_views, f"{what.upper()}_GONE")]
    assert Erasure.objects.count() == 1


def test_clinic_that_came_back_after_it_was_erased_is_erased_again(earlier: Round, lead: User, clinic: Clinic) -> None:
    where = address("clinic", clinic)
    with time_machine.travel(AGAIN, tick=False):
        client = asked_again(lead)
        file = written(clinic_file(clinic, made_at=AGAIN))
        for _ in range(2):
            assert client.post(where, typed("clinic")).status_code == HTTPStatus.FOUND
            assert not Clinic.objects.exists()
            import_clinic(file, now=AGAIN)


def test_erased_by_somebody_else_meanwhile_is_not_found(earlier: Round, lead: User, clinic: Clinic) -> None:
    client, where = asked_again(lead), address("round", clinic)
    with pytest.MonkeyPatch.context() as patch:

        def too_late(**said: Any) -> Erasure:
            erase_round(**{**said, "by": None})
            return erase_round(**said)

        patch.setattr(erasable, "erase_round", too_late)
        with transaction.atomic():
            assert client.post(where, typed("round")).status_code == HTTPStatus.NOT_FOUND


def test_page_begins_anew_where_others_are_in_the_way_and_says_when_it_gives_up(
    earlier: Round, lead: User, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, where = asked_again(lead), address("round", clinic)
    monkeypatch.setattr(erasable, "PAUSES", (0, 0))
    monkeypatch.setattr(erasable, "erase_round", Mock(side_effect=OperationalError("deadlock detected")))
    gave_up = client.post(where, typed("round"))
    assert gave_up.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "nothing was erased" in gave_up.content.decode()
    found = [OperationalError("deadlock detected"), OperationalError("deadlock detected"), None]

    def third_time(**said: Any) -> Erasure:
        if error := found.pop(0):
            raise error
        return erase_round(**said)

    monkeypatch.setattr(erasable, "erase_round", third_time)
    assert client.post(where, typed("round")).status_code == HTTPStatus.FOUND
    assert not Round.objects.exists()


@EITHER
def test_lead_finds_the_way_and_managers_do_not(
    what: str, earlier: Round, lead: User, manager: User, clinic: Clinic
) -> None:
    def way(client: Client) -> bool:
        where = reverse("rounds:round", args=[earlier.pk]) if what == "round" else f"/clinics/{clinic.pk}/details/"
        return address(what, clinic) in client.get(where).content.decode()

    assert (way(signed_in(lead)), way(signed_in(manager))) == (True, False)
    home = signed_in(manager).get(reverse("rounds:round", args=[earlier.pk])).content.decode()
    assert reverse("reports:files", args=[earlier.pk]) in home
