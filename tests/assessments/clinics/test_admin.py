"""What a site admin can do: accounts and clinics, nothing of answers, nobody else's sign-in."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from assessments.clinics.actions import replace_closed_lead
from assessments.clinics.admin import site
from assessments.clinics.models import AuditEvent, Clinic, Role, User
from assessments.clinics.policies import RefusedError, role_of
from tests.assessments.conftest import NOW, PASSWORD, make_user, signed_in

HOME = "/admin/"


def change_url(user):
    return reverse("admin:clinics_user_change", args=[user.pk])


def test_only_accounts_and_clinics_are_registered():
    assert set(site._registry) == {User, Clinic}


def test_sign_in_is_our_own(client, db):
    response = client.get(HOME, follow=True)
    assert response.redirect_chain[-1][0] == f"{reverse('account_login')}?next=%2Fadmin%2F"


def test_signing_in_leads_back_to_the_admin(client, admin):
    login = client.get(HOME, follow=True).redirect_chain[-1][0]
    response = client.post(login, {"login": admin.email, "password": PASSWORD}, follow=True)
    assert (response.request["PATH_INFO"], response.status_code) == (HOME, 200)


@pytest.mark.parametrize("person", ["lead", "manager", "stranger"])
def test_others_are_refused(request, clinic, person):
    client = signed_in(request.getfixturevalue(person))
    assert client.get(HOME, follow=True).status_code == 403


@pytest.mark.parametrize("path", [HOME, "/admin/clinics/user/", "/admin/clinics/clinic/", "/admin/clinics/user/add/"])
def test_pages_open(admin, lead, clinic, path):
    assert signed_in(admin).get(path).status_code == 200


def test_without_second_step_staff_is_sent_to_set_one_up(admin, settings):
    settings.REQUIRE_MFA = True
    client = signed_in(admin)
    for path in (HOME, "/admin/clinics/user/", "/admin/clinics/user/add/"):
        assert client.get(path)["Location"] == reverse("mfa_activate_totp")
    assert client.post("/admin/clinics/user/add/", {"email": "new@example.org"})["Location"]
    assert not User.objects.filter(email="new@example.org").exists()


def test_with_second_step_staff_comes_in(admin, settings):
    settings.REQUIRE_MFA = True
    Authenticator.objects.create(user=admin, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert signed_in(admin).get(HOME).status_code == 200


def test_account_is_closed_not_deleted(admin, lead):
    client = signed_in(admin)
    client.post(change_url(lead), {"name": "Lena Lead", "is_staff": ""})
    lead.refresh_from_db()
    assert not lead.is_active
    assert client.post(reverse("admin:clinics_user_delete", args=[lead.pk]), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=lead.pk).exists()


def test_address_and_password_of_somebody_stay_theirs(admin, lead):
    client = signed_in(admin)
    before = lead.password
    client.post(
        change_url(lead), {"name": "L", "is_active": "on", "email": admin.email, "password": "x", "password1": "x"}
    )
    lead.refresh_from_db()
    assert (lead.name, lead.email, lead.password) == ("L", "lead@example.org", before)
    client.post(f"{change_url(lead).removesuffix('change/')}password/", {"password1": "x", "password2": "x"})
    lead.refresh_from_db()
    assert lead.password == before


def test_staff_without_all_rights_cannot_give_them(lead, db):
    helper = make_user("helper@example.org", is_staff=True)
    helper.user_permissions.set(permissions_on_accounts())
    client = signed_in(helper)
    client.post(change_url(helper), {"is_active": "on", "is_staff": "on", "is_superuser": "on", "name": "H"})
    helper.refresh_from_db()
    assert (helper.name, helper.is_superuser) == ("H", False)


def test_making_somebody_a_consultant_is_kept_on_record(admin, lead):
    said = {"name": "Lena Lead", "is_active": "on"}
    client = signed_in(admin)
    for is_consultant in (True, False):
        client.post(change_url(lead), {**said, "is_consultant": "on"} if is_consultant else said)
        lead.refresh_from_db()
        assert lead.is_consultant is is_consultant
    entries = LogEntry.objects.filter(user=admin, object_id=str(lead.pk))
    assert [entry.get_change_message() for entry in entries] == ["Changed Implementation consultant."] * 2


def test_consultant_cannot_make_others_consultants(lead, db):
    consultant = make_user("consultant@example.org", is_consultant=True)
    assert signed_in(consultant).post(change_url(lead), {"is_consultant": "on"}, follow=True).status_code == 403
    lead.refresh_from_db()
    assert not lead.is_consultant


def test_list_of_accounts_can_be_cut_down_to_consultants(admin, lead):
    make_user("consultant@example.org", is_consultant=True)
    page = signed_in(admin).get("/admin/clinics/user/", {"is_consultant__exact": "1"}).content.decode()
    assert "consultant@example.org" in page
    assert "lead@example.org" not in page


def permissions_on_accounts():
    return Permission.objects.filter(content_type__app_label="clinics", codename__in=["view_user", "change_user"])


def test_new_account_waits_for_its_owner(admin):
    signed_in(admin).post("/admin/clinics/user/add/", {"email": "New@Example.org", "name": "N", "is_active": "on"})
    user = User.objects.get(email="new@example.org")
    assert user.password.startswith("md5$")
    assert not user.check_password("")


def test_clinic_is_only_looked_at(admin, clinic):
    client = signed_in(admin)
    address = reverse("admin:clinics_clinic_change", args=[clinic.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"name": "Mine"}).status_code == 403
    assert client.get("/admin/clinics/clinic/add/").status_code == 403
    assert client.post(reverse("admin:clinics_clinic_delete", args=[clinic.pk]), {"post": "yes"}).status_code == 403
    assert client.get(f"/clinics/{clinic.pk}/people/").status_code == 404


def take_over(admin, *people):
    data = {"action": "take_over", "_selected_action": [person.pk for person in people]}
    return signed_in(admin).post("/admin/clinics/user/", data, follow=True)


def test_manager_takes_over_where_the_account_of_the_lead_is_closed(admin, clinic, lead, manager):
    User.objects.filter(pk=lead.pk).update(is_active=False)

    response = take_over(admin, manager)

    assert "Milan Manager now leads Harbour Clinic" in response.content.decode()
    assert role_of(manager, clinic) is Role.LEAD
    assert clinic.memberships.get(user=lead).role == Role.MANAGER
    act = AuditEvent.objects.filter(clinic=clinic).latest("id")
    assert (act.act, act.by) == (AuditEvent.Act.LEAD_HANDED_OVER, admin)


def test_nobody_takes_over_from_a_lead_who_can_sign_in(admin, clinic, lead, manager, other_clinic, stranger):
    response = take_over(admin, manager, stranger, lead)

    assert "Nobody here manages a clinic" in response.content.decode()
    assert role_of(lead, clinic) is Role.LEAD
    assert role_of(stranger, other_clinic) is Role.LEAD


@pytest.mark.parametrize("case", ["no-admin", "open-lead", "closed-heir", "is-lead"])
def test_lead_is_not_replaced(admin, clinic, lead, manager, stranger, case):
    closed = {"no-admin": [lead], "open-lead": [], "closed-heir": [lead, manager], "is-lead": [lead]}[case]
    User.objects.filter(pk__in=[person.pk for person in closed]).update(is_active=False)
    heir = clinic.memberships.get(user=lead if case == "is-lead" else manager)

    with pytest.raises(RefusedError):
        replace_closed_lead(by=manager if case == "no-admin" else admin, heir=heir, now=NOW)

    assert clinic.memberships.get(role=Role.LEAD).user == lead
