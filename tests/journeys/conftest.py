"""The browser of the journeys: Debian's chromium, quiet or the journey is refused.

A page that writes an error to its console, raises one in script or breaks the Content-Security-Policy makes its test
fail when it ends, unless the test provoked just that (`provoked`). `page` has JavaScript, `plain_page` has none,
`open_page` gives another person's browser; `check_accessibility` runs axe. The cast is the one of the other tests.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Final

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from assessments.clinics import actions
from assessments.clinics.models import Clinic, User
from assessments.rounds.models import Round
from tests.assessments.conftest import join, make_user
from tests.browser import chromium
from tests.journeys import steps

OpenPage = Callable[..., Page]
CheckAccessibility = Callable[..., None]
Visit = Callable[..., None]

PHONE: Final = {"width": 360, "height": 740}
PATIENCE_MS: Final = 10_000
AXE_TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

RUN_AXE: Final = """async ([where, runOnly]) => {
  const { violations } = await axe.run(where ?? document, { runOnly, resultTypes: ["violations"] });
  return { violations };
}"""

A_FEW_OF_EACH: Final = """() => {
  const found = new Map();
  const grounds = (one) => {
    const { backgroundColor, backgroundImage, opacity } = getComputedStyle(one);
    const own = `${backgroundColor} ${backgroundImage} ${opacity}`;
    return one.parentElement ? `${own} ${grounds(one.parentElement)}` : own;
  };
  for (const one of document.querySelectorAll("body *")) {
    const box = one.getBoundingClientRect();
    const words = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!(words || one.matches("input, select, textarea")) || box.width < 2 || box.height < 2) continue;
    if (!one.checkVisibility({ visibilityProperty: true })) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(one);
    const look = `${color} ${fontSize} ${fontWeight} ${grounds(one)}`;
    found.set(look, [...(found.get(look) ?? []), one]);
  }
  return [...found.values()].flatMap((alike) => alike.slice(0, 3));
}"""
"""Up to three of the texts that are written alike: in the same colour and size upon the same grounds."""

WHAT_STICKS_OUT: Final = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.outerHTML.slice(0, 120)).slice(0, 5)"""

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the installed browser; playwright's own is never downloaded."""
    path = chromium()
    if path is None:
        refuse = pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip
        refuse("No Chromium found: apt-get install chromium-headless-shell, or set CHROME_PATH.")
    return {**browser_type_launch_args, "executable_path": path, "args": ["--no-sandbox", "--disable-dev-shm-usage"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], live_server: LiveServer) -> dict[str, Any]:
    """A phone-sized window on the live server, so that `page.goto("/try/")` is enough."""
    return {**browser_context_args, "base_url": live_server.url, "viewport": PHONE, "locale": "en-GB"}


@pytest.fixture(autouse=True)
def _database(transactional_db: None) -> Iterator[None]:
    """The live server answers from other threads, so what a journey stores is committed for real.

    A new database is put in its place after that; what the cache counted (wrong passwords) is thrown away here.
    """
    yield
    cache.clear()


@pytest.fixture(autouse=True, scope="session")
def _pages_come_whole() -> Iterator[None]:
    """Wait after a click for the whole page it led to; playwright goes on as soon as the page begins to come."""

    def waiting(act: Callable[..., None]) -> Callable[..., None]:
        @wraps(act)
        def act_and_wait(locator: Locator, *args: Any, **options: Any) -> None:
            act(locator, *args, **options)
            locator.page.wait_for_load_state()

        return act_and_wait

    with pytest.MonkeyPatch.context() as patch:
        for name in ("click", "press"):
            patch.setattr(Locator, name, waiting(getattr(Locator, name)))
        yield


@pytest.fixture
def provoked() -> list[str]:
    """Patterns of the complaints that a test provokes on purpose, and that its pages may therefore write."""
    return [r"Failed to load resource: the server responded with a status of 4\d\d"]


@pytest.fixture
def open_page(browser: Browser, browser_context_args: dict[str, Any], provoked: list[str]) -> Iterator[OpenPage]:
    """Give a function that opens a page in a browser of its own; no page may complain of anything not provoked."""
    noise: list[str] = []
    contexts: list[BrowserContext] = []

    def listen(page: Page) -> None:
        page.on("console", lambda message: _note(message, page, noise))
        page.on("pageerror", lambda error: noise.append(f"{page.url}: {error}"))

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**{**browser_context_args, **options})
        contexts.append(context)
        context.on("page", listen)
        context.set_default_timeout(PATIENCE_MS)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert [line for line in noise if not any(re.search(pattern, line) for pattern in provoked)] == []


def _note(message: ConsoleMessage, page: Page, noise: list[str]) -> None:
    if message.type == "error":
        noise.append(f"{page.url}: {message.text}")


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page with JavaScript."""
    return open_page()


@pytest.fixture
def plain_page(open_page: OpenPage) -> Page:
    """A page with JavaScript switched off."""
    return open_page(java_script_enabled=False)


@pytest.fixture
def lead(_database: None) -> User:
    """The lead of `clinic`."""
    return make_user("lead@example.org", "Lena Lead")


@pytest.fixture
def clinic(lead: User) -> Clinic:
    """A clinic with its lead."""
    return actions.create_clinic(by=lead, name="Harbour Clinic", country="Netherlands", now=timezone.now())


@pytest.fixture
def manager(clinic: Clinic) -> User:
    """A manager of `clinic`."""
    return join(clinic, make_user("manager@example.org", "Milan Manager"))


@pytest.fixture
def assessment(clinic: Clinic, lead: User) -> Round:
    """The open round of `clinic`: a running service that GPs and patients themselves find."""
    return steps.begin(lead, clinic)


@pytest.fixture
def sign_in(live_server: LiveServer) -> Callable[[Page, User], None]:
    """Give a function that signs a user in by session cookie: `sign_in(page, user)`, without the sign-in form."""

    def sign_in(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])

    return sign_in


@pytest.fixture
def check_accessibility() -> CheckAccessibility:
    """Give a function that refuses a page on which axe finds a violation.

    With `is_dark` the page has been looked at in light: only colours differ, so a few texts of each kind are enough.
    """

    def check(page: Page, *, is_dark: bool = False) -> None:
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        if is_dark:
            page.emulate_media(color_scheme="dark")
            where, wanted = page.evaluate_handle(A_FEW_OF_EACH), {"type": "rule", "values": ["color-contrast"]}
        else:
            where, wanted = None, {"type": "tag", "values": AXE_TAGS}
        found = AxeResults(page.evaluate(RUN_AXE, [where, wanted]))
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"

    return check


@pytest.fixture
def visit(page: Page, check_accessibility: CheckAccessibility) -> Visit:
    """Give a function that opens addresses one after the other, or none, and looks at each page with all unfolded."""

    def visit(*addresses: str) -> None:
        for address in addresses or [page.url]:
            if addresses:
                page.goto(address)
            look(page)

    def look(page: Page) -> None:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")  # colours arrive at once
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            page.url,
            page.evaluate(WHAT_STICKS_OUT),
        )
        check_accessibility(page)
        check_accessibility(page, is_dark=True)

    return visit
