from __future__ import annotations

from collections import Counter
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.guidance.flags import WEAK_DOMAIN, raise_flags
from readiness.guidance.loading import load
from readiness.guidance.options import Offer, lowest_domains, offer
from readiness.instrument.definition import Answer, Context, Form, NonAnswer, Route
from readiness.scoring.compare import TeamFigure, TeamSource
from readiness.scoring.score import RawAnswers, score
from tests.readiness.scoring.strategies import INSTRUMENT, contexts, filled, flagged_answers

DK, NA = NonAnswer.DONT_KNOW, NonAnswer.NOT_APPLICABLE
GUIDANCE = load(INSTRUMENT)
ALL_FIVE = {item.key: 5 for item in INSTRUMENT.items_of(Form.MANAGER)}
GP_AND_SELF = Context(routes=frozenset({Route.GP, Route.SELF}))

any_form = st.one_of(filled(Form.MANAGER), flagged_answers)


def offers_for(answers: RawAnswers, clinic: Context | None = None) -> tuple[Offer, ...]:
    scorecard = score(INSTRUMENT, Form.MANAGER, answers, clinic)
    flags = raise_flags(INSTRUMENT, answers, scorecard, clinic)
    return offer(INSTRUMENT, GUIDANCE, answers, scorecard, clinic, flags)


def keys_for(target: str, answers: RawAnswers, clinic: Context | None = None) -> list[str]:
    return [one.key for one in offers_for(answers, clinic) if one.for_ == target]


@settings(max_examples=200)
@given(any_form, contexts)
def test_every_flag_and_low_domain_gets_two_to_four_once(answers: dict[str, Answer], clinic: Context) -> None:
    scorecard = score(INSTRUMENT, Form.MANAGER, answers, clinic)
    flags = raise_flags(INSTRUMENT, answers, scorecard, clinic)
    weak = [flag.domain for flag in flags if flag.key == WEAK_DOMAIN]
    targets = [flag.key for flag in flags if flag.key != WEAK_DOMAIN]

    offers = offer(INSTRUMENT, GUIDANCE, answers, scorecard, clinic, flags)

    assert [key for key, _ in groupby(offers, key=lambda one: one.for_)] == [
        *targets,
        *dict.fromkeys((*weak, *lowest_domains(scorecard))),
    ]
    assert all(2 <= count <= 4 for count in Counter(one.for_ for one in offers).values())
    assert len({(one.key, one.for_) for one in offers}) == len(offers)


@given(any_form, contexts)
def test_beside_training_stands_something_structural(answers: dict[str, Answer], clinic: Context) -> None:
    for _, group in groupby(offers_for(answers, clinic), key=lambda one: one.for_):
        assert any(one.kind.is_structural for one in group)


@given(any_form, contexts)
def test_a_closed_route_is_never_opened(answers: dict[str, Answer], clinic: Context) -> None:
    closed = {
        route
        for route, item in ((Route.GP, "gp-referral"), (Route.SELF, "self-referral"))
        if route not in clinic.routes or answers.get(item) is NA
    }

    for one in offers_for(answers, clinic):
        assert not GUIDANCE.option[one.key].routes & closed


@given(any_form, contexts)
def test_items_are_low_answers_that_the_option_acts_on(answers: dict[str, Answer], clinic: Context) -> None:
    for one in offers_for(answers, clinic):
        option = GUIDANCE.option[one.key]
        assert (one.kind, one.basis) == (option.kind, option.basis)
        for key in one.items:
            assert key in option.items
            assert answers[key] in (1, 2, 3, DK) or (INSTRUMENT.item[key].safety and answers[key] is NA)


@pytest.mark.parametrize(
    ("answers", "clinic", "is_offered"),
    [
        pytest.param({"self-referral": 1}, GP_AND_SELF, True, id="open and low"),
        pytest.param({"self-referral": NA}, GP_AND_SELF, False, id="answered does not apply"),
        pytest.param({"self-referral": 1}, Context(routes=frozenset({Route.GP})), False, id="not in use"),
    ],
)
def test_self_referral_is_offered_only_where_it_is_open(answers: RawAnswers, clinic: Context, is_offered: bool) -> None:
    keys = keys_for("low-gp-referral", {"gp-referral": 1, **answers}, clinic)

    assert ("self-referral-route" in keys) is is_offered


def test_order_follows_the_lowest_answers() -> None:
    answers = ALL_FIVE | {"reimbursement": 3, "long-term-funding": 1, "costs-known": 3}

    keys = keys_for("missing-funding", answers)

    assert keys[0] == "funding-before-end"
    assert keys.index("funding-before-end") < keys.index("cost-per-patient") < keys.index("payment-route")


def test_because_you_answered_lists_the_lowest_first() -> None:
    answers = {"reimbursement": DK, "long-term-funding": 2, "costs-known": 1}

    (costs,) = [o for o in offers_for(answers) if (o.key, o.for_) == ("cost-per-patient", "missing-funding")]

    assert costs.items == ("costs-known", "long-term-funding", "reimbursement")


def test_an_option_whose_first_question_is_settled_steps_back() -> None:
    answers = {"reimbursement": 1, "costs-known": 5}

    assert "cost-per-patient" not in keys_for("missing-funding", answers | {"long-term-funding": 1})
    assert "cost-per-patient" in keys_for("missing-funding", answers | {"costs-known": 1, "long-term-funding": 1})


def test_training_alone_is_joined_by_something_structural() -> None:
    """Where the low answers speak for training only, the last place goes to a structural option."""
    answers = ALL_FIVE | {"gp-acceptance": 1, "colleague-acceptance": 1}
    thin = GUIDANCE.model_copy(
        update={"options": tuple(o for o in GUIDANCE.options if not o.kind.is_structural or o.key == "choice-sheet")}
    )
    scorecard = score(INSTRUMENT, Form.MANAGER, answers)

    offers = offer(INSTRUMENT, thin, answers, scorecard, None, ())

    assert [one.for_ for one in offers] == ["acceptance"] * len(offers)
    assert offers[-1].key == "choice-sheet"
    assert 2 <= len(offers) <= 4


def test_lowest_domains_are_three_under_75_ties_in_form_order() -> None:
    answers = dict(ALL_FIVE)
    for domain, answer in {"acceptance": 2, "programme": 3, "skills": 3, "practice": 3, "funding": 4}.items():
        answers |= {item.key: answer for item in INSTRUMENT.items_of(Form.MANAGER, domain)}

    assert lowest_domains(score(INSTRUMENT, Form.MANAGER, answers)) == ("acceptance", "programme", "skills")
    assert lowest_domains(score(INSTRUMENT, Form.MANAGER, ALL_FIVE)) == ()


def test_nothing_low_offers_nothing() -> None:
    assert offers_for(ALL_FIVE) == ()
    assert offers_for({}) == ()


TEAM = {
    domain: TeamFigure(domain, 0, 25, TeamSource.RELEASED)
    for domain in ("programme", "practice", "leadership", "acceptance", "confidence")
}


def offers_with_team(answers: RawAnswers) -> tuple[Offer, ...]:
    scorecard = score(INSTRUMENT, Form.MANAGER, answers)
    flags = raise_flags(INSTRUMENT, answers, scorecard, None, TEAM)
    return offer(INSTRUMENT, GUIDANCE, answers, scorecard, None, flags)


def test_different_views_on_several_topics_get_their_options_once() -> None:
    offers = offers_with_team(ALL_FIVE)

    assert [(one.for_, one.key) for one in offers] == [
        ("low-therapist-confidence", "writing-training"),
        ("low-therapist-confidence", "practise-with-feedback"),
        ("low-therapist-confidence", "training-in-hours"),
        ("role-gap", "talk-it-through"),
        ("role-gap", "look-at-the-work"),
    ]


@given(filled(Form.MANAGER))
def test_what_the_team_says_gets_two_to_four_options_one_of_them_structural(answers: dict[str, Answer]) -> None:
    offered = {key: list(group) for key, group in groupby(offers_with_team(answers), key=lambda one: one.for_)}

    assert "low-therapist-confidence" in offered
    for key in {"low-therapist-confidence", "role-gap"} & offered.keys():
        assert 2 <= len({one.key for one in offered[key]}) == len(offered[key]) <= 4
        assert any(one.kind.is_structural for one in offered[key])


def test_options_for_different_views_follow_low_answers_on_any_of_the_topics() -> None:
    answers = ALL_FIVE | {"usability": 3, "content-quality": 3, "evidence": 4, "adaptability": 4}

    keys = [one.key for one in offers_with_team(answers) if one.for_ == "role-gap"]

    assert keys == ["look-at-the-work", "talk-it-through"]
