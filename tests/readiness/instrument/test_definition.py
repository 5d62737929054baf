"""How a questionnaire is looked things up in, and what its values refuse."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from readiness.instrument.definition import Context, Form, Route, Scale, Stage


@pytest.mark.parametrize(
    ("low", "high", "answer", "expected"),
    [(1, 5, 1, 0), (1, 5, 2, 25), (1, 5, 3, 50), (1, 5, 4, 75), (1, 5, 5, 100), (0, 10, 0, 0), (0, 10, 7, 70)],
)
def test_scale_gives_0_to_100(low, high, answer, expected):
    scale = Scale(key="any", low=low, high=high, labels={})
    assert scale.value(answer) == expected
    assert answer in scale.steps


def test_scale_steps_hold_both_ends():
    assert list(Scale(key="any", low=1, high=3, labels={}).steps) == [1, 2, 3]


@pytest.mark.parametrize(
    ("item", "form", "routes", "asked"),
    [
        pytest.param("workload", Form.MANAGER, [], True, id="no-route"),
        pytest.param("flow", Form.MANAGER, [Route.GP], True, id="route-in-use"),
        pytest.param("flow", Form.MANAGER, [Route.SELF], False, id="route-not-in-use"),
        pytest.param("can-write", Form.THERAPIST, [], True, id="its-form"),
        pytest.param("can-write", Form.MANAGER, [Route.GP], False, id="other-form"),
    ],
)
def test_item_is_asked(small, item, form, routes, asked):
    assert small.item[item].is_asked(form, Context(routes=frozenset(routes))) is asked


def test_context_leaves_nothing_out_by_default():
    context = Context()
    assert (context.stage, context.routes) == (Stage.RUNNING, frozenset(Route))


def test_instrument_gives_the_items_of_a_form_and_domain(small):
    assert [item.key for item in small.items_of(Form.THERAPIST)] == ["workload", "flow", "can-write"]
    assert [item.key for item in small.items_of(Form.THERAPIST, "sure")] == ["can-write"]


def test_instrument_gives_only_domains_that_the_form_asks(small):
    assert [domain.key for domain in small.domains_of(Form.MANAGER)] == ["daily"]
    assert [domain.key for domain in small.domains_of(Form.THERAPIST)] == ["daily", "sure"]


def test_instrument_finds_by_key(small):
    assert small.domain["daily"].title == "Daily"
    assert small.scale["true-now"].high == 3
    assert small.fact["hours"].unit == "hours"
    assert small.determinant["writing"].name == "Writing"
    assert small.source["study-a"].citation == "A (2019)."
    assert [fact.key for fact in small.facts_of("daily")] == ["hours"]
    assert small.facts_of("sure") == ()


def test_values_cannot_be_changed(small):
    with pytest.raises(ValidationError, match="frozen"):
        small.items[0].critical = False
