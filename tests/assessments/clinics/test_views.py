"""Pages about clinics: the list, a new one, its details."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from assessments.clinics import actions
from assessments.clinics.forms import TIME_ZONES, ClinicForm
from assessments.clinics.models import AuditEvent, Clinic, Membership
from tests.assessments.conftest import NOW, signed_in

DETAILS = {
    "name": "New Clinic",
    "country": "Norway",
    "setting": "private",
    "n_therapists": "7",
    "time_zone": "Europe/Oslo",
}


def without_token(response):
    """What a page says, without the CSRF token, which is never the same twice."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def post_details(client, clinic, **fields):
    return client.post(reverse("clinics:details", args=[clinic.pk]), {**DETAILS, **fields})


@pytest.mark.parametrize("path", ["/clinics/", "/clinics/new/"])
def test_pages_need_an_account(client, db, path):
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={path}")


def test_list_leads_to_the_first_clinic(stranger):
    text = signed_in(stranger).get("/clinics/").content.decode()
    assert "Create your clinic" in text
    assert reverse("clinics:create") in text


def test_list_shows_own_clinics_only(lead, clinic, other_clinic):
    text = signed_in(lead).get("/clinics/").content.decode()
    assert f'href="/clinics/{clinic.pk}/"' in text
    assert "You lead this clinic" in text
    assert str(other_clinic.pk) not in text


def test_list_costs_the_same_with_many_clinics(lead, django_assert_num_queries):
    client = signed_in(lead)
    for number in range(12):
        actions.create_clinic(by=lead, name=f"Clinic {number}", now=NOW)
    with django_assert_num_queries(3):
        client.get("/clinics/")


def test_create_leads_to_the_clinic(lead):
    response = signed_in(lead).post(reverse("clinics:create"), DETAILS)
    clinic = Clinic.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/clinics/{clinic.pk}/")
    assert (clinic.name, clinic.country, clinic.setting) == ("New Clinic", "Norway", "private")
    assert (clinic.n_therapists, clinic.time_zone) == (7, "Europe/Oslo")


def test_create_needs_a_name_only(lead):
    signed_in(lead).post(reverse("clinics:create"), {"name": "Bare"})
    clinic = Clinic.objects.get()
    assert (clinic.name, clinic.n_therapists, clinic.time_zone) == ("Bare", None, "UTC")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "\u200b"),
        ("name", "x" * 121),
        ("name", "a\x00b"),
        ("name", "\U0001f600" * 100_000),
        ("country", "x" * 81),
        ("setting", "elsewhere"),
        ("n_therapists", "-1"),
        ("n_therapists", "100001"),
        ("n_therapists", "9" * 10_000),
        ("n_therapists", "2.5"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_create_refuses(lead, field, value):
    response = signed_in(lead).post(reverse("clinics:create"), {**DETAILS, field: value})
    text = response.content.decode()
    assert response.status_code == 422
    assert f'href="#id_{field}"' in text
    assert "<title>Error: " in text
    assert not Clinic.objects.exists()


def test_create_refuses_a_twin_and_keeps_what_was_typed(lead, clinic):
    response = signed_in(lead).post(reverse("clinics:create"), {**DETAILS, "name": "harbour\u200b clinic"})
    text = response.content.decode()
    assert response.status_code == 422
    assert "already have a clinic of this name" in text
    assert "Norway" in text


def test_name_is_escaped_everywhere(lead):
    client = signed_in(lead)
    clinic = actions.create_clinic(by=lead, name="<script>alert(1)</script>", now=NOW)
    for name, args in [("list", []), ("details", [clinic.pk]), ("people", [clinic.pk])]:
        text = client.get(reverse(f"clinics:{name}", args=args)).content.decode()
        assert "&lt;script&gt;" in text
        assert "<script>alert" not in text


def test_long_name_of_compatibility_characters_is_kept(lead):
    signed_in(lead).post(reverse("clinics:create"), {"name": "\ufdfa" * 120})
    assert len(Clinic.objects.get().name) == 120


def test_create_assigns_nothing_else(lead, stranger):
    planted = str(uuid.uuid4())
    extra = {"id": planted, "role": "manager", "created_at": "2000-01-01", "lead": stranger.pk, "name_key": "x"}
    signed_in(lead).post(reverse("clinics:create"), {**DETAILS, **extra})
    clinic = Clinic.objects.get()
    assert str(clinic.pk) != planted
    assert (clinic.name_key, clinic.created_at.year > 2000) == ("new clinic", True)
    assert list(Membership.objects.values_list("user", "role")) == [(lead.pk, "lead")]


def test_details_change_the_clinic(lead, clinic):
    response = post_details(signed_in(lead), clinic)
    clinic.refresh_from_db()
    assert (response.status_code, clinic.name, clinic.country) == (302, "New Clinic", "Norway")


def test_details_refuse_the_name_of_another_own_clinic(lead, clinic):
    actions.create_clinic(by=lead, name="Second", now=NOW)
    response = post_details(signed_in(lead), clinic, name="SECOND")
    assert response.status_code == 422
    assert "already have a clinic of this name" in response.content.decode()


def test_details_show_what_is_known(lead, clinic):
    text = signed_in(lead).get(reverse("clinics:details", args=[clinic.pk])).content.decode()
    assert 'value="Harbour Clinic"' in text
    assert 'value="Netherlands"' in text


def test_details_of_a_manager_are_refused_with_a_reason(manager, clinic):
    client = signed_in(manager)
    for response in (client.get(reverse("clinics:details", args=[clinic.pk])), post_details(client, clinic)):
        assert response.status_code == 403
        assert "Only the lead" in response.content.decode()
    clinic.refresh_from_db()
    assert clinic.name == "Harbour Clinic"


@pytest.mark.parametrize("person", ["stranger", "admin"])
def test_not_yours_is_not_there(request, clinic, person):
    client = signed_in(request.getfixturevalue(person))
    mine_not = client.get(reverse("clinics:details", args=[clinic.pk]))
    nowhere = client.get(reverse("clinics:details", args=[uuid.uuid4()]))
    assert mine_not.status_code == nowhere.status_code == 404
    assert without_token(mine_not) == without_token(nowhere)
    assert post_details(client, clinic).status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(lead, clinic, method):
    client = signed_in(lead)
    for name in ("list", "create"):
        assert getattr(client, method)(reverse(f"clinics:{name}")).status_code == 405


def test_reading_writes_nothing(lead, clinic):
    client = signed_in(lead)
    before = AuditEvent.objects.count()
    for path in ("/clinics/", "/clinics/new/", f"/clinics/{clinic.pk}/details/", f"/clinics/{clinic.pk}/people/"):
        assert client.get(path).status_code == 200
    assert (AuditEvent.objects.count(), Clinic.objects.count()) == (before, 1)


def test_writes_need_their_token(lead, clinic):
    client = Client(enforce_csrf_checks=True)
    client.force_login(lead)
    assert client.post(reverse("clinics:create"), DETAILS).status_code == 403
    assert Clinic.objects.count() == 1


def test_time_zones_begin_with_utc_and_know_places():
    assert TIME_ZONES[0] == "UTC"
    assert {"Europe/Amsterdam", "America/New_York", "Asia/Tokyo"} <= set(TIME_ZONES)
    assert ClinicForm().fields["time_zone"].initial == "UTC"


def test_new_clinic_leads_back_to_the_page_that_needed_one(stranger):
    client = signed_in(stranger)
    form = client.get("/clinics/new/", {"next": "/join/a-token/"}).content.decode()
    assert '<input type="hidden" name="next" value="/join/a-token/">' in form
    assert 'href="/join/a-token/">Cancel' in form
    refused = client.post("/clinics/new/", {"name": "", "next": "/join/a-token/"})
    assert 'name="next" value="/join/a-token/"' in refused.content.decode()
    response = client.post("/clinics/new/", {"name": "New Clinic", "next": "/join/a-token/"})
    assert response["Location"] == "/join/a-token/"


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x", "/a\tb", "x"]
)
def test_d9_new_clinic_leads_nowhere_else(stranger, address):
    client = signed_in(stranger)
    assert 'name="next"' not in client.get("/clinics/new/", {"next": address}).content.decode()
    response = client.post("/clinics/new/", {"name": "New Clinic", "next": address})
    assert re.fullmatch(r"/clinics/[0-9a-f-]{36}/", response["Location"])
