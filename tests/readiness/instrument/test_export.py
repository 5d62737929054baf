"""The JSON that others read: nothing but plain values, in the contract's shape."""

from __future__ import annotations

import json

from readiness.instrument.export import export
from readiness.instrument.loading import load


def test_export_is_plain_json():
    exported = export(load())
    assert json.loads(json.dumps(exported, allow_nan=False)) == exported


def test_export_holds_every_part_of_the_contract():
    assert export(load()).keys() >= {
        "key", "version", "title", "scales", "domains", "items", "determinants", "sources", "facts",
    }  # fmt: skip


def test_export_of_an_item(small):
    assert export(small)["items"][1] == {
        "key": "flow",
        "domain": "daily",
        "scale": "true-now",
        "forms": {"manager": "Patients come to us.", "therapist": "Patients come to me."},
        "short": "Flow",
        "critical": False,
        "safety": False,
        "quick": False,
        "live": True,
        "route": "gp",
        "determinant": "workload",
        "takeaway": 1,
        "cfir": "process",
        "find_out": "gps",
    }


def test_export_gives_only_the_forms_that_ask_an_item(small):
    last = export(small)["items"][2]
    assert last["forms"] == {"therapist": "I can write to a patient."}
    assert (last["route"], last["find_out"]) == (None, None)


def test_export_of_a_determinant(small):
    assert export(small)["determinants"][0] == {
        "key": "workload",
        "name": "Workload",
        "cfir": "process",
        "sources": [{"source": "study-a", "status": "finding-a"}, {"source": "study-b", "status": "secondary"}],
        "seen_in": ["depression-anxiety", "pain-fatigue"],
        "why": "Staff said so.",
    }


def test_export_of_scales_and_facts(small):
    exported = export(small)
    assert exported["scales"][1] == {
        "key": "confidence", "low": 0, "high": 10, "labels": {"0": "Cannot", "10": "Certain"},
    }  # fmt: skip
    assert exported["facts"] == [
        {
            "key": "hours", "domain": "daily", "text": "How many hours?", "unit": "hours", "low": 0, "high": 100_000,
            "route": None,
        }
    ]  # fmt: skip
