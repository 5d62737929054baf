"""The mails of networks: an invitation of a clinic's lead, notes that the consultants have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.urls import reverse

from assessments.clinics.mails import absolute

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.clinics.models import User
    from assessments.networks.models import Network


def link_of(token: str) -> str:
    """Give the full address of a joining link."""
    return absolute(reverse("networks:join", args=[token]))


def invitation(*, network: Network, by: User, clinic: str, token: str, expires_at: datetime) -> tuple[str, str]:
    """Give subject and text of the mail that asks a lead to let the network in."""
    return _written(
        "networks/mail/invitation",
        {"network": network, "by": by, "clinic": clinic, "link": link_of(token), "expires_at": expires_at},
    )


def change_of_consultants(*, network: Network, user: User, has_joined: bool) -> tuple[str, str]:
    """Give subject and text of the note to leads that a consultant has come or gone; the same for every clinic."""
    context = {
        "network": network,
        "consultant": user,
        "has_joined": has_joined,
        "clinics": absolute(reverse("clinics:list")),
    }
    return _written("networks/mail/consultants", context)


def added(*, network: Network, by: User) -> tuple[str, str]:
    """Give subject and text of the note to a consultant whom a colleague has added."""
    link = absolute(reverse("networks:overview", args=[network.pk]))
    return _written("networks/mail/added", {"network": network, "by": by, "link": link})


def _written(template: str, context: dict[str, object]) -> tuple[str, str]:
    subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
    return subject, render_to_string(f"{template}_message.txt", context).strip() + "\n"
