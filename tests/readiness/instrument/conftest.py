"""The small questionnaire, read; and a way to break exactly one thing in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from readiness.instrument.definition import Instrument
from readiness.instrument.loading import File, parse
from tests.readiness.instrument.small import EVIDENCE, QUESTIONNAIRE


@pytest.fixture
def small() -> Instrument:
    """The small questionnaire as it is."""
    return parse(File("small-1.toml", QUESTIONNAIRE.encode()), File("evidence-1.toml", EVIDENCE.encode()))


@pytest.fixture
def parse_changed() -> Callable[[str, str], Instrument]:
    """Read the small questionnaire with the first `old` replaced by `new`, in that of its two files which holds it."""

    def change(old: str, new: str) -> Instrument:
        assert (old in QUESTIONNAIRE) != (old in EVIDENCE), "the text to change stands in exactly one of the files"
        questionnaire, evidence = (text.replace(old, new, 1).encode() for text in (QUESTIONNAIRE, EVIDENCE))
        return parse(File("small-1.toml", questionnaire), File("evidence-1.toml", evidence))

    return change
