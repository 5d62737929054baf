"""What the tests about people share: an invitation with its link."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from assessments.clinics import actions
from assessments.clinics.models import Clinic, User


@pytest.fixture
def later() -> datetime:
    """A time that has not come yet."""
    return timezone.now() + timedelta(days=1)


@pytest.fixture
def token(lead: User, clinic: Clinic) -> str:
    """The token of an open invitation to `clinic`, read from its mail."""
    actions.invite_manager(by=lead, clinic=clinic, email="new@example.org", now=timezone.now())
    return token_in(str(mail.outbox[-1].body))


def token_in(body: str) -> str:
    """Give the token of the invitation's link in a mail."""
    found = re.search(r"/join/([\w-]+)/", body)
    assert found
    return found.group(1)
