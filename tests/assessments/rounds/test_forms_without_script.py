"""Question pages as plain forms: what a browser without JavaScript sends, and what comes back."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from assessments.clinics.models import User
from assessments.rounds import actions, policies
from assessments.rounds.answering import check_comment
from assessments.rounds.models import FormAnswer, Round
from tests.assessments.conftest import NOW, chosen, signed_in
from tests.assessments.rounds.conftest import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def test_page_saves_each_answer_and_goes_to_the_next_topic(desk: Desk) -> None:
    answer = desk.post(answer_gp_referral="2", base_gp_referral="0", answer_visibility="dont_know", go="next")

    assert answer.status_code == 302
    assert answer["Location"] == reverse("rounds:section", args=[desk.round.pk, "skills"])
    assert {row.key: row.answer for row in FormAnswer.objects.all()} == {"gp-referral": 2, "visibility": "dont_know"}


@pytest.mark.parametrize(
    ("domain", "go", "name"),
    [
        ("intake", "list", "rounds:round"),
        ("acceptance", "next", "rounds:check"),
        ("intake", "flags", "results:first_look"),
    ],
)
def test_buttons_lead_where_they_say(desk: Desk, domain: str, go: str, name: str) -> None:
    assert desk.post(domain, go=go)["Location"] == reverse(name, args=[desk.round.pk])


def test_item_that_is_not_posted_stays_as_it_is(desk: Desk) -> None:
    desk.put("gp-referral", value=2, comment="Here")
    desk.post(answer_visibility="4", base_visibility="0")

    row = desk.stored("gp-referral")
    assert row is not None
    assert (row.answer, row.comment, row.revision) == (2, "Here", 1)


def test_clear_is_its_own_control_and_keeps_the_comment(desk: Desk) -> None:
    desk.put("gp-referral", value=2, comment="Here")
    desk.post(
        answer_gp_referral="2",
        base_gp_referral="1",
        was_gp_referral="2",
        comment_gp_referral="Here",
        clear="gp-referral",
    )

    row = desk.stored("gp-referral")
    assert row is not None
    assert row.answer is None
    assert row.comment == "Here"


@pytest.mark.parametrize(("sent", "anchor"), [({"clear": "gp-referral"}, "#field-gp-referral"), ({"go": "stay"}, "")])
def test_clear_and_enter_stay_on_the_page(desk: Desk, sent: dict[str, str], anchor: str) -> None:
    here = reverse("rounds:section", args=[desk.round.pk, "intake"])
    assert desk.post(**sent)["Location"] == f"{here}{anchor}"


def test_first_button_of_a_form_is_none_that_clears(desk: Desk) -> None:
    """Enter in a field presses the first submit button of its form."""
    page = desk.client.get(reverse("rounds:section", args=[desk.round.pk, "intake"])).content.decode()
    form = page[page.index("data-save") :]
    assert form.index('value="stay"') < form.index('name="clear"')


def test_comment_that_nobody_touched_is_not_saved_over_a_colleagues(desk: Desk, colleague: Desk) -> None:
    colleague.put("gp-referral", value=5, comment="Steady since May")
    sent = {"answer_gp_referral": "1", "was_gp_referral": "", "comment_gp_referral": "", "base_gp_referral": "0"}
    page = desk.post(**sent).content.decode()
    assert ">Steady since May</textarea>" in page

    desk.post(**{**sent, "base_gp_referral": "1", "was_gp_referral": "5"}, wascomment_gp_referral="")
    row = desk.stored("gp-referral")
    assert row is not None
    assert (row.answer, row.comment) == (1, "Steady since May")


def test_page_is_saved_whole_or_not_at_all_when_the_round_closes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second answer of the page meets the closed round; the first one is taken back with it."""
    stored_before: list[int] = []

    def closed_at_the_second(raw: object) -> str | None:
        stored_before.append(FormAnswer.objects.count())
        if len(stored_before) == 2:
            raise policies.RoundClosedError("finished")
        return check_comment(raw)

    monkeypatch.setattr(actions, "check_comment", closed_at_the_second)
    answer = desk.post(answer_gp_referral="2", answer_visibility="3")

    assert stored_before == [0, 1]
    assert answer.status_code == 403
    assert not FormAnswer.objects.exists()


def test_clash_with_oneself_is_called_that(desk: Desk) -> None:
    desk.put("gp-referral", value=5)
    page = desk.post(answer_gp_referral="1", base_gp_referral="0", was_gp_referral="").content.decode()
    assert "You, in another window," in page


def test_comment_alone_keeps_the_answer(desk: Desk) -> None:
    desk.put("gp-referral", value=2)
    desk.post(comment_gp_referral="A reason", base_gp_referral="1")

    row = desk.stored("gp-referral")
    assert row is not None
    assert (row.answer, row.comment) == (2, "A reason")


def test_conflict_shows_both_values_and_saves_the_rest(desk: Desk, colleague: Desk) -> None:
    colleague.put("gp-referral", value=5, comment="Steady")
    answer = desk.post(
        answer_gp_referral="1", base_gp_referral="0", was_gp_referral="", answer_visibility="3", base_visibility="0"
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Milan Manager" in page
    assert "Completely true" in page
    assert "Steady" in page
    assert 'name="base-gp-referral" value="1"' in " ".join(page.split())
    assert chosen(page, "gp-referral") == ["1"]
    row = desk.stored("gp-referral")
    assert row is not None
    assert row.value == 5
    assert desk.stored("visibility") is not None


def test_conflict_sent_again_keeps_mine_knowingly(desk: Desk, colleague: Desk) -> None:
    colleague.put("gp-referral", value=5)
    answer = desk.post(answer_gp_referral="1", base_gp_referral="1", was_gp_referral="5")

    assert answer.status_code == 302
    row = desk.stored("gp-referral")
    assert row is not None
    assert row.value == 1


def test_same_answer_of_a_colleague_is_no_conflict(desk: Desk, colleague: Desk) -> None:
    colleague.put("gp-referral", value=5)
    assert desk.post(answer_gp_referral="5", base_gp_referral="0", was_gp_referral="").status_code == 302


def test_answer_that_nobody_touched_is_no_conflict(desk: Desk, colleague: Desk) -> None:
    desk.put("gp-referral", value=2)
    colleague.put("gp-referral", op="theirs", base=1, value=5)
    answer = desk.post(answer_gp_referral="2", base_gp_referral="1", was_gp_referral="2")

    assert answer.status_code == 302
    row = desk.stored("gp-referral")
    assert row is not None
    assert row.value == 5


def test_same_page_sent_twice_has_one_effect(desk: Desk) -> None:
    for _ in range(2):
        assert desk.post(op="page", answer_gp_referral="2", base_gp_referral="0", was_gp_referral="").status_code == 302
    row = desk.stored("gp-referral")
    assert row is not None
    assert row.revision == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"answer_gp_referral": "9"}, "choose one of the answers"),
        ({"answer_gp_referral_count": "many"}, "whole number from 0 to 100,000"),
        ({"answer_gp_referral_count": "100001"}, "whole number from 0 to 100,000"),
        ({"answer_gp_referral_count": "7,5"}, "whole number from 0 to 100,000"),
        ({"answer_gp_referral_count": "1 5"}, "whole number from 0 to 100,000"),
        ({"answer_gp_referral_count": "-3"}, "whole number from 0 to 100,000"),
        ({"answer_gp_referral": "2", "comment_gp_referral": "x" * 2001}, "too long"),
        ({"answer_gp_referral": "2", "comment_gp_referral": "a\0b"}, "cannot be kept"),
    ],
    ids=[
        "off-scale",
        "fact-words",
        "fact-too-large",
        "decimal-comma",
        "stray-space",
        "fact-negative",
        "long-comment",
        "nul",
    ],
)
def test_bad_input_is_422_with_summary_and_what_was_typed(desk: Desk, fields: dict[str, str], words: str) -> None:
    answer = desk.post(**fields, answer_visibility="3", base_visibility="0")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "error-summary" in page
    assert words in page
    assert "Error: " in page
    assert desk.stored("visibility") is not None
    assert desk.stored("gp-referral") is None


def test_number_with_separators_is_understood(desk: Desk) -> None:
    desk.post(answer_gp_referral_count="1,200", base_gp_referral_count="0")
    row = desk.stored("gp-referral-count")
    assert row is not None
    assert row.value == 1200


@pytest.mark.parametrize(
    ("fields", "stored"),
    [
        ({"answer_gp_referral_count": "", "dk_gp_referral_count": "1", "was_gp_referral_count": ""}, "dont_know"),
        ({"answer_gp_referral_count": "5", "dk_gp_referral_count": "1", "was_gp_referral_count": "5"}, "dont_know"),
        ({"answer_gp_referral_count": "5", "dk_gp_referral_count": "1", "was_gp_referral_count": "dont_know"}, 5),
    ],
    ids=["ticked", "ticked-over-a-number", "number-typed-over-the-tick"],
)
def test_dont_know_of_a_number_is_what_was_done_last(desk: Desk, fields: dict[str, str], stored: object) -> None:
    desk.post(**fields)
    row = desk.stored("gp-referral-count")
    assert row is not None
    assert row.answer == stored


def test_quick_start_saves_the_same_items_once(desk: Desk) -> None:
    url = reverse("rounds:quick", args=[desk.round.pk])
    answer = desk.client.post(url, {"answer-gp-referral": "2", "base-gp-referral": "0", "go": "flags"})

    assert answer["Location"] == reverse("results:first_look", args=[desk.round.pk])
    section = desk.client.get(reverse("rounds:section", args=[desk.round.pk, "intake"])).content.decode()
    assert chosen(section, "gp-referral") == ["2"]


def test_items_of_a_route_not_in_use_are_not_asked(desk: Desk) -> None:
    Round.objects.filter(pk=desk.round.pk).update(routes=["self"])
    section = desk.client.get(reverse("rounds:section", args=[desk.round.pk, "intake"])).content.decode()

    assert "answer-gp-referral" not in section
    assert "answer-self-referral" in section


def test_post_after_sign_out_shows_what_was_typed_and_nothing_of_the_clinic(desk: Desk) -> None:
    desk.put("visibility", value=5, comment="Secret remark")
    desk.client.logout()
    answer = desk.post(
        answer_gp_referral="2", base_gp_referral="3", was_gp_referral="4", comment_gp_referral="Typed words"
    )

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Typed words" in page
    assert chosen(page, "gp-referral") == ["2"]
    assert 'name="base-gp-referral" value="3"' in " ".join(page.split())
    assert "Sign in again in a new tab" in page
    assert "Secret remark" not in page
    assert "Harbour Clinic" not in page
    assert desk.stored("gp-referral") is None


def test_get_after_sign_out_leads_to_sign_in_and_back(desk: Desk) -> None:
    url = reverse("rounds:section", args=[desk.round.pk, "intake"])
    assert Client().get(url)["Location"] == f"{reverse('account_login')}?next={url}"


@pytest.mark.parametrize("name", ["rounds:section", "rounds:quick"])
def test_post_with_an_old_token_shows_what_was_typed_with_a_new_one(lead: User, open_round: Round, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(lead)
    args = [open_round.pk, "intake"] if name == "rounds:section" else [open_round.pk]
    answer = client.post(reverse(name, args=args), {"answer-gp-referral": "2", "base-gp-referral": "0"})

    page = answer.content.decode()
    assert answer.status_code == 403
    assert chosen(page, "gp-referral") == ["2"]
    assert "csrfmiddlewaretoken" in page
    assert not FormAnswer.objects.exists()


def test_post_to_a_finished_round_says_so_and_shows_what_was_typed(desk: Desk) -> None:
    Round.objects.filter(pk=desk.round.pk).update(closed_at=NOW)
    answer = desk.post(answer_gp_referral="2", comment_gp_referral="Typed words")

    assert answer.status_code == 403
    assert "was not saved" in answer.content.decode()
    assert "Typed words" in answer.content.decode()
    assert not FormAnswer.objects.exists()


@pytest.mark.parametrize("domain", ["confidence", "nothing"])
def test_topic_that_the_form_has_not_is_404(desk: Desk, domain: str) -> None:
    assert desk.client.get(reverse("rounds:section", args=[desk.round.pk, domain])).status_code == 404


@pytest.mark.parametrize("stage", ["preparing", "pilot", "running"])
def test_words_of_does_not_apply_follow_the_stage(desk: Desk, stage: str) -> None:
    Round.objects.filter(pk=desk.round.pk).update(stage=stage)
    page = desk.client.get(reverse("rounds:section", args=[desk.round.pk, "intake"])).content.decode()
    assert ("Too early, we have not started" in page) is (stage == "preparing")
    assert ("Does not apply to us" in page) is (stage != "preparing")


def test_safety_items_offer_no_does_not_apply(desk: Desk) -> None:
    page = desk.client.get(reverse("rounds:section", args=[desk.round.pk, "integration"])).content.decode()
    assert 'name="answer-risk-procedure" value="dont_know"' in " ".join(page.split())
    assert 'name="answer-risk-procedure" value="not_applicable"' not in " ".join(page.split())


def test_script_in_a_comment_is_text(desk: Desk) -> None:
    desk.put("gp-referral", value=1, comment="</textarea><script>alert(1)</script>")
    page = desk.client.get(reverse("rounds:section", args=[desk.round.pk, "intake"])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_strangers_see_404(stranger: User, open_round: Round) -> None:
    client = signed_in(stranger)
    for name, args in [("round", []), ("quick", []), ("section", ["intake"]), ("check", []), ("settings", [])]:
        assert client.get(reverse(f"rounds:{name}", args=[open_round.pk, *args])).status_code == 404
