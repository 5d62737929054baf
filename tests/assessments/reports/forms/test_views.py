"""The questionnaire's page and files are for everybody."""

from __future__ import annotations

import sys
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from assessments.reports.forms.kinds import KINDS, made
from assessments.reports.pdf import setting

if TYPE_CHECKING:
    from django.test import Client


@pytest.mark.parametrize("kind", [kind.key for kind in KINDS])
def test_every_file_is_listed_and_is_sent_to_anybody(client: Client, kind: str) -> None:
    page = client.get("/about/questionnaire/").content.decode()
    assert page.count('data-test="questionnaire-file"') == len(KINDS)
    assert f'href="/about/questionnaire/{kind}/"' in page
    response = client.get(f"/about/questionnaire/{kind}/")
    assert response["Content-Disposition"].startswith('attachment; filename="icbt-readiness-1-')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/about/questionnaire/{kind}/").content == response.content


def test_form_on_paper_that_cannot_be_made_is_a_page_that_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setting, "CHILD", (sys.executable, "-c", "raise SystemExit(1)"))
    made.cache_clear()
    response = client.get("/about/questionnaire/paper-a4/")
    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "Content-Disposition" not in response
    assert "It was tried twice" in response.content.decode()


def test_unknown_kind_is_not_there(client: Client) -> None:
    assert client.get("/about/questionnaire/exe/").status_code == HTTPStatus.NOT_FOUND
