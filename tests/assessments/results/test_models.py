"""The database refuses results that cannot be; each rule with what it takes and what it refuses."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from assessments.results.models import ReleaseRow, Result, ResultFlag, ResultScore
from tests.assessments.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def result(open_round):
    return Result.objects.create(round=open_round, guidance_version=1, algorithm_version=1, offers=[], frozen_at=NOW)


def score_row(result, **changed):
    fields = {
        "view": "domain",
        "key": "intake",
        "position": 0,
        "score": 62.5,
        "status": "provisional",
        "band": "partly",
        "n_items": 6,
        "n_applicable": 5,
        "n_valid": 3,
        "n_dont_know": 1,
        "n_not_applicable": 1,
        "n_blank": 1,
    }
    return ResultScore.objects.create(result=result, **{**fields, **changed})


def flag_row(result, **changed):
    fields = {"key": "missing-funding", "level": "red", "domain": "funding", "items": ["reimbursement"], "position": 0}
    return ResultFlag.objects.create(result=result, **{**fields, **changed})


NO_SCORE = {"score": None, "band": "", "status": "not_scored"}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"score": 0, "band": "not_yet"},
        {"score": 100, "band": "in_place", "status": "scored"},
        NO_SCORE,
        {"view": "takeaway", "key": "2"},
    ],
    ids=str,
)
def test_score_that_can_be_is_kept(result, changed):
    assert score_row(result, **changed).pk


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("result_score_in_bounds", {"score": 100.1}),
        ("result_score_in_bounds", {"score": -0.1}),
        ("result_score_band_iff_score", {"band": ""}),
        ("result_score_band_iff_score", {**NO_SCORE, "band": "partly"}),
        ("result_score_band_known", {"band": "fair"}),
        ("result_score_status_iff_score", {"status": "not_scored"}),
        ("result_score_status_iff_score", {**NO_SCORE, "status": "scored"}),
        ("result_score_view_known", {"view": "overall"}),
        ("result_score_counts_add_up", {"n_blank": 2}),
        ("result_score_counts_add_up", {"n_not_applicable": 0}),
    ],
)
def test_score_that_cannot_be_is_refused(result, rule, changed):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        score_row(result, **changed)


def test_same_key_stands_once_in_a_view(result):
    score_row(result)
    score_row(result, view="cfir")
    with pytest.raises(IntegrityError), transaction.atomic():
        score_row(result)


def test_weak_domain_stands_once_for_a_topic(result):
    flag_row(result, key="weak-domain", domain="funding", level="amber")
    flag_row(result, key="weak-domain", domain="skills", level="amber")
    with pytest.raises(IntegrityError), transaction.atomic():
        flag_row(result, key="weak-domain", domain="skills", level="amber")


def test_unknown_level_is_refused(result):
    with pytest.raises(IntegrityError, match="result_flag_level_known"), transaction.atomic():
        flag_row(result, level="green")


def test_round_has_one_result(result, open_round):
    with pytest.raises(IntegrityError), transaction.atomic():
        Result.objects.create(round=open_round, guidance_version=1, algorithm_version=1, offers=[], frozen_at=NOW)


def test_names_say_what_they_are(result):
    assert str(result) == f"Result of {result.round_id}"
    assert str(score_row(result)) == "domain intake"
    assert str(flag_row(result)) == "missing-funding red"


def release_row(result, **changed):
    fields = {"scale": "practice", "position": 0, "status": "shown", "value": 55, "side": "", "bound": None, "n": 7}
    return ReleaseRow.objects.create(result=result, **{**fields, **changed})


BAND = {"value": None, "side": "at_most", "bound": 20}
WITHHELD = {"status": "withheld", "value": None, "n": None}


@pytest.mark.parametrize(
    "changed",
    [{}, {"value": 100}, {"value": 0, "n": 5}, BAND, {**BAND, "side": "at_least", "bound": 80}, WITHHELD],
    ids=str,
)
def test_row_that_can_be_released_is_kept(result, changed):
    assert str(release_row(result, **changed)) == f"practice {changed.get('status', 'shown')}"


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("release_row_value_or_band_or_nothing", {"value": None}),
        ("release_row_value_or_band_or_nothing", {**BAND, "value": 15}),
        ("release_row_value_or_band_or_nothing", {**BAND, "bound": None}),
        ("release_row_value_or_band_or_nothing", {**BAND, "side": ""}),
        ("release_row_value_or_band_or_nothing", {**BAND, "side": "between"}),
        ("release_row_value_or_band_or_nothing", {"n": 4}),
        ("release_row_value_or_band_or_nothing", {"n": None}),
        ("release_row_value_or_band_or_nothing", {**BAND, "n": 4}),
        ("release_row_value_or_band_or_nothing", {"status": "hidden"}),
        ("release_row_value_or_band_or_nothing", {**WITHHELD, "value": 55}),
        ("release_row_value_or_band_or_nothing", {**WITHHELD, "n": 7}),
        ("release_row_value_or_band_or_nothing", {**WITHHELD, "side": "at_most"}),
        ("release_row_value_or_band_or_nothing", {**WITHHELD, "bound": 20}),
        ("release_row_in_bounds", {"value": 105}),
        ("release_row_in_bounds", {**BAND, "bound": 105}),
    ],
)
def test_row_that_cannot_be_released_is_refused(result, rule, changed):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        release_row(result, **changed)


def test_topic_is_released_once(result):
    release_row(result)
    with pytest.raises(IntegrityError), transaction.atomic():
        release_row(result, position=1)


@pytest.mark.parametrize(
    ("changed", "is_kept"),
    [
        ({"form": "joint", "n_no_agreement": 1, "n_blank": 0}, True),
        ({"form": "clinic", "n_no_agreement": 1, "n_blank": 0}, False),
        ({"form": "joint", "view": "cfir"}, False),
        ({"form": "therapist"}, False),
    ],
)
def test_only_a_team_talk_counts_disagreement(result, changed, is_kept):
    if is_kept:
        assert score_row(result, **changed).pk
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        score_row(result, **changed)
