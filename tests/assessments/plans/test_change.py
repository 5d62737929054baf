"""The page of what changed: its verdicts are the rule's on frozen rows, and what cannot be compared is said."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from uuid import UUID, uuid4

import plotly.graph_objects as go
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.plans.actions import Content, add_action, move_action
from assessments.plans.change_presenters import NOT_FOUND, SAME_TWICE, TURNED_ROUND, choose
from assessments.plans.models import Status
from assessments.results import history
from assessments.results.closing import close
from assessments.results.models import Result, ResultFlag, ResultScore
from assessments.results.reading import guidance_for
from assessments.results.team import frozen_scale
from assessments.results.team_rows import NOT_SHOWN
from assessments.rounds import models as round_models
from assessments.rounds.models import Round
from readiness.instrument.definition import INSTRUMENT, Form
from readiness.instrument.loading import load
from readiness.scoring.change import change, difference
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.history import rewriting
from tests.assessments.networks.sheets import write
from tests.assessments.plans.conftest import NEXT
from tests.assessments.results.conftest import ALL_MOSTLY, DONT_KNOW, MIXED, hooks
from tests.assessments.results.team import HEARD, TALK, hear, sheet, talk

TOPICS = [domain.key for domain in load().domains_of(Form.MANAGER)]
MAX_QUERIES = 15


def of(domain: str) -> list[str]:
    return [item.key for item in load().items_of(Form.MANAGER, domain)]


LATER_ANSWERS = {
    **MIXED,
    **dict.fromkeys(("risk-procedure", "permanent-plan", "costs-known", "scale-up", "reimbursement"), 5),
    **dict.fromkeys(of("programme"), 1),
    **dict.fromkeys(of("leadership")[1:], DONT_KNOW),
    "planned-time": 3,  # one step
    "named-lead": None,
}
"""Money is settled, safety too; the programme fell; of leaders little is known; of daily work one answer by a step."""


def page(user, clinic, query: str = "", status: int = 200) -> str:
    response = signed_in(user).get(reverse("plans:change", args=[clinic.pk]) + query)
    assert response.status_code == status
    return unescape(response.content.decode())


def topic(html: str, key: str) -> str:
    """Give the words that stand about a topic."""
    part = html.partition(f'data-test="topic-change"\n     data-domain="{key}"')[2]
    return " ".join(re.sub(r"<[^>]+>", " ", re.split(r'data-test="topic-change"|</section>', part)[0]).split())


def opened(clinic, at, **said) -> Round:
    """Open a round as it stands once that is done."""
    fields = {"stage": "running", "routes": ["gp", "self"], "for_whom": ["pain-fatigue"], "title": "Follow-up", **said}
    return Round.objects.create(
        clinic=clinic,
        instrument_key=INSTRUMENT,
        instrument_version=1,
        time_zone="UTC",
        opened_at=at,
        due_at=at + timedelta(days=21),
        **fields,
    )


def finished(assessment: Round, by, answers=MIXED) -> Round:
    """Answer and finish a round on the day it was opened."""
    close(round_id=write(assessment, by, answers).pk, by=by, now=assessment.opened_at + timedelta(hours=2))
    assessment.refresh_from_db()
    return assessment


def repeated(assessment: Round, at, clinic=None) -> Round:
    """Finish a further round, of the same clinic unless told otherwise, with the frozen scores of this one."""
    again = opened(clinic or assessment.clinic, at)
    result = Result.objects.create(
        round=again, guidance_version=1, algorithm_version=1, offers=[], frozen_at=at + timedelta(hours=1)
    )
    rows = list(ResultScore.objects.filter(result__round=assessment))
    for row in rows:
        row.pk, row.result = None, result
    ResultScore.objects.bulk_create(rows)
    Round.objects.filter(pk=again.pk).update(closed_at=at + timedelta(hours=1))
    return again


@pytest.fixture
def first(clinic, lead) -> Round:
    return finished(opened(clinic, NOW, title="Autumn round"), lead)


@pytest.fixture
def pair(first, clinic, lead) -> tuple[Round, Round]:
    return first, finished(opened(clinic, NEXT), lead, LATER_ANSWERS)


def test_verdicts_are_those_of_the_rule_on_the_frozen_scores(lead, clinic, pair):
    """Differences are unrounded, every topic stands there, and those with a clear change come first."""
    rows = ResultScore.objects.filter(form="clinic", view="domain")
    sides = [{row.key: frozen_scale(row) for row in rows.filter(result__round=one)} for one in pair]
    found = hooks(page(lead, clinic), "topic-change")
    assert sorted(one["domain"] for one in found) == sorted(TOPICS)
    for one in found:
        before, after = (side[one["domain"]] for side in sides)
        points = difference(before, after)
        assert one["verdict"] == change(before, after).value
        assert one["difference"] == ("" if points is None else repr(points))
    verdicts = [one["verdict"] for one in found]
    assert verdicts == ["lower", "higher", *["no-clear-change"] * 6, "not-compared"]


def test_page_says_what_changed_what_may_be_chance_and_what_cannot_be_compared(lead, clinic, pair):
    html = page(lead, clinic)
    assert (
        "“Money and future” is higher; “The online programme” is lower; for six there is no clear change; “Leadership "
        "and team” cannot be compared."
    ) in html
    daily = topic(html, "practice")
    assert "No clear change" in daily
    assert "Before 75 (“In place”), after 70 (“Partly”): 5 points apart." in daily
    assert "fewer than four steps in sum over five questions also happen when nothing has changed." in daily
    assert "1 answer differs" in daily
    assert "Cannot be compared" in topic(html, "leadership")
    assert "There were not enough answers for a score after." in topic(html, "leadership")
    assert "75 (“In place”) both times." in topic(html, "acceptance")
    assert "Lena" not in html.partition("<main")[2]


def test_flags_close_by_better_answers_alone(lead, clinic, pair):
    """What is merely not answered any more is gone, and not settled."""
    html = page(lead, clinic)
    closed, gone, new, stayed = (hooks(html, f"flag-{name}") for name in ("closed", "gone", "new", "stayed"))
    assert {one["flag"] for one in closed} >= {"critical-risk-procedure", "missing-funding"}
    assert {one["why"] for one in closed} == {"improved"}
    assert ("critical-named-lead", "not-answered") in {(one["flag"], one["why"]) for one in gone}
    assert "critical-evidence" in {one["flag"] for one in new}
    assert {one["flag"] for one in stayed} >= {"low-patient-inflow", "low-gp-referral", "critical-training"}
    later = set(ResultFlag.objects.filter(result__round=pair[1]).values_list("key", "domain"))
    assert {(one["flag"], one["domain"]) for one in (*new, *stayed)} == later


def test_a_flag_that_moved_by_one_step_says_so_and_is_called_as_on_its_result(clinic, lead):
    low = finished(opened(clinic, NOW), lead, {**ALL_MOSTLY, "evidence": 3, "named-lead": 2, "data-protection": 4})
    later = finished(opened(clinic, NEXT), lead, {**ALL_MOSTLY, "evidence": 4, "named-lead": 3, "data-protection": 3})
    html = page(lead, clinic)
    plain = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert "One flag has closed, by one step on one question; one is new: “Safety: how patients' data are" in plain
    assert "Doubts whether the programme helps was “Look at this”" in plain
    assert "One answer is one step higher. That alone also happens by chance: look whether it is so." in plain
    assert "One step higher; now “Look at this” instead of “Needs a decision”." in plain
    for assessment, title in ((low, "Doubts whether the programme helps"), (later, "Nobody holds the threads")):
        result = signed_in(lead).get(reverse("results:result", args=[assessment.pk])).content.decode()
        assert f"<h3>{title}</h3>" in result


def test_other_questions_are_not_compared(lead, clinic, pair, monkeypatch):
    """Of a later version only the topics count whose questions it marks as kept; the others say why."""
    kept = {1: tuple(key for key in ALL_MOSTLY if load().item[key].domain != "funding")}
    second = load().model_copy(update={"version": 2, "same_as": kept})
    monkeypatch.setattr(round_models, "load", lambda _, version: second if version == 2 else load(INSTRUMENT, version))
    monkeypatch.setattr(history, "guidance_for", lambda key, _, version: guidance_for(key, 1, version))
    with rewriting():
        Round.objects.filter(pk=pair[1].pk).update(instrument_version=2)
    html = page(lead, clinic)
    verdicts = {one["domain"]: one["verdict"] for one in hooks(html, "topic-change")}
    assert (verdicts["funding"], verdicts["programme"]) == ("not-compared", "lower")
    assert "not all of its questions are the same" in topic(html, "funding")
    assert "The questionnaire has changed in between." in html


def test_ten_rounds_take_as_many_queries_as_two(lead, clinic, pair):
    client, address = signed_in(lead), reverse("plans:change", args=[clinic.pk])

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    client.get(address)
    with_two = count()
    for number in range(8):
        repeated(pair[1], NEXT + timedelta(days=100 * (number + 1)))
    html = page(lead, clinic)
    assert len(hooks(html, "line")) == len(TOPICS)
    assert "Over 10 assessments" in html
    assert count() == with_two <= MAX_QUERIES


A, B, C = (Round(pk=UUID(int=number)) for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("", "", (B, C, ""), id="nothing-asked-for"),
        pytest.param(A.pk, "", (A, C, ""), id="up-to-the-last"),
        pytest.param("", B.pk, (A, B, ""), id="and-the-one-before"),
        pytest.param(A.pk.hex, B.pk, (A, B, ""), id="both"),
        pytest.param(C.pk, A.pk, (A, C, TURNED_ROUND), id="turned-round"),
        pytest.param(C.pk, "", (B, C, ""), id="from-the-last"),
        pytest.param(B.pk, B.pk, (A, B, SAME_TWICE), id="the-same-twice"),
        pytest.param("", A.pk, (B, C, NOT_FOUND), id="nothing-before-it"),
        pytest.param(A.pk, A.pk, (B, C, NOT_FOUND), id="the-first-twice"),
        pytest.param(uuid4(), C.pk, (B, C, NOT_FOUND), id="unknown"),
        pytest.param(A.pk, "nonsense", (B, C, NOT_FOUND), id="nonsense"),
    ],
)
def test_choosing_which_two(before, after, expected):
    chosen = choose([A, B, C], str(before), str(after))
    assert (chosen.before, chosen.after, chosen.message) == expected


def test_another_clinics_assessment_is_as_unknown_as_none(lead, clinic, pair, other_clinic):
    """Nothing tells whether what was asked for is another clinic's, open, or nowhere at all."""
    theirs, open_one = repeated(pair[0], NOW, other_clinic), opened(clinic, NEXT + timedelta(days=9))
    pages = {
        re.sub(r'csrf\w+" value="[^"]+"', "", page(lead, clinic, f"?from={pk}")) for pk in (theirs.pk, open_one.pk)
    }
    assert len(pages) == 1
    assert NOT_FOUND in pages.pop()


@pytest.mark.timeout(20)
def test_teams_stand_side_by_side_without_a_difference(lead, clinic):
    """Values, ranges and talks as on the result page; what is withheld looks withheld; nothing is worked out."""
    finished(hear(opened(clinic, NOW), lead, HEARD), lead)
    later = hear(opened(clinic, NEXT), lead, [sheet(5, 9)] * 3, n_invited=3, now=NEXT)
    finished(talk(later, lead, TALK, asks=("supervision",), now=NEXT), lead)
    html = page(lead, clinic)
    part = html.partition("What the team said</h2>")[2].partition("</section>")[0]
    rows = re.findall(r'data-domain="(\w+)">(.*?)</tr>', part, re.DOTALL)
    words = {key: re.sub(r"<[^>]+>", " ", row).split() for key, row in rows}
    assert words["practice"] == ["Daily", "work", "50", "Partly", "not", "shown", "not", "asked", "35", "Not", "yet"]
    assert "20 or less" in " ".join(words["intake"])
    assert NOT_SHOWN in part
    assert "at least 7 therapists" in part
    assert "Not necessarily the same people answered" in part
    assert "Supervision of our online work" in part
    assert part.count("need not be lower: the larger the team, the narrower the range.") == 1
    assert not re.search(r"higher|lower(?!:)|[+−]\d|No clear change", part)


def test_a_flag_about_both_views_gives_both_pairs_of_figures(lead, clinic):
    finished(opened(clinic, NOW), lead, ALL_MOSTLY)
    finished(hear(opened(clinic, NEXT), lead, [sheet(2, 8)] * 7, n_invited=7, now=NEXT), lead, ALL_MOSTLY)
    html = page(lead, clinic)
    flag = html.partition('data-flag="role-gap"\n        data-domain="practice"')[2].partition("</ul>")[0]
    said = " ".join(re.sub(r"<[^>]+>", " ", flag).split())
    assert "“Different views on ‘Daily work’”" in html
    assert "Managers, on what both were asked 75 of 100 both times" in said
    assert "Therapists as a group nothing shown → before, after: 25 of 100, at least 7 therapists" in said


def test_actions_under_way_or_done_lie_between(lead, clinic, pair):
    """What was finished before, only planned, or begun after does not; where it stood then counts, not where now."""
    moves = {
        "Done before": [(1, Status.DONE)],
        "Done": [(60, Status.UNDER_WAY), (70, Status.DONE)],
        "Begun before": [(1, Status.UNDER_WAY), (200, Status.DONE)],
        "Given up": [(60, Status.UNDER_WAY), (70, Status.DROPPED)],
        "Dropped unbegun": [(60, Status.DROPPED)],
        "Planned": [],
        "Begun after": [(200, Status.UNDER_WAY)],
    }
    for title, steps in moves.items():
        action = add_action(by=lead, clinic=clinic, content=Content(title=title), op=title, now=NOW)
        for minutes_or_days, status in steps:
            at = NOW + (timedelta(minutes=1) if minutes_or_days == 1 else timedelta(days=minutes_or_days))
            action = move_action(by=lead, action_id=action.pk, base=action.revision, status=status, reason="No", now=at)
    html = page(lead, clinic)
    found = re.findall(r'data-test="action-between".*?data-status="([\w-]+)">(.*?)</li>', html, re.DOTALL)
    assert [(status, re.sub(r"<[^>]+>", "", text).strip()) for status, text in found] == [
        ("done", "Done Done on 31 January 2027"),
        ("under-way", "Begun before Under way since 22 November 2026"),
        ("dropped", "Given up Begun, and dropped on 31 January 2027"),
    ]
    assert "Whether they made the difference, nobody can read from figures." in html


def test_question_that_counts_one_time_alone_is_named_beside_the_verdict(lead, clinic):
    """The low answer left blank makes the figure higher."""
    *others, low = of("skills")
    answers = {**MIXED, **dict.fromkeys(others, 5), low: 1}
    finished(opened(clinic, NOW), lead, answers)
    finished(opened(clinic, NEXT), lead, {**answers, low: DONT_KNOW, of("funding")[0]: None})
    html = page(lead, clinic)
    assert re.search(r'data-domain="skills"\s+data-verdict="higher"', html)
    said = f"answered on the scale: “{load().item[low].short}” only before. That alone can move the figure."
    assert said in topic(html, "skills")
    assert html.count(said) == 2  # in the table too
    assert "answered on the scale" not in topic(html, "programme")


def test_another_stage_and_other_ways_in_are_said(lead, clinic, first):
    finished(opened(clinic, NEXT, stage="pilot", routes=["self"], for_whom=["other"]), lead)
    html = page(lead, clinic)
    notices = re.findall(r'data-test="context-changed">([^<]+)<', html)
    assert len(notices) == 3
    assert "from “Running” to “Pilot”" in notices[0]
    assert "No longer in use: GPs refer patients." in notices[1]
    assert "“Patients finding the way”" in notices[1]
    assert "Not quite the same questions were asked" in topic(html, "intake")


def test_fewer_than_two_finished_leads_on(lead, manager, clinic):
    """The open one first; then, to the lead, a follow-up."""
    assessment = opened(clinic, NOW)
    html = page(lead, clinic)
    assert reverse("rounds:round", args=[assessment.pk]) in html
    assert "No assessment is finished yet." in html
    finished(assessment, lead)
    html = page(lead, clinic)
    assert "Open a follow-up" in html
    assert "One assessment is finished so far" in html
    assert "Open a follow-up" not in page(manager, clinic)


def test_figure_to_explore_shows_the_same(lead, clinic, pair):
    response = signed_in(lead).get(reverse("plans:change", args=[clinic.pk]))
    rows = response.context["page"].topics
    figure = go.Figure(response.context["figure"])
    before, after = figure.data[-2:]
    assert list(before.x) == [float(row.before.exact) for row in rows if row.before.exact]
    assert list(after.y) == [row.title for row in rows if row.after.exact]
    clear = figure.data[0]
    assert [x for x in clear.x if x is not None] == [
        float(side.exact) for row in rows if row.is_clear for side in (row.before, row.after)
    ]


def test_what_stands_before_it_is_one_link_away(lead, clinic, pair, action):
    """From the result of a follow-up, from the clinic's page once there are two, and from the plan."""
    address = reverse("plans:change", args=[clinic.pk])
    client, (before, after) = signed_in(lead), pair
    content = {one.pk: client.get(reverse("results:result", args=[one.pk])).content.decode() for one in (before, after)}
    assert f"{address}?to={after.pk}" in content[after.pk]
    assert address not in content[before.pk]
    assert f'"{address}"' in client.get(clinic.get_absolute_url()).content.decode()
    assert f'"{address}"' in client.get(reverse("plans:plan", args=[clinic.pk])).content.decode()
