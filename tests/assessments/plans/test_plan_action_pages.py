"""The pages of one action: writing it, changing it, moving it, and what two people at once read of each other."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any, Final
from uuid import uuid4

import pytest
from django.urls import reverse

from assessments.clinics.models import Clinic, User
from assessments.networks.models import NetworkClinic
from assessments.plans import action_presenters, actions, policies
from assessments.plans.actions import content_of
from assessments.plans.forms import touched
from assessments.plans.models import REASON_MAX, TITLE_MAX, Action, ActionEntry, Status
from assessments.rounds.models import Round
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.plans.conftest import forget

pytestmark = pytest.mark.usefixtures("at_noon")

SAID: Final = {
    "title": "Agree on minutes for each patient",
    "owner": "",
    "owner_name": "Joris",
    "due_on": "2026-12-24",
    "steps": "Count\r\nAsk",
    "answers": "critical-workload:practice",
    "kind": "organise",
    "effort": "low",
    "is_shown_to_team": "on",
}
NOBODYS: Final = "11111111-2222-4333-8444-555555555555"
FROM_FLAG: Final = "?flag=critical-workload&topic=practice"


class Answer:
    """What the server said to a form."""

    def __init__(self, user: User, address: str, said: dict[str, Any]) -> None:
        response = signed_in(user).post(address, said)
        self.status, self.there = response.status_code, response.headers.get("Location", "")
        self.page = unescape(response.content.decode())


def new_url(clinic: Clinic, query: str = "") -> str:
    """Give the address at which an action is written."""
    return reverse("plans:new", args=[clinic.pk]) + query


def form_of(user: User, address: str) -> dict[str, str]:
    """Give what the form on an action's page would send if nothing were typed."""
    page = unescape(signed_in(user).get(address).content.decode())
    was = dict(re.findall(r'name="was-(\w+)"\s+value="([^"]*)"', page))
    base = re.findall(r'name="base"\s+value="(\d+)"', page)[-1]
    return {**{f"was-{name}": text for name, text in was.items()}, **was, "base": base}


def test_an_action_is_written_once_with_what_the_address_presets(
    clinic: Clinic, lead: User, closed_round: Round
) -> None:
    address = new_url(clinic, f"{FROM_FLAG}&round={closed_round.pk}")
    assert 'value="critical-workload:practice" selected' in signed_in(lead).get(address).content.decode()
    op = str(uuid4())
    answers = [Answer(lead, address, {**SAID, "op": op}) for _ in range(2)]
    action = Action.objects.get()
    assert [(one.status, one.there) for one in answers] == [(302, action.get_absolute_url())] * 2
    assert (action.title, action.steps, action.flag, action.domain, action.owner_name, action.round) == (
        SAID["title"],
        "Count\nAsk",
        "critical-workload",
        "practice",
        "Joris",
        closed_round,
    )
    page = signed_in(lead).get(action.get_absolute_url()).content.decode()
    assert "seen in" in page
    assert "sees title, status and by when" in page


@pytest.mark.parametrize("query", ["?flag=nothing&topic=nothing&round=nothing", f"?round={NOBODYS}", "?round="])
def test_what_an_address_presets_and_nobody_knows_is_left_out(clinic: Clinic, lead: User, query: str) -> None:
    assert Answer(lead, new_url(clinic, query), {"title": "Step"}).status == 302
    assert Action.objects.get().round is None


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"title": " \u200b "}, "Please say in a line what is to be done."),
        (
            {"title": "x" * (TITLE_MAX + 1)},
            f"What is to be done: please shorten this to {TITLE_MAX} characters; it has {TITLE_MAX + 1} now.",
        ),
        ({"due_on": "2026-11-21"}, "This day has passed."),
        ({"due_on": "2026-11-21", "title": ""}, "This day has passed."),
        ({"due_on": "Christmas"}, "Please give a date, such as 2027-01-31"),
        ({"owner": "LEAD"}, "choose a person from the list or write a name, not both"),
        ({"owner": "STRANGER", "owner_name": ""}, "does not belong to the clinic any more"),
        ({"owner": "x", "owner_name": ""}, "does not belong to the clinic any more"),
        ({"answers": "missing-funding:funding"}, "Please choose from the list"),
        ({"kind": "magic"}, "Select a valid choice"),
        ({"effort": "huge"}, "Select a valid choice"),
        ({"steps": "x" * 2_001}, "First steps: please shorten this to 2,000 characters; it has 2,001 now."),
        ({"steps": "a\x00b"}, "holds a character that cannot be kept"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_the_rest_kept(
    clinic: Clinic, lead: User, stranger: User, action: Action, said: dict[str, str], message: str
) -> None:
    people = {"LEAD": str(lead.pk), "STRANGER": str(stranger.pk)}
    sent = {**SAID, **{name: people.get(text, text) for name, text in said.items()}}
    forms = {
        new_url(clinic, FROM_FLAG): {"op": str(uuid4())},
        action.get_absolute_url(): {"base": "1", "answers": said.get("answers", ":funding")},
    }
    for address, unseen in forms.items():
        answer = Answer(lead, address, {**sent, **unseen})
        assert answer.status == 422, address
        assert message in answer.page.partition('id="error-summary"')[2].partition("</ul>")[0]
        assert "<title>Error: " in re.sub(r"\s+", " ", answer.page).replace("<title> ", "<title>")
        if "steps" not in said:
            assert "Count\nAsk" in answer.page.replace("\r\n", "\n")
    assert list(Action.objects.all()) == [action]
    assert ActionEntry.objects.count() == 1


def test_today_may_be_the_day(clinic: Clinic, lead: User) -> None:
    assert Answer(lead, new_url(clinic), {"title": "Now", "due_on": "2026-11-22"}).status == 302


def test_fields_that_a_form_does_not_have_change_nothing(
    action: Action, clinic: Clinic, other_clinic: Clinic, lead: User, stranger: User
) -> None:
    extra = {
        "id": str(uuid4()),
        "clinic": str(other_clinic.pk),
        "clinic_id": str(other_clinic.pk),
        "status": "done",
        "finished_on": "2026-11-01",
        "created_by": str(stranger.pk),
        "created_at": "2020-01-01",
        "revision": "99",
        "option": "data-rules",
        "guidance_version": "7",
        "drop_reason": "No",
        "round": str(uuid4()),
        "reminded_of": "2026-11-01",
        "role": "lead",
    }
    kept = {name: getattr(action, name) for name in ("pk", "clinic_id", "status", "created_by", "created_at", "option")}
    assert Answer(lead, action.get_absolute_url(), {**SAID, "answers": ":funding", "base": "1", **extra}).status == 302
    action.refresh_from_db()
    assert {name: getattr(action, name) for name in kept} == kept
    assert (action.revision, action.finished_on, action.reminded_of) == (2, None, None)
    Answer(lead, new_url(clinic), {"title": "Another", **extra})
    another = Action.objects.get(title="Another")
    assert (another.clinic, another.status, another.created_by) == (clinic, "planned", lead)
    assert not other_clinic.plan_actions.exists()


def test_of_two_people_the_second_sees_both_versions_and_loses_nothing(
    action: Action, lead: User, manager: User
) -> None:
    address = action.get_absolute_url()
    typed = form_of(lead, address) | {"title": "Ask two payers", "steps": "Call\r\nWrite", "due_on": "2026-12-24"}
    theirs = replace(content_of(action), steps="Wait", owner_name="Joris", due_on=NOW.date() + timedelta(days=9))
    actions.change_action(by=manager, action_id=action.pk, base=1, content=theirs, now=NOW)

    second = Answer(lead, address, typed)

    assert second.status == 409
    summary = second.page.partition('id="error-summary"')[2].partition("</form>")[0]
    for words in (
        "Milan Manager changed the first steps, who sees to it (nobody, now somebody without an account) "
        "and by when (22 December 2026, now 1 December 2026), 22 November 2026, 09:00",
        action.title,
        "Wait",
    ):
        assert words in summary
    assert re.search(r'conflict-stored">\s*1 December 2026', summary)
    form = second.page.partition('id="change"')[2]
    for words in ('value="Ask two payers"', "Call\r\nWrite", 'value="Joris"', "Save mine all the same"):
        assert words in form
    action.refresh_from_db()
    assert action.steps == "Wait"

    again = dict(re.findall(r'name="(was-\w+|base)"\s+value="([^"]*)"', form))
    last = Answer(lead, address, {**typed, "owner_name": "Joris", **again})
    assert last.status == 302
    action.refresh_from_db()
    assert (action.title, action.steps, action.owner_name) == ("Ask two payers", "Call\nWrite", "Joris")


def test_whoever_typed_nothing_new_is_shown_how_it_is_now(action: Action, lead: User, manager: User) -> None:
    untouched = form_of(lead, action.get_absolute_url())
    theirs = replace(content_of(action), title="Ask the ministry")
    actions.change_action(by=manager, action_id=action.pk, base=1, content=theirs, now=NOW)
    assert Answer(lead, action.get_absolute_url(), untouched).status == 302
    action.refresh_from_db()
    assert (action.title, action.revision) == ("Ask the ministry", 2)


@pytest.mark.parametrize(
    ("posted", "found"),
    [
        ({"title": "A", "was-title": "A"}, False),
        ({"title": " A\r\nB", "was-title": "A\nB"}, False),
        ({"title": "B", "was-title": "A"}, True),
        ({"title": "A"}, True),
        ({"was-title": ""}, False),
        ({"was-title": "A"}, True),
    ],
)
def test_a_field_is_touched_where_it_is_other_than_the_page_showed(posted: dict[str, str], found: bool) -> None:
    assert ("title" in touched(posted)) is found


def test_a_form_without_what_a_page_carries_is_told_to_look_again(action: Action, lead: User) -> None:
    for address, sent in (
        (action.get_absolute_url(), SAID | {"answers": ":funding"}),
        (action.get_absolute_url() + "move/", {"status": "done"}),
        (action.get_absolute_url() + "move/", {"status": "sleeping", "base": "1"}),
        (action.get_absolute_url() + "move/", {}),
    ):
        answer = Answer(lead, address, sent)
        assert answer.status == 422
        assert "look at the action as it is now" in answer.page
    assert ActionEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("back", "is_ours"),
    [
        ("/clinics/", True),
        ("", False),
        ("//evil.example", False),
        ("https://evil.example/", False),
        ("clinics/", False),
        ("/\\evil.example", False),
    ],
)
def test_a_step_leads_back_to_where_its_button_stood_and_nowhere_else(
    action: Action, lead: User, back: str, is_ours: bool
) -> None:
    move = action.get_absolute_url() + "move/"
    answer = Answer(lead, move, {"status": "under-way", "base": "1", "next": back})
    assert answer.there == (f"{back}#action-{action.pk}" if is_ours else action.get_absolute_url())
    action.refresh_from_db()
    assert action.state is Status.UNDER_WAY


def test_of_two_people_who_move_an_action_the_second_is_asked(action: Action, lead: User, manager: User) -> None:
    move = action.get_absolute_url() + "move/"
    dropped = {"status": "dropped", "reason": "They <b>paid</b>", "base": "1"}
    assert Answer(manager, move, dropped).status == 302
    second = Answer(lead, move, {"status": "under-way", "base": "1", "next": "/clinics/"})
    assert second.status == 409
    assert "Milan Manager dropped it" in second.page
    assert "is now dropped, and your step was not made yet" in second.page
    carried = dict(re.findall(r'name="(status|base|reason|next)" value="([^"]*)"', second.page))
    assert carried == {"status": "under-way", "base": "2", "reason": "", "next": "/clinics/"}
    assert Answer(lead, move, carried).status == 302
    action.refresh_from_db()
    assert (action.state, action.drop_reason) == (Status.UNDER_WAY, "")


def test_of_two_people_who_drop_an_action_the_second_keeps_their_reason(
    action: Action, lead: User, manager: User
) -> None:
    move = action.get_absolute_url() + "move/"
    assert Answer(manager, move, {"status": "dropped", "reason": "They paid", "base": "1"}).status == 302
    second = Answer(lead, move, {"status": "dropped", "reason": "Nobody has time", "base": "1"})
    assert second.status == 409
    assert "is dropped already, for another reason. Yours is not kept yet." in second.page
    carried = dict(re.findall(r'name="(status|base|reason|next)" value="([^"]*)"', second.page))
    assert Answer(lead, move, carried).status == 302
    action.refresh_from_db()
    assert action.drop_reason == "Nobody has time"


def test_an_action_that_is_gone_meanwhile_is_not_found(
    action: Action, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = iter((Action, User, NetworkClinic))

    def gone(**_: object) -> None:
        raise next(kinds).DoesNotExist

    for name in ("change_action", "move_action", "add_note"):
        monkeypatch.setattr(actions, name, gone)
    for path, said in (("", SAID | {"answers": ":funding"}), ("move/", {"status": "done"}), ("note/", {"note": "Hi"})):
        answer = Answer(lead, action.get_absolute_url() + path, {**said, "base": "1"})
        assert answer.status == 404
        assert "We cannot find this page" in answer.page


@pytest.mark.parametrize("reason", ["", "   ", "x" * (REASON_MAX + 1)])
def test_dropping_needs_a_short_reason(action: Action, lead: User, reason: str) -> None:
    answer = Answer(lead, action.get_absolute_url() + "move/", {"status": "dropped", "reason": reason, "base": "1"})
    assert answer.status == 422
    assert 'href="#move_reason"' in answer.page
    action.refresh_from_db()
    assert action.state is Status.PLANNED


def test_a_long_history_is_read_page_by_page(action: Action, lead: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(action_presenters, "HISTORY_SHOWN", 2)
    monkeypatch.setattr(policies, "NOTES_MAX", 4)
    for place in range(4):
        actions.add_note(by=lead, action_id=action.pk, note=f"Note {place}", op=str(place), now=NOW)
    address, read = action.get_absolute_url(), []
    while address:
        page = unescape(signed_in(lead).get(address).content.decode())
        read.append(re.findall(r"Note \d|You added it", page))
        older = re.search(r'href="([^"]*)">Older<', page)
        address = older[1] if older else ""
    assert read == [["Note 3", "Note 2"], ["Note 1", "Note 0"], ["You added it"]]
    refused = Answer(lead, action.get_absolute_url() + "note/", {"note": "One more", "op": str(uuid4())})
    assert refused.status == 422
    assert "has 4 notes, which is as many as it can" in refused.page
    assert "One more" in refused.page


def test_history_says_what_was_there_before(action: Action, lead: User, manager: User) -> None:
    said = replace(
        content_of(action),
        title="Ask two payers",
        owner_id=manager.pk,
        due_on=NOW.date() + timedelta(days=44),
        flag="critical-workload",
        domain="practice",
        effort="low",
        is_shown_to_team=True,
    )
    actions.change_action(by=lead, action_id=action.pk, base=1, content=said, now=NOW)
    named = replace(said, owner_id=None, owner_name="Wim Outside", steps="Call")
    actions.change_action(by=lead, action_id=action.pk, base=2, content=named, now=NOW)
    again = replace(named, owner_name="Ann Outside", due_on=None, is_shown_to_team=False)
    actions.change_action(by=lead, action_id=action.pk, base=3, content=again, now=NOW)

    page = unescape(signed_in(lead).get(action.get_absolute_url()).content.decode())

    assert re.findall(r'class="history-said">You changed ([^<]*), <span', page) == [
        "who sees to it, by when (5 January 2027, now no day) and whether the team sees it (it does not now)",
        "the first steps and who sees to it (Milan Manager, now somebody without an account)",
        "the title, what it answers (Money and future, now "
        "Week may be too full), the effort (not said, now Little effort), who sees to it (nobody, now Milan "
        "Manager), by when (22 December 2026, now 5 January 2027) and whether the team sees it (it does now)",
    ]
    kept = str(list(ActionEntry.objects.values()))
    assert "Outside" not in kept
    assert "Milan" not in kept
    assert "Ask" not in kept
    forget(manager)
    page = signed_in(lead).get(action.get_absolute_url()).content.decode()
    assert "(a former colleague, now somebody without an account)" in page
    assert "Milan" not in page


def test_history_says_in_the_clinics_time_who_did_what(
    action: Action, clinic: Clinic, lead: User, manager: User
) -> None:
    Clinic.objects.filter(pk=clinic.pk).update(time_zone="Europe/Amsterdam")
    at = NOW + timedelta(hours=1, minutes=42)
    actions.move_action(by=manager, action_id=action.pk, base=1, status=Status.UNDER_WAY, now=at)
    note, op = action.get_absolute_url() + "note/", str(uuid4())
    for _ in range(2):
        assert Answer(lead, note, {"note": "They want <i>figures</i>.", "op": op}).status == 302
    assert Answer(lead, note, {"note": " ", "op": op}).status == 422

    page = signed_in(lead).get(action.get_absolute_url()).content.decode()

    said = re.findall(r'class="history-said">([^<]*), <span class="muted">([^<]*)<', page)
    assert said == [
        ("You wrote", "22 November 2026, 13:00"),
        ("Milan Manager moved it to Under way", "22 November 2026, 11:42"),
        ("You added it", "22 November 2026, 10:00"),
    ]
    assert page.count("They want &lt;i&gt;figures&lt;/i&gt;.") == 1
    forget(manager)
    assert "A former colleague moved it" in signed_in(lead).get(action.get_absolute_url()).content.decode()
