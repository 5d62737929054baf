"""The awkward clinic is as awkward as its readers take it to be."""

from __future__ import annotations

import json

import pytest

from assessments.reports.values import report_values
from assessments.results.team_rows import NOT_SHOWN
from tests.assessments.reports.awkward import CLINIC, COMMENTS, LONG, TITLE, UNKEPT, awkward_report


@pytest.mark.django_db
def test_awkward_clinic_has_everything_that_formats_stumble_over() -> None:
    report = awkward_report()
    comments = [row.comment for row in report.items]
    assert (report.about.clinic, report.about.title) == (CLINIC, TITLE)
    assert {*COMMENTS, *UNKEPT} <= set(comments)
    assert max(map(len, comments)) == LONG
    assert report.page.n_answered < report.page.n_asked
    assert report.page.team.state == NOT_SHOWN
    assert report.page.team.meeting
    assert report.change is not None
    assert [row.status for row in report.plan] == ["under-way", "planned", "done", "dropped"]
    assert json.loads(json.dumps(report_values(report)))["assessment"]["title"] == TITLE
