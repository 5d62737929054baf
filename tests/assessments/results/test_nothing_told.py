"""Below the threshold nothing is told: every address that can be read says the same, byte for byte, to everybody.

And what is left in the database: until closing no join, afterwards no answer.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from assessments.clinics.models import OutgoingMail
from assessments.respondents import actions, return_codes, upkeep
from assessments.respondents.models import Draft, Invitation, Submission, TeamPageLink
from assessments.results import bodies
from assessments.routes import ROUTES
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.results.conftest import DONT_KNOW
from tests.assessments.results.team import finish, hear, invite, send, sheet

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("at_noon"),
    pytest.mark.timeout(30),  # every address of a round, for each world that is compared
]

FOUR = [sheet(1, 0, workload=5)] * 4
OTHER_FOUR = [sheet(5, 10), sheet(5, 9, training=1), sheet(DONT_KNOW, DONT_KNOW), sheet(2, 3)]
FIVE = [sheet(1, 0)] * 5
NINE = [sheet(4, 7)] * 9
CHANCE = re.compile(rb'name="(csrfmiddlewaretoken|op)"\s+value="[^"]+"')


def link_of(invitation):
    mail = OutgoingMail.objects.get(pk=invitation.mail_id)
    (link,) = re.findall(r"http://testserver(/r/[\w-]+/)\n", mail.body)
    return link


def everything(assessment, link, people):
    """Give the bytes of every address about a round: what its lead and a manager read, and the holder of a link."""
    bodies._closed_body.cache_clear()
    browsers = [(person.email, "/rounds/ /clinics/", signed_in(person)) for person in people]
    browsers.append(("link", "/r/ /team/", Client()))
    browsers[-1][2].get(link)
    parts = {"<uuid:round_id>": assessment.pk, "<uuid:clinic_id>": assessment.clinic_id, "<slug:domain>": "practice"}
    found = {}
    for route in ROUTES:
        address = route.path
        for name, value in parts.items():
            address = address.replace(name, str(value))
        for who, areas, browser in browsers:
            if "GET" in route.methods and "<" not in address and address.startswith(tuple(areas.split())):
                answer = browser.get(address)
                found[who, address] = (answer.status_code, answer.get("Location"), CHANCE.sub(b"", answer.content))
    return found


def told(mixed_round, lead, manager, worlds, then):
    """Give everything that can be read in each world: a world is what therapists have sent before `then` happens."""
    invite(mixed_round, lead, 12)
    link = link_of(Invitation.objects.filter(round=mixed_round).order_by("-address_key").first())
    seen = []
    for sheets in worlds:
        with transaction.atomic():
            send(mixed_round, sheets)
            assert Submission.objects.count() == len(sheets)
            then(mixed_round)
            seen.append(everything(mixed_round, link, [lead, manager]))
            transaction.set_rollback(True)
        mixed_round.refresh_from_db()
    return seen


def test_after_closing_four_answers_look_like_none_and_like_any_other_four(mixed_round, lead, manager):
    none, four, other = told(mixed_round, lead, manager, [[], FOUR, OTHER_FOUR], lambda it: finish(it, lead))

    assert len(none) > 30
    assert none["link", "/team/"][0] == 200
    assert [key for key in none if not none[key] == four[key] == other[key]] == []


def night(assessment):
    """Let the nightly count come round."""
    upkeep.refresh_participation(now=NOW + timedelta(days=1))
    assessment.refresh_from_db()


@pytest.mark.parametrize("worlds", [([], FOUR), (FIVE, NINE)], ids=["fewer than 5", "5 or more"])
def test_while_open_no_page_tells_of_an_answer_beyond_the_band_of_the_night(mixed_round, lead, manager, worlds):
    some, others = told(mixed_round, lead, manager, worlds, night)

    assert [key for key in some if some[key] != others[key]] == []


def test_band_of_the_night_stands_on_three_pages_and_on_no_other(mixed_round, lead, manager):
    four, nine = told(mixed_round, lead, manager, [FOUR, NINE], night)

    different = {address for who, address in four if four[who, address] != nine[who, address]}
    assert {address.removeprefix(f"/rounds/{mixed_round.pk}/") for address in different} == {"", "team/", "finish/"}


def test_before_the_night_not_even_the_band_is_told(mixed_round, lead, manager):
    none, nine = told(mixed_round, lead, manager, [[], NINE], lambda _: None)

    assert [key for key in none if none[key] != nine[key]] == []


def rows_of_all_tables():
    """Give every cell of every table of the database, as text, whatever the models know of it."""
    cells = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            cells[table] = [str(cell) for row in cursor.fetchall() for cell in row]
    return cells


def test_after_closing_no_table_holds_an_answer_or_an_address(mixed_round, lead):
    odd = sheet(2, 9, workload=5, training=1)
    hear(mixed_round, lead, [odd, *[sheet(3, 4)] * 6])
    unsent = Invitation.objects.filter(answered=False)[0]
    actions.save_draft(invitation_id=unsent.pk, draft_id=uuid4(), given=odd, now=NOW)
    before = rows_of_all_tables()
    assert any("confidence-risk" in cell for cells in before.values() for cell in cells)
    ids = {str(pk) for model in (Invitation, Draft, Submission) for pk in model.objects.values_list("pk", flat=True)}

    finish(mixed_round, lead)

    after = rows_of_all_tables()
    left = {table: cells for table, cells in after.items() if table.startswith("respondents_") and cells}
    assert set(left) == {TeamPageLink._meta.db_table}
    for table, cells in after.items():
        text = "\n".join(cells)
        assert "confidence-risk" not in text, table
        assert json.dumps(odd) not in text, table
        assert f"@{mixed_round.pk}" not in text, table
        assert not [pk for pk in ids if pk in text or pk.replace("-", "") in text], table


def values(content):
    """Give every value in a piece of JSON that is not one of a few, as text."""
    parts = content.values() if isinstance(content, dict) else content if isinstance(content, list) else None
    if parts is None:
        return {str(content)} if len(str(content)) > len("false") else set()
    return {value for part in parts for value in values(part)}


def test_before_closing_a_dump_joins_no_address_with_answers(mixed_round, lead):
    invite(mixed_round, lead, 9)
    send(mixed_round, [sheet(3, 4)] * 3)
    for invitation in Invitation.objects.filter(answered=False)[:3]:
        draft_id = uuid4()
        actions.save_draft(invitation_id=invitation.pk, draft_id=draft_id, given=sheet(2, 5), now=NOW)
        return_codes.write_return_code(invitation_id=invitation.pk, draft_id=draft_id, now=NOW)

    out = StringIO()
    call_command("dumpdata", *{model._meta.app_label for model in apps.get_models()}, stdout=out)
    rows = json.loads(out.getvalue())

    def said_by(*models):
        return [row for row in rows if row["model"] in {model._meta.label_lower for model in models}]

    people, answers = said_by(Invitation, OutgoingMail), said_by(Draft, Submission)
    assert (len(people), len(answers)) == (18, 6)
    day = str(NOW.date())  # when somebody was invited and something was saved: the same for all
    words = {"dont_know", "not_applicable"}
    joined = (values(people) & values(answers)) - {str(mixed_round.pk), day} - words
    assert joined == set()
    # Nor through a third table: what stands in rows of answers stands nowhere else.
    others = [row for row in rows if row not in answers]
    assert (values(answers) & values(others)) - {str(mixed_round.pk), day} - words == set()
