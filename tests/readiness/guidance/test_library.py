"""What holds for the guidance that is released: coverage of topics and takeaways, and words fit for a page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from readiness.guidance.definition import Basis, FlagText, Option, Tip
from readiness.guidance.flags import flag_keys, raise_flags
from readiness.guidance.loading import load
from readiness.guidance.options import offer
from readiness.guidance.words import flag_name
from readiness.instrument.definition import Form, Status
from readiness.scoring.score import score
from tests.readiness.scoring.strategies import INSTRUMENT

GUIDANCE = load(INSTRUMENT)
SUGGESTIONS: list[Option | Tip] = [*GUIDANCE.options, *GUIDANCE.tips]
NEVER_SAID = re.compile(r"\b(audit|compliance|fail\w*|determinants?|must|you should|have to|n =)\b", re.IGNORECASE)
VERDICTS = re.compile(
    r"\b(weak\w*|poor|bad|lack\w*|good enough|below|average|others score|colleagues score)\b", re.IGNORECASE
)
"""Words that would pass judgement on a person or compare them with others."""
STUDY_OF = {"van-der-vaart-2019", "folker-2018", "folker-2018-summary"}


def texts_of_option(option: Option) -> Iterator[str]:
    yield from (option.title, option.why, *option.steps, option.who, option.not_when)


def texts_of_flag(flag: FlagText) -> Iterator[str]:
    yield from filter(None, (flag.title, flag.red, flag.amber))
    if flag.preparing:
        yield from (flag.preparing.title, flag.preparing.sentence)
    for variant in flag.variants:
        yield from filter(None, (variant.title, variant.sentence))


@pytest.mark.parametrize("takeaway", [takeaway.key for takeaway in INSTRUMENT.takeaways])
def test_every_takeaway_has_options(takeaway: int) -> None:
    assert sum(option.takeaway == takeaway for option in GUIDANCE.options) >= 2


@pytest.mark.parametrize("item", [item.key for item in INSTRUMENT.items_of(Form.MANAGER)])
def test_every_manager_item_has_an_option_that_acts_on_it(item: str) -> None:
    assert any(item in option.items for option in GUIDANCE.options)


@pytest.mark.parametrize("domain", [domain.key for domain in INSTRUMENT.domains_of(Form.MANAGER)])
def test_a_domain_all_low_is_offered_options_that_act_on_it(domain: str) -> None:
    items = {item.key: 1 for item in INSTRUMENT.items_of(Form.MANAGER, domain)}
    scorecard = score(INSTRUMENT, Form.MANAGER, items)

    offers = offer(INSTRUMENT, GUIDANCE, items, scorecard, None, raise_flags(INSTRUMENT, items, scorecard))

    for_domain = [one for one in offers if one.for_ == domain]
    assert 2 <= len(for_domain) <= 4
    assert all(set(one.items) & set(items) for one in for_domain)


@pytest.mark.parametrize("option", GUIDANCE.options, ids=lambda option: option.key)
def test_option_words(option: Option) -> None:
    for text in texts_of_option(option):
        assert not NEVER_SAID.search(text)
    for text in (option.why, option.not_when, *option.steps):
        assert text.endswith((".", "?"))
        assert text[0].isupper()
    assert not option.title.endswith(".")
    assert len(option.title.split()) <= 12


@pytest.mark.parametrize("flag", GUIDANCE.flags, ids=lambda flag: flag.key)
def test_flag_words(flag: FlagText) -> None:
    for text in texts_of_flag(flag):
        assert not NEVER_SAID.search(text)
    sentences = (
        flag.red,
        flag.amber,
        flag.preparing and flag.preparing.sentence,
        *(variant.sentence for variant in flag.variants),
    )
    assert all(sentence.endswith(".") for sentence in sentences if sentence)
    assert flag.red or flag.key in ("weak-domain", "role-gap")


def test_flags_all_have_a_name_of_their_own() -> None:
    names = [flag_name(GUIDANCE, INSTRUMENT, key, "skills") for key in flag_keys(INSTRUMENT)]

    assert len(set(names)) == len(names)
    assert not set(names) & {item.short for item in INSTRUMENT.items}, "a flag says what may be missing"
    assert names[-2:] == ["Views differ: Training and skills", "Training and skills: much is open"]
    assert flag_name(GUIDANCE, INSTRUMENT, "role-gap") == "Views differ"


@pytest.mark.parametrize("flag", GUIDANCE.flags, ids=lambda flag: flag.key)
def test_words_of_what_clinics_have_in_common(flag: FlagText) -> None:
    """Phrases that go on from "14 of 20 clinics", "All 20 clinics" and "1 of 20 clinics", about clinics, to nobody."""
    for phrase in (flag.in_common, flag.in_common_one):
        assert not NEVER_SAID.search(phrase)
        assert not re.search(r"\b(you|your|we|our)\b|[.;]", phrase)
        assert re.match(r"(?!do not|does not|are not|is not|cannot)[a-z]+ ", phrase)
        assert len(phrase) <= 100
    assert not re.search(r"^(has|is)\b|\bits\b", flag.in_common)
    assert not re.search(r"^(have|are)\b", flag.in_common_one)


@pytest.mark.parametrize("tip", GUIDANCE.tips, ids=lambda tip: tip.key)
def test_tip_words(tip: Tip) -> None:
    for text in (tip.title, tip.why, tip.step):
        assert not NEVER_SAID.search(text)
        assert not VERDICTS.search(text)
    for text in (tip.why, tip.step):
        assert text.endswith((".", "?"))
        assert text[0].isupper()
    assert not tip.title.endswith(".")
    assert len(tip.title.split()) <= 12


@pytest.mark.parametrize("text", [GUIDANCE.profile.safety, GUIDANCE.profile.steady])
def test_words_of_the_profile_judge_nobody(text: str) -> None:
    assert not NEVER_SAID.search(text)
    assert not VERDICTS.search(text)


def test_words_about_a_plan_of_training_cite_the_study_and_end_in_a_question() -> None:
    hint = GUIDANCE.training_only

    assert hint.sources == ("itfits-2024",)
    assert hint.sentence.endswith("?")
    assert not NEVER_SAID.search(f"{hint.title} {hint.sentence}")


def test_risk_comes_with_the_procedure_and_whom_to_ask() -> None:
    assert INSTRUMENT.item[GUIDANCE.profile.safety_item].determinant == "risk-procedure"
    assert "procedure" in GUIDANCE.profile.safety
    assert "clinical lead" in GUIDANCE.profile.safety


@pytest.mark.parametrize("said", SUGGESTIONS, ids=lambda said: said.key)
def test_basis_agrees_with_the_sources(said: Option | Tip) -> None:
    """Only a study that was asked about can recommend or imply; judgement names itself; wider literature is neither."""
    sources = set(said.sources)

    match said.basis:
        case Basis.RECOMMENDED | Basis.IMPLIED:
            assert sources & STUDY_OF
        case Basis.WIDER:
            assert sources - STUDY_OF - {"own-judgement"}
        case Basis.JUDGEMENT:
            assert said.sources[0] == "own-judgement"


@pytest.mark.parametrize("said", SUGGESTIONS, ids=lambda said: said.key)
def test_who_speaks_of_a_study_cites_it(said: Option | Tip) -> None:
    assert ("twelve-clinic" not in said.why) or "van-der-vaart-2019" in said.sources
    assert ("five-service" not in said.why) or "folker-2018-summary" in said.sources


def test_critical_flags_cite_what_their_question_stands_on() -> None:
    for flag in GUIDANCE.flags:
        if flag.key.startswith("critical-"):
            item = INSTRUMENT.item[flag.key.removeprefix("critical-")]
            known = {source.source for source in INSTRUMENT.determinant[item.determinant].sources}
            assert set(flag.sources) <= known | {"own-judgement"}, flag.key


def test_statuses_of_cited_findings_are_known() -> None:
    """Guidance cites a study's finding only where the questionnaire's evidence names it as one."""
    named = {s.source for d in INSTRUMENT.determinants for s in d.sources if s.status is not Status.JUDGEMENT}
    cited = {key for flag in GUIDANCE.flags for key in flag.sources}
    cited |= {key for said in SUGGESTIONS for key in said.sources}

    assert cited - {"own-judgement"} <= named
