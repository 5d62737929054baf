"""The questionnaire itself, version 1: what it asks, of whom, how it is grouped, and on what it stands."""

from __future__ import annotations

import pytest

from readiness.instrument.definition import Form, ForWhom, Route, Status
from readiness.instrument.loading import load

V1 = load("icbt-readiness", 1)
M, T = Form.MANAGER, Form.THERAPIST

# fmt: off
ITEMS = {
    "programme": "content-quality evidence usability technical-reliability adaptability",
    "integration": "care-pathway record-system referrer-feedback step-up risk-procedure data-protection",
    "intake": "intake gp-referral gp-knowledge self-referral visibility patient-fit patient-motivation comorbidity "
              "digital-access",
    "skills": "training written-communication offering-online new-skills flexibility",
    "practice": "workload planned-time time-norm peer-supervision mixed-roles",
    "leadership": "management-support internal-communication team-support team-promotion informal-leaders",
    "process": "named-lead stakeholders shared-goals ownership start-timing",
    "funding": "reimbursement long-term-funding permanent-plan costs-known scale-up outcome-data",
    "acceptance": "gp-acceptance colleague-acceptance standard-option added-value personal-ties",
    "confidence": "confidence-feedback confidence-tone confidence-time confidence-adjusting confidence-offering "
                  "confidence-suitability confidence-risk confidence-platform",
}
ON_BOTH = {
    "content-quality", "evidence", "usability", "adaptability", "training", "new-skills", "workload", "planned-time",
    "time-norm", "peer-supervision", "mixed-roles", "management-support", "internal-communication", "team-support",
    "colleague-acceptance", "standard-option", "added-value",
}
THERAPIST_ONLY = {"patient-motivation", "comorbidity", "digital-access", "flexibility", *ITEMS["confidence"].split()}
CRITICAL = {
    "evidence", "management-support", "workload", "reimbursement", "intake", "training", "long-term-funding",
    "named-lead", "risk-procedure", "data-protection",
}
CFIR = {
    "intervention": "content-quality evidence usability technical-reliability adaptability patient-fit added-value",
    "individuals": "patient-motivation comorbidity digital-access written-communication offering-online new-skills "
                   "flexibility planned-time standard-option",
    "inner-setting": "record-system risk-procedure workload time-norm peer-supervision mixed-roles management-support "
                     "internal-communication team-support team-promotion informal-leaders start-timing costs-known "
                     "colleague-acceptance",
    "outer-setting": "care-pathway referrer-feedback step-up data-protection intake gp-referral gp-knowledge "
                     "self-referral visibility reimbursement long-term-funding scale-up gp-acceptance personal-ties",
    "process": "training named-lead stakeholders shared-goals ownership permanent-plan outcome-data",
}
CONFIDENCE = {
    "confidence-feedback": "written-communication", "confidence-tone": "written-communication",
    "confidence-time": "planned-time", "confidence-adjusting": "flexibility", "confidence-offering": "offering-online",
    "confidence-suitability": "comorbidity", "confidence-risk": "risk-procedure", "confidence-platform": "usability",
}
NOT_ASKED = {
    "patient-reluctance", "protected-time", "staffing", "belonging", "transparency", "flexible-hours", "enthusiasts",
    "external-support", "self-efficacy",
}
# fmt: on


def keys(**is_set: bool) -> set[str]:
    """Give the keys of the items with this mark."""
    return {item.key for item in V1.items for name, value in is_set.items() if getattr(item, name) is value}


def test_items_stand_in_their_domains_in_order():
    asked = {domain.key: [item.key for item in V1.items if item.domain == domain.key] for domain in V1.domains}
    assert asked == {domain: items.split() for domain, items in ITEMS.items()}
    assert [item.domain for item in V1.items] == [d.key for d in V1.domains for i in V1.items if i.domain == d.key]


@pytest.mark.parametrize(
    ("form", "counts"),
    [(M, [5, 6, 6, 4, 5, 5, 5, 6, 5, 0]), (T, [4, 0, 3, 3, 5, 3, 0, 0, 3, 8])],
    ids=["manager", "therapist"],
)
def test_form_asks_so_many_items_of_each_domain(form, counts):
    assert [len(V1.items_of(form, domain.key)) for domain in V1.domains] == counts


def test_forms_ask_47_and_29_items():
    assert (len(V1.items_of(M)), len(V1.items_of(T))) == (47, 29)


def test_items_are_on_the_forms_meant():
    assert {item.key for item in V1.items if set(item.wording) == {M, T}} == ON_BOTH
    assert {item.key for item in V1.items if set(item.wording) == {T}} == THERAPIST_ONLY


def test_items_on_both_forms_use_the_same_words():
    assert [item.key for item in V1.items if item.key in ON_BOTH and item.wording[M] != item.wording[T]] == []


@pytest.mark.parametrize("domain", ["programme", "practice", "leadership", "acceptance"])
def test_every_therapist_item_of_a_role_gap_domain_is_on_the_manager_form(domain):
    assert {item.key for item in V1.items_of(T, domain)} <= {item.key for item in V1.items_of(M, domain)}


def test_marks():
    assert keys(critical=True) == CRITICAL
    assert keys(quick=True) == CRITICAL | {"gp-referral", "self-referral"}
    assert keys(safety=True) == {"risk-procedure", "data-protection"}
    assert keys(live=True) == {"intake", "gp-referral", "self-referral", "outcome-data"}


def test_routes():
    routes = {item.key: item.route for item in V1.items} | {fact.key: fact.route for fact in V1.facts}
    assert {key: route for key, route in routes.items() if route} == {
        "gp-referral": Route.GP,
        "gp-knowledge": Route.GP,
        "gp-acceptance": Route.GP,
        "gp-referral-count": Route.GP,
        "self-referral": Route.SELF,
        "self-referral-count": Route.SELF,
    }


def test_takeaways():
    takeaways = {domain.key: domain.takeaway for domain in V1.domains}
    assert takeaways == {
        "integration": 1, "intake": 2, "skills": 3, "practice": 3, "confidence": 3, "leadership": 4, "process": 4,
        "funding": 4, "programme": 5, "acceptance": 5,
    }  # fmt: skip
    assert [takeaway.key for takeaway in V1.takeaways] == [1, 2, 3, 4, 5]


def test_cfir_domains_of_the_work_items():
    expected = {item: cfir for cfir, items in CFIR.items() for item in items.split()}
    actual = {i.key: V1.determinant[i.determinant].cfir for i in V1.items if i.domain != "confidence"}
    assert actual == expected


def test_confidence_items_use_their_scale_and_factors():
    confidence = [item for item in V1.items if item.scale == "confidence"]
    assert {item.key: item.determinant for item in confidence} == CONFIDENCE
    assert {item.domain for item in confidence} == {"confidence"}


def test_work_items_are_named_after_their_factor():
    assert [i.key for i in V1.items if i.domain != "confidence" and i.key != i.determinant] == []


def test_scales():
    assert V1.scale["true-now"].labels == {
        1: "Not at all true", 2: "A little true", 3: "Partly true", 4: "Mostly true", 5: "Completely true",
    }  # fmt: skip
    confidence = V1.scale["confidence"]
    assert (confidence.low, confidence.high) == (0, 10)
    assert confidence.labels == {0: "Cannot do at all", 10: "Certain I can do"}


def test_facts():
    assert {fact.key: (fact.domain, fact.low, fact.high) for fact in V1.facts} == {
        "gp-referral-count": ("intake", 0, 100_000),
        "self-referral-count": ("intake", 0, 100_000),
        "patients-started": ("intake", 0, 100_000),
        "therapists-trained": ("skills", 0, 100_000),
        "therapist-hours": ("practice", 0, 100_000),
        "funding-months": ("funding", 0, 100_000),
    }


STUDY = {"van-der-vaart-2019": Status.FINDING_A, "folker-2018": Status.FINDING_B, "own-judgement": Status.JUDGEMENT}


@pytest.mark.parametrize("determinant", V1.determinants, ids=lambda determinant: determinant.key)
def test_status_fits_its_source(determinant):
    for row in determinant.sources:
        other = Status.SECONDARY if row.source == "folker-2018-summary" else Status.WIDER
        assert row.status == STUDY.get(row.source, other)


def test_factors_known_but_not_asked():
    assert {row.key for row in V1.determinants} - {item.determinant for item in V1.items} == NOT_ASKED
    assert len(V1.determinants) == 60


def test_every_source_stands_behind_a_factor_but_those_behind_our_rules():
    behind_factors = {row.source for d in V1.determinants for row in d.sources}
    assert {row.key for row in V1.sources} - behind_factors == {"itfits-2024", "de-vet-2006"}


# What evidence review found to rest on nothing that was read of either study: it must never be shown as their finding.
@pytest.mark.parametrize(
    "key", ["risk-procedure", "data-protection", "named-lead", "outcome-data", "costs-known", "time-norm", "step-up",
            "technical-reliability", "digital-access", "transparency", "flexible-hours", "enthusiasts"],
)  # fmt: skip
def test_factor_that_neither_study_reports_is_not_shown_as_theirs(key):
    statuses = {row.status for row in V1.determinant[key].sources}
    assert statuses <= {Status.WIDER, Status.JUDGEMENT}
    assert V1.determinant[key].seen_in == frozenset()


def test_seen_in_names_only_groups_that_a_study_looked_at():
    assert {g for d in V1.determinants for g in d.seen_in} == {ForWhom.PAIN_FATIGUE, ForWhom.DEPRESSION_ANXIETY}
