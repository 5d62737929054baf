"""The questionnaire's page and files are for everybody."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from assessments.reports.forms.kinds import KINDS

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


def test_unknown_kind_is_not_there(client: Client) -> None:
    assert client.get("/about/questionnaire/exe/").status_code == HTTPStatus.NOT_FOUND
