"""History cannot be rewritten: what the database keeps, it refuses to change, whoever asks for it and how."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, QuerySet

from assessments.clinics import guards
from assessments.clinics.actions import record
from assessments.clinics.erasing import erasing
from assessments.clinics.models import AuditEvent, Clinic, Erasure, User
from assessments.networks.models import Network, NetworkTombstone
from assessments.plans.actions import Content, add_action
from assessments.plans.models import ActionEntry
from assessments.results.models import ReleaseRow, Result, ResultFlag, ResultScore
from assessments.rounds.models import FormAnswer, Round, TeamTalk
from tests.assessments.conftest import NOW, open_round_of
from tests.assessments.history import rewriting
from tests.assessments.results.conftest import LATER, answer
from tests.assessments.results.team import WORK, finish, hear, sheet, talk

CHANGE: Final[dict[type[Model], dict[str, object]]] = {
    AuditEvent: {"act": "clinic-changed"},
    Erasure: {"at": LATER},
    FormAnswer: {"value": 5},
    TeamTalk: {"n_people": 77},
    Round: {"title": "Another title"},
    Result: {"algorithm_version": 9},
    ResultScore: {"position": 99},
    ResultFlag: {"position": 99},
    ReleaseRow: {"position": 99},
    ActionEntry: {"note": "Another note"},
    NetworkTombstone: {"number": 99},
}
"""Every kind of row that is kept for good, with a change that no constraint refuses."""

OF_A_ROUND: Final = (FormAnswer, TeamTalk, Result, ResultScore, ResultFlag, ReleaseRow)


@pytest.fixture
def history(lead: User, clinic: Clinic, open_round: Round) -> Round:
    """A finished assessment with a row of everything that is kept, and an open one after it."""
    answer(open_round, lead, {"intake": 2, "evidence": 4})
    talk(open_round, lead, {WORK[0]: 3}, asks=("supervision",))
    finish(hear(open_round, lead, [sheet(3, 4)] * 5), lead)
    add_action(by=lead, clinic=clinic, content=Content(title="Ask the payer"), op="first", now=NOW)
    with rewriting():
        pass
    network = Network.objects.create(name="North", link_hash="hash", created_at=NOW)
    NetworkTombstone.objects.create(network=network, number=1, erased_at=NOW)
    answer(open_round_of(clinic, lead), lead, {"intake": 1})
    return open_round


def one(model: type[Model]) -> Model:
    """Give a row that is kept; of the answers and rounds, a finished one."""
    of_finished = {FormAnswer: {"round__closed_at__isnull": False}, Round: {"closed_at__isnull": False}}
    row = model._base_manager.filter(**of_finished.get(model, {})).first()
    assert row is not None
    return row


def save(row: Model) -> None:
    for name, value in CHANGE[type(row)].items():
        setattr(row, name, value)
    row.save()


def update(row: Model) -> None:
    type(row)._base_manager.filter(pk=row.pk).update(**CHANGE[type(row)])


def delete(row: Model) -> None:
    type(row)._base_manager.filter(pk=row.pk)._raw_delete(connection.alias)


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def update_by_hand(row: Model) -> None:
    (name, value), meta = next(iter(CHANGE[type(row)].items())), row._meta
    run(f"UPDATE {meta.db_table} SET {name} = %s WHERE id = %s", value, _key(row))


def delete_by_hand(row: Model) -> None:
    run(f"DELETE FROM {row._meta.db_table} WHERE id = %s", _key(row))


def replace_by_hand(row: Model) -> None:
    """SQLite's way of deleting and writing in one; PostgreSQL's is an update."""
    fields = row._meta.concrete_fields
    columns = ", ".join(str(field.column) for field in fields)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    marks = ", ".join(["%s"] * len(fields))
    if connection.vendor == "sqlite":
        run(f"INSERT OR REPLACE INTO {row._meta.db_table} ({columns}) VALUES ({marks})", *values)
    else:
        (name, value) = next(iter(CHANGE[type(row)].items()))
        conflict = f"ON CONFLICT (id) DO UPDATE SET {name} = %s"
        run(f"INSERT INTO {row._meta.db_table} ({columns}) VALUES ({marks}) {conflict}", *values, value)


def _key(row: Model) -> object:
    return row._meta.pk.get_db_prep_save(row.pk, connection)


def refused(write: Callable[..., object], *args: object, **named: object) -> bool:
    """Say whether a guard refuses; a refusal for any other reason is an error."""
    try:
        with transaction.atomic():
            write(*args, **named)
    except IntegrityError as error:
        if "never changed" in str(error) or "stays on record" in str(error):
            return True
        raise
    return False


def snapshot() -> list[list[dict[str, object]]]:
    return [list(model._base_manager.order_by("pk").values()) for model in CHANGE]


def test_what_is_guarded_is_decided(db):
    assert {model for model in apps.get_models() if hasattr(model, "guard")} == CHANGE.keys()
    assert guards.are_in_place(connection)


@pytest.mark.parametrize("write", [save, update, delete, update_by_hand, delete_by_hand, replace_by_hand])
def test_no_row_that_is_kept_can_be_changed_or_deleted(history, write):
    before = snapshot()
    assert {model for model in CHANGE if not refused(write, one(model))} == set()
    assert snapshot() == before


def test_nothing_is_added_to_a_finished_assessment(history):
    for model in OF_A_ROUND:
        row = one(model)
        row.pk, row._state.adding = None, True
        assert refused(row.save), model


def test_no_answer_moves_into_a_finished_assessment_or_out_of_it(history):
    open_one = Round.objects.get(closed_at=None)
    of_open, of_finished = open_one.answers.get(), history.answers.get(key="evidence")
    assert refused(lambda: FormAnswer.objects.filter(pk=of_open.pk).update(round=history, key="training"))
    assert refused(lambda: FormAnswer.objects.filter(pk=of_finished.pk).update(round=open_one))
    assert not refused(lambda: FormAnswer.objects.filter(pk=of_open.pk).update(value=2))
    assert not refused(of_open.delete)


def test_of_a_finished_assessment_only_which_is_the_latest_changes(history, lead):
    finished = Round.objects.filter(pk=history.pk)
    for field in Round._meta.concrete_fields:
        if field.name == "is_latest":
            continue
        assert refused(change, finished, field.name), field.name
    assert finished.update(is_latest=False) == 1


def change(rounds: QuerySet[Round], name: str) -> None:
    value = None if name in ("closed_at", "closed_by", "opened_by") else _another(rounds.get(), name)
    rounds.update(**{name: value})


def _another(row: Model, name: str) -> object:
    value = getattr(row, name)
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case list():
            return [*value, "another"]
        case str():
            return f"{value[:3]}x"
        case Clinic():
            return Clinic.objects.create(name="Another", name_key="another")
        case None:
            return LATER if name == "reminded_of" else NOW.date()
    return uuid4() if name == "id" else value + timedelta(microseconds=1)


def test_erasure_ends_and_never_runs_again(history, lead):
    erasure = Erasure.objects.create(kind="person", at=NOW, by=lead)
    erasures = Erasure.objects.filter(pk=erasure.pk)
    assert not guards.are_in_place(connection)
    assert refused(erasure.delete)
    for other in ({"kind": "clinic", "clinic_id": uuid4()}, {"at": LATER}, {"id": uuid4()}):
        assert refused(erasures.update, **other), other  # it is what it began as
    with transaction.atomic():
        erasures.update(by=None)  # the person who is erased had erased something
        transaction.set_rollback(True)
    erasures.update(is_running=False)
    assert guards.are_in_place(connection)
    for changes in ({"is_running": True}, {"by": None}, {"at": LATER}, {"kind": "clinic", "clinic_id": uuid4()}):
        assert refused(erasures.update, **changes), changes


def test_erasing_one_assessment_lets_nothing_else_go(history, lead, clinic):
    with erasing(kind=Erasure.Kind.ROUND, by=None, at=NOW, clinic_id=clinic.pk, round_id=uuid4()):
        kept = [one(model) for model in CHANGE]
        assert [row for row in kept if not refused(delete, row) or not refused(update, row)] == []
    with erasing(kind=Erasure.Kind.ROUND, by=None, at=NOW, clinic_id=clinic.pk, round_id=history.pk):
        assert {model for model in OF_A_ROUND if refused(update, one(model))} == set()
        assert refused(delete, one(AuditEvent))
        assert refused(delete, one(ActionEntry))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no such insert")
def test_no_row_is_replaced_over_a_connection_that_tells_no_trigger_of_it(history):
    before = snapshot()
    run("PRAGMA recursive_triggers=OFF")
    try:
        assert {model for model in CHANGE if not refused(replace_by_hand, one(model))} == set()
        of_open, taken = FormAnswer.objects.get(round__closed_at=None), one(FormAnswer)
        of_open.pk = taken.pk
        assert refused(replace_by_hand, of_open)  # what it replaces is finished, what it writes is not
    finally:
        run("PRAGMA recursive_triggers=ON")
    assert snapshot() == before


def test_postgresql_refuses_to_empty_a_table(history):
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")
        assert not [m for m in CHANGE if not refused(run, f"TRUNCATE {m._meta.db_table} CASCADE")]


def test_guards_that_are_gone_are_told_and_come_back(db, client):
    guards.drop(connection)
    assert client.get("/readyz").json()["history"] is False
    guards.make_after_migrating(using=connection.alias)
    assert client.get("/readyz").json()["history"] is True


def test_guards_of_another_release_do_for_old_code_and_are_made_anew(db, monkeypatch):
    monkeypatch.setattr(AuditEvent, "guard", guards.frozen("An act stays on record."))
    assert guards.are_in_place(connection)
    before = guards._present(connection)
    guards.make(connection)
    assert len(before - guards._present(connection)) == len(guards._present(connection) - before) > 0


def test_erasure_that_never_ended_is_ended_with_an_alarm(db, caplog):
    Erasure.objects.create(kind="person", at=NOW)
    assert not guards.are_in_place(connection)
    for _ in range(2):
        guards.make_after_migrating(using=connection.alias)
        assert guards.are_in_place(connection)
        assert caplog.text.count("ALARM: an erasure never ended") == 1
    assert not Erasure.objects.get().is_running


def test_postgresql_stays_guarded_while_it_migrates(db):
    going_on, going_back = [(None, False)], [(None, False), (None, True)]
    guards.drop_before_migrating(using=connection.alias, plan=going_on)
    assert guards.are_in_place(connection) is (connection.vendor == "postgresql")
    guards.drop_before_migrating(using=connection.alias, plan=going_back)
    assert not guards.are_in_place(connection)


def test_acts_stand_in_the_order_of_writing_whatever_the_clock_said(clinic, lead):
    for at in (LATER, NOW, LATER - timedelta(days=400)):
        record(act=AuditEvent.Act.ROUND_OPENED, clinic=clinic, by=lead, subject=str(at), at=at)
    newest = [act.subject for act in clinic.acts.all()[:3]]
    assert newest == [str(LATER - timedelta(days=400)), str(NOW), str(LATER)]
