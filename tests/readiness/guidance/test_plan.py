"""When a plan is training alone."""

from __future__ import annotations

import pytest

from readiness.guidance.definition import Kind
from readiness.guidance.plan import is_training_only

TRAIN, FINANCE = Kind.TRAIN, Kind.FINANCE


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        pytest.param([], False, id="no-open-action"),
        pytest.param([TRAIN], True, id="one-that-trains"),
        pytest.param([TRAIN, TRAIN], True, id="several-that-train"),
        pytest.param([TRAIN, FINANCE, TRAIN], False, id="one-that-does-not"),
        pytest.param([FINANCE], False, id="no-training"),
        pytest.param([TRAIN, None], False, id="one-not-known"),
        pytest.param([None], False, id="none-known"),
    ],
)
def test_a_plan_is_training_only(kinds: list[Kind | None], expected: bool) -> None:
    assert is_training_only(iter(kinds)) is expected
