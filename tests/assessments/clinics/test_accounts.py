"""Signing up, signing in, passwords and addresses, as somebody outside would try them."""

from __future__ import annotations

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from unittest.mock import Mock

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from assessments.clinics import accounts
from assessments.clinics.models import User
from tests.assessments.conftest import PASSWORD, make_user, signed_in

EVIL = [
    "//evil.example",
    "https://evil.example/",
    "https:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "///evil.example",
    "/\t/evil.example",
    "\x00//evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "http://testserver/clinics/",
]


def sign_up(client, email="new@example.org", **fields):
    return client.post(reverse("account_signup"), {"email": email, "password1": PASSWORD, **fields})


def sign_in(client, email, password=PASSWORD, **fields):
    return client.post(reverse("account_login"), {"login": email, "password": password, **fields})


def is_signed_in(client):
    return SESSION_KEY in client.session and client.get(reverse("account_email")).status_code == 200


def link_in(message):
    found = re.search(r"https?://\S+", message.body)
    assert found
    return found.group()


# Signing up


def test_sign_up_signs_in_and_asks_to_confirm(client, db):
    response = sign_up(client, "New@Example.org", name=" Nora\u200b  New ")
    user = User.objects.get()
    assert (response.status_code, response["Location"]) == (302, "/clinics/")
    assert (user.email, user.name, user.check_password(PASSWORD)) == ("new@example.org", "Nora New", True)
    assert is_signed_in(client)
    assert [m.to for m in mail.outbox] == [["new@example.org"]]
    assert not EmailAddress.objects.get().verified


def test_sign_up_needs_no_name(client, db):
    sign_up(client)
    assert str(User.objects.get()) == "new@example.org"


def test_sign_up_with_a_known_address_gets_the_same_answer(db, lead):
    known, unknown = Client(), Client()
    answers = [sign_up(known, "LEAD@example.org", name="Else"), sign_up(unknown, "new@example.org")]
    assert {(a.status_code, a["Location"]) for a in answers} == {(302, "/clinics/")}
    said = [
        [str(m).replace(address, "") for m in a.wsgi_request._messages]
        for a, address in zip(answers, ["lead@example.org", "new@example.org"], strict=True)
    ]
    assert said[0] == said[1]
    assert said[0][0].startswith("We sent a mail to")
    assert not is_signed_in(known)
    assert "account already" in mail.outbox[0].subject
    lead.refresh_from_db()
    assert (lead.name, lead.check_password(PASSWORD), User.objects.count()) == ("Lena Lead", True, 2)


def test_sign_up_with_a_known_address_hashes_a_password_too(db, lead, client, monkeypatch):
    hashed: list[str] = []
    monkeypatch.setattr(accounts, "make_password", hashed.append)
    sign_up(client, lead.email)
    assert hashed == [PASSWORD]


def test_sign_up_twice_at_once_makes_one_account(db, client, monkeypatch):
    make_user("new@example.org")
    monkeypatch.setattr("assessments.clinics.account_forms.filter_users_by_email", lambda email: [])
    assert sign_up(client).status_code == 302
    assert User.objects.count() == 1
    assert "account already" in mail.outbox[0].subject


@pytest.mark.parametrize(
    ("password", "word"),
    [("eleven char", "12"), ("password1234", "common"), ("x" * 1_025, "1024"), ("", "Please choose")],
    ids=["short", "common", "long", "none"],
)
def test_sign_up_refuses_a_weak_or_endless_password(client, db, password, word):
    response = client.post(reverse("account_signup"), {"email": "new@example.org", "password1": password})
    assert response.status_code == 422
    assert word in response.content.decode()
    assert "error-summary" in response.content.decode()
    assert not User.objects.exists()


def test_endless_password_is_never_hashed(client, lead, monkeypatch):
    monkeypatch.setattr(User, "check_password", lambda *a: pytest.fail("hashed"))
    monkeypatch.setattr(User, "set_password", lambda *a: pytest.fail("hashed"))
    monkeypatch.setattr(accounts, "make_password", lambda *a: pytest.fail("hashed"))
    assert sign_in(client, lead.email, "x" * 1_025).status_code == 422
    assert sign_up(client, password1="x" * 1_025).status_code == 422


@pytest.mark.parametrize("name", ["a\x00b", "a\x1bb", "x" * 121], ids=["nul", "escape", "long"])
def test_sign_up_refuses_a_name_that_cannot_be_kept(client, db, name):
    assert sign_up(client, name=name).status_code == 422
    assert not User.objects.exists()


def test_sign_up_assigns_nothing_else(client, db):
    sign_up(client, is_staff="1", is_superuser="1", is_active="0", role="lead", verified="1", id="7")
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)
    assert not user.memberships.exists()


def test_sign_up_by_invitation_only(client, db, settings):
    settings.SIGNUP = "invited"
    assert "by invitation" in client.get(reverse("account_signup")).content.decode()
    sign_up(client)
    sign_up(client, next="/join/made-up/")
    assert not User.objects.exists()


def test_sign_up_by_invitation_only_lets_the_invited_in(client, settings, token):
    settings.SIGNUP = "invited"
    join = reverse("clinics:join", args=[token])
    assert client.get(reverse("account_signup"), {"next": join}).status_code == 200
    response = sign_up(client, next=join)
    assert response["Location"] == join
    assert User.objects.filter(email="new@example.org").exists()


# Signing in


def test_sign_in_whatever_the_case(client, lead):
    assert sign_in(client, "LEAD@example.org")["Location"] == "/clinics/"
    assert is_signed_in(client)


def test_sign_in_answers_alike_for_every_reason(db, lead):
    closed = make_user("closed@example.org", is_active=False)
    answers = {
        (r.status_code, re.sub(r'value="[^"]*"', "", r.content.decode()))
        for r in (
            sign_in(Client(), lead.email, "not the password"),
            sign_in(Client(), "nobody@example.org", "not the password"),
            sign_in(Client(), closed.email, "not the password"),
        )
    }
    assert len(answers) == 1
    assert answers.pop()[0] == 422


def test_sign_in_changes_the_session(client, lead):
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = "1"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    sign_in(client, lead.email)
    assert client.session.session_key != planted
    assert not Client(headers={"cookie": f"sessionid={planted}"}).session.get(SESSION_KEY)


@pytest.mark.parametrize("address", EVIL, ids=ascii)
def test_next_stays_on_this_site(lead, address):
    assert sign_in(Client(), lead.email, next=address)["Location"] == "/clinics/"
    assert sign_up(Client(), next=address)["Location"] == "/clinics/"
    assert signed_in(lead).get(reverse("account_login"), {"next": address})["Location"] == "/clinics/"
    assert signed_in(lead).post(reverse("account_logout"), {"next": address})["Location"] == "/"


def test_next_leads_to_a_page_of_ours(client, lead):
    assert sign_in(client, lead.email, next="/clinics/new/?a=1")["Location"] == "/clinics/new/?a=1"


def test_sign_out_takes_a_post(lead):
    client = signed_in(lead)
    client.get(reverse("account_logout"))
    assert is_signed_in(client)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_logout", "account_reset_password"])
def test_forms_need_their_token(lead, name):
    client = Client(enforce_csrf_checks=True)
    assert client.post(reverse(name), {"login": lead.email, "password": PASSWORD}).status_code == 403


def test_session_lasts_twelve_hours(client, lead):
    sign_in(client, lead.email)
    assert client.session.get_expiry_age() == timedelta(hours=12).total_seconds()
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_closed_account_cannot_sign_in(client, db):
    closed = make_user("closed@example.org", is_active=False)
    assert sign_in(client, closed.email)["Location"] == reverse("account_inactive")
    assert SESSION_KEY not in client.session
    assert "is closed" in client.get(reverse("account_inactive")).content.decode()


def test_closed_account_is_out_at_once(lead):
    client = signed_in(lead)
    User.objects.update(is_active=False)
    assert client.get("/clinics/").status_code == 302


def test_many_wrong_passwords_are_slowed_down(client, lead):
    texts = [sign_in(client, lead.email, f"wrong {i}").content.decode() for i in range(6)]
    assert "many attempts" not in texts[4]
    assert "many attempts" in texts[5]


def test_many_wrong_passwords_are_counted_while_many_sign_in(client, lead):
    for i in range(5):
        sign_in(client, lead.email, f"wrong {i}")
    for i in range(400):
        cache.set(f"somebody-else-{i}", [i], timeout=300)
    assert "many attempts" in sign_in(client, lead.email, "wrong again").content.decode()


# Passwords


def test_reset_answers_alike_and_always_sends_a_mail(db, lead):
    answers = []
    for address in (lead.email, "nobody@example.org"):
        response = Client().post(reverse("account_reset_password"), {"email": address}, follow=True)
        answers.append((response.redirect_chain, response.content))
    assert answers[0] == answers[1]
    assert [m.to for m in mail.outbox] == [[lead.email], ["nobody@example.org"]]


def test_reset_link_works_once_and_ends_sessions(client, lead):
    elsewhere = signed_in(lead)
    client.post(reverse("account_reset_password"), {"email": lead.email})
    link = link_in(mail.outbox[0]).removeprefix("http://testserver")
    form = client.get(link, follow=True)
    new = "nine purple tractors"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    lead.refresh_from_db()
    assert lead.check_password(new)
    assert not is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert "cannot be used" in Client().get(link, follow=True).content.decode()


def test_change_ends_every_session(lead):
    here, elsewhere = signed_in(lead), signed_in(lead)
    new = {"oldpassword": PASSWORD, "password1": "nine purple tractors", "password2": "nine purple tractors"}
    assert here.post(reverse("account_change_password"), new)["Location"] == reverse("account_login")
    assert not is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert "was changed" in mail.outbox[0].subject


def test_change_needs_the_old_password(lead):
    new = {"oldpassword": "wrong", "password1": "nine purple tractors", "password2": "nine purple tractors"}
    response = signed_in(lead).post(reverse("account_change_password"), new)
    assert response.status_code == 422
    assert "<title>Error: " in response.content.decode()


# Addresses


def test_confirm_link_confirms(client, db):
    sign_up(client)
    link = link_in(mail.outbox[0]).removeprefix("http://testserver")
    assert not EmailAddress.objects.get().verified
    client.get(link)
    assert not EmailAddress.objects.get().verified
    client.post(link)
    assert EmailAddress.objects.get().verified


def test_change_of_address_counts_once_confirmed(lead):
    client = signed_in(lead)
    client.post(reverse("account_email"), {"email": "lena@example.net", "action_add": "1"})
    lead.refresh_from_db()
    assert lead.email == "lead@example.org"
    confirm = next(m for m in mail.outbox if m.to == ["lena@example.net"])
    client.post(link_in(confirm).removeprefix("http://testserver"))
    lead.refresh_from_db()
    assert lead.email == "lena@example.net"


def test_change_of_address_does_not_tell_who_has_an_account(lead, stranger):
    client = signed_in(lead)
    answers = [
        (r.status_code, r["Location"])
        for r in (
            client.post(reverse("account_email"), {"email": address, "action_add": "1"})
            for address in (stranger.email, "nobody@example.net")
        )
    ]
    assert answers[0] == answers[1]


# Mails


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_links_in_mails_never_follow_the_host_header(settings, lead, host):
    settings.BASE_URL = "https://readiness.example.org"
    client = Client(headers={"host": host, "x-forwarded-host": "evil.example"})
    client.post(reverse("account_reset_password"), {"email": lead.email})
    client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    sign_up(client, lead.email)
    sign_up(client, "new@example.org")
    assert len(mail.outbox) == 4
    for message in mail.outbox:
        links = re.findall(r"https?://[^\s/]+", str(message.body))
        assert set(links) == {"https://readiness.example.org"}


def test_unknown_host_is_refused(client, db):
    assert client.get(reverse("account_login"), headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("address", ["lead@example.org", "nobody@example.org"])
def test_mail_that_cannot_go_is_said_to_everybody(client, lead, settings, address):
    settings.EMAIL_BACKEND = "tests.assessments.clinics.broken_mail.EmailBackend"
    response = client.post(reverse("account_reset_password"), {"email": address}, follow=True)
    assert response.status_code == 200
    assert accounts.NOT_SENT in response.content.decode()


def test_log_of_a_mail_that_cannot_go_names_no_address(client, lead, settings, caplog, monkeypatch):
    refused = SMTPRecipientsRefused({lead.email: (550, b"no such mailbox")})
    monkeypatch.setattr(EmailMessage, "send", Mock(side_effect=refused))
    client.post(reverse("account_reset_password"), {"email": lead.email})
    assert "mail.not-sent" in caplog.text
    assert "SMTPRecipientsRefused" in caplog.text
    assert lead.email not in caplog.text


def test_visitors_get_two_cookies_at_most(client, lead):
    client.post(reverse("account_reset_password"), {"email": lead.email})
    client.login(email=lead.email, password=PASSWORD)
    client.post(reverse("account_logout"))
    client.get(reverse("account_login"))
    assert set(client.cookies) <= {"sessionid", "csrftoken"}


def test_sign_up_survives_a_mail_that_cannot_go(client, db, settings):
    settings.EMAIL_BACKEND = "tests.assessments.clinics.broken_mail.EmailBackend"
    assert sign_up(client).status_code == 302
    assert is_signed_in(client)
