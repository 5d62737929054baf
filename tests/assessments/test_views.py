"""The start page, the pages about the site, its health, and what it says when something is wrong."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from http import HTTPStatus
from pathlib import Path
from typing import Final

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse

from assessments import health, presenters, views
from assessments.clinics.models import Clinic, User
from assessments.rounds import actions as round_actions
from assessments.rounds.models import Round
from readiness.instrument.definition import Form
from readiness.instrument.loading import load
from tests.assessments.conftest import signed_in

PAGES: Final = ("home", "about_scoring", "about_evidence", "about_privacy", "about_privacy_data")
NOW: Final = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FORBIDDEN_WORDS: Final = re.compile(r"\b(audit|compliance|fails?|failed|failure|n =|determinants?)\b", re.IGNORECASE)


def words_of(content: bytes) -> str:
    """Give the words of a page, without its markup."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content.decode())))


@pytest.mark.parametrize("name", PAGES)
def test_page_opens_without_an_account(client: Client, db: None, name: str) -> None:
    response = client.get(reverse(name))
    assert response.status_code == HTTPStatus.OK
    content = response.content.decode()
    assert content.count("<h1") == 1
    assert "style=" not in content
    assert "<script" not in content


@pytest.mark.parametrize("name", PAGES)
def test_page_needs_no_query_for_a_visitor(
    client: Client, db: None, django_assert_num_queries: object, name: str
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        client.get(reverse(name))


@pytest.mark.parametrize("name", PAGES)
def test_page_keeps_to_our_words(client: Client, db: None, name: str) -> None:
    assert not FORBIDDEN_WORDS.findall(words_of(client.get(reverse(name)).content))


def test_home_tells_a_visitor_how_to_begin(client: Client, db: None) -> None:
    words = words_of(client.get("/").content)
    assert "Try it without an account" in words
    assert "Create an account" in words
    assert f"{len(load().items_of(Form.MANAGER))} questions" in words
    assert "Programmes without a therapist" in words
    assert "not as a verdict" in words


def test_home_offers_no_account_where_accounts_are_by_invitation(client: Client, db: None, settings: object) -> None:
    settings.SIGNUP = "invited"  # type: ignore[attr-defined]
    words = words_of(client.get("/").content)
    assert "Create an account" not in words
    assert "by invitation" in words


def test_home_leads_somebody_signed_in_to_their_clinics(lead: User) -> None:
    content = signed_in(lead).get("/").content.decode()
    assert f'href="{reverse("clinics:list")}"' in content
    assert "Try it without an account" not in content


def test_twelve_questions_are_ten_critical_ones_and_two_on_how_patients_come() -> None:
    quick = [item for item in load().items if item.quick]
    assert (len(quick), sum(item.critical for item in quick)) == (12, 10)
    assert {item.key for item in quick if not item.critical} == {"gp-referral", "self-referral"}


def test_sample_is_weakest_first_and_starts_with_a_decision() -> None:
    sample = presenters.sample()
    assert [topic.percent for topic in sample.topics] == sorted(topic.percent for topic in sample.topics)
    assert sample.card.level_word == "Needs a decision"
    assert ("Referrals from GPs", "Not at all true") in sample.card.because
    assert {topic.word for topic in sample.topics} == {"Not yet", "Partly", "In place"}


def test_worked_example_adds_up_by_hand() -> None:
    worked = presenters.worked_example()
    assert [step.points for step in worked.steps] == [25, 0, 25, None, 75, 50]
    assert [step.answer for step in worked.steps][3] == "Does not apply to us"
    assert (worked.total, worked.n_valid, worked.n_items) == (175, 5, 6)
    assert (worked.topic.percent, worked.topic.word) == (35, "Not yet")


def test_worked_example_is_the_one_of_the_document() -> None:
    document = (Path(__file__).parents[2] / "docs" / "scoring.md").read_text(encoding="utf-8")
    shown = [step.points for step in presenters.worked_example().steps if step.points is not None]
    assert f"({' + '.join(str(points) for points in shown)}) / 5 = 35" in document


def test_scoring_page_shows_the_example_and_the_landmark(client: Client, db: None) -> None:
    words = words_of(client.get(reverse("about_scoring")).content)
    assert "175 ÷ 5" in words
    assert "62 of 100" in words
    assert "conventions" in words


def test_scoring_page_says_how_the_team_is_heard_and_set_beside(client: Client, db: None) -> None:
    words = words_of(client.get(reverse("about_scoring")).content)
    assert "“The online programme”, “Daily work”, “Leadership and team”, “Trust in iCBT”." in words
    assert "rounded to the nearest 5" in words
    assert "never from what one person answered" in words


def test_scoring_page_says_what_counts_as_a_change_and_what_is_not_compared(client: Client, db: None) -> None:
    words = words_of(client.get(reverse("about_scoring")).content)
    assert presenters.change_steps() == ((2, 2), (3, 3), (4, 3), (5, 4), (6, 4))
    assert "How much answers vary by themselves is our own judgement." in words
    assert "side by side, without a verdict" in words


def test_evidence_page_has_an_anchor_for_every_source(client: Client, db: None) -> None:
    content = client.get(reverse("about_evidence")).content.decode()
    assert set(re.findall(r'id="source-([^"]+)"', content)) == {source.key for source in load().sources}
    targets = set(re.findall(r'href="#source-([^"]+)"', content))
    assert targets <= {source.key for source in load().sources}


def test_evidence_page_lists_every_factor_once() -> None:
    listed = [factor.name for group in presenters.factor_groups() for factor in group.factors]
    listed += [factor.name for factor in presenters.factors_not_asked()]
    assert sorted(listed) == sorted(determinant.name for determinant in load().determinants)


def test_privacy_page_names_the_operator(client: Client, db: None) -> None:
    words = words_of(client.get(reverse("about_privacy")).content)
    assert "The test operator" in words
    assert "operator@example.org" in words


def test_healthz_needs_nothing(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (HTTPStatus.OK, {"status": "ok"})


def test_readyz_is_ready_when_everything_works(client: Client, db: None) -> None:
    health.note_worker(now=datetime.now(UTC))
    response = client.get("/readyz")
    assert response.status_code == HTTPStatus.OK
    answer = response.json()
    assert answer.pop("worker_age_seconds") in range(5)
    assert answer == {
        "status": "ready",
        "database": True,
        "migrations": True,
        "history": True,
        "disk": True,
        "worker": True,
    }


@pytest.mark.parametrize(
    ("seen", "is_well", "age"),
    [
        (None, False, None),
        (timedelta(seconds=40), True, 40),
        (timedelta(minutes=3), True, 180),
        (timedelta(minutes=3, seconds=1), False, 181),
        (timedelta(seconds=-5), True, 0),
    ],
)
def test_worker_is_well_when_seen_lately(db: None, seen: timedelta | None, is_well: bool, age: int | None) -> None:
    cache.clear()
    if seen is not None:
        health.note_worker(now=NOW - seen)
    found = health.look(now=NOW)
    assert (found.worker, found.worker_age, found.is_ready) == (is_well, age, is_well)


def test_sign_of_life_does_not_expire(db: None) -> None:
    health.note_worker(now=NOW)
    assert health.worker_age(now=NOW + timedelta(days=400)) == 400 * 24 * 3600


def _down(*args: object, **kwargs: object) -> None:
    raise OperationalError("no route to the database")


def test_readyz_says_so_when_the_database_is_down(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    client.cookies["sessionid"] = "something"
    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", _down)
    response = client.get("/readyz")
    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert response.json() == {
        "status": "not ready",
        "database": False,
        "migrations": False,
        "history": False,
        "disk": True,
        "worker": False,
        "worker_age_seconds": None,
    }
    assert client.get("/healthz").status_code == HTTPStatus.OK


def test_readyz_says_so_when_migrations_are_missing(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrations_of_the_code", lambda: frozenset({("clinics", "9999_tomorrow")}))
    response = client.get("/readyz")
    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert response.json()["migrations"] is False


def test_readiness_survives_an_outage_between_two_questions(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.db.migrations.recorder.MigrationRecorder.applied_migrations", _down)
    monkeypatch.setattr("django.core.cache.backends.db.DatabaseCache.get", _down)
    found = health.look(now=NOW)
    assert (found.database, found.migrations, found.worker_age) == (True, False, None)


def test_readyz_says_so_when_nothing_can_be_written(client: Client, db: None, settings: object, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "gone"  # type: ignore[attr-defined]
    response = client.get("/readyz")
    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert response.json()["disk"] is False


def test_unknown_address_and_other_clinic_look_the_same(stranger: User, clinic: Clinic, open_round: Round) -> None:
    browser = signed_in(stranger)
    pages = [
        browser.get(path)
        for path in ("/nothing/", f"/clinics/{clinic.pk}/", f"/rounds/{open_round.pk}/", "/clinics/" + "0" * 8 + "/")
    ]
    assert {page.status_code for page in pages} == {HTTPStatus.NOT_FOUND}
    without_tokens = {re.sub(rb'value="\w{64}"', b"", page.content) for page in pages}
    assert len(without_tokens) == 1


def test_refusal_tells_the_reason(manager: User, clinic: Clinic) -> None:
    response = signed_in(manager).get(reverse("clinics:details", args=[clinic.pk]))
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "Only the lead" in words_of(response.content)
    assert "Nothing was changed" in words_of(response.content)


def test_refusal_without_a_reason_of_ours_gives_none_away(rf: RequestFactory, db: None) -> None:
    response = views.forbidden(rf.get("/"), PermissionError("inner detail"))
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert b"inner detail" not in response.content


def test_server_error_shows_a_number_that_is_in_the_log_and_nothing_else(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr(presenters, "sample", lambda: 1 / 0)
    with caplog.at_level(logging.ERROR):
        response = client.get("/")
    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    number = re.search(r"<code>(\w{12})</code>", response.content.decode())
    assert number
    (line,) = [r.getMessage() for r in caplog.records if r.name == "assessments.views"]
    assert line.startswith(f"Error {number[1]}: ZeroDivisionError at {__file__}:")
    assert b"ZeroDivisionError" not in response.content
    assert "no-store" in response["Cache-Control"]
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_server_error_page_needs_no_database(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", _down)
    response = views.server_error(rf.get("/"))
    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert b"Something went wrong on our side" in response.content


def test_page_that_meets_a_dead_database_is_a_plain_error(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False
    client.cookies["sessionid"] = "something"
    with monkeypatch.context() as patch:
        patch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", _down)
        response = client.get("/clinics/")
    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert b"no route to the database" not in response.content


def test_wrong_host_is_a_bad_request_in_our_words(client: Client, db: None) -> None:
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert b"This request could not be read" in response.content
    assert b"evil.example" not in response.content


@pytest.mark.parametrize("length", ["600000", "99999999999"])
def test_body_that_is_too_large_is_refused_unread(client: Client, db: None, length: str) -> None:
    response = client.post("/accounts/login/", data=b"x", content_type="text/plain", CONTENT_LENGTH=length)
    assert response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "That is more" in words_of(response.content) or "more than we can take" in words_of(response.content)


def test_body_with_a_hundred_thousand_fields_is_a_bad_request(client: Client, db: None) -> None:
    body = "&".join(f"a{number}=" for number in range(60_000))
    response = client.post("/accounts/login/", data=body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == HTTPStatus.BAD_REQUEST


def test_expired_form_says_how_to_go_on(lead: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(lead)
    response = browser.post(reverse("clinics:create"), {"name": "A clinic"})
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "This page was open too long" in words_of(response.content)
    assert not Clinic.objects.exists()


def test_expired_question_page_comes_back_as_typed(lead: User, open_round: Round) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(lead)
    address = reverse("rounds:section", args=[open_round.pk, "funding"])
    response = browser.post(address, {"comment-reimbursement": "typed with care"})
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "This page was open too long" not in words_of(response.content)


FOREIGN = ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"})


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_what_another_site_sends_never_comes_back_as_typed(lead, open_round, headers, is_signed_in) -> None:
    browser = Client(enforce_csrf_checks=True)
    if is_signed_in:
        browser.force_login(lead)
    address = reverse("rounds:section", args=[open_round.pk, "funding"])
    response = browser.post(address, {"comment-reimbursement": "call 555"}, headers=headers)
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "This page was open too long" in words_of(response.content)
    assert b"call 555" not in response.content


def test_expired_form_at_an_unknown_address_is_answered_too(rf: RequestFactory, db: None) -> None:
    response = views.csrf_failure(rf.post("/nowhere/"))
    assert response.status_code == HTTPStatus.FORBIDDEN


def test_database_that_is_away_is_503_and_asks_to_try_again(
    lead: User, open_round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(presenters, "sample", away)
    monkeypatch.setattr(round_actions, "save_answer", away)
    client = signed_in(lead)
    client.raise_request_exception = False
    item = reverse("rounds:item", args=[open_round.pk, "intake"])
    page = client.get(reverse("home"))
    save = client.put(item, '{"op": "a", "base": 0, "value": 1}', content_type="application/json")

    for answer in (page, save):
        assert answer.status_code == 503
        assert answer["Retry-After"] == "5"
        assert b"the database is away" not in answer.content
    assert save.json()["error"]
    assert "what you typed is still there" in words_of(page.content)
