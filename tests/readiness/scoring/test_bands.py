from __future__ import annotations

import pytest

from readiness.scoring.bands import Band, band


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        pytest.param(None, None, id="no score"),
        pytest.param(0.0, Band.NOT_YET, id="lowest"),
        pytest.param(49.999999999, Band.NOT_YET, id="just under half is not rounded up"),
        pytest.param(50.0, Band.PARTLY, id="half belongs above"),
        pytest.param(74.999999999, Band.PARTLY, id="just under three quarters"),
        pytest.param(75.0, Band.IN_PLACE, id="three quarters belongs above"),
        pytest.param(100.0, Band.IN_PLACE, id="highest"),
    ],
)
def test_band(score: float | None, expected: Band | None) -> None:
    assert band(score) is expected
