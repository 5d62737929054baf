"""Reads the page on which clinics are compared, for tests."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import plotly.graph_objects as go
from django.urls import reverse

from assessments.clinics.models import User
from assessments.networks.models import Network
from tests.assessments.conftest import signed_in


def address(network: Network, query: str = "") -> str:
    return reverse("networks:compare", args=[network.pk]) + query


def page_of(user: User, network: Network, query: str = "") -> str:
    """Give the page as a consultant sees it, without line breaks."""
    response = signed_in(user).get(address(network, query))
    assert response.status_code == 200
    return " ".join(unescape(response.content.decode()).split())


def text_of(html: str) -> str:
    """Give what can be read in a piece of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def said(page: str) -> str:
    """Give what the page says is compared."""
    return text_of(re.search(r'data-test="compared">(.*?)</p>', page)[1])  # type: ignore[index]


def rows(page: str) -> dict[str, str]:
    """Give the clinics of the heat table with the text of their rows, in the order of the page."""
    found = re.findall(r'<tr role="row" data-test="clinic".*?</tr>', page)
    return {text_of(re.search(r"/clinics/[^>]*>(.*?)</a>", row)[1]): row for row in found}  # type: ignore[index]


def cells(row: str) -> dict[str, dict[str, str]]:
    """Give the hooks of a clinic's scores, and what can be read, by topic."""
    found = re.findall(r'<td role="cell" class="([^"]*)" data-test="domain-score"(.*?)>(.*?)</td>', row)
    parts = [(dict(re.findall(r'data-(\w+)="([^"]*)"', hooks)), style, text_of(body)) for style, hooks, body in found]
    return {hooks["domain"]: {**hooks, "class": style, "text": text} for hooks, style, text in parts}


def figure(page: str, name: str) -> dict[str, Any]:
    """Give the figure to explore, after plotly has found nothing wrong in it."""
    (content,) = re.findall(rf'<script id="{name}"[^>]*>(.*?)</script>', page)
    given: dict[str, Any] = json.loads(content)
    go.Figure(given)
    return given


def left_out(page: str) -> dict[str, list[str]]:
    """Give the names of the clinics that are not compared, by reason."""
    groups = re.findall(r'<div data-test="left-out"> <dt>(.*?)</dt>(.*?)</div>', page)
    return {text_of(reason): [text_of(name) for name in re.findall(r"<li>(.*?)</li>", body)] for reason, body in groups}


def counted(page: str) -> list[str]:
    """Give the figures that are of all clinics: topics and heads of flags."""
    spreads = re.findall(r'<tr data-test="spread".*?</tr>', page, re.DOTALL)
    return [text_of(part) for part in [*spreads, *re.findall(r'<span class="matrix-count">.*?</th>', page, re.DOTALL)]]


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
