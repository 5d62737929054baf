"""One set of rows: page, chart, tables and files of a finished assessment show the same figures, and the same nothing.

Every finished assessment of the demo, and one whose therapists' figures are values, a range and not shown, beside a
team talk. What is right stands in the frozen rows of the database.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import pytest
from django.db import transaction
from django.utils import timezone
from docx import Document
from pytest_django import DjangoDbBlocker

from assessments.clinics import actions
from assessments.clinics.models import Role
from assessments.reports.report import report_of
from assessments.reports.report_text import board_report
from assessments.reports.word.runs import clean
from assessments.results.bodies import _closed_body
from assessments.results.models import ResultScore
from assessments.rounds.models import Round
from readiness.guidance.flags import ROLE_GAP
from readiness.instrument.definition import CONFIDENCE, Form
from readiness.instrument.loading import load
from tests.assessments.conftest import NOW, make_user, open_round_of
from tests.assessments.reports import channels
from tests.assessments.reports.awkward import awkward_round
from tests.assessments.reports.channels import (
    NOT_SHOWN,
    Cells,
    Told,
    figure_of,
    in_one,
    text_of_word,
)
from tests.assessments.reports.spoken import said_of
from tests.assessments.results.conftest import MIXED, answer
from tests.assessments.results.team import HEARD, TALK, finish, hear, talk
from tests.assessments.test_commands import run

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(60)]  # the first test builds the demo

BANDS: Final = {"not_yet": "Not yet", "partly": "Partly", "in_place": "In place"}
GROUPS: Final = ("takeaway/", "cfir/")
TOPICS: Final = ("topic/",)
SCALES: Final = (*TOPICS, *GROUPS)

Views = dict[str, tuple[str, ...]]
"""The views that a channel shows, each with the scales of which it does."""


def over(scales: tuple[str, ...], *views: str) -> Views:
    return dict.fromkeys(views, scales)


OF_TEAM: Final = over((), "released", "talk", "talk score")
ON_BARS: Final = over(TOPICS, "figure", "words", "mark")
DATA: Final = over(SCALES, "score", "status", "band", "figure", "words") | OF_TEAM

CHANNELS: Final[dict[str, tuple[Callable[[Told], Cells], Views]]] = {
    "hooks": (channels.hooks_of_page, over(TOPICS, "score", "status", "band", "flags")),
    "bars": (channels.bars_of_page, ON_BARS),
    "groups": (channels.groups_of_page, over(GROUPS, "score", "figure", "words")),
    "gaps": (channels.gaps_of_page, over((), "gap")),
    "tables": (channels.tables_of_page, ON_BARS | over((), "released", "talk")),
    "chart": (channels.chart_of_page, over(TOPICS, "score", "figure", "mark")),
    "json": (channels.json_file, DATA | over((), "flags", "gap")),
    "api": (channels.api, DATA | over((), "flags", "gap")),
    "scores": (channels.scores_csv, DATA),
    "answers-wide": (channels.wide_csv, over(SCALES, "score", "status", "band") | over((), "released", "talk score")),
    "workbook": (
        channels.workbook,
        over(SCALES, "score", "status", "words") | over(TOPICS, "band") | over((), "released", "talk score", "flags"),
    ),
    "pdf": (channels.pdf_file, ON_BARS | over((), "released", "talk", "flags")),
    "word": (channels.word_file, ON_BARS | over((), "released", "talk", "gap", "flags")),
}


@pytest.fixture(scope="module")
def everything(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Told]]:
    """All of them, read once; what was made for them is gone afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        run("demo", "--json")
        _heard_round()
        awkward_round()
        finished = Round.objects.filter(closed_at__isnull=False).select_related("clinic", "result")
        yield [_told(one) for one in finished]
        transaction.set_rollback(True)


def _heard_round() -> None:
    """Seven therapists, of whom three say nothing of trust in iCBT; and their talk."""
    lead = make_user("heard@example.org")
    assessment = open_round_of(actions.create_clinic(by=lead, name="Heard Clinic", now=NOW), lead)
    silent = {item.key for item in load().items_of(Form.THERAPIST, "acceptance")}
    some = [{key: value for key, value in sheet.items() if key not in silent} for sheet in HEARD[:3]]
    hear(answer(assessment, lead, MIXED), lead, [*HEARD[3:], *some])
    finish(talk(assessment, lead, TALK), lead)


def _told(assessment: Round) -> Told:
    lead = assessment.clinic.memberships.get(role=Role.LEAD).user
    _closed_body.cache_clear()
    report = report_of(assessment, reader=lead, now=timezone.now())
    return Told(assessment, lead, report, channels.page_of_result(assessment, lead))


def frozen_cells(assessment: Round) -> Cells:
    """Give what every channel has to say, worked out from the frozen rows by other means than the application's."""
    result, cells = assessment.result, Cells()
    shared: dict[str, str] = {}
    for row in result.scores.all():
        if row.form == ResultScore.Form.JOINT:
            cells["talk score", row.key], cells["talk", row.key] = row.score, _rounded(row.score)
            continue
        if row.view == ResultScore.View.SHARED:
            shared[row.key] = _rounded(row.score)
            continue
        key = f"{row.view}/{row.key}".replace("domain/", "topic/")
        cells["score", key], cells["figure", key] = row.score, _rounded(row.score)
        cells["status", key], cells["band", key] = row.status, row.band or ""
        cells["words", key] = BANDS[row.band] if row.band and row.n_valid * 2 >= row.n_items else ""
    flags = list(result.flags.all())
    cells["flags", ""] = in_one(f"{flag.key} {flag.level}" for flag in flags)
    cells |= {("gap", flag.domain): shared[flag.domain] for flag in flags if flag.key == ROLE_GAP}
    rows = result.release_rows.all() if assessment.n_invited else []
    cells |= {("released", row.scale): figure_of(row.value, row.side, row.bound) for row in rows}
    for topic in [key[6:] for view, key in cells if view == "figure" and key.startswith("topic/")]:
        released = cells.get(("released", topic), NOT_SHOWN)
        cells["mark", topic] = cells.get(("talk", topic), "") if released == NOT_SHOWN else released
    return cells


def _rounded(score: float | None) -> str:
    return "" if score is None else str(Decimal(repr(score)).quantize(Decimal(1), ROUND_HALF_UP))


@pytest.mark.parametrize("channel", CHANNELS)
def test_channel_shows_the_frozen_cells_of_every_assessment(everything: list[Told], channel: str) -> None:
    read, views = CHANNELS[channel]
    for told in everything:
        found, right = read(told), _shown_by(frozen_cells(told.assessment), views)
        assert found.keys() == right.keys()
        assert {key: (found[key], cell) for key, cell in right.items() if not _is_same(found[key], cell)} == {}


def test_word_says_the_whole_report_and_nothing_else_and_pdf_the_same_in_the_same_order(everything: list[Told]) -> None:
    for told in everything:
        board = board_report(told.report)
        said = [_squeezed(clean(text)) for text in said_of(board)]
        assert _squeezed(text_of_word(Document(io.BytesIO(told.file("word"))))) == "".join(said)
        if board.clinic.isascii():
            _check_order(_text_of_pdf(told, f"{board.clinic} {board.assessment}"), said)


def _text_of_pdf(told: Told, head: str) -> str:
    """Read a report without what stands on top and at the foot of every page; `head` is what stands on top."""
    squeezed = ["".join(page.split()).removeprefix("".join(head.split())) for page in told.pdf]
    return "".join(re.sub(r"iCBTReadinessPage\d+of\d+$", "", page) for page in squeezed)


def _check_order(text: str, said: list[str]) -> None:
    place, squeezed = 0, _squeezed(text)
    for one in said:
        found = squeezed.find(one, place)
        assert found >= 0, (one, squeezed[place : place + 300])
        place = found + len(one)


def _squeezed(text: str) -> str:
    return "".join(text.replace("·", "").split())


def _is_same(found: str | float | None, right: str | float | None) -> bool:
    """A spreadsheet keeps sixteen digits of a number."""
    if isinstance(found, str) or found is None or isinstance(right, str) or right is None:
        return found == right
    return math.isclose(found, right, rel_tol=1e-14)


def _shown_by(cells: Cells, views: Views) -> Cells:
    return {
        (view, key): cell
        for (view, key), cell in cells.items()
        if view in views and ("/" not in key or key.startswith(views[view]))
    }


def test_assessments_compared_have_every_kind_of_figure(everything: list[Told]) -> None:
    cells = [frozen_cells(told.assessment) for told in everything]
    assert len(cells) >= 10
    for one in cells:
        assert len([key for key in one if key[0] == "figure" and key[1].startswith("topic/")]) == 9
    of_heard = [cell for one in cells for (view, _), cell in one.items() if view == "released"]
    assert {NOT_SHOWN, "20 or less", "50"} <= set(of_heard)
    assert any(all(one[key] == NOT_SHOWN for key in one if key[0] == "released") for one in cells)
    assert any(cell == "" for one in cells for (view, _), cell in one.items() if view == "figure")
    assert any(view == "talk" for one in cells for view, _ in one)
    assert any(("released", CONFIDENCE) in one for one in cells)
    cards = [card for told in everything for card in told.report.page.first]
    assert any(len(card.by_level) > 1 for card in cards)
    assert any(view == "gap" for one in cells for view, _ in one)
