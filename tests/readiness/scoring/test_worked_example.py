"""The worked example of docs/scoring.md, run: its tables are the test's data."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from readiness.guidance.flags import raise_flags
from readiness.guidance.loading import load
from readiness.guidance.options import offer
from readiness.instrument.definition import Form, Route
from readiness.scoring.example import ANSWERS, CONTEXT
from readiness.scoring.score import Scorecard, score
from tests.readiness.scoring.strategies import INSTRUMENT

DOCUMENT: Final = Path(__file__).parents[3] / "docs" / "scoring.md"


def rows_under(heading: str) -> list[list[str]]:
    """Give the cells of the table whose first heading is `heading`, in the worked example."""
    example = DOCUMENT.read_text(encoding="utf-8").split("## Worked example")[1].splitlines()
    start = next(number for number, line in enumerate(example) if line.startswith(f"| {heading} |"))
    rows = []
    for line in example[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().replace("`", "") for cell in line.strip("|").split("|")])
    return rows


def test_worked_example_is_the_one_of_the_document() -> None:
    assert [(key, str(answer)) for key, answer in ANSWERS.items()] == [tuple(row[:2]) for row in rows_under("Item")]


@pytest.fixture
def scorecard() -> Scorecard:
    return score(INSTRUMENT, Form.MANAGER, ANSWERS, CONTEXT)


@pytest.mark.parametrize(("key", "answer", "value"), rows_under("Item"))
def test_worked_example_values(key: str, answer: str, value: str) -> None:
    scale = INSTRUMENT.scale[INSTRUMENT.item[key].scale]

    assert value == "-" if not answer.isdigit() else scale.value(int(answer)) == float(value)


@pytest.mark.parametrize("row", rows_under("Domain or takeaway"), ids=lambda row: row[0])
def test_worked_example_scores(row: list[str], scorecard: Scorecard) -> None:
    scales = {str(scale.key): scale for scale in (*scorecard.domains, *scorecard.takeaways)}
    scale = scales[row[0]]

    assert scale.score == (None if row[1] == "-" else float(row[1]))
    assert [scale.status, scale.band or "-"] == row[2:4]
    assert [scale.n_valid, scale.n_applicable, scale.n_items] == [int(cell) for cell in row[4:]]


def test_worked_example_flags(scorecard: Scorecard) -> None:
    flags = raise_flags(INSTRUMENT, ANSWERS, scorecard, CONTEXT)

    assert [[flag.key, flag.level, flag.domain, ", ".join(flag.items)] for flag in flags] == rows_under("Flag")


def test_worked_example_options(scorecard: Scorecard) -> None:
    flags = raise_flags(INSTRUMENT, ANSWERS, scorecard, CONTEXT)
    guidance = load(INSTRUMENT)

    offers = offer(INSTRUMENT, guidance, ANSWERS, scorecard, CONTEXT, flags)

    assert list(dict.fromkeys(one.for_ for one in offers)) == [*(flag.key for flag in flags), "intake", "funding"]
    assert not any(Route.SELF in guidance.option[one.key].routes for one in offers)
