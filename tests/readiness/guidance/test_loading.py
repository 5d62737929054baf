"""What a guidance file must hold: the released file with one thing changed, and the line that names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.guidance import loading
from readiness.guidance.loading import GuidanceError, load, parse, versions
from tests.readiness.scoring.strategies import INSTRUMENT

NAME = "icbt-readiness-1.toml"
TEXT = (loading.LIBRARY / NAME).read_text(encoding="utf-8")


def option(key: str) -> str:
    """Give the text of one option."""
    return next(part for part in TEXT.split("[[options]]") if f'\nkey = "{key}"\n' in part)


def changed(key: str, old: str, new: str) -> str:
    """Give the file with `old` replaced in one option."""
    assert old in option(key)
    return TEXT.replace(option(key), option(key).replace(old, new))


def replaced(old: str, new: str) -> str:
    """Give the file with `old` replaced everywhere."""
    assert old in TEXT
    return TEXT.replace(old, new)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("key = ", "Invalid value", id="not TOML"),
        pytest.param(replaced("version = 1\n", "version = 0\n"), "version: Input should be", id="version"),
        pytest.param(replaced("version = 1\n", "version = 1\nauthor = 'me'\n"), "author: Extra inputs", id="field"),
        pytest.param(replaced("for_versions = [1]", "for_versions = [2]"), "not for icbt-readiness 1", id="version 2"),
        pytest.param(replaced('instrument = "icbt', 'instrument = "other'), "not for icbt-readiness", id="instrument"),
        pytest.param(changed("record-link", 'effort = "high"', 'effort = "huge"'), "record-link.effort", id="effort"),
        pytest.param(changed("record-link", 'basis = "rec', 'basis = "x'), "record-link.basis", id="basis"),
        pytest.param(changed("record-link", 'why = "', f'why = "{"x" * 400}'), "record-link.why", id="too long"),
        pytest.param(
            changed("record-link", 'not_when = "', '# "'), "record-link.not_when: Field required", id="missing"
        ),
        pytest.param(changed("record-link", "takeaway = 1", "takeaway = 6"), "record-link.takeaway", id="takeaway"),
        pytest.param(changed("record-link", 'key = "record-link"', ""), "options.0.key: Field required", id="no key"),
        pytest.param(replaced('key = "data-rules"', 'key = "record-link"'), "record-link: the key is used", id="twice"),
        pytest.param(changed("record-link", '"vis-2018"', '"vis-2081"'), "unknown source 'vis-2081'", id="source"),
        pytest.param(changed("record-link", '["record-system"]', '["record"]'), "unknown item 'record'", id="item"),
        pytest.param(
            changed("record-link", '["record-system"]', '["record-system", "comorbidity"]'),
            "record-link: unknown item 'comorbidity'",
            id="item of therapists only",
        ),
        pytest.param(
            changed("record-link", 'domains = ["integration"]', 'domains = ["confidence"]'),
            "record-link: unknown domain 'confidence'",
            id="domain of therapists only",
        ),
        pytest.param(changed("train-two", '["critical-training"]', '["critical-x"]'), "unknown flag", id="flag"),
        pytest.param(changed("train-two", '["critical-training"]', '["weak-domain"]'), "unknown flag", id="weak"),
        pytest.param(
            changed("record-link", '["integration"]', '["funding"]'),
            "record-link: acts on no item of funding",
            id="idle",
        ),
        pytest.param(
            changed("train-two", '["critical-training"]', '["critical-workload"]'),
            "train-two: does not act on the item of critical-workload",
            id="beside the flag",
        ),
        pytest.param(
            replaced('in_common = "work with', '# "'), "flags.scepticism.in_common: Field required", id="not in common"
        ),
        pytest.param(
            replaced('in_common_one = "works with', '# "'), "flags.scepticism.in_common_one: Field", id="not of one"
        ),
        pytest.param(
            replaced('in_common = "see “{topic}”', 'in_common = "see much'),
            "role-gap: in_common does not name {topic}",
            id="topic missing",
        ),
        pytest.param(
            replaced('in_common_one = "has much still open on “{topic}”', 'in_common_one = "has much still open'),
            "weak-domain: in_common_one does not name {topic}",
            id="topic missing for one",
        ),
        pytest.param(replaced('["itfits-2024"]', '["x"]'), "training_only: unknown source 'x'", id="hint's source"),
        pytest.param(replaced('short = "Money', '# "'), "flags.missing-funding.short: Field required", id="no name"),
        pytest.param(
            replaced('short_of_topic = "Views', '# "'),
            "role-gap: short_of_topic does not name",
            id="no name on a topic",
        ),
        pytest.param(
            replaced('in_common_one = "works with', 'in_common_one = "works on {topic} with'),
            "scepticism: in_common_one has no place for {topic}",
            id="topic of no flag",
        ),
        pytest.param(replaced('key = "scepticism"', 'key = "doubt"'), "doubt: unknown flag 'doubt'", id="flag's key"),
        pytest.param(
            replaced('items = ["colleague-acceptance"]\ntitle', 'items = ["colleagues"]\ntitle'),
            "scepticism: unknown item 'colleagues'",
            id="variant's item",
        ),
        pytest.param(
            replaced("given = { intake =", "given = { patients ="),
            "low-patient-inflow: unknown item 'patients'",
            id="variant's given item",
        ),
        pytest.param(
            replaced('intake = ["in-place"]', 'intake = ["good"]'), "low-patient-inflow.variants", id="given kind"
        ),
        pytest.param(
            replaced('"titzler-2020"]\n[[flags.', '"x"]\n[[flags.'), "scepticism: unknown source", id="flag src"
        ),
        pytest.param(replaced('fact = "funding-months"', 'fact = "months"'), "unknown fact 'months'", id="fact"),
        pytest.param(replaced('item = "workload"', 'item = "work"'), "clashes: unknown item 'work'", id="clash's item"),
        pytest.param(replaced('key = "payer"', 'key = "payers"'), "inquiries: 'payer' is missing", id="group"),
        pytest.param(
            TEXT.replace(TEXT[TEXT.index('[[flags]]\nkey = "weak') : TEXT.index("# Options: takeaway 1")], ""),
            "flags: weak-domain is missing",
            id="flag without words",
        ),
        pytest.param(
            replaced('flags = ["critical-named-lead"]', "flags = []"), "fewer than 2 fit critical-named-lead", id="few"
        ),
        pytest.param(
            replaced('given = { gp-referral = ["partly"] }', 'higher = "nobody"'),
            "low-gp-referral.variants.0.higher",
            id="variant's higher",
        ),
        pytest.param(
            replaced('safety_item = "confidence-risk"', 'safety_item = "risk-procedure"'),
            "profile: unknown task 'risk-procedure'",
            id="profile's task",
        ),
        pytest.param(replaced('steady = "', '# "'), "profile.steady: Field required", id="profile's words"),
        pytest.param(
            replaced('item = "confidence-time"\nkind = "practice"', 'item = "planned-time"\nkind = "practice"'),
            "time-practice: unknown task 'planned-time'",
            id="tip's task",
        ),
        pytest.param(
            replaced('key = "tone-practice"', 'key = "time-practice"'), "time-practice: the key is", id="tips"
        ),
        pytest.param(
            replaced('"folker-2018-summary", "terpstra-2018"]\n\n[[tips', '"x"]\n\n[[tips'),
            "feedback-training: unknown source 'x'",
            id="tip's source",
        ),
        pytest.param(
            replaced('item = "confidence-time"\nkind = "practice"', 'item = "confidence-risk"\nkind = "practice"'),
            "tips: confidence-time has 1, not 2 to 3",
            id="too few tips",
        ),
        pytest.param(
            replaced('item = "confidence-time"\nkind = "practice"', 'item = "confidence-time"\nkind = "hope"'),
            "tips.time-practice.kind",
            id="tip's kind",
        ),
        pytest.param(
            replaced('flags = ["role-gap"]\n', "").replace(', "role-gap"]', "]"),
            "fewer than 2 fit role-gap",
            id="no options for different views",
        ),
        pytest.param(
            changed("monthly-count", "takeaway = 2\n", 'takeaway = 2\nroutes = ["gp"]\n'), None, id="a route is allowed"
        ),
        pytest.param(
            TEXT.replace(option("training-in-hours"), option("training-in-hours").replace("organise", "train")),
            "none that fits critical-training in every context changes more than training",
            id="training only",
        ),
    ],
)
def test_parse_names_file_and_key(text: str, message: str | None) -> None:
    if message is None:
        assert parse(text.encode(), NAME, INSTRUMENT).version == 1
        return
    with pytest.raises(GuidanceError) as caught:
        parse(text.encode(), NAME, INSTRUMENT)

    assert str(caught.value).startswith(f"{NAME}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"title = '\xff'", "not UTF-8 at byte 9", id="encoding"),
        pytest.param(b"#" * (256 * 1024 + 1), "larger than", id="size"),
        pytest.param(b"options = 3", "Field required", id="no sections"),
    ],
)
def test_parse_refuses_bytes(content: bytes, message: str) -> None:
    with pytest.raises(GuidanceError, match=message):
        parse(content, NAME, INSTRUMENT)


def test_load_newest_is_the_newest_that_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / NAME).write_text(TEXT, encoding="utf-8")
    for number, fits in ((2, "[1]"), (10, "[1, 2]"), (11, "[2]")):
        text = replaced("for_versions = [1]", f"for_versions = {fits}").replace(
            "version = 1\n", f"version = {number}\n", 1
        )
        (tmp_path / f"icbt-readiness-{number}.toml").write_text(text, encoding="utf-8")
    (tmp_path / "icbt-readiness-draft.toml").write_text("", encoding="utf-8")
    monkeypatch.setattr(loading, "LIBRARY", tmp_path)

    assert versions("icbt-readiness") == (1, 2, 10, 11)
    assert load(INSTRUMENT).version == 10
    assert load(INSTRUMENT, 1).version == 1


def test_load_refuses_what_is_not_there() -> None:
    with pytest.raises(GuidanceError, match=r"icbt-readiness-99\.toml: there is no such guidance"):
        load(INSTRUMENT, 99)
    with pytest.raises(GuidanceError, match="no guidance for other 1"):
        load(INSTRUMENT.model_copy(update={"key": "other"}))
    with pytest.raises(GuidanceError, match=r"icbt-readiness-1\.toml: instrument: not for icbt-readiness 7"):
        load(INSTRUMENT.model_copy(update={"version": 7}), 1)
