"""Teams across clinics: where managers rate otherwise, what teams ask for, and that only what is shown is counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping

import pytest
from django.urls import reverse

from assessments.clinics.actions import create_clinic
from assessments.clinics.models import User
from assessments.networks import actions
from assessments.networks.clinic_reading import outcome_of
from assessments.networks.models import Level, Network, NetworkClinic
from assessments.networks.team_comparison import shared_topics, topic_views
from assessments.results.models import ReleaseRow, Result, ResultScore
from assessments.rounds.models import Round
from readiness.instrument.definition import Answer
from readiness.instrument.loading import load
from readiness.scoring.compare import Higher
from tests.assessments.conftest import NOW, make_user, open_round_of, signed_in
from tests.assessments.history import rewriting
from tests.assessments.networks.conftest import join_clinic, make_consultant
from tests.assessments.networks.sheets import (
    COMMENT,
    OPEN_COMMENT,
    OTHER_REQUEST,
    TITLE,
    finish,
    finished_round,
    main_of,
    open_again,
    page,
    seeded,
    show,
    write,
)
from tests.assessments.results.conftest import ALL_MOSTLY
from tests.assessments.results.team import HEARD, TALK, hear, sheet, talk

LOW = dict.fromkeys(ALL_MOSTLY, 2)
NewClinic = Callable[..., tuple[NetworkClinic, Round]]


@pytest.fixture
def new_clinic(network: Network) -> NewClinic:
    """Give a function that lets a clinic in whose managers and team have answered, in confidence or in a talk."""

    def make(
        name: str, answers: Mapping[str, Answer], *, sheets=(), talked=None, asks=(), other="", level=Level.SCORES
    ):
        lead = make_user(f"{name.lower()}@example.org", f"Lead of {name}")
        clinic = create_clinic(by=lead, name=f"{name} Clinic", now=NOW)
        place = join_clinic(network, clinic, lead, level)
        assessment = write(open_round_of(clinic, lead), lead, answers, COMMENT)
        if sheets:
            hear(assessment, lead, list(sheets))
        if talked is not None:
            talk(assessment, lead, talked, asks=asks, other=other)
        return place, finish(assessment, lead)

    return make


@pytest.fixture
def three(new_clinic: NewClinic) -> tuple[NetworkClinic, ...]:
    """Managers above their team's talk on daily work; managers under a range; views that are close."""
    return (
        new_clinic("Ash", ALL_MOSTLY, talked=TALK, asks=("supervision", "other"), other=OTHER_REQUEST)[0],
        new_clinic("Birch", LOW, sheets=[sheet(5, 5)] * 7)[0],
        new_clinic("Cedar", dict.fromkeys(ALL_MOSTLY, 3), sheets=HEARD)[0],
    )


def of_teams(user: User, network: Network, query: str = "", *, is_aliased: bool = False) -> str:
    return main_of(page(user, "teams", network.pk, query=query, is_aliased=is_aliased))


def said(html: str, topic: str) -> str:
    line = html.partition(f'data-topic="{topic}"')[2].partition("</li>")[0].partition(">")[2]
    return " ".join(re.sub(r"<a .*?</a>|<[^>]+>", " ", line, flags=re.DOTALL).split())


def table(html: str) -> dict[str, list[str]]:
    """Give the words of each clinic's cells, without the topics' names."""
    found = {}
    for row in re.findall(r'<tr role="row" data-test="views-row">.*?</tr>', html, re.DOTALL):
        parts = [re.sub(r'<span class="side-clinic">.*?</span>', "", one) for one in re.split(r"<td", row)]
        name, *cells = [" ".join(re.sub(r"<[^>]+>|[^<>]*>", " ", one, count=0).split()) for one in parts]
        found[name] = cells
    return found


def asked(html: str) -> dict[str, str]:
    lines = re.findall(r'<li data-request="([^"]+)".*?</strong>: ([^<]+)', html, re.DOTALL)
    return {key: " ".join(words.split()) for key, words in lines}


def test_views_are_counted_by_who_rates_higher(consultant, network, three):
    html = of_teams(consultant, network)
    assert said(html, "practice") == (
        "Daily work. In 1 of 3 clinics whose team was heard, the managers rate it higher; "
        "in 1 the team rates it higher."
    )
    assert said(html, "programme") == (
        "The online programme. In 1 of 3 clinics whose team was heard, the team rates it higher."
    )


def test_clinics_stand_with_the_team_and_who_rates_higher(consultant, network, three):
    """With the score of a topic, the managers' side would give away what they alone were asked."""
    html = of_teams(consultant, network)
    rows = table(html)
    assert list(rows) == ["Birch Clinic", "Ash Clinic", "Cedar Clinic"]
    assert rows["Birch Clinic"][1] == "Team 80 or more In place The team rates it higher."
    assert rows["Ash Clinic"][1].startswith("Team ")
    assert rows["Ash Clinic"][1].endswith("The managers rate it higher.")
    assert rows["Cedar Clinic"][1] == "Team 50 Partly"
    assert 'data-test="managers-not-shown"' in html


def test_clinics_that_show_answers_stand_with_both_sides(consultant, network, three):
    show(three[2], Level.ANSWERS)
    assert "Managers" not in "".join(table(of_teams(consultant, network))["Birch Clinic"])
    for place in three:
        show(place, Level.ANSWERS)
    rows = table(of_teams(consultant, network))
    assert list(rows) == ["Birch Clinic", "Ash Clinic", "Cedar Clinic"]
    assert rows["Birch Clinic"][1] == "Managers 25 Team 80 or more In place The team rates it higher."
    assert rows["Ash Clinic"][1].startswith("Managers 75 Team")
    assert rows["Ash Clinic"][1].endswith("The managers rate it higher.")
    assert rows["Cedar Clinic"][1] == "Managers 50 Team 50 Partly"


def test_topic_keeps_the_clinics_that_differ_on_it(consultant, network, three):
    assert list(table(of_teams(consultant, network, "?topic=practice"))) == ["Birch Clinic", "Ash Clinic"]
    assert list(table(of_teams(consultant, network, "?topic=programme"))) == ["Birch Clinic"]


def test_older_results_show_the_flag_without_a_number(consultant, network, three):
    with rewriting():
        ResultScore.objects.filter(view="shared").delete()
    show(three[0], Level.ANSWERS)
    html = of_teams(consultant, network)
    assert "In 2 of 3 clinics whose team was heard, views differ, and it was not kept who rates it higher." in html
    assert "Managers not kept" in table(html)["Ash Clinic"][1]
    assert table(html)["Ash Clinic"][1].endswith("Seen differently.")


def test_figures_in_confidence_come_before_the_talk(consultant, network, new_clinic):
    """As in the result itself: one clinic is counted once on a topic, however it was heard."""
    new_clinic("Ash", ALL_MOSTLY, sheets=HEARD, talked=TALK, level=Level.ANSWERS)
    html = of_teams(consultant, network)
    assert said(html, "practice").startswith("Daily work. In 1 of one clinic whose team was heard")
    assert "Managers 75 Team 50" in table(html)["Ash Clinic"][1]


def test_range_counts_by_its_nearest_end(consultant, network, new_clinic):
    new_clinic("Ash", ALL_MOSTLY, sheets=[sheet(1, 1)] * 7, level=Level.ANSWERS)
    html = of_teams(consultant, network)
    assert "the managers rate it higher" in said(html, "practice")
    assert "Managers 75 Team 20 or less" in table(html)["Ash Clinic"][1]


def test_clinic_whose_team_was_asked_and_not_heard_is_not_told_from_one_that_was_not_asked(
    consultant, network, new_clinic
):
    new_clinic("Ash", ALL_MOSTLY, sheets=[sheet(1, 1)] * 2)
    new_clinic("Birch", ALL_MOSTLY)
    html = of_teams(consultant, network)
    assert ReleaseRow.objects.exists()
    assert 'data-test="nobody-heard"' in html
    assert said(html, "practice") == "Daily work. No team was heard on it."
    assert not re.search(r"\bAsh\b", html)
    assert "Birch" not in html


def test_requests_are_counted_by_kind(consultant, network, three, new_clinic):
    new_clinic("Dogwood", ALL_MOSTLY, talked=TALK, asks=("supervision",))
    new_clinic("Elm", ALL_MOSTLY, talked=TALK)
    html = of_teams(consultant, network)
    assert asked(html) == {
        "supervision": "2 of 3 team talks",
        "other": "1 of 3 team talks",
        "protected-time": "0 of 3 team talks",
        "written-feedback-training": "0 of 3 team talks",
        "patient-profile": "0 of 3 team talks",
        "technical-help": "0 of 3 team talks",
        "step-up": "0 of 3 team talks",
    }
    rows = html.partition('data-test="request-rows"')[2]
    assert f"Something else: {OTHER_REQUEST}" in rows
    assert "Elm" not in rows
    only = of_teams(consultant, network, "?asks=other").partition('data-test="request-rows"')[2]
    assert "Ash Clinic" in only
    assert "Dogwood" not in only


def test_own_words_are_escaped(consultant, network, new_clinic):
    new_clinic("Ash", ALL_MOSTLY, talked=TALK, asks=("other",), other="<b>Okapi</b>")
    response = signed_in(consultant).get(reverse("networks:teams", args=[network.pk]))
    assert b"&lt;b&gt;Okapi" in response.content
    assert b"<b>Okapi" not in response.content


def test_talk_of_an_open_assessment_is_not_read(consultant, network, three, new_clinic):
    place, _ = new_clinic("Dogwood", ALL_MOSTLY)
    lead = place.clinic.memberships.get().user
    talk(open_again(place.clinic, lead), lead, TALK, asks=("other",), other="Axolotl")
    html = of_teams(consultant, network)
    assert asked(html)["other"] == "1 of 1 team talk"
    assert "Axolotl" not in html
    assert "Dogwood" not in html


def test_earlier_assessments_are_not_counted(consultant, network, three):
    ash = three[0].clinic
    finished_round(ash, ash.memberships.get().user, ALL_MOSTLY, at=NOW.replace(hour=20))
    html = of_teams(consultant, network)
    assert 'data-test="no-talks"' in html
    assert list(table(html)) == ["Birch Clinic", "Cedar Clinic"]


@pytest.mark.parametrize("is_aliased", [False, True], ids=["names", "aliases"])
def test_nothing_stands_that_no_level_shows(consultant, network, three, is_aliased):
    show(three[0], Level.ANSWERS)
    html = of_teams(consultant, network, is_aliased=is_aliased)
    never = [COMMENT, OPEN_COMMENT, TITLE, "example.org", "Lead of", "invited", "Mostly true"]
    never += ["Ash", "Birch", "Cedar", OTHER_REQUEST] if is_aliased else []
    assert not [word for word in never if word in html]


def test_clinic_at_progress_contributes_nothing(consultant, network, three):
    """Network figures less the clinics shown leave nothing over."""
    show(three[0], Level.PROGRESS)
    html = of_teams(consultant, network)
    assert said(html, "practice") == "Daily work. In 1 of 2 clinics whose team was heard, the team rates it higher."
    assert 'data-test="no-talks"' in html
    assert not re.search(r"\bAsh\b", html)
    assert "Not counted: 1 clinic that shows its progress only." in html


def test_clinic_that_leaves_contributes_nothing(consultant, network, three):
    actions.withdraw(by=three[0].clinic.memberships.get().user, place=three[0], now=NOW)
    html = of_teams(consultant, network)
    assert "of 2 clinics whose team was heard" in html
    assert not re.search(r"\bAsh\b", html)
    assert OTHER_REQUEST not in html


def test_clinic_of_another_network_contributes_nothing(consultant, network, three):
    other = actions.create_network(by=consultant, name="South", now=NOW)
    html = of_teams(consultant, other)
    assert 'data-test="nobody-heard"' in html
    assert 'data-test="no-talks"' in html


def test_other_versions_are_counted_apart(consultant, network, three):
    with rewriting():
        Round.objects.filter(clinic=three[0].clinic).update(instrument_version=99)
    html = of_teams(consultant, network)
    assert "with another version of the questionnaire" in html
    assert not re.search(r"\bAsh\b", html)


def test_aliases_stand_in_the_order_of_their_numbers(consultant, network, new_clinic):
    new_clinic("Zelkova", ALL_MOSTLY, talked=TALK)
    new_clinic("Ash", ALL_MOSTLY, talked=TALK)
    assert list(table(of_teams(consultant, network))) == ["Ash Clinic", "Zelkova Clinic"]
    assert list(table(of_teams(consultant, network, is_aliased=True))) == ["Clinic 1", "Clinic 2"]


STRANGE = (
    "?topic=nothing",
    "?asks=nothing",
    "?page=0",
    "?page=-1",
    f"?page={10**11}",
    "?talks=x",
    "?page=%00",
    "?topic=funding",
)


def test_strange_addresses_show_the_whole_page(consultant, network, three):
    for query in STRANGE:
        html = of_teams(consultant, network, query)
        assert len(table(html)) == 3, query
        assert asked(html)["other"] == "1 of 1 team talk", query


@pytest.mark.timeout(40)
def test_many_clinics_are_counted_as_one_by_one_and_paged_apart(consultant, network):
    """The database's counts are those of reading each result by itself, as the clinic's own page does."""
    seeded(network, 110)
    results = Result.objects.filter(round__clinic__network_places__network=network, round__is_latest=True)
    rows = results.select_related("round").prefetch_related("scores", "flags", "release_rows")
    outcomes = [outcome_of(result) for result in rows]
    topics = [domain.key for domain in shared_topics(load())]
    counted = {one.domain.key: one for one in topic_views(results, load())}
    for key in topics:
        higher = Counter(outcome.who_is_higher(key) for outcome in outcomes if key in outcome.gaps)
        assert counted[key].n_heard == sum(key in outcome.team.figures for outcome in outcomes)
        assert counted[key].n_managers_higher == higher[Higher.CLINIC]
        assert counted[key].n_team_higher == higher[Higher.TEAM]
        assert counted[key].n_unknown == 0
    assert sum(one.n_differing for one in counted.values()) > 10

    n_heard = sum(any(key in outcome.team.figures for key in topics) for outcome in outcomes)
    n_asking = sum(bool(outcome.team.talk and outcome.team.talk.requests) for outcome in outcomes)
    assert n_heard > 25
    html = of_teams(consultant, network)
    assert len(table(html)) == 25
    assert "?page=2#clinics" in html
    last = -(-n_heard // 25)
    html = of_teams(consultant, network, f"?page={last}&asks=supervision")
    assert len(table(html)) == n_heard - 25 * (last - 1)
    n_supervision = sum("supervision" in outcome.team.talk.requests for outcome in outcomes if outcome.team.talk)
    assert len(request_names(html)) == min(25, n_supervision)
    assert len(request_names(of_teams(consultant, network, "?page=1000"))) == min(25, n_asking)


def request_names(html: str) -> list[str]:
    """Give the clinics of the list of requests."""
    listed = html.partition('data-test="request-rows"')[2]
    return re.findall(r"<li>\s*<a href=[^>]+>([^<]+)</a>\s*<ul>", listed)


def test_other_people_find_nothing(network, three, stranger, lead, clinic):
    for user in (make_consultant("colin@example.org", "Colin"), stranger, lead):
        page(user, "teams", network.pk, status=404)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("n_clinics", [2, 40])
def test_queries_do_not_grow(consultant, network, n_clinics, django_assert_max_num_queries):
    seeded(network, n_clinics)
    client = signed_in(consultant)
    with django_assert_max_num_queries(25):
        assert client.get(reverse("networks:teams", args=[network.pk])).status_code == 200
