"""The data dictionary as REDCap's documentation wants it; there is no reader of it but REDCap itself."""

from __future__ import annotations

import csv
import io
import re

from assessments.reports.forms.clinic_form import clinic_form
from assessments.reports.forms.names import comment, variable
from assessments.reports.forms.redcap import redcap
from readiness.instrument.definition import INSTRUMENT

HEADER = (
    "Variable / Field Name,Form Name,Section Header,Field Type,Field Label,"
    '"Choices, Calculations, OR Slider Labels",Field Note,Text Validation Type OR Show Slider Number,'
    "Text Validation Min,Text Validation Max,Identifier?,Branching Logic (Show field only if...),Required Field?,"
    "Custom Alignment,Question Number (surveys only),Matrix Group Name,Matrix Ranking?,Field Annotation"
)
FORM = clinic_form(INSTRUMENT)
WRITTEN = redcap(FORM).decode()


def choices(cell: str) -> dict[str, str]:
    """Read "1, One | 2, Two"; a code is in letters, digits and underscores, a label has no bar."""
    pairs = [re.fullmatch(r"([a-z0-9_]+), (\S.*\S)", choice) for choice in cell.split(" | ")] if cell else []
    assert all(pairs), cell
    read = {pair[1]: pair[2] for pair in pairs if pair}
    assert len(read) == len(pairs)
    return read


def test_dictionary_is_one_that_redcap_takes() -> None:
    assert WRITTEN.splitlines()[0] == HEADER
    (_, *rows) = csv.reader(io.StringIO(WRITTEN), strict=True)
    fields: dict[str, tuple[str, dict[str, str]]] = {}
    for row in rows:
        name, form, _, kind, label, codes, _, validation, low, high, _, logic, required, *_, annotation = row
        assert len(row) == 18
        assert re.fullmatch(r"[a-z](?!.*__)[a-z0-9_]{0,25}", name)
        assert not name.endswith("_")
        assert name not in fields
        assert (form, required) == ("icbt_readiness", "")
        assert kind in {"text", "notes", "radio", "checkbox", "descriptive"}
        assert label
        assert bool(choices(codes)) == (kind in {"radio", "checkbox"})
        assert bool(validation) == bool(low) == bool(high)
        assert validation in {"", "integer"}
        assert "@" not in annotation  # would be an action
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
        assert "<" not in "".join(row)
        if logic:
            asked = re.fullmatch(r"\[([a-z_]+)\(([a-z_]+)\)\] = '1'", logic)
            assert asked
            assert asked[2] in fields[asked[1]][1]
        fields[name] = kind, choices(codes)
    ratings = {rating.key: rating for section in FORM.sections for rating in section.ratings}
    asked_for = {variable(key) for key in FORM.keys} | {comment(key) for key in ratings}
    assert list(fields)[:2] == ["record_id", "introduction"]
    assert set(fields) == {"record_id", "introduction"} | asked_for
    for key, rating in ratings.items():
        assert fields[variable(key)] == ("radio", {option.code: option.text for option in rating.options})
        assert fields[comment(key)] == ("notes", {})


def test_question_of_a_route_follows_the_route_chosen() -> None:
    logic = {
        row["Variable / Field Name"]: row["Branching Logic (Show field only if...)"]
        for row in csv.DictReader(io.StringIO(WRITTEN))
    }
    assert logic["gp_referral"] == logic["gp_referral_c"] == logic["gp_referral_count"] == "[routes(gp)] = '1'"
    assert logic["self_referral"] == "[routes(self)] = '1'"
    assert not logic["visibility"]
