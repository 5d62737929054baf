"""Joining links in tests: inviting a clinic, and the page that a link leads to."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client
from django.urls import reverse

from assessments.clinics.models import OutgoingMail, User
from assessments.networks import invitation_actions
from assessments.networks.invitation_list import Line
from assessments.networks.models import Network
from tests.assessments.conftest import NOW


def invite(network: Network, by: User, clinic: str, email: str = "lead@example.org") -> str:
    """Invite a clinic, and give the token in the mail."""
    invitation_actions.invite_clinics(by=by, network_id=network.pk, lines=[Line(clinic=clinic, email=email)], now=NOW)
    return str(re.findall(r"/n/([\w-]+)/", OutgoingMail.objects.get(address=email).body)[0])


def url(token: str) -> str:
    """Give the address of a link."""
    return reverse("networks:join", args=[token])


def read(client: Client, token: str) -> str:
    """Open a link that leads somewhere, and give what it says."""
    response = client.get(url(token))
    assert response.status_code == 200
    return unescape(response.content.decode())
