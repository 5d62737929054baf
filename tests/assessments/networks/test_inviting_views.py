"""Inviting clinics: the joining link, a list sent as a file or pasted, withdrawing, and what no list can break."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.clinics import outbox
from assessments.clinics.actions import hash_of
from assessments.clinics.models import OutgoingMail
from assessments.networks import actions, invitation_actions
from assessments.networks.invitation_list import Line
from assessments.networks.models import Level, Network, NetworkInvitation
from tests.assessments.conftest import NOW, signed_in

pytestmark = pytest.mark.usefixtures("at_noon")

GOOD = "Harbour Clinic;anna@harbour.example\nLakeside Practice;ben@lakeside.example"


@pytest.fixture
def address(network):
    return reverse("networks:invitations", args=[network.pk])


@pytest.fixture
def send(consultant, address):
    """Give a function that sends a list, pasted or as the content of a file, and gives answer and words."""

    def send(pasted="", file=None):
        data = {"pasted": pasted}
        if file is not None:
            data["file"] = SimpleUploadedFile("clinics.csv", file)
        response = signed_in(consultant).post(address, data)
        return response, unescape(response.content.decode())

    return send


@pytest.fixture
def invite(consultant, network):
    """Give a function that invites clinics, by name."""

    def invite(*names):
        lines = [Line(name, f"{name.lower()}@example.org") for name in names]
        invitation_actions.invite_clinics(by=consultant, network_id=network.pk, lines=lines, now=NOW)

    return invite


def invited():
    return set(NetworkInvitation.objects.values_list("clinic_name", "email"))


# The joining link


def test_page_shows_the_joining_link(consultant, network, address):
    page = signed_in(consultant).get(address).content.decode()
    assert f'value="http://testserver/n/{actions.joining_token(network)}/"' in page


def test_new_link_takes_the_place_of_the_old_one(consultant, network, address):
    old = str(actions.joining_token(network))
    browser = signed_in(consultant)
    assert browser.post(reverse("networks:link_renew", args=[network.pk]))["Location"] == address
    page = browser.get(address).content.decode()
    assert old not in page
    assert browser.get(f"/n/{old}/").status_code == 404
    assert browser.get(f"/n/{actions.joining_token(Network.objects.get())}/").status_code == 200


def test_link_made_under_another_secret_is_not_shown_and_still_works(consultant, network, address, settings):
    old = actions.joining_token(network)
    settings.SECRET_KEY = "another-secret-that-is-long-enough-0123456789"
    browser = signed_in(consultant)
    assert "The link cannot be shown any more" in browser.get(address).content.decode()
    assert browser.get(f"/n/{old}/").status_code == 200


# A list


@pytest.mark.parametrize("as_file", [False, True])
def test_list_is_invited(send, network, address, as_file):
    response, _ = send(file=f"Clinic;Address\r\n{GOOD}".encode()) if as_file else send(GOOD)
    assert response["Location"] == address
    assert invited() == {
        ("Harbour Clinic", "anna@harbour.example"),
        ("Lakeside Practice", "ben@lakeside.example"),
    }
    assert outbox.mail_counts(network.pk) == (2, 0)


def test_page_says_who_is_invited_and_that_mail_waits(send, consultant, address):
    send(GOOD)
    page = signed_in(consultant).get(address).content.decode()
    assert "2 invitations wait to be sent" in page
    assert "anna@harbour.example" in page
    assert "The mail waits to be sent." in page


@pytest.mark.parametrize(
    ("again", "words"),
    [
        (GOOD, "2 were invited before and got no second mail."),
        (f"{GOOD}\nThird;c@example.org", "1 clinic is invited. The mails go out within minutes. 2 were invited before"),
        ("HARBOUR  clinic;Anna+x@harbour.example", "1 was invited before and got no second mail."),
    ],
)
def test_who_was_invited_before_gets_no_second_mail(send, consultant, address, again, words):
    send(GOOD)
    n_mails = OutgoingMail.objects.count()
    browser = signed_in(consultant)
    page = browser.post(address, {"pasted": again}, follow=True).content.decode()
    assert words in page
    assert OutgoingMail.objects.count() == n_mails + ("Third" in again)


@pytest.mark.parametrize("as_file", [False, True])
def test_one_bad_line_invites_nobody_and_loses_nothing(send, as_file):
    text = f"{GOOD}\nForest <b>Clinic</b>;nobody"
    response, page = send(file=text.encode()) if as_file else send(text)
    assert response.status_code == 422
    assert "Line 3: This is not an e-mail address." in page
    assert "1 line cannot be used. Nobody was invited." in page
    assert "<title>\n      Error:" in page or "Error: " in page
    assert "&lt;b&gt;" in response.content.decode()
    assert re.search(r"<textarea[^>]*>\s*Harbour Clinic;anna@harbour.example\nLakeside", page)
    assert not invited()
    assert not OutgoingMail.objects.exists()


def test_summary_names_ten_lines_and_the_page_all_of_them(send):
    response, page = send("\n".join(f"Clinic {n};nobody@" for n in range(30)))
    assert response.status_code == 422
    assert page.count('<a href="#id_pasted">Line ') == 10
    assert page.count("<strong>Line ") == 30


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("Bodø;a@example.org".encode("cp1252"), "choose “Save as” and then “CSV UTF-8”"),
        (b"PK\x03\x04\x14\x00\x06\x00", "choose “Save as” and then “CSV UTF-8”"),
        (b"Harbour;a@example.org\0", "choose “Save as” and then “CSV UTF-8”"),
        (b"", "This file is empty."),
        (b"\n\n;;\n", "paste at least one line"),
        (b"x" * 262_145, "This list is too long."),
        (b"a;b@example.org\n" * 16_000, "This list is too long."),
        ("\n".join(f"Clinic {n};a{n}@example.org" for n in range(501)).encode(), "This list has 501 lines."),
        (b"a\n" * 100_000, "This list has 99,999 lines."),  # and a heading
        (b"=cmd|'/C calc'!A0;a@example.org", "Line 1: This begins like a formula."),
    ],
    ids=["encoding", "workbook", "NUL", "empty", "blank", "bytes", "characters", "501 lines", "10^5 lines", "formula"],
)
def test_file_that_cannot_be_used_is_told_why(send, file, words):
    response, page = send(file=file)
    assert response.status_code == 422
    assert words in page
    assert not invited()


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("", "paste at least one line"),
        (" \n ", "paste at least one line"),
        ("x" * 200_001, "This list is too long."),
        ("Harbour\0;a@example.org", "a character that cannot be kept"),
    ],
    ids=["nothing", "blank", "characters", "NUL"],
)
def test_pasted_text_that_cannot_be_used_is_told_why(send, pasted, words):
    response, page = send(pasted)
    assert response.status_code == 422
    assert words in page
    assert not invited()


def test_file_and_pasted_lines_at_once_are_not_mixed(send):
    response, page = send(GOOD, file=b"Third;c@example.org")
    assert response.status_code == 422
    assert "Please empty this box, or leave the file out." in page
    assert "Harbour Clinic;anna@harbour.example" in page


def test_body_beyond_the_limit_of_the_site_is_refused(send):
    response, _ = send(file=b"x" * (513 * 1024))
    assert response.status_code == 413


def test_day_that_is_used_up_invites_nobody_and_keeps_the_text(send):
    for n in range(outbox.MAILBOX_A_DAY_MAX):
        assert send(f"Clinic {n};anna@harbour.example")[0].status_code == 302
    response, page = send(f"Third;c@example.org\n{GOOD}")
    assert response.status_code == 422
    assert "You have sent as many invitations today as a day allows, in all or to anna@harbour.example." in page
    assert "Third;c@example.org" in page
    assert ("Third", "c@example.org") not in invited()


def test_address_of_the_sender_must_be_confirmed(consultant, send, address):
    EmailAddress.objects.update(verified=False)
    assert "confirm your own e-mail address" in signed_in(consultant).get(address).content.decode()
    response, page = send(GOOD)
    assert response.status_code == 403
    assert "please confirm your own e-mail address" in page


# Who was asked


def test_withdrawn_invitation_opens_nothing_and_its_mail_stays_unsent(consultant, network, address, invite):
    invite("Harbour", "Lakeside")
    row = NetworkInvitation.objects.get(clinic_name="Harbour")
    withdraw = reverse("networks:invitation_withdraw", args=[network.pk, row.pk])
    response = signed_in(consultant).post(withdraw)
    assert response["Location"] == address
    assert invited() == {("Lakeside", "lakeside@example.org")}
    assert [mail.address for mail in OutgoingMail.objects.all()] == ["lakeside@example.org"]
    assert signed_in(consultant).post(withdraw).status_code == 404


def test_invitation_of_another_network_is_not_there(consultant, colleague_consultant, network, invite):
    invite("Harbour")
    other = actions.create_network(by=colleague_consultant, name="Region South", now=NOW)
    row = NetworkInvitation.objects.get()
    for user, to in ((colleague_consultant, other), (colleague_consultant, network), (consultant, other)):
        address = reverse("networks:invitation_withdraw", args=[to.pk, row.pk])
        assert signed_in(user).post(address).status_code == 404
    assert invited()


def test_accepted_invitation_is_gone_without_a_word(consultant, network, clinic, lead, address, invite):
    invite("Harbour")
    NetworkInvitation.objects.update(token_hash=hash_of("token"))
    actions.join(by=lead, token="token", clinic=clinic, level=Level.PROGRESS, now=NOW)
    page = signed_in(consultant).get(address).content.decode()
    assert "harbour@example.org" not in page
    assert "Harbour Clinic" not in page


def test_expired_and_unsent_invitations_are_marked(consultant, network, address, invite):
    invite("Harbour", "Lakeside")
    NetworkInvitation.objects.filter(clinic_name="Harbour").update(expires_at=NOW)
    outbox.send_due_mail(now=NOW)
    OutgoingMail.objects.filter(address__startswith="lake").update(state="given-up")
    page = signed_in(consultant).get(address).content.decode()
    assert "The link worked until 22 November 2026." in page
    assert "The mail could not be sent." in page
    assert "1 invitation could not be sent within a day." in page


@pytest.mark.parametrize(
    ("page", "first"), [("2", "C050"), ("1", "C000"), ("99", "C100"), ("x", "C000"), ("-1", "C100")]
)
def test_list_of_the_invited_is_paged(consultant, network, address, page, first):
    NetworkInvitation.objects.bulk_create(
        NetworkInvitation(
            network=network,
            clinic_name=f"C{n:03}",
            email="a@example.org",
            token_hash=str(n),
            invited_at=NOW,
            expires_at=NOW + timedelta(days=1),
        )
        for n in range(120)
    )
    content = signed_in(consultant).get(address, {"page": page}).content.decode()
    assert re.findall(r"\bC\d{3}\b", content)[0] == first
    assert "120 invitations." in content


def test_names_that_are_hidden_are_hidden_here_too(consultant, network, address, invite):
    invite("Harbour")
    browser = signed_in(consultant)
    browser.post(reverse("networks:names", args=[network.pk]), {"names": "hidden", "next": address})
    page = browser.get(address).content.decode()
    assert "harbour" not in page.lower()
    assert "left out until you show the names again" in page


def test_page_costs_the_same_whatever_the_number_of_invitations(
    consultant, network, address, invite, django_assert_num_queries
):
    browser = signed_in(consultant)
    invite("Harbour")
    with django_assert_num_queries(9):
        browser.get(address)
    invite(*(f"Clinic{n}" for n in range(60)))
    with django_assert_num_queries(9):
        browser.get(address)
