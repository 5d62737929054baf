"""What pages tell of a team: everywhere the same, nothing of what may not be shown, nothing of single people."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from assessments.respondents.models import Draft, Invitation, Submission
from assessments.results.models import ReleaseRow
from assessments.results.presenters import Heading, result_page
from assessments.results.reading import read
from assessments.results.views_words import NO_COMPARISON
from assessments.rounds.models import Round
from readiness.instrument.definition import CONFIDENCE, Context
from readiness.instrument.loading import load
from tests.assessments.conftest import NOW, open_round_of
from tests.assessments.history import rewriting
from tests.assessments.results.conftest import ALL_MOSTLY, DONT_KNOW, LATER, answer, hooks, page_of
from tests.assessments.results.team import (
    HEARD,
    figures,
    finish,
    hear,
    invite,
    pages_of,
    section,
    send,
    sheet,
    team_page,
    without_tokens,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def chart(page):
    """Give the team's marks of the chart to explore, by the topic's title."""
    (content,) = re.findall(r'<script id="chart-figure"[^>]*>(.*?)</script>', page, re.DOTALL)
    figure = json.loads(content)
    marks: dict[str, tuple[float, ...]] = {}
    for trace in figure["data"][1:]:
        if trace["mode"] == "markers":
            marks |= {title: (x, x) for title, x in zip(trace["y"], trace["x"], strict=True)}
        else:
            marks[trace["y"][0]] = tuple(trace["x"])
    return marks


def test_every_channel_shows_the_same_figures(heard, lead):
    rows = {row.scale: (row.value, row.side, row.bound) for row in heard.result.release_rows.all()}
    written = {
        key: ("" if value is None else str(value), side, "" if bound is None else str(bound))
        for key, (value, side, bound) in rows.items()
    }
    assert written["intake"] == ("", "at_most", "20")
    assert written[CONFIDENCE] == ("40", "", "")

    result, paper, team = page_of(lead, heard), page_of(lead, heard, "print_page"), team_page(heard)

    assert figures(result) == figures(paper) == figures(team) == written
    titles = {load().domain[key].title: key for key in rows}
    spans = {titles[title]: span for title, span in chart(result).items()}
    assert spans == {
        key: (0, bound) if side == "at_most" else (value, value)
        for key, (value, side, bound) in rows.items()
        if key != CONFIDENCE
    }


def test_team_page_shows_the_section_of_the_managers_byte_for_byte(heard, lead):
    assert section(team_page(heard)).split() == section(page_of(lead, heard)).split()


def test_figures_are_told_in_words(heard, lead):
    page = page_of(lead, heard)

    text = " ".join(re.sub(r"<[^>]+>", " ", section(page)).split())
    assert "9 therapists were invited" in text
    assert "at least 7 therapists" in text
    assert "20 or less Not yet" in text
    assert "The therapists’ own confidence 40 These are the views" in text
    assert "Near either end of the scale only a range is given" in text
    assert "Your confidence" not in page
    assert "n =" not in text
    assert "release" not in text


def test_low_confidence_says_why_without_an_answer(heard, lead):
    page = page_of(lead, heard)
    because = "Because the therapists rated their own confidence at 40 of 100, as a group (at least 7 therapists)."

    assert ("low-therapist-confidence", "red") in [(row["flag"], row["level"]) for row in hooks(page, "flag")]
    assert because in page


def test_role_gap_shows_both_figures_and_what_both_were_asked(open_round, lead):
    assessment = finish(hear(answer(open_round, lead, ALL_MOSTLY), lead, [sheet(2, 8)] * 7), lead)

    page = page_of(lead, assessment)

    gaps = [row["domain"] for row in hooks(page, "role-gap")]
    assert sorted(gaps) == ["acceptance", "leadership", "practice", "programme"]
    assert sorted(row["flag"] for row in hooks(page, "flag")) == ["role-gap"] * 4
    views = page.partition('<h2 id="views"')[2].partition("<h2")[0]
    assert "<b>75</b>" in views
    assert "<b>25</b>" in views
    assert (
        "Views are compared on “The online programme”, “Daily work”, “Leadership and team” and “Trust in iCBT”" in views
    )
    assert "you rated what both were asked at 75 of 100, and the therapists at 25 of 100" in page
    strengths = page.partition('<h2 id="strengths"')[2].partition("<h2")[0]
    assert re.findall(r"<strong>(.*?)</strong>", strengths) == [
        "Money and future",
        "Running the change",
        "Training and skills",
        "Patients finding the way",
        "Place in the care system",
    ]
    assert "1 more thing to look at, different views on “Trust in iCBT”, when" in page
    paper = page_of(lead, assessment, "print_page")
    assert "known to differ on “The online programme”, “Daily work”, “Leadership and" in paper


def test_views_that_cannot_be_told_apart_for_certain_are_no_gap(open_round, lead):
    """The clinic says 75, the team "at least 80": it may be 95, or 80."""
    assessment = finish(hear(answer(open_round, lead, ALL_MOSTLY), lead, [sheet(5, 10)] * 7), lead)

    page = page_of(lead, assessment)

    assert figures(page)["practice"] == ("", "at_least", "80")
    assert not hooks(page, "role-gap")
    assert "No difference of 20 points of 100 or more can be told between the two views" in page
    assert "less than 20" not in page
    assert "In place" in section(page)
    assert NO_COMPARISON in page_of(lead, assessment, "print_page")


def test_below_the_threshold_every_page_is_the_same_byte_for_byte(mixed_round, lead):
    invite(mixed_round, lead, 9)
    seen = []
    for sheets in ([], [sheet(1, 0)], [sheet(5, 10)] * 4, [sheet(1, 0), sheet(5, 10), sheet(DONT_KNOW, None)]):
        with transaction.atomic():
            send(mixed_round, sheets)
            assert Submission.objects.count() == len(sheets)
            seen.append(without_tokens(pages_of(finish(mixed_round, lead), lead)))
            transaction.set_rollback(True)
        mixed_round.refresh_from_db()

    assert all(pages == seen[0] for pages in seen)
    for page in seen[0]:
        assert len(hooks(page, "not-shown")) == 1
        assert not hooks(page, "team-figure")


def test_withheld_for_figures_in_the_90_days_before_looks_like_too_few(heard, lead, clinic):
    seen = []
    assessment = open_round_of(clinic, lead)
    invite(assessment, lead, 9)
    for sheets, is_recent in ((HEARD, True), (HEARD[:4], False)):
        with transaction.atomic():
            with rewriting():
                Round.objects.filter(pk=heard.pk).update(is_team_shown=is_recent)
            send(assessment, sheets)
            seen.append(without_tokens(pages_of(finish(assessment, lead), lead)))
            transaction.set_rollback(True)
        assessment.refresh_from_db()

    assert seen[0] == seen[1]
    assert "not-shown" in seen[0][0]


def test_pages_do_not_change_when_every_row_of_the_therapists_is_gone(heard, lead):
    assert not Submission.objects.exists()
    before = without_tokens(pages_of(heard, lead))

    for model in (Submission, Draft, Invitation):
        model.objects.all().delete()

    assert without_tokens(pages_of(heard, lead)) == before


def test_open_result_knows_nothing_of_what_therapists_sent(mixed_round, lead):
    hear(mixed_round, lead, [])
    before = page_of(lead, mixed_round)

    Submission.objects.bulk_create(Submission(round=mixed_round, answers=dict(HEARD[0])) for _ in range(7))

    after = page_of(lead, mixed_round)
    assert without_tokens([after]) == without_tokens([before])
    assert "Nothing of their answers is known while the assessment is open" in after
    assert not hooks(after, "team-figure")
    assert not hooks(after, "not-shown")


def test_single_topic_that_is_withheld_is_named_so(mixed_round, lead):
    without = {key: value for key, value in sheet(3, 4).items() if key not in ("training", "new-skills", "flexibility")}
    page = page_of(lead, finish(hear(mixed_round, lead, [sheet(3, 4)] * 4 + [without] * 3), lead))

    assert "skills" not in figures(page)
    assert len(figures(page)) == 6
    assert "not shown" in section(page)
    assert not hooks(page, "not-shown")
    assert "of six of seven topics" in section(page)


def test_nobody_asked_is_said_with_both_ways(closed_round, lead):
    page = page_of(lead, closed_round)

    assert "Nothing is known of the therapists’ view in this assessment" in page
    assert "There are two ways to hear them" in section(page)
    assert "No view of the team is known here" in page
    assert not hooks(page, "not-shown")


def test_open_round_leads_to_the_way_to_ask(mixed_round, lead):
    page = page_of(lead, mixed_round)

    assert "Nothing is known of the therapists’ view yet" in page
    assert reverse("respondents:team", args=[mixed_round.pk]) in section(page)


def test_finished_without_answers_still_shows_the_team(open_round, lead):
    page = page_of(lead, finish(hear(open_round, lead, HEARD), lead))

    assert len(figures(page)) == 7
    assert [row["flag"] for row in hooks(page, "flag")] == ["low-therapist-confidence"]


def test_practice_run_says_how_a_team_is_heard():
    reading = read(load(), ALL_MOSTLY, Context())

    html = render_to_string("results/_result_body.html", {"page": result_page(reading, Heading("Practice", "Run"))})

    assert "Nothing is known of the therapists’ view yet" in html
    assert "Hear the team" not in html


def test_release_rows_stay_as_they_are(heard):
    before = list(ReleaseRow.objects.values_list())

    finish(heard, heard.closed_by, LATER + timedelta(days=1))

    assert list(ReleaseRow.objects.values_list()) == before
    assert heard.closed_at - NOW == timedelta(hours=2)
