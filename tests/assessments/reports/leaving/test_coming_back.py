"""What a file must not bring back when it is read: who leads by a name only, and what was over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress

from assessments.clinics.models import Clinic, Membership, Role, User
from assessments.plans.actions import Content, add_action
from assessments.reports.leaving.export_clinic import clinic_file, written
from assessments.reports.leaving.import_clinic import import_clinic
from assessments.reports.leaving.refusal import FileRefusedError
from assessments.rounds.erasing import erase_round
from assessments.rounds.models import Round
from assessments.rounds.policies import figures_again_at, why_keep_clinic
from tests.assessments.conftest import PASSWORD, make_user
from tests.assessments.reports.test_leaving import AFTER, leave, tampered
from tests.assessments.results.conftest import LATER
from tests.assessments.results.team import HEARD, finish, invite, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day_after() -> Iterator[None]:
    with time_machine.travel(AFTER, tick=False):
        yield


def test_account_whose_address_was_never_confirmed_gets_no_clinic(closed_round: Round, lead: User) -> None:
    """Signing up confirms nothing; an account that an import made is nobody's until its password is set by mail."""
    content = leave(closed_round.clinic)
    squatter = make_user("squatter@example.org", is_verified=False)
    addresses, account = EmailAddress.objects.filter(user=lead), User.objects.filter(pk=lead.pk)
    for verified, is_active, new_lead, why in (
        (False, True, "", "lead@example.org has an account here that never confirmed"),
        (True, False, "", "account of lead@example.org is closed"),
        (True, True, squatter.email, "squatter@example.org has an account here that never confirmed"),
    ):
        addresses.update(verified=verified)
        account.update(is_active=is_active)
        with pytest.raises(FileRefusedError, match=why):
            import_clinic(content, lead=new_lead, now=AFTER)
        assert not Clinic.objects.exists()
    User.objects.all().delete()
    import_clinic(content, now=AFTER)
    again = leave(Clinic.objects.get())
    import_clinic(again, now=AFTER + timedelta(seconds=1))
    made = Membership.objects.get(role=Role.LEAD).user
    made.set_password(PASSWORD)
    made.save()
    again = leave(Clinic.objects.get())
    with pytest.raises(FileRefusedError, match="never confirmed"):
        import_clinic(again, now=AFTER)


@pytest.mark.parametrize(
    ("closed", "new_lead"), [("lead@example.org", ""), ("manager@example.org", "manager@example.org")]
)
def test_nobody_is_given_a_clinic_by_a_closed_account(
    clinic: Clinic, manager: User, closed: str, new_lead: str
) -> None:
    file = json.loads(leave(clinic))
    User.objects.all().delete()
    for person in file["people"]:
        person["is_active"] = person["email"] != closed
    content = json.dumps(file).encode()
    with pytest.raises(FileRefusedError, match=f"account of {closed} is closed"):
        import_clinic(content, lead=new_lead, now=AFTER)
    assert not Clinic.objects.exists()
    import_clinic(content, lead="" if new_lead else "manager@example.org", now=AFTER)
    assert Membership.objects.get(role=Role.LEAD).user.is_active


def test_file_is_refused_at_the_place_that_cannot_be(open_round: Round, lead: User, clinic: Clinic) -> None:
    """Days that no calendar goes on from, a name that holds twice, and what only the database knows to be untrue."""
    content = Content(title="Ask the payer")
    add_action(by=lead, clinic=clinic, content=content, op="own", now=LATER)
    file = json.loads(leave(clinic))
    (assessment,), (action,) = file["assessments"], file["plan"]["actions"]
    answer = {"key": "content-quality", "value": 3, "non_answer": ""}
    talk = {"n_people": 5, "requests": [], "other_request": "", "answers": [answer]}
    for where, said, why in (
        (
            assessment,
            {"team_talk": {**talk, "sent_on": "9999-12-31"}},
            r"team_talk\.sent_on: this time has not come yet",
        ),
        (
            assessment,
            {"team_talk": {**talk, "sent_on": "0001-01-01"}},
            r"team_talk\.sent_on: this is no day of our time",
        ),
        (action, {"status": "done", "finished_on": "9999-12-31"}, r"finished_on: this time has not come yet"),
        (action, {"status": "done"}, r"^plan: it .* contradicts another part of the file"),
        (
            assessment,
            {"due_at": "2001-01-01T00:00:00Z"},
            r"^assessments\.0: it .* contradicts another part of the file",
        ),
    ):
        as_it_was = dict(where)
        where.update(said)
        with pytest.raises(FileRefusedError, match=why):
            import_clinic(json.dumps(file).encode(), now=AFTER)
        where.clear()
        where.update(as_it_was)
    twice = json.dumps(file).replace('"country"', '"name": "Another clinic", "country"')
    with pytest.raises(FileRefusedError, match="Something stands twice"):
        import_clinic(twice.encode(), now=AFTER)
    assert not Clinic.objects.exists()
    action["due_on"] = "9999-12-31"  # which the page takes as well
    import_clinic(json.dumps(file).encode(), now=AFTER)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("clinic.name", "", "clinic.name: nothing stands here."),
        ("clinic.name", "a" * 121, "clinic.name: it is too long."),
        ("clinic.setting", "castle", "clinic.setting: none of the words that can stand here."),
        ("clinic.n_therapists", "many", "clinic.n_therapists: this is not the number that belongs here."),
        ("clinic.created_at", "2026-11-01T00:00:00", "clinic.created_at: this is no time together with its zone."),
        ("clinic.id", "x", "clinic.id: this is not the number of anything."),
        ("clinic.email", 1, "clinic: it holds something that has no place there."),
        ("clinic", {}, "clinic.id: it is missing."),
        ("people", None, "people: a list belongs here."),
        ("people.0", None, "people.0: this is not the part that belongs here."),
        ("people.0.place.role", "Nora", "people.0.place.role: none of the words that can stand here."),
        ("people.0.name", 5, "people.0.name: a text belongs here."),
    ],
)
def test_line_says_in_words_what_cannot_stand_where(clinic: Clinic, path: str, value: object, said: str) -> None:
    content = tampered(written(clinic_file(clinic, made_at=AFTER)), path, value)
    with pytest.raises(FileRefusedError) as refused:
        import_clinic(content, now=AFTER)
    assert str(refused.value) == said


def test_older_file_brings_back_neither_the_time_before_figures_nor_what_was_erased(
    open_round: Round, lead: User, clinic: Clinic
) -> None:
    while_open = written(clinic_file(clinic, made_at=AFTER))
    invite(open_round, lead, 5)
    send(open_round, HEARD)
    finish(open_round, lead)
    leave(clinic)
    clinic = import_clinic(while_open, now=AFTER)
    again = Round.objects.open().get(clinic=clinic)
    assert figures_again_at(again, now=AFTER) == LATER + timedelta(days=90)
    assert figures_again_at(again, now=LATER + timedelta(days=90)) is None
    assert "came out on" in why_keep_clinic(clinic, now=AFTER)
    erase_round(by=lead, round_id=again.pk, now=AFTER)
    leave(clinic)
    with pytest.raises(FileRefusedError, match=r"assessments\.0: it was erased here"):
        import_clinic(while_open, now=AFTER)
    assert not Clinic.objects.exists()
