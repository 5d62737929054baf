"""A clinic that leaves as a file and comes back: everything it owns, the same pages, and nothing that is not true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import pytest
import time_machine
from django.apps import apps
from django.core.mail import EmailMessage
from django.db import transaction
from django.test import Client
from django.urls import reverse

from assessments.clinics.actions import remove_manager
from assessments.clinics.models import MEMBERSHIP, AuditEvent, Clinic, Erasure, Membership, ResultViewer, Role, User
from assessments.clinics.policies import RefusedError
from assessments.management import demo
from assessments.networks.erasing import erase_clinic
from assessments.networks.models import NetworkClinic
from assessments.networks.record_presenters import record_page
from assessments.plans.actions import Content, add_action, change_action
from assessments.plans.entries import people_of, said_of
from assessments.plans.models import Action, ActionEntry
from assessments.reports.leaving import clinic_views, parts
from assessments.reports.leaving.export_clinic import clinic_file, export_clinic, written
from assessments.reports.leaving.import_clinic import import_clinic
from assessments.reports.leaving.refusal import FileRefusedError
from assessments.reports.slots import slot
from assessments.rounds.actions import Change
from assessments.rounds.erasing import erase_round
from assessments.rounds.models import Round, TeamTalk
from assessments.rounds.policies import figures_again_at
from assessments.rounds.talk_actions import save_joint_page
from tests.assessments.conftest import NOW, PASSWORD, asked_again, signed_in
from tests.assessments.reports.awkward import awkward_round
from tests.assessments.results.conftest import LATER
from tests.assessments.results.team import HEARD, TALK, finish, invite, send, sheet, talk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_day_after")]
OURS: Final = ("clinics", "rounds", "respondents", "results", "plans", "networks", "reports")
AFTER: Final = LATER + timedelta(days=1)
Capture = pytest.CaptureFixture[str]
Values = dict[str, Any]


@pytest.fixture
def _day_after() -> Iterator[None]:
    """Stop the clock on the day after everything happened."""
    with time_machine.travel(AFTER, tick=False):
        yield


def leave(clinic: Clinic) -> bytes:
    """Take a clinic along and erase it."""
    content = written(clinic_file(clinic, made_at=AFTER))
    erase_clinic(by=None, clinic_id=clinic.pk, now=AFTER, although_figures_are_recent=True)
    return content


def told(clinic: Clinic) -> Values:
    """Read what a clinic would take along, but for networks, and that it was brought here."""
    values: Values = json.loads(written(clinic_file(clinic, made_at=AFTER)))
    acts = [act for act in values["acts"] if act["act"] != AuditEvent.Act.CLINIC_IMPORTED]
    return {**values, "networks": [], "acts": acts}


def all_parts() -> Iterator[type[parts.Part]]:
    """Give every part that tells rows of a model."""
    yield from (part for part in parts.Part.__subclasses__() if part.LABEL)


def test_every_column_travels_or_stays_with_a_reason() -> None:
    models = {model._meta.label: model for name in OURS for model in apps.get_app_config(name).get_models(True)}
    parted = {part.LABEL for part in all_parts()}
    assert models.keys() == parted | parts.STAY_AS_A_WHOLE.keys()
    assert not parted & parts.STAY_AS_A_WHOLE.keys()
    for part in all_parts():
        columns = {field.name for field in models[part.LABEL]._meta.concrete_fields}
        stays = part.STAYS.keys()
        assert columns - part.model_fields.keys() == stays, part
        assert all(part.STAYS.values()), part


def pages(clinic: Clinic) -> dict[str, str]:
    """Read every page of a clinic's dashboard as its lead sees it, but for what a browser or an account is told."""
    browser = signed_in(Membership.objects.get(clinic=clinic, role=Role.LEAD).user)
    rounds = list(Round.objects.filter(clinic=clinic).order_by("opened_at"))
    shared = ("rounds:clinic", "plans:plan", "plans:change")
    urls = [reverse(name, args=[clinic.pk]) for name in shared]
    urls += [reverse(name, args=[one.pk]) for one in rounds for name in ("results:result", "results:print_page")]
    urls += [reverse("reports:file", args=[one.pk, "json"]) for one in rounds if one.closed_at]
    urls += [one.get_absolute_url() for one in clinic.plan_actions.all()[:2]]
    record = "\n".join(f"{row.when} {row.words}" for row in record_page(clinic, about="", page=1).rows)
    plain = {url: _plain(browser.get(url).content.decode()) for url in urls}
    return {**plain, "record": re.sub(r"^.*brought the clinic here.*\n", "", record)}


def _plain(page: str) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|data-csrf="\w+"|value="\d+"', "", page)
    return re.sub(r'name="op" value="[\w-]+"', "", page)


@pytest.mark.timeout(30)
def test_awkward_clinic_comes_back_the_same_where_nobody_knew_it() -> None:
    clinic = awkward_round().clinic
    before, was = pages(clinic), told(clinic)
    content = leave(clinic)
    User.objects.all().delete()
    again = import_clinic(content, now=AFTER)
    assert pages(again) == before
    assert told(again) == was
    (lead,) = User.objects.all()
    assert not lead.has_usable_password()
    assert not any((lead.is_staff, lead.is_superuser, lead.is_consultant))


@pytest.mark.timeout(60)
def test_every_invented_clinic_comes_back_the_same() -> None:
    """With managers, therapists' figures, networks, plans, and assessments that are open."""
    demo.build(now=AFTER - timedelta(hours=1))
    for clinic in list(Clinic.objects.all()):
        was = told(clinic)
        for one in was["assessments"]:
            assert one["n_invited"] == 0 or one["closed_at"]
        again = import_clinic(leave(clinic), now=AFTER)
        assert told(again) == was
        assert not NetworkClinic.objects.filter(clinic=again).exists()
        members = Membership.objects.filter(clinic=again)
        seeing = ResultViewer.objects.filter(clinic=again, right=MEMBERSHIP, until=None)
        assert set(seeing.values_list("user", "since")) == set(members.values_list("user", "joined_at"))


@pytest.fixture
def content(closed_round: Round) -> bytes:
    """The file of a clinic that is not here any more."""
    return leave(closed_round.clinic)


def tampered(content: bytes, path: str, value: object) -> bytes:
    """Put another value at a place of the file; a list is reached by numbers."""
    values = json.loads(content)
    *way, last = path.split(".")
    inner = values
    for step in way:
        inner = inner[int(step) if step.isdecimal() else step]
    inner[int(last) if last.isdecimal() else last] = value
    return json.dumps(values).encode()


@pytest.mark.timeout(20)
def test_file_that_cannot_be_true_is_refused_with_one_line(content: bytes) -> None:
    values = json.loads(content)
    (one,) = values["assessments"]
    scored = next(n for n, row in enumerate(one["result"]["scores"]) if row["score"] not in {None, 50.0})
    rows, here = "assessments.0.result.release_rows.0", f"assessments.0.result.scores.{scored}"
    shown = {**one["result"]["release_rows"][0], "status": "shown", "value": 60, "n": 5}
    answer = one["answers"][0]
    for path, value in {
        "format": "another",
        "format_version": 2,
        "evil\n\x1b[2Jroot: ok": 1,
        "clinic.id": "0b2d7c1e-\x1b[2J",
        "clinic.name": "",
        "clinic.time_zone": "Mars/Olympus",
        "clinic.n_therapists": -1,
        "people.0.place.role": "manager",
        "people.0.number": 7,
        "people.0.email": "not an address",
        "people.0.name": "Nora\x1b[2J",
        "people": [],
        "acts.0.by": 9,
        "acts.0.act": "clinic-sold",
        "acts.0.subject": "Nora Lind",
        "acts.0.at": "2041-01-01T00:00:00Z",
        "acts.1": values["acts"][0],
        "assessments.0.instrument_version": 99,
        "assessments.0.instrument_key": "other",
        "assessments.0.result.guidance_version": 99,
        "assessments.0.result.algorithm_version": 99,
        "assessments.0.result.frozen_at": "2019-01-01T00:00:00Z",
        "assessments.0.result": None,
        "assessments.0.closed_at": None,
        "assessments.0.due_at": "2001-01-01T00:00:00Z",
        "assessments.0.stage": "over",
        "assessments.0.title": "Evil\x00round",
        "assessments.0.answers.0.key": "no-such-item",
        "assessments.0.answers.0.value": 6,
        "assessments.0.answers.1": answer,
        f"{here}.score": 140,
        f"{here.replace('score', 'score', 1)}.n_items": 40,
        f"{here}.band": "",
        f"{here}.key": "no-such-topic",
        "assessments.0.result.scores": [],
        "assessments.0.result.flags": [],
        "assessments.0.result.offers.0.key": "no-such-option",
        rows: shown,
        f"{rows}.value": 60,
        f"{rows}.n": 5,
        "assessments.0.result.release_rows": [],
        "erased_assessments": [{"round_id": one["id"]}],
        "plan": {"actions": [], "history": [{}]},
    }.items():
        with pytest.raises(FileRefusedError) as refused:
            import_clinic(tampered(content, path, value), now=AFTER)
        said = str(refused.value)
        assert re.fullmatch(r"[^\W_][^:]*(: \w.*)?[^.]\.", said), (path, said)
        assert len(said) < 300
        assert said.isprintable()
        assert "Nora" not in said
    moved = tampered(content, f"{here}.score", 50.0)
    with pytest.raises(FileRefusedError, match="does not follow from the answers"):
        import_clinic(moved, now=AFTER)
    with pytest.raises(FileRefusedError, match=r"greater than or equal to 5"):
        import_clinic(tampered(content, f"{rows}.n", 4), now=AFTER)
    for junk in (b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"format": NaN}', content.decode().encode("utf-16")):
        with pytest.raises(FileRefusedError, match=r"^This is no"):
            import_clinic(junk, now=AFTER)
    assert not Clinic.objects.exists()
    assert not Round.objects.exists()


def test_accounts_that_are_here_stay_as_they_are_and_others_come_without_a_password(
    content: bytes, lead: User, client: Client, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.filter(pk=lead.pk).update(is_consultant=True, name="Another name")
    clinic = import_clinic(content, lead="New@example.org", now=AFTER)
    lead.refresh_from_db()
    assert (lead.name, lead.is_consultant, lead.check_password(PASSWORD)) == ("Another name", True, True)
    roles = dict(clinic.memberships.values_list("user__email", "role"))
    assert roles == {"lead@example.org": Role.MANAGER, "new@example.org": Role.LEAD}
    done = [row.words for row in record_page(clinic, about="people", page=1).rows][:3]
    assert done[2] == "The operator of this site brought the clinic here from a file."
    assert not mailoutbox
    client.post(reverse("account_reset_password"), {"email": "new@example.org"})
    (link,) = re.findall(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(mailoutbox[0].body))
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "nine calm otters", "password2": "nine calm otters"})
    client.post(reverse("account_login"), {"login": "new@example.org", "password": "nine calm otters"})
    assert client.get(clinic.get_absolute_url()).status_code == HTTPStatus.OK
    client.post(reverse("account_email"), {"action_send": "", "email": "new@example.org"})
    assert "/accounts/confirm-email/" in mailoutbox[-1].body


def test_figures_keep_waiting_for_90_days_after_moving(open_round: Round, lead: User, clinic: Clinic) -> None:
    """Whether the assessment that showed them has moved along, or was erased before."""
    invite(open_round, lead, 5)
    send(open_round, HEARD)
    finish(open_round, lead)
    row = {"status": "shown", "value": 80, "side": "", "bound": None, "n": 5}  # which five people never come to
    file = json.loads(written(clinic_file(clinic, made_at=AFTER)))
    for forged in (row, {**row, "value": None, "side": "at_least", "bound": 80}):
        file["assessments"][0]["result"]["release_rows"][0].update(forged)
        with pytest.raises(FileRefusedError, match="never come out like this"):
            import_clinic(json.dumps(file).encode(), now=AFTER)
    for erased in (False, True):
        if erased:
            erase_round(by=lead, round_id=open_round.pk, now=AFTER)
        clinic = import_clinic(leave(clinic), now=AFTER)
        again = figures_again_at(Round(clinic=clinic, instrument_key=open_round.instrument_key), now=AFTER)
        assert again == LATER + timedelta(days=90)
    assert Erasure.objects.of_rounds().get().round_id == open_round.pk


def test_whoever_has_left_stands_by_name_in_the_file_and_in_the_plan(closed_round: Round, manager: User) -> None:
    clinic = closed_round.clinic
    lead = clinic.memberships.get(role=Role.LEAD).user
    milans, nobodys = Content(title="Ask the payer", owner_id=manager.pk), Content(title="Ask the payer")
    kept, given = (add_action(by=manager, clinic=clinic, content=milans, op=op, now=LATER) for op in "ab")
    change_action(by=lead, action_id=given.pk, base=given.revision, content=nobodys, now=LATER)
    remove_manager(by=lead, membership=Membership.objects.get(user=manager), now=LATER)
    values = json.loads(leave(clinic))
    gone = {"number": 2, "name": "Milan Manager", "email": None, "is_active": None, "place": None}
    assert values["people"][1] == gone
    assert manager.email not in json.dumps(values)
    clinic = import_clinic(json.dumps(values).encode(), now=AFTER)
    assert Action.objects.get(pk=kept.pk).owner_name == "Milan Manager"
    (added, changed) = ActionEntry.objects.filter(action=given.pk).order_by("id")
    assert (added.by, changed.by) == (None, lead)
    assert "a former colleague, now nobody" in said_of(changed, people_of([changed]))


def test_whoever_stops_leading_while_the_file_waits_gets_none(
    closed_round: Round, lead: User, manager: User, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = closed_round.clinic
    for who, error in ((manager, RefusedError), (stranger, Clinic.DoesNotExist)):
        with pytest.raises(error):
            export_clinic(by=who, clinic_id=clinic.pk, now=AFTER)
    assert not clinic.acts.filter(act=AuditEvent.Act.CLINIC_EXPORTED).exists()

    @contextmanager
    def after_erasing(user_pk: int) -> Iterator[None]:
        leave(clinic)
        yield

    monkeypatch.setattr(clinic_views, "slot", after_erasing)
    assert asked_again(lead).post(f"/clinics/{clinic.pk}/files/export/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.timeout(15)
def test_lead_takes_the_clinic_along_after_the_password_and_on_record(closed_round: Round, lead: User) -> None:
    clinic, browser = closed_round.clinic, signed_in(lead)
    page, file = (f"/clinics/{clinic.pk}/{rest}" for rest in ("files/", "files/export/"))
    assert "password is asked for first" in browser.get(page).content.decode()
    asked = browser.post(file)
    assert asked["Location"] == f"/accounts/reauthenticate/?next={quote(f'{page}?again=1#take', safe='')}"
    assert not clinic.acts.filter(act=AuditEvent.Act.CLINIC_EXPORTED).exists()
    back = browser.post(asked["Location"], {"password": PASSWORD})
    assert back["Location"] == f"{page}?again=1#take"
    returned = browser.get(back["Location"]).content.decode()
    assert "password is asked for first" not in returned
    assert "Press the button once more" in returned
    with slot(lead.pk):
        assert "few seconds" in browser.post(file, follow=True).content.decode()
    Clinic.objects.update(time_zone="Pacific/Kiritimati")  # where the next day has begun
    sent = browser.post(file)
    assert sent["Content-Disposition"] == (
        'attachment; filename="readiness-harbour-clinic-2026-11-24-whole-clinic.json"'
    )
    assert "no-store" in sent["Cache-Control"]
    assert json.loads(sent.content)["clinic"]["name"] == clinic.name
    assert clinic.acts.filter(act=AuditEvent.Act.CLINIC_EXPORTED, by=lead).count() == 1


@pytest.mark.timeout(30)
def test_file_tells_nothing_of_therapists_but_what_the_page_shows(open_round: Round, lead: User) -> None:
    """Neither who was asked, nor whether anybody has answered, nor an unsent talk; nor figures of too few."""
    invite(open_round, lead, 5)
    talk(open_round, lead, {}, sent=False)
    before, closed = told(open_round.clinic), []
    for sheets, agreed in ((HEARD[:3], {}), ([sheet(5, 10)] * 4, TALK)):
        with transaction.atomic():
            link = TeamTalk.objects.get(round=open_round).token_hash
            changes = [Change(key, answer, None, 0, f"talk-{key}") for key, answer in agreed.items()]
            save_joint_page(link=link, changes=changes, now=NOW)
            send(open_round, sheets)
            assert told(open_round.clinic) == before
            closed.append(told(finish(open_round, lead).clinic))
            transaction.set_rollback(True)
    assert closed[0] == closed[1]
    assert not re.search(r"therapist-\d|hash|password\b", json.dumps([before, *closed]).replace("passwords", ""))
