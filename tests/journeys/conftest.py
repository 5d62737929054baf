"""The browser of the journeys: Debian's chromium, quiet or the journey is refused.

A page that writes an error to its console, raises one in script or breaks the Content-Security-Policy makes its test
fail when it ends. `page` has JavaScript, `plain_page` has none; `check_accessibility` runs axe.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser import chromium

PHONE: Final = {"width": 360, "height": 740}
PATIENCE_MS: Final = 10_000
AXE_TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the installed browser; playwright's own is never downloaded."""
    path = chromium()
    if path is None:
        refuse = pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip
        refuse("No Chromium found: apt-get install chromium, or set CHROME_PATH.")
    return {**browser_type_launch_args, "executable_path": path, "args": ["--no-sandbox", "--disable-dev-shm-usage"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], live_server: LiveServer) -> dict[str, Any]:
    """A phone-sized window on the live server, so that `page.goto("/try/")` is enough."""
    return {**browser_context_args, "base_url": live_server.url, "viewport": PHONE, "locale": "en-GB"}


@pytest.fixture(autouse=True)
def _database(transactional_db: None) -> None:
    """The live server answers from other threads, so what a journey stores is committed for real."""


def _watched(page: Page, noise: list[str]) -> Page:
    """Collect everything a page complains of. A refused answer (4xx) that a journey provokes is no complaint."""

    def on_console(message: ConsoleMessage) -> None:
        provoked = message.text.startswith("Failed to load resource: the server responded with a status of 4")
        if message.type == "error" and not provoked:
            noise.append(f"{page.url}: {message.text}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: noise.append(f"{page.url}: {error}"))
    page.set_default_timeout(PATIENCE_MS)
    return page


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page with JavaScript that must end without a word on its console."""
    noise: list[str] = []
    yield _watched(context.new_page(), noise)
    assert noise == []


@pytest.fixture
def plain_page(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """A page with JavaScript switched off."""
    context = browser.new_context(**{**browser_context_args, "java_script_enabled": False})
    noise: list[str] = []
    yield _watched(context.new_page(), noise)
    context.close()
    assert noise == []


@pytest.fixture
def sign_in(live_server: LiveServer) -> Callable[..., None]:
    """Give a function that signs a user in by session cookie: `sign_in(page, user)`, without the sign-in form."""

    def sign_in(page: Page, user: Any) -> None:
        assert isinstance(user, get_user_model())
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])

    return sign_in


@pytest.fixture
def check_accessibility() -> Callable[[Page], None]:
    """Give a function that refuses a page on which axe finds a violation; needs JavaScript."""
    axe = Axe()

    def check(page: Page) -> None:
        found = axe.run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}})
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"

    return check
