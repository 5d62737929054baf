"""Every page, as wide as a phone, with everything on it unfolded: axe, light and dark, and nothing beyond the edge.

A page that breaks the Content-Security-Policy or writes an error to its console fails here as in every journey.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.clinics import actions as clinic_actions
from assessments.clinics.models import Clinic, Membership, User
from assessments.results import closing
from assessments.rounds import actions
from assessments.rounds.models import Round
from tests.assessments.conftest import PASSWORD, make_user
from tests.assessments.results.conftest import MIXED
from tests.journeys.conftest import WHAT_STICKS_OUT, CheckAccessibility, OpenPage, Visit
from tests.journeys.steps import TOPICS, begin, question, topic_url

SignIn = Callable[[Page, User], None]

SMALL_TARGETS = """() => {
  const hidden = "details:not([open]) > :not(summary), details li";
  return [...document.querySelectorAll("main :is(a, button, summary, textarea, label:has(input), .fact input)")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(hidden))
    .filter((one) => one.type !== "checkbox" && !one.ariaHidden && one.getBoundingClientRect().height < 44)
    .map((one) => one.outerHTML.slice(0, 120));
}"""
"""Everything on a question page that one taps; links to sources inside a text are no targets."""


PALE_WORDS = """() => {
  const word = document.createElement("p");
  word.textContent = "Pale";
  word.style.color = "light-dark(#000, #333)";
  document.querySelector("main").append(word);
}"""


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page without transitions, so that colours are looked at when they have arrived."""
    return open_page(reduced_motion="reduce")


@pytest.fixture
def answered(assessment: Round, lead: User) -> Round:
    """An open round with something of everything."""
    for key, value in MIXED.items():
        if value is not None:
            actions.save_answer(
                by=lead,
                round_id=assessment.pk,
                change=actions.Change(
                    key=key,
                    answer=value,
                    comment="Long words: interdisciplinary-psychosomatic-rehabilitation-and-aftercare-coordination.",
                    base=0,
                    op=key,
                ),
                now=timezone.now(),
            )
    return assessment


def urls(names: Iterable[str], *args: object) -> list[str]:
    """Give the addresses of pages."""
    return [reverse(name, args=args) for name in names]


def link_in_newest_mail(path: str) -> str:
    """Give the address of a link in the newest mail that holds one."""
    found = (re.search(rf"http://testserver({path}\S+)", str(message.body)) for message in reversed(mail.outbox))
    return next(match.group(1) for match in found if match)


def test_pages_for_anybody(visit: Visit) -> None:
    visit(*urls(["home", "about_scoring", "about_evidence", "about_privacy", "about_privacy_data"]))
    visit("/nothing/here/", "/join/no-such-invitation/")


def test_pages_of_the_practice_run(page: Page, visit: Visit) -> None:
    said = "?stage=preparing&routes=gp&for_whom=other"
    visit(*urls(["results:try"]), *(f"{url}{said}" for url in urls(["results:try_quick", "results:try_whole"])))


@pytest.mark.parametrize("name", ["results:try_quick", "results:try_whole"])
def test_results_of_the_practice_run(page: Page, check_accessibility: CheckAccessibility, name: str) -> None:
    page.goto(f"{reverse(name)}?stage=running&routes=gp&for_whom=other")
    question(page, "reimbursement").locator('input[value="1"]').check()
    page.locator('button[name="go"][value="result"]').click()
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.evaluate(WHAT_STICKS_OUT)
    page.locator('form[action$="/keep/"] button').click()
    page.wait_for_url("**/keep/")
    check_accessibility(page)


def test_pages_before_signing_in(page: Page, visit: Visit, lead: User) -> None:
    visit(*urls(["account_login", "account_signup", "account_reset_password", "account_reset_password_done"]))
    Client().post(reverse("account_reset_password"), {"email": lead.email})
    visit(link_in_newest_mail("/accounts/password/reset/key/"))
    visit(*urls(["account_reset_password_from_key_done", "account_inactive", "account_email_verification_sent"]))
    address = EmailAddress.objects.get(user=lead)
    EmailAddress.objects.filter(pk=address.pk).update(verified=False)
    visit(*urls(["account_confirm_email"], EmailConfirmationHMAC(address).key), *urls(["account_confirm_email"], "old"))


def test_pages_of_an_account(page: Page, visit: Visit, sign_in: SignIn) -> None:
    lena = make_user("lena@example.org", "Lena")
    sign_in(page, lena)
    visit(*urls(["clinics:reminders", "reports:own_data"]), *urls(["clinics:reminders_off"], "not-one-of-ours"))
    visit(*urls(["account_email", "account_change_password", "account_logout", "mfa_index", "account_reauthenticate"]))
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    visit(*urls(["mfa_activate_totp"]))
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    visit(*urls(["reports:close_account"]))
    clinic = clinic_actions.create_clinic(by=lena, name="Harbour Clinic", now=timezone.now())
    visit(*urls(["reports:close_account"]), *urls(["reports:erase_clinic"], clinic.pk))
    visit(*urls(["reports:erase_round"], begin(lena, clinic).pk))


def test_pages_of_the_second_step(page: Page, visit: Visit, check_accessibility: CheckAccessibility) -> None:
    user = make_user("lena@example.org", "Lena")
    TOTP.activate(user, generate_totp_secret())
    codes = RecoveryCodes.activate(user)
    page.goto(reverse("account_login"))
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/2fa/authenticate/")
    check_accessibility(page)
    page.locator("input[name=code]").fill(codes.get_unused_codes()[0])
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/clinics/")
    visit(
        *urls(
            [
                "mfa_index",
                "mfa_view_recovery_codes",
                "mfa_generate_recovery_codes",
                "mfa_deactivate_totp",
                "mfa_reauthenticate",
            ]
        )
    )


def test_pages_of_a_clinic_for_its_lead(
    page: Page, visit: Visit, sign_in: SignIn, lead: User, manager: User, clinic: Clinic
) -> None:
    sign_in(page, lead)
    clinic_actions.invite_manager(by=lead, clinic=clinic, email="milan@example.org", now=timezone.now())
    member = Membership.objects.get(user=manager)
    visit(*urls(["clinics:list", "clinics:create"]))
    visit(*urls(["rounds:clinic", "rounds:open", "clinics:details", "clinics:people", "networks:record"], clinic.pk))
    visit(
        *urls(["clinics:hand_over", "clinics:remove"], clinic.pk, member.pk), *urls(["reports:clinic_files"], clinic.pk)
    )


def test_pages_of_a_clinic_for_others(
    page: Page, visit: Visit, sign_in: SignIn, lead: User, manager: User, clinic: Clinic
) -> None:
    clinic_actions.invite_manager(by=lead, clinic=clinic, email="new@example.org", now=timezone.now())
    invitation = link_in_newest_mail("/join/")
    visit(invitation)
    sign_in(page, manager)
    visit(invitation, *urls(["rounds:clinic", "clinics:people", "clinics:leave", "clinics:details"], clinic.pk))
    sign_in(page, make_user("new@example.org"))
    visit(invitation, *urls(["clinics:list"]), *urls(["rounds:clinic"], clinic.pk))


def test_pages_around_the_questions(page: Page, visit: Visit, sign_in: SignIn, lead: User, answered: Round) -> None:
    sign_in(page, lead)
    names = ["rounds:round", "rounds:settings", "rounds:quick", "rounds:check", "results:finish"]
    visit(answered.clinic.get_absolute_url(), *urls(names, answered.pk))


@pytest.mark.parametrize("topics", [TOPICS[:5], TOPICS[5:]], ids=["first", "last"])
def test_question_pages(
    page: Page, visit: Visit, sign_in: SignIn, lead: User, answered: Round, topics: Iterable[str]
) -> None:
    sign_in(page, lead)
    for topic in topics:
        visit(topic_url(answered, topic))
        assert page.evaluate(SMALL_TARGETS) == []


def test_question_page_in_trouble(
    page: Page, sign_in: SignIn, lead: User, assessment: Round, check_accessibility: CheckAccessibility
) -> None:
    sign_in(page, lead)
    page.goto(topic_url(assessment, "funding"))
    question(page, "funding-months").locator("input[type=text]").fill("about ten")
    page.locator('button[name="go"][value="next"]').click()
    expect(question(page, "funding-months").locator("[data-state]")).to_contain_text("Not saved")
    check_accessibility(page)
    check_accessibility(page, is_dark=True)


def test_dark_colours_that_cannot_be_read_are_found(page: Page, check_accessibility: CheckAccessibility) -> None:
    page.goto(reverse("home"))
    check_accessibility(page, is_dark=True)
    page.evaluate(PALE_WORDS)
    with pytest.raises(AssertionError, match="color-contrast"):
        check_accessibility(page, is_dark=True)


def test_results_of_an_open_round(page: Page, visit: Visit, sign_in: SignIn, lead: User, answered: Round) -> None:
    sign_in(page, lead)
    visit(*urls(["results:result", "results:first_look", "results:print_page"], answered.pk))


def test_results_of_a_round_without_answers(
    page: Page, visit: Visit, sign_in: SignIn, lead: User, assessment: Round
) -> None:
    sign_in(page, lead)
    visit(*urls(["results:result", "results:first_look", "results:print_page", "results:finish"], assessment.pk))


def test_pages_of_a_finished_round(page: Page, visit: Visit, sign_in: SignIn, lead: User, answered: Round) -> None:
    Round.objects.filter(pk=answered.pk).update(title="Tiefenpsychologischeverhaltenstherapieprogrammbeurteilung")
    closing.close(round_id=answered.pk, by=lead, now=timezone.now())
    sign_in(page, lead)
    visit(answered.clinic.get_absolute_url())
    visit(*urls(["rounds:round", "rounds:quick", "rounds:check", "reports:files"], answered.pk))
    visit(*urls(["results:result", "results:print_page"], answered.pk))
    visit(topic_url(answered, "funding"))
    begin(lead, answered.clinic)
    visit(answered.clinic.get_absolute_url())
