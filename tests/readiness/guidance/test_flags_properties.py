"""What docs/scoring.md guarantees of flags, tried on drawn forms and contexts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.guidance.flags import WEAK_DOMAIN, Flag, Level, raise_flags
from readiness.instrument.definition import Answer, Context, Form
from readiness.scoring.score import score
from tests.readiness.scoring.strategies import INSTRUMENT, contexts, filled, flagged_answers, raised

SEVERITY = {Level.AMBER: 1, Level.RED: 2}


def flags_for(answers: dict[str, Answer], clinic: Context) -> tuple[Flag, ...]:
    return raise_flags(INSTRUMENT, answers, score(INSTRUMENT, Form.MANAGER, answers, clinic), clinic)


def severities(flags: tuple[Flag, ...]) -> dict[str, int]:
    return {flag.key: SEVERITY[flag.level] for flag in flags if flag.key != WEAK_DOMAIN}


@settings(max_examples=400)
@given(raised(flagged_answers), contexts)
def test_raising_one_answer_never_adds_a_flag_nor_raises_a_level(
    pair: tuple[dict[str, Answer], dict[str, Answer]], clinic: Context
) -> None:
    before, after = (severities(flags_for(answers, clinic)) for answers in pair)

    for key, severity in after.items():
        assert severity <= before.get(key, 0), key


@given(filled(Form.MANAGER), contexts, st.randoms(use_true_random=False))
def test_order_of_answers_is_irrelevant(answers: dict[str, Answer], clinic: Context, random) -> None:
    shuffled = list(answers.items())
    random.shuffle(shuffled)

    assert flags_for(dict(shuffled), clinic) == flags_for(answers, clinic)


@given(filled(Form.MANAGER), contexts)
def test_every_flag_has_causes_of_its_own_domain(answers: dict[str, Answer], clinic: Context) -> None:
    for flag in flags_for(answers, clinic):
        assert flag.items
        assert {INSTRUMENT.item[key].domain for key in flag.items} == {flag.domain}
        assert all(answers[key] is not None for key in flag.items)


@given(filled(Form.MANAGER), contexts)
def test_safety_comes_first_and_red_before_amber(answers: dict[str, Answer], clinic: Context) -> None:
    ranks = [(not INSTRUMENT.item[flag.items[0]].safety, -SEVERITY[flag.level]) for flag in flags_for(answers, clinic)]

    assert ranks == sorted(ranks)
