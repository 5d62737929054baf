"""The survey structure as LimeSurvey's manual describes it; there is no reader of it but LimeSurvey itself."""

from __future__ import annotations

import csv
import io
import re

from assessments.reports.forms.clinic_form import clinic_form
from assessments.reports.forms.limesurvey import limesurvey
from assessments.reports.forms.names import answer_code, question_code
from readiness.instrument.definition import INSTRUMENT

FORM = clinic_form(INSTRUMENT)
WRITTEN = limesurvey(FORM)
OWN_WORDS = {"self", "this", "other", "time", "question", "answer"}
"""What no question may be called."""


def read() -> tuple[dict[str, str], dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    """Give settings, questions and the answers of each: rows belong to what stands above them."""
    settings: dict[str, str] = {}
    questions: dict[str, dict[str, str]] = {}
    answers: dict[str, dict[str, str]] = {}
    is_in_group = False
    code = ""
    for row in csv.DictReader(io.StringIO(WRITTEN.decode("utf-8-sig")), dialect="excel-tab", strict=True):
        assert None not in row
        match row["class"]:
            case "S" | "SL":
                settings[row["name"]] = row["text"]
            case "G":
                is_in_group = True
            case "Q":
                code = row["name"]
                assert is_in_group
                assert code not in questions
                questions[code], answers[code] = row, {}
            case "SQ" | "A" as kind:
                assert (kind == "SQ") == (questions[code]["type/scale"] == "M")
                assert re.fullmatch(r"[a-z0-9]{1,5}", row["name"])
                assert row["name"] not in answers[code]
                assert row["type/scale"] == "0"  # of one scale
                answers[code][row["name"]] = row["text"]
    return settings, questions, answers


def test_structure_is_one_that_limesurvey_takes() -> None:
    assert WRITTEN.startswith(b"\xef\xbb\xbfclass\ttype/scale\tname\trelevance\ttext\thelp\tlanguage\t")
    settings, questions, answers = read()
    assert (settings["language"], settings["surveyls_title"]) == ("en", "iCBT Readiness, version 1")
    assert list(questions) == [question_code(key) for key in FORM.keys]
    for code, row in questions.items():
        assert re.fullmatch(r"[a-z][a-z0-9]{0,19}", code)
        assert code not in OWN_WORDS
        assert row["type/scale"] in {"L", "M", "N", "O"}
        assert row["mandatory"] == "N"
        assert bool(answers[code]) == (row["type/scale"] != "N")
        if row["relevance"] != "1":
            asked = re.fullmatch(r"!is_empty\(routes_([a-z]+)\.NAOK\)", row["relevance"])
            assert asked
            assert asked[1] in answers["routes"]
    for rating in (rating for section in FORM.sections for rating in section.ratings):
        said = {answer_code(option.code): option.text for option in rating.options}
        assert answers[question_code(rating.key)] == said


def test_no_text_is_an_expression_or_html() -> None:
    text = WRITTEN.decode("utf-8-sig")
    assert not set('{}<>"\\') & set(text)


def test_question_of_a_route_follows_the_route_chosen() -> None:
    _, questions, _ = read()
    assert (
        questions["gpreferral"]["relevance"] == questions["gpreferralcount"]["relevance"] == "!is_empty(routes_gp.NAOK)"
    )
    assert questions["selfreferral"]["relevance"] == "!is_empty(routes_self.NAOK)"
    assert questions["visibility"]["relevance"] == "1"
