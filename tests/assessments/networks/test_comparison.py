"""What is counted over the clinics of a network, against the same counted one by one; and who takes no part in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Final

import pytest

from assessments.management.seed import fill
from assessments.networks import actions
from assessments.networks.comparison import (
    FlagCount,
    Reason,
    Tally,
    compared,
    compared_by_topic,
    flag_counts,
    left_out,
    results,
    tally,
    topic_spreads,
)
from assessments.networks.models import Level, Network, NetworkClinic
from assessments.networks.querysets import NetworkClinicQuerySet
from assessments.results.models import ResultFlag, ResultScore
from assessments.rounds.models import Round
from readiness.guidance.flags import WEAK_DOMAIN
from readiness.instrument.definition import Form, NonAnswer
from readiness.instrument.loading import load
from readiness.scoring.bands import Band
from readiness.scoring.spread import spread
from tests.assessments.conftest import NOW
from tests.assessments.history import rewriting
from tests.assessments.networks.clinics import add_clinic, begin, finish, lead_of
from tests.assessments.networks.conftest import join_clinic
from tests.assessments.results.conftest import ALL_MOSTLY, MIXED

VERSION: Final = 1
NOTHING: Final = dict.fromkeys(ALL_MOSTLY, NonAnswer.DONT_KNOW)
LOW: Final = dict.fromkeys(ALL_MOSTLY, 1)


def of(network: Network) -> NetworkClinicQuerySet:
    return NetworkClinic.objects.filter(network=network)


def of_version(place: NetworkClinic, version: int) -> None:
    """Pretend that the clinic answered another version last."""
    with rewriting():
        Round.objects.filter(clinic=place.clinic).update(instrument_version=version)


def names(places: NetworkClinicQuerySet) -> list[str]:
    return list(places.values_list("clinic__name", flat=True))


@pytest.fixture
def mixed_network(network: Network) -> Network:
    """Clinics of every kind: three that can be compared, one each that cannot for a reason."""
    finish(add_clinic(network, "Alder"), MIXED)
    finish(add_clinic(network, "Birch", Level.ANSWERS), ALL_MOSTLY)
    finish(add_clinic(network, "Cedar"), NOTHING)
    finish(add_clinic(network, "Hidden", Level.PROGRESS), LOW)
    begin(add_clinic(network, "Begun"), MIXED)
    older = add_clinic(network, "Older")
    finish(older, LOW)
    of_version(older, 2)
    return network


def test_clinics_are_counted_by_what_can_be_compared(mixed_network: Network) -> None:
    counted = tally(of(mixed_network))
    assert counted == Tally(n_progress=1, n_unfinished=1, n_by_version={1: 3, 2: 1})
    assert (counted.n_clinics, counted.version, counted.n_compared(1)) == (6, 1, 3)
    assert counted.n_left_out(1) == {Reason.PROGRESS: 1, Reason.UNFINISHED: 1, Reason.VERSION: 1}


def test_version_is_that_of_most_and_of_equals_the_newest() -> None:
    assert Tally(0, 0, {1: 3, 2: 2}).version == 1
    assert Tally(0, 0, {1: 2, 3: 2, 2: 2}).version == 3
    assert Tally(5, 5, {}).version is None


def test_every_clinic_is_compared_or_left_out_for_one_reason(mixed_network: Network) -> None:
    places = of(mixed_network)
    assert names(compared(places, VERSION)) == ["Alder", "Birch", "Cedar"]
    assert {reason: names(left_out(places, reason, VERSION)) for reason in Reason} == {
        Reason.PROGRESS: ["Hidden"],
        Reason.UNFINISHED: ["Begun"],
        Reason.VERSION: ["Older"],
    }
    assert names(compared(places, 2)) == ["Older"]
    assert names(left_out(places, Reason.VERSION, 2)) == ["Alder", "Birch", "Cedar"]


def test_topics_and_flags_are_counted_by_hand(mixed_network: Network) -> None:
    found = results(of(mixed_network), VERSION)
    funding = topic_spreads(found)["funding"]
    assert funding.spread.counts == ((43.75, 1), (75.0, 1))
    assert funding.spread.n_by_band == {Band.NOT_YET: 1, Band.PARTLY: 0, Band.IN_PLACE: 1}
    assert funding.n_without == 1
    counts = {count.key: count for count in flag_counts(found)}
    assert counts["missing-funding"] == FlagCount("missing-funding", n_red=0, n_amber=2)
    assert counts["critical-risk-procedure"] == FlagCount("critical-risk-procedure", n_red=1, n_amber=1)


def test_counts_agree_with_clinics_read_one_by_one(network: Network, consultant) -> None:
    fill(n_clinics=40, n_rounds=2, n_therapists=0, seed=3, consultant=consultant, now=NOW)
    places = NetworkClinic.objects.exclude(network=network)
    visible = places.exclude(level=Level.PROGRESS).values_list("clinic", flat=True)
    by_topic: dict[str, Counter[float | None]] = defaultdict(Counter)
    flagged: dict[tuple[str, str], set[int]] = defaultdict(set)
    for one in Round.objects.filter(clinic__in=visible, is_latest=True):
        for score in ResultScore.objects.filter(result__round=one, form="clinic", view="domain"):
            by_topic[score.key][score.score] += 1
        for flag in ResultFlag.objects.filter(result__round=one):
            flagged[flag.key, flag.level].add(flag.result_id)

    found = results(places, VERSION)
    counted = topic_spreads(found)

    assert counted.keys() == by_topic.keys()
    for topic, scores in by_topic.items():
        scored = {score: n for score, n in scores.items() if score is not None}
        assert counted[topic].spread == spread(scored)
        assert counted[topic].n_without == scores[None]
    by_level = {(c.key, level): n for c in flag_counts(found) for level, n in (("red", c.n_red), ("amber", c.n_amber))}
    assert {key: n for key, n in by_level.items() if n} == {key: len(ids) for key, ids in flagged.items()}


def test_flag_of_several_topics_counts_its_clinic_once(network: Network) -> None:
    place = add_clinic(network, "Alder")
    one = finish(place, {item.key: 5 if item.critical else 1 for item in load().items_of(Form.MANAGER)})
    assert ResultFlag.objects.filter(result__round=one, key=WEAK_DOMAIN).count() > 1
    counts = {count.key: count.n_clinics for count in flag_counts(results(of(network), VERSION))}
    assert counts[WEAK_DOMAIN] == 1


def test_only_the_assessment_finished_last_counts(network: Network) -> None:
    place = add_clinic(network, "Alder")
    finish(place, LOW, at=NOW - timedelta(days=60))
    finish(place, ALL_MOSTLY, at=NOW - timedelta(days=10))
    begin(place, LOW)
    assert topic_spreads(results(of(network), VERSION))["funding"].spread.counts == ((75.0, 1),)


@pytest.mark.parametrize("step", ["withdraw", "progress"])
def test_clinic_that_shows_no_scores_any_more_is_in_no_figure(mixed_network: Network, step: str) -> None:
    before = _figures(mixed_network)
    place = add_clinic(mixed_network, "Zander")
    finish(place, LOW)
    assert _figures(mixed_network) != before

    if step == "withdraw":
        actions.withdraw(by=lead_of(place.clinic), place=place, now=NOW)
    else:
        actions.change_level(by=lead_of(place.clinic), place=place, level=Level.PROGRESS, now=NOW)

    assert _figures(mixed_network) == before


def test_clinics_of_other_networks_are_in_no_figure(mixed_network: Network, colleague_consultant) -> None:
    before = _figures(mixed_network)
    other = actions.create_network(by=colleague_consultant, name="Region South", now=NOW)
    finish(add_clinic(other, "Elsewhere"), LOW)
    assert _figures(mixed_network) == before
    assert _figures(other) != before


def test_clinic_of_two_networks_counts_once_in_each(mixed_network: Network, colleague_consultant) -> None:
    before = _figures(mixed_network)
    other = actions.create_network(by=colleague_consultant, name="Region South", now=NOW)
    shared = of(mixed_network).get(clinic__name="Alder")
    join_clinic(other, shared.clinic, lead_of(shared.clinic), Level.PROGRESS)
    assert _figures(mixed_network) == before
    assert tally(of(other)) == Tally(n_progress=1, n_unfinished=0, n_by_version={})
    assert not topic_spreads(results(of(other), VERSION))


def test_order_by_a_topic_has_those_without_a_score_last(mixed_network: Network) -> None:
    places = of(mixed_network)
    rising = compared_by_topic(places, VERSION, "funding", "number", is_descending=False)
    falling = compared_by_topic(places, VERSION, "funding", "number", is_descending=True)
    assert names(rising) == ["Alder", "Birch", "Cedar"]
    assert names(falling) == ["Birch", "Alder", "Cedar"]


def _figures(network: Network) -> tuple[object, ...]:
    found = results(of(network), VERSION)
    return topic_spreads(found), flag_counts(found), names(compared(of(network), VERSION))
