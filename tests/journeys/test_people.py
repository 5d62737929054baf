"""From a first visit to two colleagues in one clinic, without JavaScript; and every page of an account, with axe."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.assessments.conftest import PASSWORD, make_user


def link_in_newest_mail(to: str, path: str) -> str:
    """Give the path of a link in the newest mail to an address."""
    body = next(str(message.body) for message in reversed(mail.outbox) if message.to == [to])
    found = re.search(rf"http://testserver({path}\S+)", body)
    assert found
    return found.group(1)


def sign_up(page: Page, email: str, name: str) -> None:
    """Fill in the sign-up form that is shown."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()


def test_two_colleagues_meet_in_a_clinic(plain_page: Page) -> None:
    page = plain_page
    page.goto(reverse("account_signup"))
    sign_up(page, "lena@example.org", "Lena")
    page.get_by_role("link", name="Create your clinic").click()
    page.get_by_label("Name of the clinic").fill("Harbour Clinic")
    page.get_by_role("button", name="Create the clinic").click()
    page.get_by_role("link", name="People").click()
    page.get_by_role("button", name="Send me the mail").click()
    page.goto(link_in_newest_mail("lena@example.org", "/accounts/confirm-email/"))
    page.get_by_role("button", name="Yes, confirm").click()

    page.get_by_role("link", name="Harbour Clinic").click()
    page.get_by_role("link", name="People").click()
    page.get_by_label("E-mail address of your colleague").fill("milan@example.org")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("status")).to_contain_text("on its way to milan@example.org")
    page.get_by_role("button", name="Sign out").click()

    page.goto(link_in_newest_mail("milan@example.org", "/join/"))
    expect(page.get_by_text("Lena asks you to join as a manager.")).to_be_visible()
    page.get_by_role("link", name="Create an account").click()
    sign_up(page, "milan@example.org", "Milan")
    page.get_by_role("button", name="Join Harbour Clinic").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Harbour Clinic")
    page.get_by_role("link", name="People").click()
    expect(page.get_by_text("Milan (you)")).to_be_visible()
    page.get_by_role("link", name="Leave this clinic").click()
    page.get_by_role("button", name="Leave the clinic").click()
    expect(page.get_by_text("You do not belong to a clinic yet.")).to_be_visible()


def test_forgotten_password(plain_page: Page) -> None:
    page = plain_page
    make_user("lena@example.org", "Lena")
    page.goto(reverse("account_login"))
    page.get_by_role("link", name="Forgotten your password?").click()
    page.get_by_label("E-mail address").fill("lena@example.org")
    page.get_by_role("button", name="Send me the mail").click()
    page.goto(link_in_newest_mail("lena@example.org", "/accounts/password/reset/key/"))
    page.locator("#id_password1").fill("nine purple tractors")
    page.get_by_label("The new password again").fill("nine purple tractors")
    page.get_by_role("button", name="Save the password").click()
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail address").fill("lena@example.org")
    page.get_by_label("Password").fill("nine purple tractors")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My clinics")


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_pages_before_signing_in(page: Page, check_accessibility: Callable[[Page], None], name: str) -> None:
    page.goto(reverse(name))
    check_accessibility(page)
    page.get_by_role("main").get_by_role("button").click()
    expect(page.locator("#error-summary")).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: "))
    check_accessibility(page)


def test_pages_of_an_account(
    page: Page, sign_in: Callable[..., None], check_accessibility: Callable[[Page], None]
) -> None:
    sign_in(page, make_user("lena@example.org", "Lena"))
    for name in ("account_email", "account_change_password", "mfa_index", "clinics:list", "clinics:create"):
        page.goto(reverse(name))
        check_accessibility(page)
    page.goto(reverse("mfa_activate_totp"))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    check_accessibility(page)
