"""An owner is reminded of an action by mail, goes to it, and turns such mails off with one click."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.clinics.models import Clinic, User
from assessments.management.commands.work import Worker
from assessments.plans.actions import Content, add_action
from tests.journeys.conftest import CheckAccessibility, OpenPage

SignIn = Callable[[Page, User], None]


def test_owner_is_reminded_and_turns_reminders_off_with_one_click(
    page: Page,
    open_page: OpenPage,
    sign_in: SignIn,
    check_accessibility: CheckAccessibility,
    clinic: Clinic,
    lead: User,
    manager: User,
) -> None:
    day = (timezone.now() + timedelta(days=2)).date()
    content = Content(title="Ask the payer for a tariff", owner_id=manager.pk, due_on=day)
    add_action(by=lead, clinic=clinic, content=content, op="op", now=timezone.now())
    tomorrow = (timezone.now() + timedelta(days=1)).replace(hour=8)
    Worker().work(now=tomorrow)
    message = next(one for one in mail.outbox if one.to == [manager.email])
    links = re.findall(r"http://testserver(/\S+)", str(message.body))

    sign_in(page, manager)
    page.goto(links[0])
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ask the payer for a tariff")

    mailbox = open_page(java_script_enabled=False)  # nobody is signed in here
    mailbox.goto(next(link for link in links if link.startswith("/reminders/")))
    mailbox.get_by_role("button", name="Turn these reminders off").click()
    expect(mailbox.get_by_role("heading", level=1)).to_have_text("These reminders are off")

    page.goto(reverse("clinics:reminders"))
    check_accessibility(page)
    expect(page.get_by_label("When actions are due")).not_to_be_checked()
    expect(page.get_by_label("Before an assessment closes")).to_be_checked()
    page.get_by_label("When actions are due").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Your choice is saved.")
    expect(page.get_by_label("When actions are due")).to_be_checked()
