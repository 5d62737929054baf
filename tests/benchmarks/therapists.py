"""A therapist's whole way through the form, as a browser without script takes it, and what it costs the server.

With script the way costs the same: a page is turned with one post there too, and one page is read after it.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode, urlsplit

from tests.benchmarks.child import SETTINGS, told
from tests.benchmarks.server import BLOCKS, Server, serving
from tests.benchmarks.visitor import Page, Visitor

N_ITEMS: Final = 29
"""How many questions the form asks; the floor's form asks as many."""
WARM_UP: Final = 10
PER_BLOCK: Final = 20
N_INVITED: Final = 10
"""How many are invited to a round: the page says so, and a usual team is not larger."""
N_ROUNDS: Final = (WARM_UP + BLOCKS * PER_BLOCK) // N_INVITED
START: Final = "/r/pages/1/"
CHECK: Final = "/r/check/"
DONE: Final = "/r/done/"


def submission_ms() -> float:
    """Give the CPU milliseconds of a submission; every one has an invitation of its own."""
    scene = told("scene", "prepare", N_ROUNDS, N_INVITED)
    links = [link for one in scene["rounds"] for link in one["links"]]
    with serving("assessments.wsgi", DJANGO_SETTINGS_MODULE=SETTINGS) as server:
        return server.cpu_ms(lambda: submit(server.port, links.pop()), warm_up=WARM_UP, per_block=PER_BLOCK)


def submit(port: int, link: str) -> int:
    """Open a link, answer every page, look over the answers, send them and read the profile; give how many pages.

    Raises:
        RuntimeError: the way led anywhere else.
    """
    visitor = Visitor(port)
    landing = visitor.get(urlsplit(link).path)
    if START not in landing.text:
        raise RuntimeError("The first page does not lead to the questions.")
    page, n_pages, n_answers = visitor.get(START), 0, 0
    while page.radios:
        n_pages, n_answers = n_pages + 1, n_answers + len(page.radios)
        page = visitor.post(page, {**middle(page), "go": "next"})
    if page.path != CHECK or n_answers != N_ITEMS:
        raise RuntimeError(f"{n_answers} answers led to {page.path}.")
    profile = visitor.post(page, {})
    if profile.path != DONE:
        raise RuntimeError(f"Sending led to {profile.path}.")
    return n_pages


def middle(page: Page) -> dict[str, str]:
    """Answer every question of a page in the middle of its scale."""
    return {name: steps[len(steps) // 2] for name, steps in page.radios.items()}


def floor_form_ms(server: Server, headers: dict[str, str]) -> float:
    """Give the CPU milliseconds of the floor for its form, shown once and stored once."""
    body = urlencode({f"item_{number}": number % 5 + 1 for number in range(N_ITEMS)}).encode()
    posted = {**headers, "Content-Type": "application/x-www-form-urlencoded"}

    def show_and_store() -> None:
        server.request("/form")
        if b"saved" not in server.request("/form", method="POST", body=body, headers=posted):
            raise RuntimeError("The floor did not store its form.")

    return server.cpu_ms(show_and_store)
