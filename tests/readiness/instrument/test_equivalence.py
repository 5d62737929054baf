"""Which questions two versions have in common: only those that the later one marks, and whole topics or none."""

from __future__ import annotations

import pytest

from readiness.instrument import loading
from readiness.instrument.equivalence import same_question, same_questions
from readiness.instrument.loading import File, InstrumentError, load, parse
from tests.readiness.instrument.small import EVIDENCE, QUESTIONNAIRE

SECOND = QUESTIONNAIRE.replace("version = 1", "version = 2", 1)
THIRD_ITEM = '[[items]]\nkey = "can-write"'
MORE = '[[items]]\nkey = "{0}"\ndomain = "daily"\ndeterminant = "workload"\nshort = "More"\n'
MORE += 'find_out = "team"\nwording = {{ {1} = "There is more." }}\n\n'


def second(same_as: str, text: str = SECOND):
    return parse(
        File("small-2.toml", f"{text}\n[same_as]\n{same_as}".encode()), File("evidence-1.toml", EVIDENCE.encode())
    )


def with_one_more(form: str) -> str:
    return SECOND.replace(THIRD_ITEM, MORE.format("more", form) + THIRD_ITEM)


@pytest.mark.parametrize(
    ("later", "is_same_flow", "is_same_topic"),
    [
        pytest.param(second(""), False, False, id="nothing-marked"),
        pytest.param(second('1 = ["workload", "flow"]'), True, True, id="all-marked"),
        pytest.param(second('1 = ["workload"]'), False, False, id="one-not-marked"),
        pytest.param(second('1 = ["flow"]'), True, False, id="another-not-marked"),
        pytest.param(
            second('1 = ["workload", "flow"]', with_one_more("manager")),
            True,
            False,
            id="one-question-more-for-managers",
        ),
        pytest.param(
            second('1 = ["workload", "flow"]', with_one_more("therapist")),
            True,
            True,
            id="one-more-for-therapists-only",
        ),
        pytest.param(
            second('1 = ["workload"]', SECOND.replace('"flow"', '"stream"')), False, False, id="one-key-changed"
        ),
        pytest.param(
            second('1 = ["workload", "flow"]', SECOND.replace('"small"', '"other"', 1)),
            False,
            False,
            id="other-questionnaire",
        ),
    ],
)
def test_what_two_versions_have_in_common(small, later, is_same_flow, is_same_topic):
    for pair in ((small, later), (later, small)):
        assert same_question(*pair, "flow") is is_same_flow
        assert same_questions(*pair, "daily") is is_same_topic


def test_one_version_asks_the_same_as_itself(small):
    assert all(same_question(small, small, key) for key in small.item)
    assert same_questions(small, small, "daily")
    assert not same_question(small, small, "gone")
    assert not same_questions(small, small, "sure"), "no manager is asked about confidence"


@pytest.mark.parametrize(
    ("same_as", "message"),
    [
        pytest.param('2 = ["flow"]', "same_as 2: give an earlier version", id="itself"),
        pytest.param('0 = ["flow"]', "same_as 0: give an earlier version", id="before-the-first"),
        pytest.param('1 = ["gone"]', "same_as 1: unknown item 'gone'", id="unknown-item"),
        pytest.param('1 = ["flow", "flow"]', "same_as 1: item 'flow' is there twice", id="twice"),
        pytest.param('one = ["flow"]', "same_as: one.[key]: Input should be a valid integer", id="no-version"),
        pytest.param('1 = "flow"', "same_as: 1: Input should be a valid tuple", id="no-list"),
    ],
)
def test_what_cannot_be_marked_is_refused(same_as, message):
    with pytest.raises(InstrumentError) as caught:
        second(same_as)
    assert str(caught.value).startswith(f"small-2.toml: {message}")


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A library with version 2 of the small questionnaire, which marks one question, and no version 1 yet."""
    monkeypatch.setattr(loading, "LIBRARY", tmp_path)
    monkeypatch.setattr(loading, "_load", loading._load.__wrapped__)
    (tmp_path / "evidence-1.toml").write_text(EVIDENCE)
    (tmp_path / "small-2.toml").write_text(f'{SECOND}\n[same_as]\n1 = ["flow"]')
    return tmp_path


def test_what_the_earlier_version_asks_as_well_can_be_marked(library):
    (library / "small-1.toml").write_text(QUESTIONNAIRE)

    assert load("small", 2).same_as == {1: ("flow",)}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("flow", "stream", "1: no item 'flow' there", id="item-not-there"),
        pytest.param('"Yes"', '"Always"', "1: item 'flow' has other answers there", id="other-words-to-answer"),
    ],
)
def test_what_the_earlier_version_does_not_ask_cannot_be_marked(library, old, new, message):
    (library / "small-1.toml").write_text(QUESTIONNAIRE.replace(old, new))

    with pytest.raises(InstrumentError) as caught:
        load("small", 2)

    assert str(caught.value) == f"small-2.toml: same_as {message}"


def test_a_version_that_the_library_does_not_have_cannot_be_marked(library):
    with pytest.raises(InstrumentError, match=r"^small-2\.toml: same_as 1: there is no such version$"):
        load("small", 2)
