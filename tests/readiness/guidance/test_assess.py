from __future__ import annotations

import json

import pytest

from readiness.guidance.assess import PayloadError, assess, assess_one
from readiness.instrument.definition import Form
from tests.readiness.scoring.strategies import INSTRUMENT

SCALE_KEYS = {
    "key",
    "score",
    "status",
    "band",
    "n_items",
    "n_applicable",
    "n_valid",
    "n_dont_know",
    "n_not_applicable",
    "n_blank",
}


def payload(**changes: object) -> dict[str, object]:
    return {"instrument": "icbt-readiness", "version": 1, "form": "manager", "answers": {}} | changes


def test_assess_gives_plain_json_with_exactly_the_agreed_keys() -> None:
    result = assess_one(payload(answers={"gp-referral": 1, "workload": "dont_know", "evidence": None}))

    assert json.loads(json.dumps(result)) == result
    assert set(result) == {"domains", "takeaways", "cfir", "flags", "options"}
    for group in ("domains", "takeaways", "cfir"):
        assert all(set(row) == SCALE_KEYS for row in result[group])
    assert all(set(row) == {"key", "level", "domain", "items"} for row in result["flags"])
    assert all(set(row) == {"key", "for", "kind", "basis", "items"} for row in result["options"])
    assert [row["key"] for row in result["takeaways"]] == [1, 2, 3, 4, 5]


def test_assess_gives_scores_unrounded_with_their_band() -> None:
    answers = dict(zip(("planned-time", "time-norm", "mixed-roles"), (1, 2, 5), strict=True))

    (practice,) = [row for row in assess_one(payload(answers=answers))["domains"] if row["key"] == "practice"]

    assert practice["score"] == 125 / 3
    assert (practice["status"], practice["band"]) == ("provisional", "not_yet")


def test_assess_flags_and_options_belong_together() -> None:
    result = assess_one(payload(answers={"gp-referral": 1, "training": 2}))

    assert [(row["key"], row["level"]) for row in result["flags"]] == [
        ("low-gp-referral", "red"),
        ("critical-training", "red"),
    ]
    assert {row["for"] for row in result["options"]} == {"low-gp-referral", "critical-training"}


def test_assess_reads_the_context() -> None:
    context = {"stage": "preparing", "routes": ["gp"], "for_whom": ["other"]}

    (flag,) = assess_one(payload(answers={"intake": 1, "self-referral": 1}, context=context))["flags"]

    assert (flag["level"], flag["items"]) == ("amber", ["intake"])


def test_assess_without_context_instrument_or_version_takes_the_defaults() -> None:
    assert assess({"form": "manager", "answers": {}}) == assess(payload(context=None, version=None))


def test_assess_therapist_form_has_no_flags_and_no_options() -> None:
    answers = {item.key: 1 for item in INSTRUMENT.items_of(Form.THERAPIST)}

    result = assess_one(payload(form="therapist", answers=answers))

    assert (result["flags"], result["options"]) == ([], [])
    assert [row["key"] for row in result["domains"]][-1] == "confidence"


def test_assess_a_list_gives_a_list() -> None:
    assert assess([payload(), payload(form="therapist")]) == [assess(payload()), assess(payload(form="therapist"))]
    assert assess([]) == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(3, "payload: give an object", id="no object"),
        pytest.param(None, "payload: give an object", id="null"),
        pytest.param({"answers": {}}, "form: give manager or therapist", id="no form"),
        pytest.param(payload(form="joint"), "form: give manager or therapist", id="another form"),
        pytest.param(payload(form=["manager"]), "form: give manager or therapist", id="form that is no text"),
        pytest.param({"form": "manager"}, "answers: give an object", id="no answers"),
        pytest.param(payload(answers=[1]), "answers: give an object", id="answers in a list"),
        pytest.param(payload(contxt={}), "'contxt': not a key of a payload", id="misspelt key"),
        pytest.param(payload(instrument=3), "instrument: give the key", id="instrument that is no text"),
        pytest.param(payload(instrument="other"), "instrument: 'other'", id="unknown instrument"),
        pytest.param(payload(version=99), "there is no version 99", id="unknown version"),
        pytest.param(payload(version=True), "version: give a whole number", id="version true"),
        pytest.param(payload(version="1"), "version: give a whole number", id="version as text"),
        pytest.param(payload(context="running"), "context", id="context that is no object"),
        pytest.param(payload(context={"stage": "started"}), "context 'stage'", id="unknown stage"),
        pytest.param(payload(context={"routes": ["gp", "tv"]}), "context 'routes'.1", id="unknown route"),
        pytest.param(payload(context={"routes": "gp"}), "context 'routes'", id="routes as text"),
        pytest.param(payload(context={"for": []}), "context 'for'", id="unknown context key"),
        pytest.param(payload(answers={"intake": 6}), "intake: the answer is outside the scale", id="outside the scale"),
        pytest.param(payload(answers={"intake": True}), "intake: a bool", id="true"),
        pytest.param(payload(answers={"intake": 2.5}), "intake: a float", id="half a step"),
        pytest.param(payload(answers={"intake": "maybe"}), "intake: 'maybe'", id="another word"),
        pytest.param(payload(answers={"comorbidity": 3}), "comorbidity: the manager form", id="the other form's item"),
        pytest.param(payload(answers={"gp": 3}), "'gp': icbt-readiness 1 has no such item", id="unknown item"),
        pytest.param([payload(), payload(answers={"gp": 3})], "payload 2: 'gp'", id="second of a list"),
        pytest.param([[payload()]], "payload 1: payload: give an object", id="list in a list"),
    ],
)
def test_assess_refuses_in_one_line(data: object, message: str) -> None:
    with pytest.raises(PayloadError) as caught:
        assess(data)

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
