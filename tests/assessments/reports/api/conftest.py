"""What tests of the API share: tokens, and a program that sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from assessments.clinics.models import Clinic, User
from assessments.reports.actions import make_token
from assessments.reports.models import ApiToken, Scope
from tests.assessments.conftest import NOW
from tests.assessments.networks.conftest import consultant, network, place
from tests.assessments.plans.conftest import action, closed_round, finish_next

if TYPE_CHECKING:
    from django.http import HttpResponse

__all__ = ["action", "closed_round", "consultant", "finish_next", "network", "place"]


class Program:
    """Asks the API with a token; `token` is its row."""

    def __init__(self, token: ApiToken, secret: str) -> None:
        self.token, self.secret = token, secret

    def ask(self, path: str, method: str = "GET", *, parameters: Any = None) -> HttpResponse:
        """Ask for an address below /api/v1."""
        header = {"Authorization": f"Bearer {self.secret}"}
        return Client().generic(method, f"/api/v1{path}", headers=header, query_params=parameters)  # type: ignore[return-value]

    def read(self, path: str, **parameters: Any) -> Any:
        """Give the values that an address answers."""
        response = self.ask(path, parameters=parameters)
        assert response.status_code == 200, response.content
        return response.json()  # type: ignore[attr-defined]


def program_of(
    user: User, scope: Scope = Scope.ANSWERS, clinic: Clinic | None = None, *, days: int = 90, name: str = "A program"
) -> Program:
    """Make a person's token and the program that holds it."""
    return Program(*make_token(by=user, name=name, scope=scope, clinic=clinic, days=days, now=NOW))


@pytest.fixture
def program(lead: User, at_noon: None) -> Program:
    """A program of the lead that may read everything of theirs, three hours after its token was made."""
    return program_of(lead)
