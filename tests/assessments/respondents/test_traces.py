"""What a database leaves behind by itself: the order of its rows and, on PostgreSQL, the stamps of transactions.

A dump shows the order, and whoever may read the tables can ask for the stamps. Neither may pair an invitation with
what was sent with it.
"""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection

from assessments.respondents import actions
from assessments.respondents.models import Invitation, Submission
from tests.assessments.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = [f"therapist{number}@example.org" for number in range(6)]
SENDING = (3, 0, 5, 1, 4, 2)
"""Who sends first, second, ...: another order than that of the list."""


def answer(invitation, value):
    """Save one answer and send it."""
    draft_id = uuid4()
    actions.save_draft(invitation_id=invitation.pk, draft_id=draft_id, given={"confidence-tone": value}, now=NOW)
    actions.send(invitation_id=invitation.pk, draft_id=draft_id, now=NOW)


@pytest.fixture
def invitations(open_round, lead):
    """Six invitations in the order of ADDRESSES, each of which has sent; the n-th to send answered n on every item."""
    actions.invite(by=lead, round_id=open_round.pk, pasted="\n".join(ADDRESSES), now=NOW)
    invited = {one.address: one for one in Invitation.objects.all()}
    for value, who in enumerate(SENDING):
        answer(invited[ADDRESSES[who]], value)
    return [invited[address] for address in ADDRESSES]


def rows(model, *columns):
    """Give columns of a table's rows in the order in which the database holds them, as a dump does."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {model._meta.db_table}")
        return cursor.fetchall()


def test_order_of_rows_does_not_tell_who_sent_first(invitations):
    in_order_of_sending = [ADDRESSES[who] for who in SENDING]

    assert [address for (address,) in rows(Invitation, "address")] != in_order_of_sending


def test_each_sending_moves_every_invitation_or_none(open_round, lead):
    """PostgreSQL writes all of them anew, into whatever room the file has; SQLite leaves all where they are."""
    actions.invite(by=lead, round_id=open_round.pk, pasted="\n".join(ADDRESSES), now=NOW)
    place = "ctid::text" if connection.vendor == "postgresql" else "rowid"
    before = dict(rows(Invitation, "address", place))

    for invitation in Invitation.objects.order_by("?"):
        answer(invitation, 5)
        after = dict(rows(Invitation, "address", place))
        moved = {address for address in before if after[address] != before[address]}
        assert moved == (set(before) if connection.vendor == "postgresql" else set())
        before = after


def test_stamps_of_transactions_pair_no_invitation_with_its_answers(invitations):
    stamp = "xmin::text" if connection.vendor == "postgresql" else "NULL"  # SQLite stamps nothing

    stamps = {stamp for (stamp,) in rows(Invitation, stamp)}

    assert len(stamps) == 1
    assert Submission.objects.count() == len(ADDRESSES)
