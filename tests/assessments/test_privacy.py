"""What the privacy pages say: everything that is stored is described, and what they claim is what the code does."""

from __future__ import annotations

import importlib
import pkgutil
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Final

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.urls import reverse

import assessments
from assessments import privacy
from assessments.clinics.admin import site as admin_site
from assessments.clinics.models import Clinic, User
from assessments.networks.models import Level
from assessments.respondents import upkeep
from assessments.respondents.models import Draft, Submission
from assessments.rounds import querysets
from assessments.rounds.passes import Pass
from assessments.rounds.policies import RELEASE_EVERY
from readiness.scoring.release import MIN_PEOPLE, RANGE_LEFT

ROOT: Final = Path(__file__).parents[2]


def our_models():
    """Give the models of this application, those between two others included."""
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.app_config.name.startswith("assessments.")]


LABELS: Final = [model._meta.label for model in our_models()]
PAPERS: Final = ("docs/privacy.md", "templates/site/privacy.html", "templates/site/privacy_data.html")
SAYS_TOO_MUCH: Final = re.compile(r"\b(?<!not )anonymous(?:ly)?\b|\bimpossible\b|\bguarante", re.IGNORECASE)


def words_of(client: Client, name: str) -> str:
    """Give the words of a page, without its markup."""
    content = client.get(reverse(name)).content.decode()
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content)))


def passes() -> dict[str, Pass]:
    """Give every kind of pass in the code, by name."""
    found: dict[str, Pass] = {}
    for module in pkgutil.walk_packages(assessments.__path__, "assessments."):
        if module.name.endswith("passes"):
            kinds = vars(importlib.import_module(module.name)).values()
            found |= {kind.name: kind for kind in kinds if isinstance(kind, Pass)}
    return found


# Everything that is stored is described


@pytest.mark.parametrize("label", LABELS)
def test_every_column_of_ours_is_described_and_nothing_else(label: str) -> None:
    model = next(model for model in our_models() if model._meta.label == label)
    described = privacy.words()["table"][label]["columns"]
    assert list(described) == [field.name for field in model._meta.local_concrete_fields]
    assert len(privacy.table(label).columns) == len(described)


def test_every_table_of_ours_stands_on_the_page_once() -> None:
    shown = [label for section in privacy.words()["section"] for label in section["tables"]]
    assert sorted(shown) == sorted(LABELS)
    assert set(privacy.words()["table"]) == set(LABELS)


def test_every_table_of_the_database_is_told(db: None) -> None:
    ours = {one.name for section in privacy.sections() for one in section.tables}
    others = {name for name, _ in privacy.framework()}
    assert not ours & others
    assert ours | others == set(connection.introspection.table_names())


def test_passes_stand_where_they_are_found() -> None:
    """A cookie that is set elsewhere would escape the next test."""
    sources = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "assessments").rglob("*.py")}
    sets = {name for name, text in sources.items() if re.search(r"\bPass\(|set_(?:signed_)?cookie\(", text)}
    assert sets == {"passes.py"}


def test_cookies_are_the_passes_of_the_code_and_the_two_of_the_framework() -> None:
    kept = {"sessionid", "csrftoken"}
    assert set(privacy.words()["cookies"]) == kept | set(passes())


@pytest.mark.parametrize("name", sorted(passes()))
def test_cookie_lasts_as_long_as_the_page_says(name: str) -> None:
    said, kind = privacy.words()["cookies"][name], passes()[name]
    assert timedelta(minutes=said["pass_minutes"]) == kind.lasts
    amount = re.search(r"(\d+) (minute|hour|day)s?", said["lasts"])
    assert amount
    assert timedelta(**{f"{amount[2]}s": int(amount[1])}) == kind.lasts
    assert ("browser is closed" in said["lasts"]) is kind.ends_with_browser


def test_cookies_of_the_framework_last_as_long_as_the_page_says() -> None:
    said = privacy.words()["cookies"]
    assert timedelta(hours=12).total_seconds() == settings.SESSION_COOKIE_AGE
    assert "12 hours" in said["sessionid"]["lasts"]
    assert timedelta(days=360).total_seconds() < settings.CSRF_COOKIE_AGE < timedelta(days=370).total_seconds()
    assert "a year" in said["csrftoken"]["lasts"]


def test_cookies_are_named_as_a_browser_shows_them(settings: object) -> None:
    settings.SESSION_COOKIE_SECURE = True  # type: ignore[attr-defined]
    assert all(cookie.name.startswith("__Host-") for cookie in privacy.cookies())


# Who is invited and what was answered are kept apart


def test_round_is_all_that_invitations_and_answers_have_in_common() -> None:
    assert privacy.apart().shared == ("rounds_round",)


def test_answers_lead_to_their_round_and_nowhere_else() -> None:
    assert [one.leads_to for one in privacy.apart().answers] == [{"rounds_round"}] * 2


def test_nothing_leads_to_answers() -> None:
    tables = [one for section in privacy.sections() for one in section.tables]
    answers = {one.name for one in privacy.apart().answers}
    assert not [one.name for one in tables if one.leads_to & answers]


@pytest.mark.parametrize("model", [Draft, Submission])
def test_answers_hold_no_time_and_no_person(model: type[models.Model]) -> None:
    fields = model._meta.get_fields()
    assert not [field for field in fields if isinstance(field, models.DateTimeField)]
    assert {field.name for field in fields} <= {"id", "round", "answers", "code_hash", "saved_on"}


# Numbers of the pages and the paper


def test_numbers_on_the_page_are_those_of_the_code(client: Client, db: None) -> None:
    words = words_of(client, "about_privacy")
    assert MIN_PEOPLE == 5
    assert "only if at least five of you answered that topic" in words
    assert f"come out once in {RELEASE_EVERY.days} days" in words
    assert f"for {querysets.LINK_LIFE.days} days after closing your link" in words
    assert f"nobody touches for {upkeep.DRAFT_LIFE.days} days" in words


def test_numbers_in_the_paper_are_those_of_the_code() -> None:
    paper = (ROOT / "docs/privacy.md").read_text(encoding="utf-8")
    assert f"at least {RANGE_LEFT} points" in paper
    assert f"{RELEASE_EVERY.days} days" in paper
    assert f"{querysets.LINK_LIFE.days} days" in paper
    assert f"{upkeep.DRAFT_LIFE.days} days" in paper


def test_administration_knows_accounts_and_clinics_only() -> None:
    assert set(admin_site._registry) == {User, Clinic}
    assert not set(admin.site._registry) & set(our_models())


# Pages


def test_page_names_every_cookie_and_leads_to_the_tables(client: Client, db: None) -> None:
    content = client.get(reverse("about_privacy")).content.decode()
    assert f'href="{reverse("about_privacy_data")}"' in content
    assert {cookie.name for cookie in privacy.cookies()} <= set(re.findall(r"<code>\s*([\w-]+)\s*</code>", content))


@pytest.mark.parametrize("name", ["about_privacy", "about_privacy_data"])
def test_contents_lead_to_places_on_the_page(client: Client, db: None, name: str) -> None:
    content = client.get(reverse(name)).content.decode()
    ids = re.findall(r'\bid="([^"]+)"', content)
    assert len(ids) == len(set(ids))
    targets = set(re.findall(r'href="#([^"]+)"', content)) - {"main"}
    assert targets
    assert targets <= set(ids)


def test_page_of_tables_shows_every_column(client: Client, db: None) -> None:
    content = client.get(reverse("about_privacy_data")).content.decode()
    for section in privacy.sections():
        for one in section.tables:
            assert f'id="{one.name}"' in content
            for column in one.columns:
                assert unescape(column.holds) in unescape(content), (one.name, column.name)


def test_page_of_tables_says_that_no_key_joins_people_with_answers(client: Client, db: None) -> None:
    words = words_of(client, "about_privacy_data")
    assert "No key joins respondents_invitation or clinics_outgoingmail with respondents_draft or" in words


def test_page_of_tables_names_the_operator_and_what_only_the_operator_can_answer(client: Client, db: None) -> None:
    words = words_of(client, "about_privacy_data")
    assert settings.OPERATOR_NAME in words
    assert settings.OPERATOR_EMAIL in words
    for part in (
        "the controller",
        "legal basis",
        "who hosts the server, who carries the mails",
        "How long are backups",
    ):
        assert part in words


def test_cells_of_who_sees_what_name_their_column_where_rows_are_stacked(client: Client, db: None) -> None:
    (_, table) = client.get(reverse("about_privacy")).content.decode().split("<table")
    columns = re.findall(r'<th scope="col" role="columnheader">([^<]+)</th>', table)
    labels = re.findall(r'<td role="cell"\s+data-label="([^"]+)"', table)
    assert labels == columns[1:] * 7


def test_page_says_how_far_consultants_see_and_who_decides(client: Client, db: None) -> None:
    words = words_of(client, "about_privacy")
    for part in (
        "It sees nothing of a clinic unless the clinic's lead lets it in",
        *(level.label for level in Level),
        "Never: a therapist's answers or address, who was invited or has answered, what a team talk answered to single",
        "from the next click on and everywhere, but cannot take back what was read, noted or taken along by then.",
        "After 60 days its link opens nothing, and 30 days later we forget it.",
    ):
        assert part in words
    assert "cannot be let in on this site yet" not in words


def test_page_says_that_the_lead_could_read_a_team_talk_along(client: Client, db: None) -> None:
    words = words_of(client, "about_privacy")
    assert "The lead makes the link and passes it on, and so could read along too" in words


def test_therapists_read_that_their_figures_can_leave_in_files(client: Client, db: None) -> None:
    assert "can take the figures along in files" in words_of(client, "about_privacy")
    how = (ROOT / "templates/respondents/how.html").read_text(encoding="utf-8")
    assert "such as a report for the board" in how.partition("Who sees it")[2].partition("</ul>")[0]


def test_page_no_longer_says_that_therapists_are_not_asked(client: Client, db: None) -> None:
    words = words_of(client, "about_privacy")
    assert "not asked yet" not in words
    assert "confidential, not anonymous" in words


@pytest.mark.parametrize("paper", PAPERS)
def test_papers_promise_no_more_than_they_can(paper: str) -> None:
    text = re.sub(r"\s+", " ", (ROOT / paper).read_text(encoding="utf-8"))
    assert not SAYS_TOO_MUCH.findall(text)
