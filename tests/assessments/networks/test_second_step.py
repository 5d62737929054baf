"""Consultants come in with a second step of signing in alone, and not at all once they are consultants no more."""

from __future__ import annotations

import re
import uuid
from typing import Final

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from assessments.routes import CONSULTANTS, ROUTES, Route, addresses
from tests.assessments.conftest import signed_in

NAMES: Final = addresses()
DOORS: Final = [
    pytest.param(route, method, id=f"{method} {route.path}")
    for route in ROUTES
    if route.who == CONSULTANTS
    for method in ("GET", "POST")
    if method in route.methods
]


def address_of(route: Route, network, place) -> str:
    """Give the address with the ids of what there is; of the rest, such as members, with some id."""
    ids = {"network_id": network.pk, "clinic_id": place.clinic_id}
    return re.sub(r"<uuid:(\w+)>", lambda match: str(ids.get(match[1], uuid.UUID(int=7))), route.path)


def test_the_doors_are_those_of_networks():
    assert len(DOORS) > 10
    assert all(NAMES[door.values[0].path].startswith(("networks:", "reports:network_")) for door in DOORS)  # type: ignore[union-attr]


@pytest.mark.parametrize(("route", "method"), DOORS)
def test_without_a_second_step_every_door_leads_to_setting_one_up(consultant, network, place, settings, route, method):
    settings.REQUIRE_MFA = True
    response = signed_in(consultant).generic(method, address_of(route, network, place))
    assert (response.status_code, response["Location"]) == (302, reverse("mfa_activate_totp"))


@pytest.mark.parametrize(("route", "method"), DOORS)
def test_consultant_no_more_finds_nothing_at_the_next_click(consultant, network, place, route, method):
    browser = signed_in(consultant)
    assert browser.get("/networks/").status_code == 200
    consultant.is_consultant = False
    consultant.save()
    response = browser.generic(method, address_of(route, network, place))
    assert response.status_code == (404 if "<" in route.path else 403)


@pytest.mark.parametrize(("route", "method"), DOORS)
def test_closed_account_is_signed_out_at_the_next_click(consultant, network, place, route, method):
    browser = signed_in(consultant)
    assert browser.get("/networks/").status_code == 200
    consultant.is_active = False
    consultant.save()
    response = browser.generic(method, address_of(route, network, place))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_with_a_second_step_the_door_is_open(consultant, network, settings):
    settings.REQUIRE_MFA = True
    Authenticator.objects.create(user=consultant, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert signed_in(consultant).get("/networks/").status_code == 200


def test_lead_needs_no_second_step_to_see_who_looks_at_the_clinic(lead, clinic, place, settings):
    settings.REQUIRE_MFA = True
    assert signed_in(lead).get(f"/clinics/{clinic.pk}/networks/").status_code == 200


def test_consultant_without_clinics_lands_on_the_networks(consultant, clinic, lead, settings):
    assert signed_in(consultant).get("/clinics/")["Location"] == "/networks/"
    lead.is_consultant = True
    lead.save()
    page = signed_in(lead).get("/clinics/").content.decode()
    assert "Harbour Clinic" in page
    assert 'href="/networks/"' in page


def test_only_consultants_are_offered_networks(lead, clinic):
    assert 'href="/networks/"' not in signed_in(lead).get("/clinics/").content.decode()
