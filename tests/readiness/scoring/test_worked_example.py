"""The worked examples of docs/scoring.md, run: their tables are the tests' data."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from readiness.guidance.flags import raise_flags
from readiness.guidance.loading import load
from readiness.guidance.options import offer
from readiness.guidance.over_time import Closed, compare_flags, why_closed
from readiness.instrument.definition import Answers, Form, Route
from readiness.scoring.change import STEP, change, difference, steps_needed
from readiness.scoring.example import ANSWERS, CONTEXT
from readiness.scoring.release import Row, plan_release
from readiness.scoring.score import Scorecard, score
from readiness.scoring.spread import spread
from tests.readiness.scoring.strategies import INSTRUMENT

DOCUMENT: Final = Path(__file__).parents[3] / "docs" / "scoring.md"


def rows_under(heading: str, section: str = "Worked example") -> list[list[str]]:
    """Give the cells of the table whose first heading is `heading`, in a section of the document."""
    lines = [line.strip() for line in DOCUMENT.read_text(encoding="utf-8").split(f"# {section}\n")[1].splitlines()]
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    rows = []
    for line in lines[start + 2 :]:
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


# Change between two assessments

CHANGE: Final = "Change between two assessments"
LATER: Final[Answers] = {**ANSWERS, **{key: int(answer) for key, answer in rows_under("Item, a year later", CHANGE)}}


@pytest.mark.parametrize(("answers", "steps", "points"), rows_under("Answers in a topic", CHANGE))
def test_steps_that_count_are_those_of_the_document(answers: str, steps: str, points: str) -> None:
    assert steps_needed(int(answers)) == int(steps)
    assert float(points) == round(int(steps) * STEP / int(answers), 2)


@pytest.mark.parametrize("row", rows_under("Topic", CHANGE), ids=lambda row: row[0])
def test_changes_of_the_document(row: list[str], scorecard: Scorecard) -> None:
    before, after = (card.domain(row[0]) for card in (scorecard, score(INSTRUMENT, Form.MANAGER, LATER, CONTEXT)))
    points = difference(before, after)

    assert row[1:] == [
        *("-" if one.score is None else f"{one.score:g}" for one in (before, after)),
        str(min(before.n_valid, after.n_valid)),
        "-" if points is None else f"{points:g}",
        change(before, after),
    ]


def test_flags_a_year_later_are_those_of_the_document(scorecard: Scorecard) -> None:
    later = score(INSTRUMENT, Form.MANAGER, LATER, CONTEXT)
    changes = compare_flags(
        raise_flags(INSTRUMENT, ANSWERS, scorecard, CONTEXT), raise_flags(INSTRUMENT, LATER, later, CONTEXT)
    )

    told: list[tuple[str, ...]] = [
        (one.after.key, one.before.level, one.after.level, one.shift) for one in changes.stayed
    ]
    told += [(flag.key, "-", flag.level, "new") for flag in changes.new]
    for flag in changes.closed:
        reason = why_closed(flag, ANSWERS, LATER, CONTEXT, INSTRUMENT, context_before=CONTEXT)
        told.append((flag.key, flag.level, "-", reason))
    assert sorted(told) == sorted(tuple(row) for row in rows_under("Flag, a year later", CHANGE))


def test_reasons_of_the_document_are_all_there_are() -> None:
    assert sorted(row[0] for row in rows_under("Reason", CHANGE)) == sorted(Closed)


# Several clinics


@pytest.mark.parametrize(
    "row", rows_under("Scores of the clinics on a topic", "Several clinics"), ids=lambda row: row[0]
)
def test_spread_is_the_one_of_the_document(row: list[str]) -> None:
    scores, *figures = row

    one = spread(Counter(float(score) for score in scores.split(", ")))

    quartiles = (one.low_quartile, one.median, one.high_quartile)
    assert ["-" if figure is None else f"{figure:g}" for figure in quartiles] == figures[:3]
    assert [str(n_clinics) for n_clinics in one.n_by_band.values()] == figures[3:]


# The team's figures


def figure(row: Row) -> list[str]:
    """Write a row as the document does."""
    if row.band:
        return [row.scale, row.status, f"{row.band.side.replace('_', ' ')} {row.band.bound}", str(row.n)]
    return [row.scale, row.status, *("-" if number is None else str(number) for number in (row.value, row.n))]


def test_team_worked_out_gives_the_rows_of_the_document() -> None:
    topics = {topic: INSTRUMENT.items_of(Form.THERAPIST, topic) for topic in ("intake", "skills", "practice")}
    submitted: list[dict[str, float | None]] = []
    for _, *cells in rows_under("Therapist", "A team worked out"):
        submitted.append({})
        for items, cell in zip(topics.values(), cells, strict=True):
            points = [None if point == "-" else float(point) for point in cell.split()]
            submitted[-1].update(zip((item.key for item in items), points, strict=True))
    domains = {key: {"items": [item.key for item in items], "scale": [0, 100, 25]} for key, items in topics.items()}

    release = plan_release(5, 0, False, domains, submitted)

    assert [figure(row) for row in release.rows] == rows_under("Topic", "A team worked out")


@pytest.mark.parametrize(("people", "low", "high"), rows_under("People", "The team's figures"))
def test_ends_of_the_scale_are_those_of_the_document(people: str, low: str, high: str) -> None:
    numbers = [int(number) for number in people.replace(" and more", "-99").split("-")]
    domains = {"work": {"items": ["a", "b"], "scale": [0, 100, 25]}}
    for n in range(numbers[0], numbers[-1] + 1):
        ends = [plan_release(5, 0, False, domains, [{"a": end, "b": end}] * n).rows[0] for end in (0, 100)]
        assert [figure(row)[2:] for row in ends] == [[f"at most {low}", str(n)], [f"at least {high}", str(n)]]
