"""What is said of several clinics at once, and which options meet several of their causes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.guidance.definition import Guidance, Kind
from readiness.guidance.flags import PER_TOPIC, WEAK_DOMAIN, flag_keys
from readiness.guidance.in_common import MAX_IN_COMMON, Cause, Shared, in_common_sentence, options_in_common
from readiness.guidance.loading import load
from readiness.guidance.options import serves
from readiness.instrument.definition import Form, Route
from tests.readiness.scoring.strategies import INSTRUMENT

GUIDANCE = load(INSTRUMENT)
DOMAINS = [domain.key for domain in INSTRUMENT.domains_of(Form.MANAGER)]


def cause(key: str, n_clinics: int = 1, domain: str = "", n_red: int = 0) -> Cause:
    return Cause(key, domain, n_clinics, n_red)


def only(*keys: str) -> Guidance:
    """The guidance with these options alone, in the order of the file."""
    return GUIDANCE.model_copy(update={"options": tuple(o for o in GUIDANCE.options if o.key in keys)})


def keys(shared: Sequence[Shared]) -> list[str]:
    return [one.key for one in shared]


# In a sentence


@pytest.mark.parametrize("key", flag_keys(INSTRUMENT))
def test_every_flag_can_be_said_of_several_clinics_and_of_one(key: str) -> None:
    for n_clinics, start in ((20, "All 20 clinics "), (14, "14 of 20 clinics "), (1, "1 of 20 clinics ")):
        sentence = in_common_sentence(GUIDANCE, INSTRUMENT, cause(key, n_clinics, "practice"), 20)

        assert sentence.startswith(start)
        assert sentence.endswith(".")
        assert ("Daily work" in sentence) == (key in PER_TOPIC)
        assert "{" not in sentence


@pytest.mark.parametrize(
    ("n_clinics", "n_of", "start"),
    [
        pytest.param(14, 20, "14 of 20 clinics have ", id="most"),
        pytest.param(1, 20, "1 of 20 clinics has ", id="one"),
        pytest.param(20, 20, "All 20 clinics have ", id="all"),
        pytest.param(3, 3, "All 3 clinics have ", id="three are all"),
        pytest.param(2, 2, "2 of 2 clinics have ", id="two are not said to be all"),
        pytest.param(1, 2, "1 of 2 clinics has ", id="one of two"),
        pytest.param(1, 1, "1 of 1 clinic has ", id="the only one"),
        pytest.param(4312, 10000, "4,312 of 10,000 clinics have ", id="thousands"),
        pytest.param(10000, 10000, "All 10,000 clinics have ", id="all thousands"),
    ],
)
def test_how_many(n_clinics: int, n_of: int, start: str) -> None:
    assert in_common_sentence(GUIDANCE, INSTRUMENT, cause("missing-funding", n_clinics), n_of).startswith(start)


@pytest.mark.parametrize(("n_clinics", "n_of"), [(0, 20), (-1, 20), (21, 20), (0, 0)])
def test_how_many_cannot_be(n_clinics: int, n_of: int) -> None:
    with pytest.raises(ValueError, match=f"{n_clinics} of {n_of}"):
        in_common_sentence(GUIDANCE, INSTRUMENT, cause("missing-funding", n_clinics), n_of)


@pytest.mark.parametrize(
    ("key", "domain"), [("no-such-flag", "practice"), ("role-gap", ""), ("weak-domain", "nowhere")]
)
def test_a_flag_or_topic_that_is_not_there(key: str, domain: str) -> None:
    with pytest.raises(KeyError):
        in_common_sentence(GUIDANCE, INSTRUMENT, cause(key, 1, domain), 20)


# Which options


def test_most_clinics_first_with_causes_in_the_same_order() -> None:
    guidance = only("meet-in-person", "own-results", "data-rules")
    funding, evidence = cause("missing-funding", 8, "funding", 5), cause("critical-evidence", 9, "programme", 1)
    gp, doubt = cause("low-gp-referral", 14), cause("scepticism", 6)
    data = cause("critical-data-protection", 20)

    options = options_in_common(guidance, [doubt, data, funding, gp, evidence])

    assert options == (
        Shared("meet-in-person", frozenset(), (gp, doubt)),
        Shared("own-results", frozenset(), (evidence, funding)),
        Shared("data-rules", frozenset(), (data,)),
    )


@pytest.mark.parametrize(
    ("causes", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([cause("missing-funding", 20)], [], id="one cause"),
        pytest.param(
            [cause("missing-funding", 20), cause("critical-named-lead", 20)], [], id="two, with no option for both"
        ),
        pytest.param([cause("missing-funding", 2), cause("critical-evidence", 1)], ["own-results"], id="two"),
        pytest.param([cause("missing-funding", 2), cause("missing-funding", 1)], [], id="one of them twice"),
        pytest.param([cause("low-gp-referral", 9), cause("low-patient-inflow", 8)], [], id="two that share a card"),
        pytest.param(
            [cause("role-gap", 9, "practice"), cause("role-gap", 8, "leadership")], [], id="different views twice"
        ),
        pytest.param(
            [cause("role-gap", 9, "practice"), cause(WEAK_DOMAIN, 8, "leadership")],
            ["talk-it-through"],
            id="different views and a weak topic",
        ),
        pytest.param(
            [cause(WEAK_DOMAIN, 9, "skills"), cause(WEAK_DOMAIN, 8, "leadership")],
            ["choice-sheet", "train-two"],
            id="two weak topics are two causes",
        ),
        pytest.param([cause("critical-workload", 9), cause(WEAK_DOMAIN, 8, "nowhere")], [], id="no such topic"),
    ],
)
def test_options_meet_several_causes(causes: list[Cause], expected: list[str]) -> None:
    several = [one for one in options_in_common(GUIDANCE, causes) if len(one.n_clinics_of) > 1]
    assert sorted(keys(several)) == expected


def test_a_cause_that_no_other_option_meets_has_one_that_is_more_than_training() -> None:
    causes = [cause("critical-training", 9), cause("missing-funding", 20), cause("critical-named-lead", 12)]

    options = options_in_common(GUIDANCE, causes)

    assert [[one.key for one in option.causes] for option in options] == [
        ["missing-funding"],
        ["critical-named-lead"],
        ["critical-training"],
    ]
    assert all(GUIDANCE.option[option.key].kind is not Kind.TRAIN for option in options)


def test_room_left_goes_to_the_causes_of_most_clinics() -> None:
    causes = [cause(f"critical-{key}", 20 - n) for n, key in enumerate(("workload", "named-lead", "data-protection"))]
    causes += [cause("missing-funding", 10), cause("scepticism", 9), cause("low-gp-referral", 2)]

    single = [o.key for o in GUIDANCE.options if sum(serves(o, one.key, one.domain) for one in causes) == 1]

    options = options_in_common(only(*single), causes)

    assert [option.causes[0].n_clinics for option in options] == [20, 19, 18, 10, 9]


def test_flags_that_share_a_card_count_with_the_clinics_of_the_more_common() -> None:
    """GPs and patient numbers together count 5, with the doubts 9: under the 10 of the others."""
    guidance = only("meet-in-person", "own-results")
    causes = [cause("low-gp-referral", 5), cause("low-patient-inflow", 4), cause("scepticism", 4)]
    others = [cause("missing-funding", 9), cause("critical-evidence", 1)]

    assert keys(options_in_common(guidance, [*causes, *others])) == ["own-results", "meet-in-person"]


def test_as_many_clinics_then_more_causes_then_the_order_of_the_guidance() -> None:
    guidance = only("agreed-pathway", "step-up-rule", "choice-sheet", "record-link")
    three = [cause(WEAK_DOMAIN, n, domain) for n, domain in ((3, "skills"), (1, "leadership"), (2, "acceptance"))]
    two = [cause(WEAK_DOMAIN, 4, "integration"), cause("critical-risk-procedure", 2)]

    assert keys(options_in_common(guidance, [*two, *three])) == ["choice-sheet", "agreed-pathway", "step-up-rule"]


def test_routes_are_given_through() -> None:
    (option,) = options_in_common(only("gp-channel"), [cause("low-gp-referral"), cause(WEAK_DOMAIN, 1, "integration")])

    assert option.routes == {Route.GP}


def test_beside_training_stands_an_option_for_one_of_its_causes() -> None:
    """Both options for doubts and evidence teach; the structural one meets the evidence alone."""
    options = options_in_common(GUIDANCE, [cause("scepticism", 7), cause("critical-evidence", 9)])

    assert keys(options) == ["show-evidence", "try-the-programme", "own-results"]
    assert [one.key for one in options[-1].causes] == ["critical-evidence"]


def test_training_is_left_out_where_nothing_structural_meets_its_causes() -> None:
    guidance = only("show-evidence", "try-the-programme", "name-a-lead", "time-for-the-lead")
    causes = [cause("scepticism", 9), cause("critical-evidence", 9), cause("critical-named-lead", 20)]

    options = options_in_common(guidance, [*causes, cause(WEAK_DOMAIN, 1, "process")])

    assert keys(options) == ["name-a-lead", "time-for-the-lead"]


def test_a_training_option_that_finds_no_room_for_its_companion_is_passed_over() -> None:
    """Four places are taken; show-evidence would need two, so that the last goes to what stands alone."""
    first = ["message-cover", "step-up-rule", "written-risk-procedure", "agreed-minutes"]
    guidance = only(*first, "show-evidence", "programme-review", "win-leaders")
    causes = [
        *(cause(key, 20) for key in ("critical-risk-procedure", "critical-workload")),
        *(cause(WEAK_DOMAIN, 20, domain) for domain in ("integration", "practice")),
        *(cause(key, 8) for key in ("scepticism", "critical-evidence")),
        *(cause(key, 5, "leadership") for key in ("critical-management-support", WEAK_DOMAIN)),
    ]

    assert sorted(keys(options_in_common(guidance, causes))) == sorted([*first, "win-leaders"])


causes_drawn = st.lists(
    st.builds(Cause, st.sampled_from(flag_keys(INSTRUMENT)), st.sampled_from(DOMAINS), st.integers(1, 20), st.just(0)),
    max_size=14,
    unique_by=lambda one: (one.key, one.domain),
)


@given(causes_drawn, st.randoms(use_true_random=False))
def test_order_is_irrelevant(causes: list[Cause], random) -> None:
    shuffled = list(causes)
    random.shuffle(shuffled)

    assert options_in_common(GUIDANCE, shuffled) == options_in_common(GUIDANCE, causes)


@given(causes_drawn)
def test_few_each_once_and_never_training_alone(causes: list[Cause]) -> None:
    options = options_in_common(GUIDANCE, causes)

    assert len({one.key for one in options}) == len(options) <= MAX_IN_COMMON
    for one in options:
        partners = [
            other
            for other in options
            if GUIDANCE.option[other.key].kind is not Kind.TRAIN and {*one.causes} & {*other.causes}
        ]
        assert partners
        assert {*one.causes} <= {*causes}


@given(causes_drawn)
def test_first_those_of_most_clinics(causes: list[Cause]) -> None:
    several = [one for one in options_in_common(GUIDANCE, causes) if len(one.n_clinics_of) > 1]

    for one, other in pairwise(several):
        assert sum(one.n_clinics_of.values()) >= sum(other.n_clinics_of.values())
