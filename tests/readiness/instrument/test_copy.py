"""The words of the questionnaire: short, one idea each, plain, and never the words that the product avoids."""

from __future__ import annotations

import re

import pytest

from readiness.instrument.definition import Form
from readiness.instrument.loading import load

V1 = load("icbt-readiness", 1)
WORDINGS = {f"{item.key}-{form}": text for item in V1.items for form, text in item.wording.items()}
TEXTS = {
    **WORDINGS,
    **{f"{item.key}-short": item.short for item in V1.items},
    **{f"domain-{row.key}": f"{row.title} {row.about}" for row in V1.domains},
    **{f"fact-{row.key}": f"{row.text} {row.unit}" for row in V1.facts},
    **{f"factor-{row.key}": f"{row.name} {row.why}" for row in V1.determinants},
    **{f"source-{row.key}": f"{row.citation} {row.read}" for row in V1.sources},
    **{f"takeaway-{row.key}": row.title for row in V1.takeaways},
    **{f"cfir-{row.key}": row.title for row in V1.cfir},
}
AVOIDED = re.compile(
    r"\b(audit|compliance|fail\w*|determinants?|n ?=|Dutch|must|should|burnout|barriers?|facilitators?)\b",
    re.IGNORECASE,
)
SEVERAL_IDEAS = re.compile(r"\b(and|or|but|as well as|both)\b|[;:/]", re.IGNORECASE)
NEGATIVE = re.compile(r"\b(no|never|nobody|nothing|neither|hardly|cannot)\b|n't\b", re.IGNORECASE)


def test_wordings_are_short_because_a_tired_reader_takes_in_100():
    assert {key: text for key, text in WORDINGS.items() if len(text) > 100} == {}


def test_wordings_are_one_sentence_each():
    assert {key: text for key, text in WORDINGS.items() if not re.fullmatch(r"[A-Z][^.?!]*\.", text)} == {}


def test_wordings_hold_one_idea_each():
    assert {key: text for key, text in WORDINGS.items() if SEVERAL_IDEAS.search(text)} == {}


def test_wordings_are_affirmative_so_that_high_is_ready():
    assert {key: text for key, text in WORDINGS.items() if NEGATIVE.search(text)} == {}


def test_texts_avoid_the_words_we_avoid():
    assert {key: text for key, text in TEXTS.items() if AVOIDED.search(text)} == {}


@pytest.mark.parametrize("item", V1.items_of(Form.THERAPIST, "confidence"), ids=lambda item: item.key)
def test_confidence_item_says_what_i_can_do(item):
    assert item.wording[Form.THERAPIST].startswith("I can ")


@pytest.mark.parametrize("item", [i for i in V1.items if i.route == "gp"], ids=lambda item: item.key)
def test_gps_are_explained(item):
    assert "GPs (family doctors)" in item.wording[Form.MANAGER]


@pytest.mark.parametrize("row", V1.determinants, ids=lambda row: row.key)
def test_reason_is_one_to_three_short_sentences(row):
    sentences = re.findall(r"[^.]+\.", row.why)
    assert 1 <= len(sentences) <= 3
    assert row.why.endswith(".")
    assert len(row.why) <= 260


@pytest.mark.parametrize("row", V1.determinants, ids=lambda row: row.key)
def test_reason_names_where_it_comes_from(row):
    words = {
        "finding-a": "twelve.clinic|twelve clinics",
        "finding-b": "five European services",
        "secondary": "summary",
        "wider": "wider literature|review|survey|interview|research|program|clinics|Managers",
        "judgement": "our own judgement",
    }
    strongest = min((source.status for source in row.sources), key=list(words).index)
    assert re.search(words[strongest], row.why)


def test_shorts_differ():
    shorts = [item.short for item in V1.items]
    assert len(set(shorts)) == len(shorts)
