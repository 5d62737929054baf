"""The questionnaire's page and files are for everybody."""

from __future__ import annotations

import sys
from dataclasses import replace
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, cast

import pytest

from assessments.reports.forms import kinds, views
from assessments.reports.forms.kinds import BY_KEY, KINDS
from assessments.reports.pdf import setting

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from assessments.reports.forms.clinic_form import ClinicForm

PAPER = "/about/questionnaire/paper-a4/"


@pytest.mark.timeout(30)  # typst is a process of its own, which lets everybody else go first
@pytest.mark.parametrize("kind", [kind.key for kind in KINDS])
def test_every_file_is_listed_and_is_sent_to_anybody(
    client: Client, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = client.get("/about/questionnaire/").content.decode()
    assert page.count('data-test="questionnaire-file"') == len(KINDS)
    assert f'href="/about/questionnaire/{kind}/"' in page
    response = client.get(f"/about/questionnaire/{kind}/")
    assert response["Content-Disposition"].startswith('attachment; filename="icbt-readiness-1-')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/about/questionnaire/{kind}/").content == response.content
    monkeypatch.setattr(views, "made", None)
    told = client.head(f"/about/questionnaire/{kind}/")
    same = ("Content-Disposition", "Content-Type", "X-Content-Type-Options")
    assert [told[name] for name in same] == [response[name] for name in same]


def test_form_on_paper_that_cannot_be_made_is_a_page_that_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setting, "CHILD", (sys.executable, "-c", "raise SystemExit(1)"))
    monkeypatch.setattr(kinds, "_made", {})
    response = client.get(PAPER)
    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "Content-Disposition" not in response
    assert "It is not your doing" in response.content.decode()


def test_while_a_file_is_made_nobody_else_waits_or_has_it_made_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the first is made a second one is asked for; and one that comes to the lock late finds the file made."""
    meanwhile: list[HttpResponse] = []

    def make(form: ClinicForm) -> bytes:
        meanwhile.append(cast("HttpResponse", client.get(PAPER)))
        return b"paper"

    class Late:
        """A lock that is got when another request has just had the file made."""

        lock = Lock()

        def acquire(self, *, blocking: bool) -> bool:
            monkeypatch.setitem(kinds._turns, "paper-a4", self.lock)
            assert client.get(PAPER).content == b"paper"
            return self.lock.acquire(blocking=blocking)

        def release(self) -> None:
            self.lock.release()

    monkeypatch.setattr(kinds, "_made", {})
    monkeypatch.setitem(kinds._turns, "paper-a4", Late())
    monkeypatch.setattr(views, "BY_KEY", {"paper-a4": replace(BY_KEY["paper-a4"], make=make)})
    assert client.get(PAPER).content == b"paper"
    (busy,) = meanwhile
    assert busy.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert busy["Retry-After"] == busy["Refresh"] == "2"
    assert "One moment, please" in busy.content.decode()


def test_unknown_kind_is_not_there(client: Client) -> None:
    assert client.get("/about/questionnaire/exe/").status_code == HTTPStatus.NOT_FOUND
