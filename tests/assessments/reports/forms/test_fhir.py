"""The questionnaire and a clinic's answers as FHIR, read by fhir.resources and held against each other.

Its model is R4B, which differs from R4 in neither of the two resources.
"""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.reports.forms.clinic_form import clinic_form
from assessments.reports.forms.fhir import canonical, questionnaire
from assessments.reports.forms.response import response
from assessments.reports.report import About, ItemRow, Report
from readiness.instrument.definition import INSTRUMENT, Context, Form, ForWhom, NonAnswer, Route, Stage
from readiness.instrument.loading import load
from tests.assessments.reports.awkward import awkward_report

if TYPE_CHECKING:
    from collections.abc import Iterator

Resource = dict[str, Any]

INSTRUMENT_NOW = load()
FORM = clinic_form(INSTRUMENT)
WRITTEN = questionnaire(FORM)
QUESTIONNAIRE: Resource = json.loads(WRITTEN)
ITEMS = INSTRUMENT_NOW.items_of(Form.MANAGER)


def walk(items: list[Resource]) -> Iterator[Resource]:
    for item in items:
        yield item
        yield from walk(item.get("item", []))


ASKED = {item["linkId"]: item for item in walk(QUESTIONNAIRE["item"])}


def codes(item: Resource) -> set[tuple[str, str, str]]:
    return {pair(option["valueCoding"]) for option in item["answerOption"]}


def pair(coding: Resource) -> tuple[str, str, str]:
    return coding["system"], coding["code"], coding.get("display", "")


def extension(item: Resource, name: str) -> Resource:
    url = f"http://hl7.org/fhir/StructureDefinition/{name}"
    return next((one for one in item.get("extension", []) if one["url"] == url), {})


def test_questionnaire_is_read_and_asks_the_clinic_form() -> None:
    read = Questionnaire.model_validate_json(WRITTEN)
    assert (read.url, read.version, read.subjectType) == (canonical(FORM), "1", ["Organization"])
    assert len(ASKED) == sum(1 for _ in walk(QUESTIONNAIRE["item"]))
    assert [key for key in ASKED if key in set(FORM.keys)] == list(FORM.keys)


def test_only_points_of_the_scale_have_a_weight() -> None:
    for item in ITEMS:
        options = ASKED[item.key]["answerOption"]
        weights = {one["valueCoding"]["code"]: extension(one, "ordinalValue").get("valueDecimal") for one in options}
        apart = {"dont_know": None} if item.safety else {"dont_know": None, "not_applicable": None}
        assert weights == {**{str(step): step for step in range(1, 6)}, **apart}


def test_what_is_asked_on_a_condition_can_be_enabled() -> None:
    conditional = {key: item["enableWhen"] for key, item in ASKED.items() if "enableWhen" in item}
    routes = {(system, code) for system, code, _ in codes(ASKED["routes"])}
    assert {key for key in conditional if "/" not in key} == {
        *(item.key for item in ITEMS if item.route),
        *(fact.key for fact in INSTRUMENT_NOW.facts if fact.route),
    }
    for key, ((rule,)) in conditional.items():
        assert rule["question"] == "routes"
        assert (rule["answerCoding"]["system"], rule["answerCoding"]["code"]) in routes
        assert conditional.get(f"{key}/comment", [rule]) == [rule]


def check(written: bytes) -> dict[str, list[Resource]]:
    """Read answers with the reader and against the questionnaire; give them by link id."""
    QuestionnaireResponse.model_validate_json(written)
    told: Resource = json.loads(written)
    assert told["questionnaire"] == f"{QUESTIONNAIRE['url']}|{QUESTIONNAIRE['version']}"
    assert not {"author", "source"} & set(told)
    answers: dict[str, list[Resource]] = {}
    for group in told["item"]:
        places = [item["linkId"] for item in ASKED[group["linkId"]]["item"]]
        order = [places.index(item["linkId"]) for item in group["item"]]
        assert order == sorted(set(order))
        answers |= {item["linkId"]: item["answer"] for item in group["item"]}
    chosen = {one["valueCoding"]["code"] for one in answers.get("routes", [])}
    for key, given_answers in answers.items():
        item = ASKED[key]
        assert all(rule["answerCoding"]["code"] in chosen for rule in item.get("enableWhen", []))
        assert item.get("repeats") or len(given_answers) == 1
        for one in given_answers:
            match item["type"]:
                case "choice":
                    assert pair(one["valueCoding"]) in codes(item)
                case "integer" if "valueInteger" in one:
                    assert one["valueInteger"] in range(
                        extension(item, "minValue")["valueInteger"], extension(item, "maxValue")["valueInteger"] + 1
                    )
                case "text":
                    assert one["valueString"].strip()
    return answers


def report(context: Context, answers: dict[str, object], comments: dict[str, str], facts: dict[str, object]) -> Report:
    """Give a report of these answers; nothing else of it is looked at."""
    day = date(2026, 11, 22)
    about = About(
        "11111111-1111-4111-8111-111111111111", "Harbour", "22222222-2222-4222-8222-222222222222", "Autumn", day, day,
        context, "", (), (), INSTRUMENT, "iCBT Readiness", 1, 1, 1, day,
    )  # fmt: skip
    rows = tuple(
        ItemRow(
            topic=item.domain,
            topic_title="",
            answer=cast(Any, SimpleNamespace(key=item.key)),
            value=said if isinstance(said := answers[item.key], int) else None,
            missing=said.value if isinstance(said, NonAnswer) else "",
            is_asked=item.is_asked(Form.MANAGER, context),
            comment=comments.get(item.key, ""),
        )
        for item in ITEMS
    )
    reading, page = cast(Any, SimpleNamespace(facts=facts)), cast(Any, None)
    return Report(about, reading, page, rows, (), None)


CONTEXTS = st.builds(
    Context,
    stage=st.sampled_from(Stage),
    routes=st.frozensets(st.sampled_from(Route)),
    for_whom=st.frozensets(st.sampled_from(ForWhom)),
)
ANSWERS = st.fixed_dictionaries(
    {
        item.key: st.sampled_from(
            [None, 1, 2, 3, 4, 5, NonAnswer.DONT_KNOW, *([] if item.safety else [NonAnswer.NOT_APPLICABLE])]
        )
        for item in ITEMS
    }
)
COMMENTS = st.dictionaries(
    st.sampled_from([item.key for item in ITEMS]),
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40),
    max_size=5,
)


@settings(max_examples=15, deadline=None)
@given(
    context=CONTEXTS, answers=ANSWERS, comments=COMMENTS, count=st.integers(0, 100_000) | st.just(NonAnswer.DONT_KNOW)
)
def test_answers_are_those_given_and_fit_the_questionnaire(
    context: Context, answers: dict[str, object], comments: dict[str, str], count: int | NonAnswer
) -> None:
    told = check(response(report(context, answers, comments, {"patients-started": count})))
    asked = {item.key for item in ITEMS if item.is_asked(Form.MANAGER, context)}
    said = {key: one[0]["valueCoding"]["code"] for key, one in told.items() if key in answers}
    assert said == {key: str(value) for key, value in answers.items() if key in asked and value is not None}
    noted = {key.removesuffix("/comment"): one[0]["valueString"] for key, one in told.items() if "/" in key}
    assert noted == {key: text for key, text in comments.items() if key in asked and text.strip()}
    assert told["patients-started"][0].get("valueInteger") == (None if isinstance(count, NonAnswer) else count)


@pytest.mark.django_db
def test_awkward_clinic_is_read() -> None:
    made = awkward_report()
    told = check(response(made))
    texts = {key.removesuffix("/comment"): one[0]["valueString"] for key, one in told.items() if "/" in key}
    assert texts == {row.key: row.comment for row in made.items if row.is_asked and row.comment.strip()}
