"""A sound questionnaire is read whole; a broken one is refused with file and key in one line."""

from __future__ import annotations

import pytest

from readiness.instrument import loading
from readiness.instrument.definition import Form, ForWhom, Route, Status
from readiness.instrument.loading import File, InstrumentError, load, parse, read, versions
from tests.readiness.instrument.small import EVIDENCE, HEAD, QUESTIONNAIRE


def test_load_without_a_version_gives_the_newest():
    assert load() is load("icbt-readiness", versions("icbt-readiness")[-1])


def test_load_gives_what_was_asked_for():
    instrument = load("icbt-readiness", 1)
    assert (instrument.key, instrument.version) == ("icbt-readiness", 1)


@pytest.mark.parametrize("key", ["nothing", "", "../library/icbt-readiness", "evidence", "icbt-readiness-1", ".*"])
def test_load_refuses_an_unknown_key(key):
    assert versions(key) == ()
    with pytest.raises(InstrumentError, match="there is no questionnaire with this key"):
        load(key)


def test_load_refuses_an_unknown_version():
    with pytest.raises(InstrumentError, match=r"'icbt-readiness': there is no version 99; there is 1"):
        load(version=99)


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A library of its own, with the small questionnaire as versions 2 and 10."""
    monkeypatch.setattr(loading, "LIBRARY", tmp_path)
    monkeypatch.setattr(loading, "_load", loading._load.__wrapped__)
    for version in (2, 10):
        text = QUESTIONNAIRE.replace("version = 1", f"version = {version}", 1)
        (tmp_path / f"small-{version}.toml").write_text(text)
    (tmp_path / "evidence-1.toml").write_text(EVIDENCE)
    return tmp_path


def test_versions_are_numbers_not_text(library):
    assert versions("small") == (2, 10)
    assert load("small").version == 10


def test_load_refuses_a_file_that_says_another_version(library):
    (library / "small-11.toml").write_bytes((library / "small-10.toml").read_bytes())
    with pytest.raises(InstrumentError, match=r"^small-11\.toml: key and version say small-10$"):
        load("small")


@pytest.mark.parametrize("line", ["", 'evidence = "1"', "evidence = true"], ids=["missing", "text", "boolean"])
def test_load_refuses_a_file_without_a_version_of_the_evidence(library, line):
    path = library / "small-10.toml"
    path.write_text(path.read_text().replace("evidence = 1", line, 1))
    with pytest.raises(InstrumentError, match=r"^small-10\.toml: evidence: give the version"):
        load("small")


def test_load_refuses_a_missing_evidence_file(library):
    (library / "evidence-1.toml").unlink()
    with pytest.raises(InstrumentError, match=r"^evidence-1\.toml: cannot be read: No such file or directory$"):
        load("small")


def test_read_stops_at_256_kib(tmp_path):
    path = tmp_path / "long-1.toml"
    path.write_bytes(b"#" * (256 * 1024 + 1))
    with pytest.raises(InstrumentError, match=r"^long-1\.toml: larger than 256 KiB$"):
        parse(read(path), File("evidence-1.toml", b""))


def test_parse_gives_both_forms_the_same_words(small):
    assert small.item["workload"].wording == dict.fromkeys(Form, "There is room in the workload.")


def test_parse_keeps_a_forms_own_words(parse_changed):
    changed = parse_changed('therapist = "Patients come to me."', 'both = "Patients come here."')
    assert changed.item["flow"].wording == {
        Form.MANAGER: "Patients come to us.",
        Form.THERAPIST: "Patients come here.",
    }


def test_parse_reads_every_field_of_an_item(small):
    item = small.item["flow"]
    assert (item.domain, item.determinant, item.scale, item.find_out) == ("daily", "workload", "true-now", "gps")
    assert (item.critical, item.safety, item.quick, item.live, item.route) == (False, False, False, True, Route.GP)


def test_parse_says_in_whose_services_the_studies_saw_a_factor(small):
    workload, writing = small.determinants
    assert [(row.source, row.status) for row in workload.sources] == [
        ("study-a", Status.FINDING_A),
        ("study-b", Status.SECONDARY),
    ]
    assert workload.seen_in == {ForWhom.PAIN_FATIGUE, ForWhom.DEPRESSION_ANXIETY}
    assert writing.seen_in == frozenset()


Q, E = "small-1.toml", "evidence-1.toml"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("[[facts]]", "[[facts]", f"{Q}: not valid TOML: ", id="toml"),
        pytest.param('title = "Small"', 'title = "Small"\ntitle = ""', f"{Q}: not valid TOML: ", id="same-field-twice"),
        pytest.param('title = "Small"', 'title = "a\0b"', f"{Q}: not valid TOML: ", id="nul"),
        pytest.param('title = "Small"', "x = " + "[" * 9000, f"{Q}: not valid TOML: ", id="nested-too-deep"),
        pytest.param('title = "Small"', 'heading = "Small"', f"{Q}: heading: not known here", id="unknown-part"),
        pytest.param("[[determinants]]", "[[items]]", f"{E}: items: not known here", id="items-among-evidence"),
        pytest.param('title = "Small"\n', "", f"{Q}: title: Field required", id="part-missing"),
        pytest.param("version = 1", 'version = "1"', f"{Q}: version: Input should be a valid integer", id="version"),
        pytest.param('key = "flow"', 'key = "Flow!"', f"{Q}: items Flow!: key: String should match", id="key-shape"),
        pytest.param('key = "flow"\n', "", f"{Q}: items number 2: key: Field required", id="key-missing"),
        pytest.param('key = "flow"', "key = [1]", f"{Q}: items number 2: key: Input should be", id="key-list"),
        pytest.param('short = "Flow"\n', "", f"{Q}: items flow: short: Field required", id="field-missing"),
        pytest.param('short = "Flow"', 'shorty = ""', f"{Q}: items flow: short: Field required", id="field-misspelt"),
        pytest.param("live = true", "alive = true", f"{Q}: items flow: alive: Extra inputs", id="field-unknown"),
        pytest.param("live = true", 'live = "yes"', f"{Q}: items flow: live: Input should be a valid bool", id="bool"),
        pytest.param('route = "gp"', 'route = "taxi"', f"{Q}: items flow: route: Input should be 'gp'", id="route"),
        pytest.param('find_out = "gps"', 'find_out = "x"', f"{Q}: items flow: find_out: Input should", id="find-out"),
        pytest.param("Patients come to us.", "Short.", f"{Q}: items flow: wording.manager: String", id="too-short"),
        pytest.param("Patients come to us.", "x" * 161, f"{Q}: items flow: wording.manager: String", id="too-long"),
        pytest.param(
            'therapist = "Patients come', 'boss = "Patients come', f"{Q}: items flow: wording.boss", id="form"
        ),
        pytest.param(
            '{ both = "There is room in the workload." }', "{}", f"{Q}: items workload: wording", id="no-form"
        ),
        pytest.param('{ both = "There is room in the workload." }', "3", f"{Q}: items workload: wording", id="number"),
        pytest.param("takeaway = 1", "takeaway = 6", f"{Q}: domains daily: takeaway: Input", id="takeaway-range"),
        pytest.param("labels = { 1", "labels = { one", f"{Q}: scales true-now: labels.one", id="label-step"),
        pytest.param('"finding-a"', '"proven"', f"{E}: determinants workload: sources.0.status", id="status"),
        pytest.param('"finding-a"', "[1]", f"{E}: determinants workload: sources.0.status", id="status-list"),
        pytest.param('{ study-b = "wider" }', "{}", f"{E}: determinants writing: sources", id="no-source"),
        pytest.param('{ study-b = "wider" }', "7", f"{E}: determinants writing: sources", id="sources-number"),
        pytest.param('why = "Staff said so."\n', "", f"{E}: determinants workload: why", id="why-missing"),
        pytest.param("https://example.org/a", "javascript:1", f"{E}: sources study-a: url: String", id="url"),
    ],
)
def test_parse_refuses_a_broken_field(parse_changed, old, new, message):
    with pytest.raises(InstrumentError) as caught:
        parse_changed(old, new)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("head", "evidence", "message"),
    [
        ("items = 1", "", f"{Q}: items: Input should be a valid tuple"),
        ("items = [1]", "", f"{Q}: items number 1: Input should be a valid dictionary"),
        ("items = []", "", f"{Q}: items: Tuple should have at least 1 item"),
        ("", "determinants = 1", f"{Q}: items: Field required"),
    ],
    ids=["a-number", "a-row-that-is-a-number", "no-items", "determinants-a-number"],
)
def test_parse_refuses_a_part_of_the_wrong_shape(head, evidence, message):
    with pytest.raises(InstrumentError) as caught:
        parse(File(Q, (HEAD + head).encode()), File(E, evidence.encode()))
    assert str(caught.value).startswith(message)


def test_parse_refuses_bytes_that_are_no_text():
    with pytest.raises(InstrumentError, match=r"^small-1\.toml: not UTF-8 at byte 7$"):
        parse(File(Q, b'key = "\xff"'), File(E, b""))


def test_parse_refuses_more_than_300_items():
    row = '\n[[items]]\nkey = "i{0}"\ndomain = "d"\ndeterminant = "d"\nshort = "s"\n'
    row += 'wording = {{ both = "It is really so." }}\n'
    questionnaire = HEAD + "".join(row.format(number) for number in range(301))
    with pytest.raises(InstrumentError, match=r"^small-1\.toml: items: Tuple should have at most 300 items"):
        parse(File(Q, questionnaire.encode()), File(E, b"sources = []\ndeterminants = []"))
