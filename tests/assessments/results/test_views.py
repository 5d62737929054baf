"""The pages of results: what they show, in which order, to whom, and at what cost."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from assessments.clinics.models import AuditEvent
from assessments.results import closing
from assessments.results.models import Result
from assessments.results.reading import live, reading_of
from assessments.rounds.models import Round
from readiness.instrument.definition import NonAnswer
from tests.assessments.conftest import open_round_of, signed_in
from tests.assessments.results.conftest import ALL_MOSTLY, DONT_KNOW, MIXED, answer, hooks, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

PAGES = ("result", "print_page", "first_look", "finish")


@pytest.mark.parametrize("state", ["open", "closed"])
def test_scores_on_the_page_are_the_scorecard_weakest_first(mixed_round, lead, state):
    if state == "closed":
        closing.close(round_id=mixed_round.pk, by=lead, now=mixed_round.opened_at + timedelta(hours=1))
    assessment = Round.objects.get(pk=mixed_round.pk)
    scales = sorted(reading_of(assessment).scorecard.domains, key=lambda s: (s.score is None, s.score or 0))

    shown = hooks(page_of(lead, assessment), "domain-score")

    assert [(row["domain"], row["score"], row["status"], row["band"]) for row in shown] == [
        (s.key, repr(s.score), s.status.value, s.band.value if s.band else "") for s in scales
    ]


@pytest.mark.parametrize("state", ["open", "closed"])
def test_every_flag_and_offer_stands_on_the_page(mixed_round, lead, state):
    if state == "closed":
        closing.close(round_id=mixed_round.pk, by=lead, now=mixed_round.opened_at + timedelta(hours=1))
    assessment = Round.objects.get(pk=mixed_round.pk)
    reading = reading_of(assessment)

    page = page_of(lead, assessment)

    flags = [(row["flag"], row["level"]) for row in hooks(page, "flag")]
    assert flags[:4] == [
        ("critical-risk-procedure", "red"),
        ("low-patient-inflow", "red"),
        ("low-gp-referral", "amber"),
        ("critical-training", "amber"),
    ]
    assert sorted(flags) == sorted((flag.key, flag.level.value) for flag in reading.flags)
    assert {row["option"] for row in hooks(page, "option")} == {offer.key for offer in reading.offers}


def test_result_stands_in_its_order(closed_round, lead):
    page = page_of(lead, closed_round)

    headings = re.findall(r'<h2 id="([a-z-]+)"', page)

    assert headings == [
        "safety", "start", "topics", "team", "options", "find-out", "strengths", "views", "facts",
        "other-views", "limits",
    ]  # fmt: skip
    assert page.index("Start with these three") < page.index("2 more things to look at")


def test_cards_say_why_in_the_words_of_the_answers(closed_round, lead):
    page = page_of(lead, closed_round)

    assert "Because you answered" in page
    assert re.search(r"Referrals from GPs<span class=\"answer-words\"> – Not at all true", page)
    assert "Needs a decision" in page
    assert "Two answers point different ways" in page


def test_every_option_stands_in_full_once(closed_round, lead):
    page = page_of(lead, closed_round)

    ids = re.findall(r'id="([^"]+)"', page)

    assert len(ids) == len(set(ids))
    assert {f"option-{row['option']}" for row in hooks(page, "option")} <= set(ids)


def test_sources_lead_to_the_evidence_page(closed_round, lead):
    page = page_of(lead, closed_round)

    assert f'href="{reverse("about_evidence")}#source-' in page


def test_too_few_answers_give_no_score_and_no_bar(answered, lead):
    assessment = answered({"evidence": 1, "usability": DONT_KNOW})

    page = page_of(lead, assessment)

    assert {row["score"] for row in hooks(page, "domain-score")} == {""}
    assert {row["band"] for row in hooks(page, "domain-score")} == {""}
    assert "Not enough answers for a score" in page
    assert page.count("bar-none") == 9
    assert 'width="0' not in page.replace('<svg width="0" height="0"', "")


def test_score_of_zero_is_a_score(answered, lead):
    assessment = answered(dict.fromkeys(("training", "written-communication", "offering-online", "new-skills"), 1))

    (skills,) = [row for row in hooks(page_of(lead, assessment), "domain-score") if row["domain"] == "skills"]

    assert (skills["score"], skills["band"], skills["status"]) == ("0.0", "not_yet", "scored")


def test_fewer_than_half_answered_is_hatched_and_has_no_word(answered, lead):
    assessment = answered(
        {
            "reimbursement": 4,
            "long-term-funding": 4,
            **dict.fromkeys(("permanent-plan", "costs-known", "scale-up"), NonAnswer.NOT_APPLICABLE),
        }
    )

    page = page_of(lead, assessment)

    (funding,) = [row for row in hooks(page, "domain-score") if row["domain"] == "funding"]
    assert (funding["score"], funding["band"]) == ("75.0", "in_place")
    assert 'fill="url(#hatch-in_place)"' in page
    assert "Fewer than half answered, so no word" in page
    assert not re.search(r'class="band band-', page)


def test_nothing_answered_says_so_and_leads_to_the_quick_start(open_round, lead):
    page = page_of(lead, open_round)

    assert "There is nothing to show yet" in page
    assert reverse("rounds:quick", args=[open_round.pk]) in page
    assert len(hooks(page, "domain-score")) == 9
    assert "data-chart-button" not in page


def test_nothing_low_says_so(answered, lead):
    page = page_of(lead, answered(ALL_MOSTLY))

    assert "Nothing below In place" in page
    assert "All nine topics are “In place”" in page
    assert not hooks(page, "flag")
    assert not hooks(page, "option")


def test_open_and_closed_say_which_they_are(mixed_round, lead):
    so_far = page_of(lead, mixed_round)
    closing.close(round_id=mixed_round.pk, by=lead, now=mixed_round.opened_at + timedelta(hours=1))
    finished = page_of(lead, mixed_round)

    assert "So far" in so_far
    assert "Answers can change until 13 December 2026" in so_far
    assert "Finished" in finished
    assert "on 22 November 2026" in finished
    assert "So far" not in finished


def test_only_the_lead_is_offered_to_finish(mixed_round, lead, manager):
    finish = reverse("results:finish", args=[mixed_round.pk])

    assert finish in page_of(lead, mixed_round)
    assert finish not in page_of(manager, mixed_round)


@pytest.mark.parametrize("forbidden", ["audit", "compliance", " fail", "n =", "determinant"])
def test_pages_speak_plainly(closed_round, lead, forbidden):
    page = page_of(lead, closed_round) + page_of(lead, closed_round, "print_page")

    text = re.sub(r"<script.*?</script>|<[^>]+>", " ", page, flags=re.DOTALL).lower()

    assert forbidden not in text


@pytest.mark.parametrize("name", ["result", "print_page", "first_look"])
def test_manager_sees_what_the_lead_sees(mixed_round, manager, name):
    assert page_of(manager, mixed_round, name)


@pytest.mark.parametrize("name", ["first_look", "finish"])
def test_pages_of_an_open_round_lead_to_the_result_once_it_is_closed(closed_round, lead, manager, name):
    for user in (lead, manager):
        response = signed_in(user).get(reverse(f"results:{name}", args=[closed_round.pk]))

        assert response["Location"] == reverse("results:result", args=[closed_round.pk])


@pytest.mark.parametrize("name", PAGES)
def test_stranger_and_admin_find_nothing(closed_round, other_clinic, stranger, admin, name):
    url = reverse(f"results:{name}", args=[closed_round.pk])

    assert signed_in(stranger).get(url).status_code == 404
    assert signed_in(admin).get(url).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_nobody_without_signing_in(closed_round, name):
    response = Client().get(reverse(f"results:{name}", args=[closed_round.pk]))

    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


@pytest.mark.parametrize("name", PAGES)
def test_looking_writes_nothing(mixed_round, lead, name):
    before = (Result.objects.count(), AuditEvent.objects.count())

    page_of(lead, mixed_round, name)

    assert (Result.objects.count(), AuditEvent.objects.count()) == before
    assert Round.objects.get(pk=mixed_round.pk).is_open


def test_result_of_a_closed_round_takes_few_queries(closed_round, lead, django_assert_max_num_queries):
    client = signed_in(lead)
    url = reverse("results:result", args=[closed_round.pk])

    with django_assert_max_num_queries(10):
        client.get(url)


def test_style_hashes_stand_on_chart_pages_only(closed_round, lead):
    client = signed_in(lead)

    policies = {
        name: client.get(reverse(f"results:{name}", args=[closed_round.pk]))["Content-Security-Policy"]
        for name in ("result", "print_page")
    }

    assert "sha256" in policies["result"]
    assert "sha256" not in policies["print_page"]
    assert "unsafe-inline" not in policies["result"]


def test_first_look_shows_flags_and_no_scores(open_round, lead):
    answer(open_round, lead, {key: value for key, value in MIXED.items() if key in ("intake", "reimbursement")})

    page = page_of(lead, open_round, "first_look")

    assert [row["flag"] for row in hooks(page, "flag")] == ["low-patient-inflow", "missing-funding"]
    assert not hooks(page, "domain-score")
    assert "of 100" not in page
    assert "2 of 12 quick questions answered" in page


def test_first_look_knows_the_quick_questions_only(mixed_round, lead):
    answer(mixed_round, lead, {"scale-up": 1})
    page = page_of(lead, mixed_round, "first_look")

    shown = {row["flag"] for row in hooks(page, "flag")}

    assert "weak-domain" not in shown
    assert shown <= {flag.key for flag in live(mixed_round).flags}


def test_first_look_with_nothing_low(answered, lead):
    page = page_of(lead, answered(ALL_MOSTLY), "first_look")

    assert "Nothing asks for a decision" in page


def test_finish_counts_what_it_freezes(mixed_round, lead):
    page = page_of(lead, mixed_round, "finish")

    assert "45 of 47 questions are answered on the scale" in page
    assert "1 is answered “Don’t know”" in page
    assert "1 is not answered" in page
    assert "until 13 December 2026" in page
    assert "cannot be undone" in page


def test_finish_closes_and_shows_the_result(mixed_round, lead):
    response = signed_in(lead).post(reverse("results:finish", args=[mixed_round.pk]))

    assert response.status_code == 302
    assert response["Location"] == reverse("results:result", args=[mixed_round.pk])
    assert Result.objects.get().round_id == mixed_round.pk


def test_finish_twice_is_one_effect_and_the_same_page(mixed_round, lead):
    client, url = signed_in(lead), reverse("results:finish", args=[mixed_round.pk])

    answers = [client.post(url) for _ in range(2)]

    assert [(a.status_code, a["Location"]) for a in answers] == [(302, answers[0]["Location"])] * 2
    assert Result.objects.count() == 1
    assert AuditEvent.objects.filter(act=AuditEvent.Act.ROUND_CLOSED).count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_manager_cannot_finish_and_reads_why(mixed_round, manager, method):
    response = getattr(signed_in(manager), method)(reverse("results:finish", args=[mixed_round.pk]))

    assert response.status_code == 403
    assert "Only the lead" in response.content.decode()
    assert Round.objects.get(pk=mixed_round.pk).is_open


def test_finish_that_breaks_says_that_nothing_was_lost(mixed_round, lead):
    with patch.object(closing, "live", side_effect=ValueError):
        response = signed_in(lead).post(reverse("results:finish", args=[mixed_round.pk]))

    assert response.status_code == 503
    assert "still open and every answer is kept" in response.content.decode()
    assert "have been told" not in response.content.decode()
    assert Round.objects.get(pk=mixed_round.pk).is_open


def test_names_are_escaped(clinic, lead):
    clinic.name = "<b>Harbour</b> & Sons"
    clinic.save()
    assessment = open_round_of(clinic, lead)

    response = signed_in(lead).get(reverse("results:result", args=[assessment.pk]))

    assert "&lt;b&gt;Harbour&lt;/b&gt; &amp; Sons" in response.content.decode()


def test_closed_result_is_rendered_once_and_keeps_up_with_names(
    closed_round, lead, clinic, django_assert_max_num_queries
):
    first = page_of(lead, closed_round)
    clinic.name = "Harbour and Lake Clinic"
    clinic.save()
    client = signed_in(lead)

    with django_assert_max_num_queries(4):
        second = unescape(client.get(reverse("results:result", args=[closed_round.pk])).content.decode())

    assert "Harbour and Lake Clinic" in second
    assert first.partition('<div class="columns">')[2] == second.partition('<div class="columns">')[2]


def test_open_result_follows_every_answer(mixed_round, lead):
    before = hooks(page_of(lead, mixed_round), "domain-score")

    answer(mixed_round, lead, {"scale-up": 5})

    assert hooks(page_of(lead, mixed_round), "domain-score") != before
