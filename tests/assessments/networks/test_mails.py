"""What networks write to leads: plain words, who asks, what it means, and nothing that a name could smuggle in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from assessments.clinics import outbox
from assessments.networks import actions, invitation_actions, mails
from assessments.networks.invitation_list import Line
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.networks.conftest import join_clinic

UNTIL = NOW + timedelta(days=60)


@pytest.fixture
def invitation(network, consultant):
    """Give a function that writes an invitation."""

    def write(clinic="Harbour Clinic"):
        return mails.invitation(network=network, by=consultant, clinic=clinic, token="tok-en_1", expires_at=UNTIL)

    return write


def test_invitation_says_who_asks_what_is_shared_and_until_when(invitation):
    subject, body = invitation()
    assert subject == "An invitation of your clinic to Region North roll-out"
    assert "Who asks: Cora Consultant, consultant@example.org\n" in body
    assert "Clinic: Harbour Clinic\n" in body
    assert "http://testserver/n/tok-en_1/\n" in body
    assert "until 21 January 2027" in body
    assert "Nothing is shared by opening the link." in body
    for level in ("progress only", "scores and flags", "answers and comments as well"):
        assert f"\n- {level}:" in body


def test_link_is_the_only_address_in_an_invitation(invitation):
    assert invitation()[1].count("http") == 1


@pytest.mark.parametrize(
    ("has_joined", "subject", "words"),
    [
        (True, "A consultant has joined Region North roll-out", "They see at once what your clinic shows"),
        (False, "A consultant has left Region North roll-out", "They no longer see anything of your clinic through"),
    ],
)
def test_note_says_who_and_what_it_means(network, colleague_consultant, has_joined, subject, words):
    written, body = mails.change_of_consultants(network=network, user=colleague_consultant, has_joined=has_joined)
    assert written == subject
    assert "Colin Colleague, colleague@example.org" in body
    assert words in body
    assert "http://testserver/clinics/\n" in body


def test_consultant_who_was_added_reads_by_whom_and_where(network, consultant):
    subject, body = mails.added(network=network, by=consultant)
    assert subject == "You have been added to Region North roll-out"
    assert "Who added you: Cora Consultant, consultant@example.org\n" in body
    assert f"http://testserver/networks/{network.pk}/\n" in body


def test_names_are_neither_escaped_nor_a_header(network, consultant, invitation):
    network.name = "North & <South>\r\nBcc: all@example.org"
    subject, body = invitation()
    assert subject == "An invitation of your clinic to North & <South> Bcc: all@example.org"
    assert "North & <South>" in body


def test_names_are_one_line_by_the_time_they_are_kept(consultant):
    said = {"name": "North\r\nBcc: all@example.org\u202e"}
    signed_in(consultant).post("/networks/new/", said)
    assert consultant.network_places.get().network.name == "North Bcc: all@example.org"


def test_mails_go_out_as_plain_text_to_one_address_each(network, place, consultant, colleague_consultant):
    lines = [Line("Lakeside", "ben@example.org"), Line("Mill", "cleo@example.org")]
    invitation_actions.invite_clinics(by=consultant, network_id=network.pk, lines=lines, now=NOW)
    actions.add_consultant(by=consultant, network_id=network.pk, email=colleague_consultant.email, now=NOW)
    assert mail.outbox == []
    outbox.send_due_mail(now=NOW)
    people = ("ben", "cleo", "colleague", "lead")
    assert sorted(one.to for one in mail.outbox) == [[f"{person}@example.org"] for person in people]
    assert all(one.content_subtype == "plain" and not one.cc and not one.bcc for one in mail.outbox)
    assert all("<" not in str(one.body) for one in mail.outbox)


def test_note_is_the_same_for_every_clinic_and_names_none(
    network, place, other_clinic, stranger, consultant, colleague_consultant
):
    join_clinic(network, other_clinic, stranger)
    actions.add_consultant(by=consultant, network_id=network.pk, email=colleague_consultant.email, now=NOW)
    outbox.send_due_mail(now=NOW)
    assert len({str(one.body) for one in mail.outbox if one.to != [colleague_consultant.email]}) == 1
    assert not [one for one in mail.outbox if "Harbour" in str(one.body) or "Forest" in str(one.body)]
