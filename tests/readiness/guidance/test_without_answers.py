"""What is said of flags to somebody who does not see the answers: it may not depend on them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.guidance.definition import Guidance
from readiness.guidance.flags import PER_TOPIC, WEAK_DOMAIN, Flag, Level, flag_keys, raise_flags
from readiness.guidance.loading import load
from readiness.guidance.without_answers import fitting, in_plain_order
from readiness.instrument.definition import Answer, Form
from readiness.scoring.score import score
from tests.readiness.scoring.strategies import INSTRUMENT, flagged_answers

GUIDANCE = load(INSTRUMENT)
DOMAINS = [domain.key for domain in INSTRUMENT.domains_of(Form.MANAGER)]
TARGETS = [
    *((key, "") for key in flag_keys(INSTRUMENT) if key != WEAK_DOMAIN),
    *((WEAK_DOMAIN, domain) for domain in DOMAINS),
]


def only(*keys: str) -> Guidance:
    """The guidance with these options alone, in the order of the file."""
    return GUIDANCE.model_copy(update={"options": tuple(o for o in GUIDANCE.options if o.key in keys)})


def flag(key: str, level: Level, domain: str = "intake") -> Flag:
    return Flag(key, level, domain, ())


@given(flagged_answers, st.randoms(use_true_random=False))
def test_order_does_not_depend_on_the_order_given(answers: dict[str, Answer], chance: random.Random) -> None:
    flags = list(raise_flags(INSTRUMENT, answers, score(INSTRUMENT, Form.MANAGER, answers)))
    ordered = in_plain_order(INSTRUMENT, flags)
    chance.shuffle(flags)
    assert in_plain_order(INSTRUMENT, flags) == ordered
    assert sorted(flags, key=repr) == sorted(ordered, key=repr)


def test_order_is_safety_then_red_then_by_flag_then_by_topic() -> None:
    order = [
        flag("critical-data-protection", Level.RED, "integration"),
        flag("critical-risk-procedure", Level.AMBER, "integration"),
        flag("scepticism", Level.RED, "acceptance"),
        flag("critical-evidence", Level.RED, "programme"),
        flag("low-patient-inflow", Level.AMBER),
        flag("low-gp-referral", Level.AMBER),
        flag("weak-domain", Level.AMBER, "skills"),
        flag("weak-domain", Level.AMBER, "acceptance"),
    ]
    assert list(in_plain_order(INSTRUMENT, reversed(order))) == order


@pytest.mark.parametrize(("key", "domain"), TARGETS)
def test_every_flag_and_topic_has_two_to_four_options_one_of_them_no_training(key: str, domain: str) -> None:
    options = fitting(GUIDANCE, key, domain)
    place = list(GUIDANCE.option)
    assert 2 <= len(options) <= 4
    assert any(option.kind.is_structural for option in options)
    assert [o.key for o in options] == sorted((o.key for o in options), key=place.index)


def test_topic_of_a_flag_does_not_matter_but_for_weak_topics() -> None:
    for key in flag_keys(INSTRUMENT):
        options = {fitting(GUIDANCE, key, domain) for domain in DOMAINS}
        assert (len(options) > 1) == (key == WEAK_DOMAIN), key
    assert WEAK_DOMAIN in PER_TOPIC


def test_training_is_followed_by_something_else() -> None:
    trains = [o.key for o in GUIDANCE.options if not o.kind.is_structural and "skills" in o.domains]
    other = next(o.key for o in reversed(GUIDANCE.options) if o.kind.is_structural and "skills" in o.domains)
    assert len(trains) >= 4
    assert [o.key for o in fitting(only(*trains, other), WEAK_DOMAIN, "skills")] == [*trains[:3], other]
    assert [o.key for o in fitting(only(*trains), WEAK_DOMAIN, "skills")] == trains[:3]
