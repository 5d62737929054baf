"""Each rule that a questionnaire keeps as a whole, broken once."""

from __future__ import annotations

import pytest

from readiness.instrument.loading import InstrumentError
from readiness.instrument.rules import complaints

Q, E = "small-1.toml", "evidence-1.toml"

WORKLOAD = "critical = true\nsafety = true\nquick = true"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            'key = "flow"', 'key = "workload"', f"{Q}: items workload: the key is there twice", id="item-twice"
        ),
        pytest.param('key = "sure"', 'key = "daily"', f"{Q}: domains daily: the key is there twice", id="domain-twice"),
        pytest.param(
            'key = "confidence"', 'key = "true-now"', f"{Q}: scales true-now: the key is there twice", id="scale-twice"
        ),
        pytest.param(
            'key = "study-b"', 'key = "study-a"', f"{E}: sources study-a: the key is there twice", id="source-twice"
        ),
        pytest.param(
            'key = "writing"',
            'key = "workload"',
            f"{E}: determinants workload: the key is there twice",
            id="determinant-twice",
        ),
        pytest.param(
            '{ study-b = "wider" }',
            '[{ source = "study-b", status = "wider" }, { source = "study-b", status = "judgement" }]',
            f"{E}: determinants writing: source 'study-b' is there twice",
            id="source-of-a-determinant-twice",
        ),
        pytest.param(
            'key = "hours"', 'key = "flow"', f"{Q}: facts flow: an item has the same key", id="fact-named-as-an-item"
        ),
        pytest.param(
            'unit = "hours"',
            'unit = "hours"\nlow = 5\nhigh = 4',
            f"{Q}: facts hours: low is above high",
            id="fact-bounds",
        ),
        pytest.param("high = 3", "high = 1", f"{Q}: scales true-now: low must be under high", id="scale-bounds"),
        pytest.param(
            ', 2 = "Partly"',
            "",
            f"{Q}: scales true-now: labels are needed for exactly these steps: 1, 2, 3",
            id="label-missing",
        ),
        pytest.param(
            '3 = "Yes"',
            '3 = "Yes", 4 = "More"',
            f"{Q}: scales true-now: labels are needed for exactly these steps: 1, 2, 3",
            id="label-outside-the-scale",
        ),
        pytest.param(
            ', 10 = "Certain"',
            "",
            f"{Q}: scales confidence: labels are needed for exactly these steps: 0, 10",
            id="end-without-label",
        ),
        pytest.param("takeaway = 1", "takeaway = 2", f"{Q}: domains daily: unknown takeaway 2", id="takeaway"),
        pytest.param('domain = "sure"', 'domain = "gone"', f"{Q}: items can-write: unknown domain 'gone'", id="domain"),
        pytest.param(
            'determinant = "writing"',
            'determinant = "gone"',
            f"{Q}: items can-write: unknown determinant 'gone'",
            id="determinant",
        ),
        pytest.param(
            'scale = "confidence"', 'scale = "gone"', f"{Q}: items can-write: unknown scale 'gone'", id="scale"
        ),
        pytest.param(
            'domain = "daily"\ntext',
            'domain = "gone"\ntext',
            f"{Q}: facts hours: unknown domain 'gone'",
            id="fact-domain",
        ),
        pytest.param(
            'cfir = "process"', 'cfir = "gone"', f"{E}: determinants workload: unknown cfir 'gone'", id="cfir"
        ),
        pytest.param("{ study-b =", "{ gone =", f"{E}: determinants writing: unknown source 'gone'", id="source"),
        pytest.param(
            'domain = "sure"',
            'domain = "daily"',
            f"{Q}: domains sure: no item asks about this domain",
            id="empty-domain",
        ),
        pytest.param(
            WORKLOAD,
            "safety = true\nquick = true",
            f"{Q}: items workload: a safety item is critical",
            id="safety-not-critical",
        ),
        pytest.param(
            WORKLOAD,
            "critical = true",
            f"{Q}: items workload: a critical item is in the quick start",
            id="critical-not-quick",
        ),
        pytest.param(
            "both = ",
            "therapist = ",
            f"{Q}: items workload: a critical item is on the manager form",
            id="critical-for-therapists-only",
        ),
        pytest.param(
            'short = "Writing"',
            'short = "Writing"\nquick = true',
            f"{Q}: items can-write: an item of the quick start is on the manager form",
            id="quick-for-therapists-only",
        ),
        pytest.param(
            'short = "Writing"\nwording = { therapist',
            'short = "Writing"\nfind_out = "team"\nwording = { both',
            f"{Q}: items can-write: a confidence item is on the therapist form only",
            id="confidence-for-managers",
        ),
        pytest.param(
            'find_out = "gps"\n', "", f"{Q}: items flow: find_out is needed on the manager form", id="find-out-missing"
        ),
        pytest.param(
            "Patients come to us.",
            "Patients\\ncome to us.",
            f"{Q}: items flow: the wording holds a line break or a hidden character",
            id="line-break",
        ),
        pytest.param(
            "Patients come to us.",
            "Patients \u202ecome to us.",
            f"{Q}: items flow: the wording holds a line break or a hidden character",
            id="right-to-left-override",
        ),
        pytest.param(
            'route = "gp"\nfind_out = "gps"\nwording = { manager = "Patients come to us.", ',
            'scale = "confidence"\nwording = { ',
            f"{Q}: items flow: the items of 'daily' use scale 'true-now'",
            id="two-scales-in-a-domain",
        ),
        pytest.param(
            "I can write to a patient.",
            "there is room in the WORKLOAD.",
            f"{Q}: items can-write: the same words as item 'workload'",
            id="wording-repeated",
        ),
    ],
)
def test_rule(parse_changed, old, new, message):
    with pytest.raises(InstrumentError) as caught:
        parse_changed(old, new)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_sound_questionnaire_has_no_complaints(small):
    assert list(complaints(small)) == []
