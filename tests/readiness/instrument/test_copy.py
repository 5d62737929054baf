"""The words of the questionnaire: short, one idea each, plain, and never the words that the product avoids."""

from __future__ import annotations

import re

import pytest

from readiness.instrument.definition import Form
from readiness.instrument.loading import load

V1 = load("icbt-readiness", 1)
WORDINGS = [
    pytest.param(text, id=f"{item.key}-{form}") for item in V1.items for form, text in sorted(item.wording.items())
]
TEXTS = [
    *WORDINGS,
    *(pytest.param(item.short, id=f"{item.key}-short") for item in V1.items),
    *(pytest.param(f"{row.title} {row.about}", id=f"domain-{row.key}") for row in V1.domains),
    *(pytest.param(f"{row.text} {row.unit}", id=row.key) for row in V1.facts),
    *(pytest.param(f"{row.name} {row.why}", id=f"factor-{row.key}") for row in V1.determinants),
    *(pytest.param(f"{row.citation} {row.read}", id=f"source-{row.key}") for row in V1.sources),
    *(pytest.param(row.title, id=f"takeaway-{row.key}") for row in V1.takeaways),
    *(pytest.param(row.title, id=f"cfir-{row.key}") for row in V1.cfir),
]
AVOIDED = re.compile(
    r"\b(audit|compliance|fail\w*|determinants?|n ?=|Dutch|must|should|burnout|barriers?|facilitators?)\b",
    re.IGNORECASE,
)
SEVERAL_IDEAS = re.compile(r"\b(and|or|but|as well as|both)\b|[;:/]", re.IGNORECASE)
NEGATIVE = re.compile(r"\b(no|never|nobody|nothing|neither|hardly|cannot)\b|n't\b", re.IGNORECASE)


@pytest.mark.parametrize("text", WORDINGS)
def test_wording_is_short(text):
    assert len(text) <= 100, "the limit is 160; a tired reader takes in 100"


@pytest.mark.parametrize("text", WORDINGS)
def test_wording_is_one_sentence(text):
    assert re.fullmatch(r"[A-Z][^.?!]*\.", text)


@pytest.mark.parametrize("text", WORDINGS)
def test_wording_holds_one_idea(text):
    assert not SEVERAL_IDEAS.search(text)


@pytest.mark.parametrize("text", WORDINGS)
def test_wording_is_affirmative_so_that_high_is_ready(text):
    assert not NEGATIVE.search(text)


@pytest.mark.parametrize("text", TEXTS)
def test_text_avoids_the_words_we_avoid(text):
    assert not AVOIDED.search(text)


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
