"""Networks as they change: who sees a clinic's results is noted with every act, by each right apart."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assessments.clinics import actions as clinic_actions
from assessments.clinics import outbox
from assessments.clinics.models import MEMBERSHIP, AuditEvent, OutgoingMail, ResultViewer, User
from assessments.clinics.policies import RefusedError, result_viewer_keys
from assessments.networks import actions
from assessments.networks.invitation_actions import invite_clinics
from assessments.networks.models import Level, Network, NetworkClinic, NetworkMember
from assessments.rounds.models import RoundSuggestion
from tests.assessments.conftest import NOW, join
from tests.assessments.networks.conftest import join_clinic, make_consultant

Act = AuditEvent.Act
LATER = NOW + timedelta(days=1)
MUCH_LATER = NOW + timedelta(days=2)


def seers(network):
    """Who sees results through the network now, as clinic and person."""
    rows = ResultViewer.objects.filter(right=str(network.pk)).current()
    return set(rows.values_list("clinic__name", "user__name"))


def times(network, user):
    """From when until when a person saw results through the network, in days after NOW."""
    rows = ResultViewer.objects.filter(right=str(network.pk), user=user).order_by("since")
    return [((row.since - NOW).days, (row.until - NOW).days if row.until else None) for row in rows]


def acts(clinic):
    """What is on record of the clinic's networks, oldest first."""
    return [event.act for event in clinic.acts.order_by("id") if event.act.startswith(("network", "consultant"))]


def add(network, by, user, at=NOW):
    return actions.add_consultant(by=by, network_id=network.pk, email=user.email, now=at)


def remove(network, by, user, at=LATER):
    member = NetworkMember.objects.select_related("network").get(network=network, user=user)
    actions.remove_consultant(by=by, member=member, now=at)


def set_level(place, by, level, at=LATER):
    actions.change_level(by=by, place=place, level=level, now=at)


def notices():
    return OutgoingMail.objects.filter(kind=OutgoingMail.Kind.NETWORK_NOTICE).order_by("address")


# Making and changing


def test_maker_is_the_first_consultant(network, consultant):
    assert list(network.members.values_list("user__email", "joined_at")) == [(consultant.email, NOW)]
    assert not seers(network)


@pytest.mark.parametrize("person", ["lead", "admin"])
def test_others_make_no_networks(request, person):
    with pytest.raises(RefusedError, match="implementation consultants"):
        actions.create_network(by=request.getfixturevalue(person), name="Mine", now=NOW)
    assert not Network.objects.exists()


def test_change_reaches_the_proposals_of_all_clinics(network, place, consultant, other_clinic, stranger):
    join_clinic(network, other_clinic, stranger)
    day = LATER.date()
    actions.change_network(by=consultant, network_id=network.pk, name="North", round_title="Spring", round_due_on=day)
    assert set(RoundSuggestion.objects.values_list("clinic__name", "title", "due_on")) == {
        ("Harbour Clinic", "Spring", day),
        ("Forest Clinic", "Spring", day),
    }
    actions.change_network(by=consultant, network_id=network.pk, name="North", round_title="", round_due_on=None)
    assert not RoundSuggestion.objects.exists()


def test_proposal_comes_and_goes_with_the_clinic(network, consultant, clinic, lead):
    actions.change_network(by=consultant, network_id=network.pk, name="N", round_title="Spring", round_due_on=None)
    place = join_clinic(network, clinic, lead)
    assert RoundSuggestion.objects.get().clinic == clinic
    actions.withdraw(by=lead, place=place, now=LATER)
    assert not RoundSuggestion.objects.exists()


FORBIDDEN = {
    "change": lambda user, network: actions.change_network(
        by=user, network_id=network.pk, name="Mine", round_title="", round_due_on=None
    ),
    "add": lambda user, network: add(network, user, user),
    "remove": lambda user, network: remove(network, user, network.members.get().user),
    "renew link": lambda user, network: actions.make_new_link(by=user, network_id=network.pk),
    "invite": lambda user, network: invite_clinics(by=user, network_id=network.pk, lines=[], now=NOW),
}


@pytest.mark.parametrize("act", FORBIDDEN)
@pytest.mark.parametrize("person", ["colleague_consultant", "lead", "admin"])
def test_nobody_else_changes_a_network(request, network, act, person):
    user = request.getfixturevalue(person)
    with pytest.raises(Network.DoesNotExist):
        FORBIDDEN[act](user, network)
    network.refresh_from_db()
    assert (network.name, network.link_number, network.members.count()) == ("Region North roll-out", 1, 1)


# Who sees results: clinics come, change and go


@pytest.mark.parametrize(("level", "is_seen"), [(Level.PROGRESS, False), (Level.SCORES, True), (Level.ANSWERS, True)])
def test_joining_opens_results_as_far_as_the_level_says(
    network, consultant, colleague_consultant, clinic, lead, level, is_seen
):
    add(network, consultant, colleague_consultant)
    place = join_clinic(network, clinic, lead, level)
    both = {("Harbour Clinic", "Cora Consultant"), ("Harbour Clinic", "Colin Colleague")}
    assert seers(network) == (both if is_seen else set())
    assert (place.number, place.accepted_by, place.joined_at) == (1, lead, NOW)
    assert acts(clinic) == [Act.NETWORK_JOINED]


@pytest.mark.parametrize("before", Level)
@pytest.mark.parametrize("after", Level)
def test_changing_the_level_notes_who_sees_results_from_then_on(network, consultant, clinic, lead, before, after):
    place = join_clinic(network, clinic, lead, before)
    set_level(place, lead, after)
    expected = {
        (False, False): [],
        (False, True): [(1, None)],
        (True, False): [(0, 1)],
        (True, True): [(0, None)],
    }[before.shows_scores, after.shows_scores]
    assert times(network, consultant) == expected
    place.refresh_from_db()
    assert place.shown is after
    assert acts(clinic) == [Act.NETWORK_JOINED, *([] if before is after else [Act.NETWORK_LEVEL_CHANGED])]


def test_going_down_and_up_again_are_two_times(network, place, consultant, lead):
    set_level(place, lead, Level.PROGRESS)
    set_level(place, lead, Level.SCORES, MUCH_LATER)
    assert times(network, consultant) == [(0, 1), (2, None)]


def test_withdrawing_ends_it_for_everybody_and_twice_is_once(network, place, consultant, clinic, lead):
    for _ in range(2):
        actions.withdraw(by=lead, place=place, now=LATER)
    assert times(network, consultant) == [(0, 1)]
    assert not NetworkClinic.objects.exists()
    assert acts(clinic) == [Act.NETWORK_JOINED, Act.NETWORK_LEFT]


def test_clinic_that_comes_back_gets_a_new_number(network, place, clinic, lead, other_clinic, stranger):
    actions.withdraw(by=lead, place=place, now=LATER)
    assert join_clinic(network, other_clinic, stranger).number == 2
    assert join_clinic(network, clinic, lead).number == 3


@pytest.mark.parametrize("person", ["manager", "stranger", "consultant"])
def test_only_the_lead_lets_in_changes_and_withdraws(request, network, place, clinic, other_clinic, person):
    user = request.getfixturevalue(person)
    with pytest.raises(RefusedError, match="Only the lead"):
        set_level(place, user, Level.PROGRESS)
    with pytest.raises(RefusedError, match="Only the lead"):
        actions.withdraw(by=user, place=place, now=LATER)
    actions.withdraw(by=clinic.memberships.get(role="lead").user, place=place, now=LATER)
    with pytest.raises(RefusedError, match="Only the lead"):
        join_clinic(network, clinic, user)


def test_change_of_a_place_that_has_gone_is_not_made(network, place, lead):
    actions.withdraw(by=lead, place=place, now=LATER)
    with pytest.raises(NetworkClinic.DoesNotExist):
        set_level(place, lead, Level.SCORES)
    assert not seers(network)


def test_clinic_joins_once(network, place, clinic, lead):
    with pytest.raises(actions.AlreadyInError):
        join_clinic(network, clinic, lead, Level.PROGRESS)
    place.refresh_from_db()
    network.refresh_from_db()
    assert (place.shown, network.n_joined) == (Level.ANSWERS, 1)


# Who sees results: consultants come and go


def test_added_consultant_sees_what_is_shown_and_no_more(
    network, place, consultant, colleague_consultant, other_clinic, stranger
):
    join_clinic(network, other_clinic, stranger, Level.PROGRESS)
    add(network, consultant, colleague_consultant, LATER)
    assert times(network, colleague_consultant) == [(1, None)]
    assert ("Forest Clinic", "Colin Colleague") not in seers(network)


def test_removed_consultant_sees_nothing_and_the_others_go_on(network, place, consultant, colleague_consultant):
    add(network, consultant, colleague_consultant)
    remove(network, consultant, colleague_consultant)
    assert times(network, colleague_consultant) == [(0, 1)]
    assert times(network, consultant) == [(0, None)]
    assert not Network.objects.visible_to(colleague_consultant).exists()


def test_consultant_leaves_and_is_added_again(network, place, consultant, colleague_consultant):
    add(network, consultant, colleague_consultant)
    remove(network, colleague_consultant, colleague_consultant)
    add(network, consultant, colleague_consultant, MUCH_LATER)
    assert times(network, colleague_consultant) == [(0, 1), (2, None)]


def test_last_consultant_stays(network, consultant):
    with pytest.raises(RefusedError, match="always has a consultant"):
        remove(network, consultant, consultant)
    assert network.members.count() == 1


@pytest.mark.parametrize("lost", ["is_active", "is_consultant"])
def test_consultant_who_cannot_work_is_nobody_to_leave_a_network_to(network, consultant, colleague_consultant, lost):
    add(network, consultant, colleague_consultant)
    User.objects.filter(pk=colleague_consultant.pk).update(**{lost: False})
    with pytest.raises(RefusedError, match="always has a consultant"):
        remove(network, consultant, consultant)
    remove(network, consultant, colleague_consultant)
    assert network.members.get().user == consultant


def test_two_who_remove_each_other_leave_one(network, consultant, colleague_consultant):
    member = add(network, consultant, colleague_consultant)
    own = network.members.get(user=consultant)
    actions.remove_consultant(by=consultant, member=member, now=LATER)
    with pytest.raises(Network.DoesNotExist):
        actions.remove_consultant(by=colleague_consultant, member=own, now=LATER)
    with pytest.raises(NetworkMember.DoesNotExist):
        actions.remove_consultant(by=consultant, member=member, now=LATER)
    assert network.members.get().user == consultant


@pytest.mark.parametrize("address", ["nobody@example.org", "lead@example.org", "closed@example.org", ""])
def test_whoever_is_no_consultant_is_refused_in_the_same_words(network, consultant, lead, address):
    make_consultant("closed@example.org", "Cleo Closed")
    User.objects.filter(email="closed@example.org").update(is_active=False)
    with pytest.raises(actions.NotAConsultantError, match="No consultant on this site has this address") as refusal:
        actions.add_consultant(by=consultant, network_id=network.pk, email=address, now=NOW)
    assert "example.org" not in str(refusal.value)


def test_consultant_is_added_once_in_whatever_spelling(network, consultant, colleague_consultant):
    add(network, consultant, colleague_consultant)
    with pytest.raises(actions.AlreadyMemberError, match="Colin Colleague"):
        actions.add_consultant(by=consultant, network_id=network.pk, email=" COLLEAGUE@example.org ", now=LATER)


def test_consultants_address_may_not_be_invited_as_a_therapists(network, place, clinic, consultant, lead):
    assert result_viewer_keys(clinic) == {"lead@example.org", "consultant@example.org"}
    set_level(place, lead, Level.PROGRESS)
    assert result_viewer_keys(clinic) == {"lead@example.org"}
    assert result_viewer_keys(clinic, since=NOW) == {"lead@example.org", "consultant@example.org"}


# Rights never merge


def test_two_networks_are_two_rights(network, place, clinic, lead, consultant, colleague_consultant):
    second = actions.create_network(by=consultant, name="Region South", now=NOW)
    other_place = join_clinic(second, clinic, lead, Level.SCORES)
    actions.withdraw(by=lead, place=place, now=LATER)
    assert times(network, consultant) == [(0, 1)]
    assert times(second, consultant) == [(0, None)]
    set_level(other_place, lead, Level.PROGRESS)
    assert times(second, consultant) == [(0, 1)]


def test_membership_and_network_are_two_rights(network, place, clinic, lead, consultant):
    join(clinic, consultant)
    membership = clinic.memberships.get(user=consultant)

    def rights():
        rows = ResultViewer.objects.filter(clinic=clinic, user=consultant).current()
        return {"membership" if row.right == MEMBERSHIP else "network" for row in rows}

    assert rights() == {"membership", "network"}
    actions.withdraw(by=lead, place=place, now=LATER)
    assert rights() == {"membership"}
    join_clinic(network, clinic, lead)
    clinic_actions.remove_manager(by=lead, membership=membership, now=LATER)
    assert rights() == {"network"}
    assert not clinic.memberships.filter(user=consultant).exists()


# Clinics are told


def test_each_lead_gets_one_mail_whatever_the_number_of_clinics(
    network, place, clinic, lead, manager, other_clinic, stranger, consultant, colleague_consultant
):
    join_clinic(network, other_clinic, stranger, Level.PROGRESS)
    join_clinic(network, clinic_actions.create_clinic(by=lead, name="Second Clinic", now=NOW), lead)
    add(network, consultant, colleague_consultant)
    own, *to_leads = notices()
    assert (own.address, own.subject) == (colleague_consultant.email, "You have been added to Region North roll-out")
    assert [mail.address for mail in to_leads] == ["lead@example.org", "stranger@example.org"]
    assert {mail.subject for mail in to_leads} == {"A consultant has joined Region North roll-out"}
    remove(network, consultant, colleague_consultant)
    assert notices().count() == 5
    assert acts(clinic) == [Act.NETWORK_JOINED, Act.CONSULTANT_JOINED, Act.CONSULTANT_LEFT]
    event = clinic.acts.get(act=Act.CONSULTANT_JOINED)
    assert (event.by, event.subject, event.at) == (consultant, f"{network.pk} {colleague_consultant.pk}", NOW)


def test_closed_account_and_clinics_that_left_get_no_mail(
    network, place, lead, other_clinic, stranger, consultant, colleague_consultant
):
    other_place = join_clinic(network, other_clinic, stranger)
    actions.withdraw(by=stranger, place=other_place, now=NOW)
    User.objects.filter(pk=lead.pk).update(is_active=False)
    add(network, consultant, colleague_consultant)
    assert [mail.address for mail in notices()] == [colleague_consultant.email]


def test_adding_and_removing_in_turn_floods_no_mailbox(network, consultant, colleague_consultant):
    for _ in range(outbox.MAILBOX_A_DAY_MAX + 2):
        add(network, consultant, colleague_consultant)
        remove(network, consultant, colleague_consultant)
    assert notices().count() == outbox.MAILBOX_A_DAY_MAX


def test_leads_are_not_written_to_without_end(network, place, consultant, colleague_consultant):
    for _ in range(actions.ADDED_A_DAY_MAX):
        add(network, consultant, colleague_consultant)
        remove(network, consultant, colleague_consultant, NOW)
    with pytest.raises(actions.TooManyAddedError, match="go on tomorrow"):
        add(network, consultant, colleague_consultant)
    add(network, consultant, colleague_consultant, LATER)
