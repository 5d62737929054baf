"""The upper half of the page of change: the database counts what the pure rule says of each clinic."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from assessments.clinics.models import Clinic
from assessments.networks.change import IS_PAIR, Pair, read_pairs, with_before
from assessments.networks.change_counts import FlagChange, flag_changes, topic_changes
from assessments.networks.change_summary import of_clinics
from assessments.networks.comparison import results
from assessments.networks.models import Level, Network, NetworkClinic
from assessments.results.models import Result, ResultFlag, ResultScore
from assessments.rounds.models import Round
from readiness.scoring.change import Change, change
from tests.assessments.history import rewriting
from tests.assessments.networks.sheets import main_of, page, seeded, show
from tests.assessments.networks.test_change import HIGH, LOW, made
from tests.assessments.results.conftest import ALL_MOSTLY, DONT_KNOW

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(30)]

SEED = 12


def draw(score: ResultScore, chance: random.Random) -> ResultScore:
    """Answer a topic anew by chance, some of its questions not at all."""
    answers = [chance.choice([None, None, 1, 2, 2, 3, 3, 4, 5]) for _ in range(score.n_items)]
    valid = [answer for answer in answers if answer]
    is_scored = len(valid) >= 2
    score.score = 25 * (sum(valid) / len(valid) - 1) if is_scored else None
    score.status, score.band = ("scored", "partly") if is_scored else ("not_scored", "")
    score.n_valid, score.n_applicable, score.n_not_applicable = len(valid), score.n_items, 0
    score.n_dont_know, score.n_blank = 0, score.n_items - len(valid)
    return score


def expected(pairs: list[Pair]) -> Iterator[tuple[str, Change]]:
    for pair in pairs:
        for topic in pair.scores_after.keys() | pair.scores_before.keys():
            yield topic, change(pair.scores_before.get(topic), pair.scores_after.get(topic))


def test_the_database_counts_what_the_rule_says(network: Network) -> None:
    """Three assessments each, of which the last two count; two clinics changed version, one has a single one."""
    seeded(network, 30, 3)
    chance = random.Random(SEED)
    with rewriting():
        scores = [draw(one, chance) for one in ResultScore.objects.filter(form="clinic", view="domain").order_by("pk")]
        ResultScore.objects.bulk_update(scores, ["score", "status", "band", *COUNTS], batch_size=200)
        mixed, single = Clinic.objects.order_by("name")[:2], Clinic.objects.order_by("name")[2]
        Round.objects.filter(clinic__in=list(mixed), is_latest=False).update(instrument_version=7)
        Result.objects.filter(round__clinic=single, round__is_latest=False).delete()
        Round.objects.filter(clinic=single, is_latest=False).delete()
    latest = results(NetworkClinic.objects.filter(network=network), 1)
    paired = with_before(latest).filter(IS_PAIR)
    pairs = read_pairs(list(paired.values_list("pk", flat=True)), NetworkClinic.objects.filter(network=network))
    assert len(pairs) == 27

    counted = topic_changes(latest)
    found = {(topic, said): n for topic, counts in counted.items() for said, n in counts.items()}
    assert found == Counter(expected(pairs))
    assert {said for _, said in found} == set(Change)
    assert min(Counter(said for _, said in expected(pairs)).values()) > 5

    flags = {pair.after.pk: (_flags(pair.before), _flags(pair.after)) for pair in pairs}
    for one in flag_changes(latest):
        moves = Counter((one.key in before, one.key in after) for before, after in flags.values())
        assert (one.n_closed, one.n_new, one.n_stayed) == (moves[True, False], moves[False, True], moves[True, True])


COUNTS = ("n_valid", "n_applicable", "n_not_applicable", "n_dont_know", "n_blank")


def _flags(assessment: Round) -> set[str]:
    return set(ResultFlag.objects.filter(result__round=assessment).values_list("key", flat=True))


def of_page(user: object, network: Network, query: str = "") -> str:
    return main_of(page(user, "change", network.pk, query=query))  # type: ignore[arg-type]


def sums(html: str) -> dict[str, str]:
    return dict(re.findall(r'<li data-domain="([\w-]+)">.*?<p>([^<]*)</p>', html, re.DOTALL))


def flag_sums(html: str) -> dict[str, list[int]]:
    rows = re.findall(r'data-flag="([\w-]+)">(.*?)</tr>', html, re.DOTALL)
    return {key: [int(n) for n in re.findall(r'class="num">(\d+)<', row)] for key, row in rows}


def test_page_says_how_many_stand_higher_and_lower(consultant, network):
    ash = made(network, "Ash", LOW, ALL_MOSTLY)
    made(network, "Birch", HIGH, {**ALL_MOSTLY, "intake": 1})
    made(network, "Cedar", ALL_MOSTLY, {**ALL_MOSTLY, "costs-known": 5})
    made(network, "Dogwood", LOW, {**ALL_MOSTLY, **dict.fromkeys(MONEY, DONT_KNOW)}, level=Level.ANSWERS)
    made(network, "Elm", LOW, HIGH, level=Level.PROGRESS)
    html = of_page(consultant, network)
    assert sums(html)["funding"] == "1 higher, 1 lower, 1 no clear change, 1 cannot be compared"
    assert sums(html)["practice"] == "2 higher, 1 lower, 1 no clear change"
    assert flag_sums(html)["critical-named-lead"] == [2, 0, 0]
    assert flag_sums(html)["low-patient-inflow"] == [2, 1, 0]
    assert "weak-domain" not in flag_sums(html)
    assert "A flag can close or open by one step on one question: a line crossed, not proof." in html
    assert "4 of your 5 clinics have two finished assessments" in html

    show(ash, Level.PROGRESS)
    assert sums(of_page(consultant, network))["practice"] == "1 higher, 1 lower, 1 no clear change"


MONEY = ("reimbursement", "long-term-funding", "permanent-plan", "costs-known", "scale-up")


def test_page_is_of_the_clinics_that_the_address_chooses(consultant, network):
    for name, country in (("Ash", "Norway"), ("Birch", "Norway"), ("Cedar", "Ireland")):
        place = made(network, name, LOW, ALL_MOSTLY)
        Clinic.objects.filter(pk=place.clinic_id).update(country=country)
    made(network, "Dogwood", LOW)
    html = of_page(consultant, network, "?country=Norway&sort=-funding")
    assert sums(html)["funding"] == "2 higher"
    assert "All 2 of the clinics chosen here have" in html
    assert re.findall(r'data-test="change-row"', html) == ['data-test="change-row"'] * 2
    assert 'data-reason="single"' not in html
    assert "?country=Norway&sort=funding" in html
    assert "No clinic fits all of this" in of_page(consultant, network, "?country=Malta")
    assert "was not understood" in of_page(consultant, network, "?sort=-finished")


@pytest.mark.parametrize(
    ("n_pairs", "n_chosen", "n_all", "said"),
    [
        (12, 20, 20, "12 of your 20 clinics have"),
        (1, 20, 20, "1 of your 20 clinics has"),
        (20, 20, 20, "All 20 of your clinics have"),
        (1, 1, 1, "Your only clinic has"),
        (3, 5, 20, "3 of the 5 clinics chosen here have"),
        (5, 5, 20, "All 5 of the clinics chosen here have"),
        (1, 1, 20, "The one clinic chosen here has"),
    ],
)
def test_it_is_said_of_how_many_clinics_this_is(n_pairs, n_chosen, n_all, said):
    assert of_clinics(n_pairs, n_chosen, n_all).startswith(f"{said} two finished assessments in the same version")


def test_flags_of_the_team_and_of_low_topics_are_not_counted(network):
    made(network, "Ash", LOW, ALL_MOSTLY)
    with rewriting():
        for result in Result.objects.filter(round__is_latest=False):
            for number, key in enumerate(("low-therapist-confidence", "role-gap", "weak-domain")):
                ResultFlag.objects.create(
                    result=result, key=key, level="amber", domain="skills", items=[], position=90 + number
                )
    changes = flag_changes(results(NetworkClinic.objects.all(), 1))
    assert FlagChange("critical-named-lead", 1, 0, 0) in changes
    assert not {"low-therapist-confidence", "role-gap", "weak-domain"} & {one.key for one in changes}
