"""Seeding: many clinics at once, repeatable, as closing and sending would have left them."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.core.management import CommandError
from django.utils import timezone

from assessments.clinics.actions import create_clinic
from assessments.clinics.models import MEMBERSHIP, AuditEvent, Clinic, Membership, ResultViewer, Role, User
from assessments.management.seed_network import CONSULTANT
from assessments.networks.actions import create_network, join, joining_token
from assessments.networks.models import Level, Network, NetworkClinic
from assessments.networks.needs import needing, with_rounds
from assessments.networks.selection import Need
from assessments.plans.actions import Origin, add_action, content_of, move_action
from assessments.plans.models import Action, ActionEntry, Status
from assessments.respondents.models import Invitation, Submission
from assessments.results.closing import close_due
from assessments.results.models import ReleaseRow, Result, ResultScore
from assessments.results.reading import frozen, live
from assessments.rounds.answering import check_answer
from assessments.rounds.models import FormAnswer, Round
from readiness.instrument.definition import Form
from readiness.instrument.loading import load
from tests.assessments.test_commands import run

N_CLINICS: Final = 3


def seed(**options: Any) -> str:
    """Seed a few clinics."""
    return run("seed", "--clinics", str(N_CLINICS), "--rounds", "2", "--seed", "7", **options)


def test_seed_writes_closed_rounds_with_results(db: None) -> None:
    assert seed() == "Clinics: 3, rounds: 6\n"
    assert Membership.objects.filter(role=Role.LEAD).count() == N_CLINICS
    assert ResultViewer.objects.filter(right=MEMBERSHIP).current().count() == N_CLINICS
    assert Round.objects.closed().count() == Result.objects.count() == 2 * N_CLINICS
    assert ResultScore.objects.filter(form="clinic", view="domain").count() == 2 * N_CLINICS * 9
    assert Round.objects.filter(is_latest=True).count() == N_CLINICS
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_seeded_network_is_what_joining_would_have_left(db: None) -> None:
    run("seed", "--clinics", "11", "--rounds", "0", "--seed", "7")
    seeded = Network.objects.get()
    by_joining = create_network(by=seeded.members.get().user, name="Joined", now=seeded.created_at)
    token = joining_token(by_joining) or ""
    for place in seeded.places.select_related("accepted_by", "clinic"):
        assert place.accepted_by
        join(by=place.accepted_by, token=token, clinic=place.clinic, level=place.shown, now=place.joined_at)
    by_joining.refresh_from_db()
    assert seeded.n_joined == by_joining.n_joined == 11
    assert _of_network(seeded) == _of_network(by_joining)
    assert set(seeded.places.values_list("level", flat=True)) == set(Level)


def _of_network(network: Network) -> list[list[tuple[object, ...]]]:
    viewers = ResultViewer.objects.filter(right=str(network.pk)).order_by("clinic", "user")
    acts = AuditEvent.objects.filter(subject__startswith=str(network.pk)).order_by("clinic")
    return [
        list(network.places.values_list("clinic", "number", "level", "joined_at", "accepted_by")),
        list(network.members.values_list("user", "joined_at")),
        list(viewers.values_list("clinic", "user", "since", "until")),
        [(*act, subject.partition(" ")[2]) for *act, subject in acts.values_list("clinic", "act", "by", "subject")],
    ]


def test_seed_adds_to_the_network_of_the_consultant_who_is_named(db: None) -> None:
    user = User.objects.create_user("cara@example.org", "quiet-harbour-lanterns")
    seed(consultant="Cara@example.org", force=True)
    seed(consultant="cara@example.org", force=True)
    user.refresh_from_db()
    assert user.is_consultant
    assert [network.n_joined for network in Network.objects.visible_to(user)] == [2 * N_CLINICS]
    assert not User.objects.filter(email=CONSULTANT).exists()


def test_seed_asks_for_an_account_that_is_there(db: None) -> None:
    with pytest.raises(CommandError, match="Nobody has this address"):
        seed(consultant="nobody@example.org")
    assert not Clinic.objects.exists()


def test_seeded_result_is_what_closing_would_have_frozen(db: None) -> None:
    run("seed", "--clinics", "12", "--rounds", "2", "--seed", "7")
    teams = []
    for result in Result.objects.select_related("round"):
        stored = frozen(result.round, result)
        again = live(result.round, stored.team.rows)
        assert stored.scorecard == again.scorecard
        assert stored.flags == again.flags
        assert stored.offers == again.offers
        assert stored.team == again.team
        assert stored.team.is_shown == result.round.is_team_shown
        teams.append((stored.team.is_shown, stored.team.talk is not None))
    assert set(teams) == {(False, False), (True, False), (False, True)}


def test_seeded_plans_are_what_planning_would_have_left(db: None) -> None:
    run("seed", "--clinics", "12", "--rounds", "1", "--seed", "7")
    planning = Clinic.objects.filter(plan_actions__isnull=False).distinct()
    assert 4 <= planning.count() <= 10
    assert set(Action.objects.values_list("status", flat=True)) == set(Status.values)
    for clinic in planning:
        lead = clinic.memberships.get().user
        again = create_clinic(by=lead, name="Again", time_zone=clinic.time_zone, now=timezone.now())
        for action in clinic.plan_actions.all():
            _plan_again(again, action, lead)
        assert _plan_of(clinic) == _plan_of(again)
        assert not clinic.plan_actions.exclude(round__isnull=True).exclude(round__clinic=clinic).exists()


def _plan_again(clinic: Clinic, action: Action, lead: User) -> None:
    origin = Origin(action.round_id, action.option, action.guidance_version) if action.round_id else None
    made = add_action(
        by=lead, clinic=clinic, content=content_of(action), op=action.op, origin=origin, now=action.created_at
    )
    for entry in action.entries.all()[1:]:
        move_action(by=lead, action_id=made.pk, base=1, status=action.state, reason=action.drop_reason, now=entry.at)


def _plan_of(clinic: Clinic) -> list[object]:
    """Give all but the rounds: those of a clinic are no other's origin."""
    entries = ActionEntry.objects.filter(action__clinic=clinic).order_by("action__op", "pk")
    acts = AuditEvent.objects.filter(clinic=clinic, act__startswith="action-")
    return [
        [{**row, "id": "", "clinic_id": "", "round_id": ""} for row in clinic.plan_actions.order_by("op").values()],
        list(entries.values_list("action__op", "at", "by", "status", "changed", "note", "op")),
        sorted((act.act, act.at, act.by_id, act.subject.partition(" ")[2]) for act in acts),
    ]


def test_seed_repeats_its_answers(db: None) -> None:
    seed()
    first = list(FormAnswer.objects.order_by("pk").values_list("key", "value", "non_answer"))
    seed(force=True)
    both = list(FormAnswer.objects.order_by("pk").values_list("key", "value", "non_answer"))
    assert both == first + first


def test_seed_with_therapists_opens_a_round_per_clinic_that_can_be_closed(db: None) -> None:
    assert seed(therapists=6) == "Clinics: 3, rounds: 6, therapists in open rounds: 18\n"
    opened = list(Round.objects.open())
    for assessment in opened:
        assert (assessment.n_invited, assessment.participation) == (6, "more")
        assert Invitation.objects.filter(round=assessment, answered=True).count() == 6
    assert close_due(now=opened[0].due_at) == N_CLINICS
    shown = ReleaseRow.objects.filter(result__round__in=opened, status="shown")
    assert shown.values("result").distinct().count() == N_CLINICS
    assert not Submission.objects.exists()


def test_seed_leaves_some_assessments_under_way(db: None) -> None:
    run("seed", "--clinics", "40", "--rounds", "0", "--seed", "7")
    opened = Round.objects.open()
    assert 0 < opened.count() < 40
    needs = [Need.NOT_STARTED, Need.STUCK, Need.CLOSING]
    places = with_rounds(NetworkClinic.objects.all(), load())
    for need in needs:
        assert places.filter(needing(need, instrument=load(), now=timezone.now())).exists(), need


def test_seeded_clinics_differ_and_stay_like_themselves(db: None) -> None:
    run("seed", "--clinics", "12", "--rounds", "2", "--seed", "7")
    assert Clinic.objects.values("country", "setting", "n_therapists").distinct().count() > 6
    kept, given = 0, 0
    for clinic in Clinic.objects.all():
        first, second = (_form_of(one) for one in clinic.rounds.closed().order_by("closed_at"))
        kept += sum(second.get(key) == answer for key, answer in first.items())
        given += len(first)
    assert 0.65 < kept / given < 0.9


def _form_of(assessment: Round) -> dict[str, tuple[int | None, str]]:
    rows = FormAnswer.objects.of_clinic_form().filter(round=assessment).values_list("key", "value", "non_answer")
    return {key: (value, non_answer) for key, value, non_answer in rows}


def test_seed_says_as_much_of_few_therapists_as_is_told_of_any(db: None) -> None:
    seed(therapists=4)
    assert set(Round.objects.open().values_list("participation", flat=True)) == {"fewer"}


def test_seeded_submissions_can_have_been_sent(db: None) -> None:
    seed(therapists=6)
    instrument = load()
    for answers in Submission.objects.values_list("answers", flat=True):
        for key, answer in answers.items():
            assert check_answer(instrument, key, answer, Form.THERAPIST) == answer
    of_confidence = Submission.objects.values_list("answers__confidence-tone", flat=True)
    assert max(answer for answer in of_confidence if isinstance(answer, int)) > 5


def test_seed_repeats_the_answers_of_therapists_and_keeps_those_of_closed_rounds(db: None) -> None:
    seed()
    closed = _clinic_forms()
    seed(therapists=6, force=True)
    seed(therapists=6, force=True)
    sent = [
        sorted(map(str, Submission.objects.filter(round=one).values_list("answers", flat=True)))
        for one in Round.objects.open().order_by("clinic__memberships__user__pk")
    ]
    assert sent[:N_CLINICS] == sent[N_CLINICS:]
    assert sent[0] != sent[1]
    assert _clinic_forms() == closed * 3


def _clinic_forms() -> list[tuple[str, int | None, str]]:
    rows = FormAnswer.objects.exclude(round__closed_at=None).order_by("pk")
    return list(rows.values_list("key", "value", "non_answer"))


def test_seed_stays_out_of_other_data(clinic: Clinic) -> None:
    with pytest.raises(CommandError, match="holds other data"):
        seed()
    assert Clinic.objects.count() == 1


@pytest.mark.parametrize("number", ["-1", "x", "1.5", "99999999"])
def test_seed_refuses_what_is_no_count(number: str) -> None:
    with pytest.raises(CommandError, match="whole number"):
        run("seed", "--clinics", number, "--rounds", "1", "--seed", "1")
