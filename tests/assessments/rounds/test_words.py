"""The words of evidence as pages say them."""

from __future__ import annotations

import pytest

from assessments.rounds import words
from readiness.instrument.definition import Source


@pytest.mark.parametrize(
    ("citation", "short"),
    [
        ("van der Vaart R, Bos Y (2019). Internet Interventions 18:100290.", "van der Vaart and others 2019"),
        ("Davies and others (2020). Journal 22(7):e17362.", "Davies and others 2020"),
        ("Titov N (2018). Journal.", "Titov 2018"),
        ("Our own judgement.", "Our own judgement"),
        ("A software vendor's summary of Folker 2018: 5 takeaways.", "A software vendor's summary of Folker 2018"),
    ],
)
def test_sources_have_short_names(citation: str, short: str) -> None:
    assert words.source_name(Source(key="a-source", citation=citation, read="All.")) == short
