"""Team talks on the pages of results, the team's own page, and what is said before finishing."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from assessments.clinics.actions import hash_of
from assessments.results.team_rows import NOT_SHOWN
from assessments.rounds.models import FormAnswer, TeamTalk
from assessments.rounds.passes import TEAM_PAGE
from readiness.instrument.definition import CONFIDENCE, Form
from readiness.instrument.loading import load
from tests.assessments.conftest import open_round_of, signed_in
from tests.assessments.history import rewriting
from tests.assessments.results.conftest import DONT_KNOW, LATER, hooks, page_of
from tests.assessments.results.team import (
    HEARD,
    TALK,
    figures,
    finish,
    hear,
    section,
    talk,
    team_page,
    without_tokens,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.mark.parametrize("is_closed", [False, True])
def test_team_talk_stands_on_the_bars_with_what_it_asks_for(mixed_round, lead, is_closed):
    talk(mixed_round, lead, TALK, asks=("protected-time", "other"))
    if is_closed:
        finish(mixed_round, lead)

    page = page_of(lead, mixed_round)

    assert figures(page)["practice"] == ("35.0", "", "")
    assert CONFIDENCE not in figures(page)
    assert len(figures(page)) == 6
    text = section(page)
    assert "agreed in a meeting of 3" in text
    assert "1 “We do not agree”" in text
    assert load().item["comorbidity"].wording[Form.THERAPIST] in text
    assert "Protected time for online work" in text
    assert "not-shown" not in page
    assert "Protected time for online work" in page_of(lead, mixed_round, "print_page")
    assert {row["domain"] for row in hooks(page, "role-gap")} == {"practice"}


def test_team_talk_stands_question_by_question_on_both_pages(mixed_round, lead):
    given = {**TALK, "workload": DONT_KNOW}
    del given["usability"]
    finish(talk(mixed_round, lead, given), lead)

    for page in (page_of(lead, mixed_round), team_page(mixed_round)):
        folds = re.findall(r'<details[^>]*data-test="talk-answers">.*?</details>', page, flags=re.DOTALL)
        assert [fold.count("<li>") for fold in folds] == [4, 3, 3, 5, 3, 3]
        assert [re.findall(r"dots-(\d)", fold) for fold in folds][3] == ["0", "1", "2", "4", "4"]
        for key, words in [
            ("comorbidity", "We do not agree"),
            ("workload", "Don’t know"),
            ("usability", "Not answered"),
            ("planned-time", "Not at all true"),
        ]:
            question = re.escape(load().item[key].wording[Form.THERAPIST])
            assert re.search(rf'{question} <span class="answer-words">{words}<', "".join(folds))
        assert "As agreed in a meeting of 3." in section(page)


def test_what_a_team_writes_is_escaped(mixed_round, lead):
    talk(mixed_round, lead, TALK, asks=("other",))

    for name in ("result", "print_page"):
        raw = signed_in(lead).get(reverse(f"results:{name}", args=[mixed_round.pk])).content.decode()
        assert "&lt;b&gt;A quiet room" in raw
        assert "<b>A quiet room" not in raw


def test_team_talk_that_was_not_sent_is_seen_by_nobody(mixed_round, lead):
    before = page_of(lead, mixed_round)
    talk(mixed_round, lead, TALK, sent=False)

    assert without_tokens([page_of(lead, mixed_round)]) == without_tokens([before])

    page = page_of(lead, finish(mixed_round, lead))
    assert not hooks(page, "team-figure")
    assert not FormAnswer.objects.filter(form="joint").exists()
    assert "Nothing is known of the therapists’ view in this assessment" in page
    assert "not asked" not in section(page)


def test_where_both_are_known_the_group_is_marked_and_the_talk_stands_beside_it(mixed_round, lead):
    talk(mixed_round, lead, TALK)
    page = page_of(lead, finish(hear(mixed_round, lead, HEARD), lead))

    assert figures(page)["practice"] == ("50", "", "")
    assert "; in the team talk 35, agreed in a meeting of 3" in page
    assert "not asked" in section(page)


def test_talk_beside_figures_that_are_not_shown(mixed_round, lead):
    talk(mixed_round, lead, TALK)
    page = page_of(lead, finish(hear(mixed_round, lead, HEARD[:4]), lead))

    assert figures(page)["practice"] == ("35.0", "", "")
    assert len(hooks(page, "not-shown")) == 1
    assert "In confidence" not in section(page)


def test_team_page_needs_no_account_and_makes_no_session(heard, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        page = team_page(heard)

    assert "Harbour Clinic" in page
    assert "Autumn round" in page
    assert "Sign in" not in page
    assert "Needs a decision" not in page
    assert not hooks(page, "domain-score")


def test_team_page_without_a_pass_or_of_an_open_round_is_not_there(mixed_round):
    without = Client().get(reverse("plans:team_page"))

    assert without.status_code == 404
    assert not without.cookies
    assert unescape(without.content.decode()) == team_page(mixed_round, status=404)


def test_link_of_a_talk_shows_the_talk_and_no_figure_of_those_asked_in_confidence(mixed_round, lead):
    talk(mixed_round, lead, TALK)
    finish(hear(mixed_round, lead, HEARD), lead)
    token = "a-link-that-was-passed-on"
    with rewriting():
        TeamTalk.objects.update(token_hash=hash_of(token))
    client = Client()
    with time_machine.travel(LATER + timedelta(hours=1), tick=False):
        client.get(reverse("rounds:talk_link", args=[token]))
        page = client.get(reverse("rounds:talk"), follow=True).content.decode()

    assert {mark["source"] for mark in hooks(page, "team-figure")} == {"talk"}
    assert "In confidence" not in page
    assert "to answer in confidence" not in page
    assert {mark["source"] for mark in hooks(team_page(mixed_round), "team-figure")} == {"released"}


@pytest.mark.parametrize("n_invited", [1, 4, 9])
def test_nothing_shown_is_said_in_the_same_words_however_many_were_invited(mixed_round, lead, n_invited):
    finish(hear(mixed_round, lead, [], n_invited), lead)

    said = re.search(r'data-test="not-shown">(.*?)</p>', page_of(lead, mixed_round), re.DOTALL)
    assert said
    assert said[1].strip() == NOT_SHOWN


def test_pass_that_was_changed_opens_nothing(heard):
    client = Client()
    client.cookies[TEAM_PAGE.cookie] = json.dumps({"round": str(heard.pk)})

    assert client.get(reverse("plans:team_page")).status_code == 404


def test_result_of_a_team_takes_few_queries(mixed_round, lead, django_assert_max_num_queries):
    talk(mixed_round, lead, TALK)
    finish(hear(mixed_round, lead, HEARD), lead)
    client, url = signed_in(lead), reverse("results:result", args=[mixed_round.pk])

    with django_assert_max_num_queries(11):
        client.get(url)
    with django_assert_max_num_queries(3):
        client.get(url)


def finish_page(lead, assessment):
    return page_of(lead, assessment, "finish")


def test_finish_page_says_what_becomes_of_the_team(mixed_round, lead):
    talk(mixed_round, lead, TALK, sent=False)
    hear(mixed_round, lead, HEARD)

    page = finish_page(lead, mixed_round)

    assert "9 therapists were invited" in page
    assert "Answered by the night before 22 November 2026: fewer than 5 so far." in page
    assert "answers are destroyed when the assessment is finished" in page
    assert "nothing of them will be shown, and they are destroyed all the same" in page
    assert "What came since is not counted yet" in page
    assert "A team talk that the team has not sent when the assessment is finished is destroyed with it" in page
    assert "90 days" not in page
    assert "7" not in re.sub(r"<[^>]+>|47|17", "", page.partition("<h2>The team</h2>")[2].partition("<h2>")[0])


def test_finish_page_says_nothing_of_a_team_that_was_not_asked(mixed_round, lead):
    assert "<h2>The team</h2>" not in finish_page(lead, mixed_round)


def test_finish_page_says_when_figures_can_come_again(heard, lead, clinic):
    again = open_round_of(clinic, lead)
    hear(again, lead, [])

    page = finish_page(lead, again)

    assert "If you finish before 21 February 2027, no figures of the therapists will be shown" in page
