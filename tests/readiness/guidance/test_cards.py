from __future__ import annotations

from collections.abc import Mapping

import pytest

from readiness.guidance.cards import merge, words
from readiness.guidance.flags import Flag, Level, raise_flags
from readiness.guidance.loading import load
from readiness.instrument.definition import Context, Form, NonAnswer, Route, Stage
from readiness.scoring.compare import TeamFigure, TeamSource
from readiness.scoring.score import RawAnswers, score
from tests.readiness.scoring.strategies import INSTRUMENT

DK, NA = NonAnswer.DONT_KNOW, NonAnswer.NOT_APPLICABLE
GUIDANCE = load(INSTRUMENT)
GP_AND_SELF = Context(routes=frozenset({Route.GP, Route.SELF}))
GPS = Flag("low-gp-referral", Level.RED, "intake", ("gp-referral",))
INFLOW = Flag("low-patient-inflow", Level.AMBER, "intake", ("intake", "gp-referral"))
FUNDING = Flag("missing-funding", Level.RED, "funding", ("reimbursement",))


def test_merge_joins_flags_of_one_cause_under_the_highest_level() -> None:
    cards = merge((GPS, FUNDING, INFLOW))

    assert [(card.key, card.level, card.domain) for card in cards] == [
        ("low-patient-inflow", Level.RED, "intake"),
        ("missing-funding", Level.RED, "funding"),
    ]
    assert cards[0].flags == (GPS, INFLOW)
    assert cards[0].items == ("intake", "gp-referral")


def test_merge_begins_with_the_naming_flag_among_equals() -> None:
    red_inflow = Flag("low-patient-inflow", Level.RED, "intake", ("intake", "gp-referral"))

    (card,) = merge((GPS, red_inflow))

    assert card.flags == (red_inflow, GPS)


def test_card_for_a_decision_begins_with_the_words_of_a_decision() -> None:
    answers = {"intake": 3, "gp-referral": 1}
    flags = raise_flags(INSTRUMENT, answers, score(INSTRUMENT, Form.MANAGER, answers))

    (card,) = merge(flags)

    assert (card.key, card.level) == ("low-patient-inflow", Level.RED)
    assert card.flags[0].level is Level.RED
    assert "rarely" in words(GUIDANCE, INSTRUMENT, card.flags[0], answers).title


def test_merge_leaves_a_flag_alone_whose_partner_is_not_raised() -> None:
    (card,) = merge((GPS,))

    assert (card.key, card.flags, card.items) == ("low-gp-referral", (GPS,), ("gp-referral",))


def test_merge_keeps_weak_domains_apart() -> None:
    weak = tuple(Flag("weak-domain", Level.AMBER, domain, ()) for domain in ("process", "practice"))

    assert [card.domain for card in merge(weak)] == ["process", "practice"]


def words_of(key: str, answers: RawAnswers, clinic: Context = GP_AND_SELF) -> tuple[str, str]:
    flags = raise_flags(INSTRUMENT, answers, score(INSTRUMENT, Form.MANAGER, answers, clinic), clinic)
    flag = next(flag for flag in flags if flag.key == key)
    told = words(GUIDANCE, INSTRUMENT, flag, answers, clinic)
    assert told.sources == GUIDANCE.flag[key].sources
    return told.title, told.sentence


@pytest.mark.parametrize(
    ("key", "answers", "title", "part"),
    [
        pytest.param(
            "low-patient-inflow", {"gp-referral": 1, "self-referral": 1}, "Too few patients", "None of", id="red"
        ),
        pytest.param(
            "low-patient-inflow",
            {"intake": 1, "gp-referral": 1, "self-referral": NA},
            "Too few",
            "None of",
            id="GPs only",
        ),
        pytest.param(
            "low-patient-inflow",
            {"intake": 5, "gp-referral": 1, "self-referral": 1},
            "No way in",
            "numbers fit",
            id="numbers fit, no way in does",
        ),
        pytest.param(
            "low-patient-inflow",
            {"intake": 1, "gp-referral": 2, "self-referral": 5},
            "do not match",
            "few of them come through GPs",
            id="intake and GPs beside self-referral",
        ),
        pytest.param(
            "low-patient-inflow", {"intake": 2, "gp-referral": 1}, "do not match", "through GPs", id="self not answered"
        ),
        pytest.param(
            "low-patient-inflow",
            {"intake": 2, "gp-referral": 3, "self-referral": 2},
            "do not match",
            "come by themselves",
            id="intake and self-referral beside GPs",
        ),
        pytest.param(
            "low-patient-inflow",
            {"intake": DK, "gp-referral": 1, "self-referral": 4},
            "worth a look",
            "Few patients come through GPs",
            id="intake not known, GPs thin",
        ),
        pytest.param(
            "low-patient-inflow",
            {"intake": 3, "gp-referral": 4, "self-referral": 1},
            "worth a look",
            "Few patients come by themselves",
            id="intake partly, self thin",
        ),
        pytest.param("low-patient-inflow", {"intake": 1}, "capacity do not match", "too many", id="intake alone"),
        pytest.param("low-patient-inflow", {"intake": 3}, "only partly", "only partly", id="intake partly"),
        pytest.param("low-patient-inflow", {"intake": DK}, "Do patient numbers fit", "not know yet", id="unknown"),
        pytest.param(
            "low-patient-inflow", {"gp-referral": 1, "self-referral": 4}, "one route", "through GPs", id="GPs thin"
        ),
        pytest.param(
            "low-patient-inflow", {"gp-referral": 4, "self-referral": 1}, "one route", "by themselves", id="self thin"
        ),
        pytest.param(
            "low-gp-referral", {"gp-referral": 1, "self-referral": 3}, "rarely", "in part at most", id="GPs red"
        ),
        pytest.param("low-gp-referral", {"gp-referral": 1, "self-referral": NA}, "rarely", "not a way in", id="closed"),
        pytest.param("low-gp-referral", {"gp-referral": 1, "self-referral": DK}, "rarely", "open", id="not known"),
        pytest.param("low-gp-referral", {"gp-referral": 1}, "rarely", "still open", id="not answered"),
        pytest.param(
            "low-gp-referral", {"gp-referral": 2, "self-referral": 5}, "though", "more education", id="equity note"
        ),
        pytest.param("low-gp-referral", {"gp-referral": 3}, "now and then", "now and then", id="GPs 3"),
        pytest.param("missing-funding", {"reimbursement": 1, "long-term-funding": 1}, "Money", "settled", id="both"),
        pytest.param("missing-funding", {"reimbursement": DK}, "Is the money secured?", "not know", id="money unknown"),
        pytest.param("missing-funding", {"reimbursement": 2}, "not paid for", "twelve-clinic", id="not paid"),
        pytest.param("missing-funding", {"long-term-funding": 2}, "years ahead", "permanent", id="long term"),
        pytest.param("missing-funding", {"long-term-funding": 3}, "Money", "partly settled", id="money amber"),
        pytest.param(
            "scepticism", {"gp-acceptance": 1, "colleague-acceptance": 1}, "GPs and colleagues", "Neither", id="both"
        ),
        pytest.param("scepticism", {"gp-acceptance": 1}, "Not convinced yet: GPs", "GPs", id="GPs"),
        pytest.param("scepticism", {"colleague-acceptance": 1}, "yet: colleagues", "Colleagues", id="colleagues"),
        pytest.param("critical-training", {"training": DK}, "Do therapists get", "not know", id="training unknown"),
        pytest.param("critical-risk-procedure", {"risk-procedure": NA}, "Safety", "open whether", id="risk too early"),
    ],
)
def test_words_fit_the_case(key: str, answers: RawAnswers, title: str, part: str) -> None:
    told = words_of(key, answers)

    assert title in told[0]
    assert part in told[1]


def test_words_know_a_route_that_is_not_in_use() -> None:
    clinic = Context(routes=frozenset({Route.GP}))

    assert "not a way in" in words_of("low-gp-referral", {"gp-referral": 1, "self-referral": 5}, clinic)[1]


def test_words_before_the_first_patient_say_settle_now() -> None:
    clinic = GP_AND_SELF.model_copy(update={"stage": Stage.PREPARING})

    assert "once you have started" in words_of("low-patient-inflow", {"intake": 1}, clinic)[1]
    assert "before you start" in words_of("low-gp-referral", {"gp-referral": 1}, clinic)[1]
    assert "before you start" not in words_of("critical-workload", {"workload": 1}, clinic)[1]


def test_words_of_a_weak_domain_name_the_topic() -> None:
    answers = dict.fromkeys(("stakeholders", "shared-goals", "ownership", "start-timing"), 1)

    assert words_of("weak-domain", answers)[0].startswith(INSTRUMENT.domain["process"].title)


def told_with(team: Mapping[str, TeamFigure] | None, answers: RawAnswers, key: str) -> tuple[str, str]:
    flags = raise_flags(INSTRUMENT, answers, score(INSTRUMENT, Form.MANAGER, answers), None, TEAM)
    flag = next(flag for flag in flags if flag.key == key)
    told = words(GUIDANCE, INSTRUMENT, flag, answers, None, team)
    return told.title, told.sentence


TEAM = {domain: TeamFigure(domain, 50, 50, TeamSource.RELEASED) for domain in ("practice", "leadership")}
TEAM |= {"confidence": TeamFigure("confidence", 0, 20, TeamSource.RELEASED)}
PRACTICE = ("workload", "planned-time", "time-norm", "peer-supervision", "mixed-roles")
LEADERSHIP = ("management-support", "internal-communication", "team-support")


@pytest.mark.parametrize(
    ("answer", "team", "part"),
    [
        pytest.param(5, TEAM, "you rate this topic higher than your therapists", id="the clinic higher"),
        pytest.param(1, TEAM, "your therapists rate this topic higher than you", id="the team higher"),
        pytest.param(5, None, "see this topic differently", id="the figures are not at hand"),
        pytest.param(1, {}, "see this topic differently", id="no figure for the topic"),
    ],
)
def test_words_of_a_role_gap_say_who_rates_higher(
    answer: int, team: Mapping[str, TeamFigure] | None, part: str
) -> None:
    title, sentence = told_with(team, dict.fromkeys(PRACTICE, answer), "role-gap")

    assert title == "Different views on “Daily work”"
    assert part in sentence


@pytest.mark.parametrize(
    ("level", "clinic", "part"),
    [
        pytest.param(Level.RED, Context(), "not how good they are", id="red"),
        pytest.param(Level.AMBER, Context(), "around the middle", id="amber"),
        pytest.param(Level.RED, Context(stage=Stage.PREPARING), "only natural", id="before the first patient"),
    ],
)
def test_words_of_low_confidence(level: Level, clinic: Context, part: str) -> None:
    told = words(GUIDANCE, INSTRUMENT, Flag("low-therapist-confidence", level, "confidence", ()), {}, clinic, TEAM)

    assert told.title == "Therapists ask for practice and support"
    assert part in told.sentence


def test_merge_gives_a_card_for_each_topic_with_different_views() -> None:
    answers = dict.fromkeys((*PRACTICE, *LEADERSHIP), 5)

    cards = merge(raise_flags(INSTRUMENT, answers, score(INSTRUMENT, Form.MANAGER, answers), None, TEAM))

    assert [(card.key, card.domain, card.items) for card in cards] == [
        ("low-therapist-confidence", "confidence", ()),
        ("role-gap", "practice", PRACTICE),
        ("role-gap", "leadership", LEADERSHIP),
    ]
