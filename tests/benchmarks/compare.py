"""How long it takes to compare ten thousand clinics, to say what changed and what is due, and to read all their scores.

A process of its own, on the database that is measured; prints milliseconds, statements and bytes as JSON. Wall clock,
without a server before the application: what a database does in processes of its own counts as well.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Final

import django
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django.urls import reverse

django.setup()

from assessments.clinics.models import User  # noqa: E402 - models need Django
from assessments.management.seed_network import CONSULTANT, NAME  # noqa: E402
from assessments.networks.models import Network  # noqa: E402
from readiness.instrument.definition import Form  # noqa: E402
from readiness.instrument.loading import load  # noqa: E402
from tests.benchmarks.measure import call, count_statements  # noqa: E402

TURNS: Final = 10
"""How often each is measured, in turn, so that a busy minute favours neither."""
OTHERS: Final = ("change", "actions", "overview")
"""Pages that count over all clinics of a network."""
STATEMENT: Final = """
    SELECT round.clinic_id, score.key, score.score
    FROM networks_networkclinic place
    JOIN rounds_round round ON round.clinic_id = place.clinic_id AND round.is_latest
    JOIN results_result result ON result.round_id = round.id
    JOIN results_resultscore score ON score.result_id = result.id
    WHERE place.network_id = %s AND place.level IN ('scores', 'answers')
    AND score.form = 'clinic' AND score.view = 'domain'
"""
"""Clinic, topic and score of every topic in the latest result of each clinic that shows scores, in no order."""


def measure() -> dict[str, Any]:
    """Compare in the order of each topic, and read all scores, in turn: the least of each, as load can only add.

    Static files have been collected before.
    """
    application = get_wsgi_application()
    network = Network.objects.get(name=NAME, members__user__email=CONSULTANT)
    headers = _headers(network)
    pages = {
        domain.key: f"{reverse('networks:compare', args=[network.pk])}?sort={domain.key}"
        for domain in load().domains_of(Form.MANAGER)
    }
    others = {name: reverse(f"networks:{name}", args=[network.pk]) for name in OTHERS}
    one = next(iter(pages.values()))
    n_bytes = len(call(application, one, headers).body)  # which also warms up
    n_queries = count_statements(lambda: call(application, one, headers))
    taken: dict[str, list[float]] = {topic: [] for topic in pages}
    others_taken: dict[str, list[float]] = {name: [] for name in others}
    statement = []
    for _ in range(TURNS):
        for topic, page in pages.items():
            taken[topic].append(_ms(lambda: call(application, page, headers)))  # noqa: B023 - called at once
        for name, page in others.items():
            others_taken[name].append(_ms(lambda: call(application, page, headers)))  # noqa: B023 - called at once
        statement.append(_ms(lambda: _read(network)))
    return {
        "page_ms": {topic: min(times) for topic, times in taken.items()},
        "others_ms": {name: min(times) for name, times in others_taken.items()},
        "others_queries": {
            name: count_statements(lambda: call(application, page, headers))  # noqa: B023 - called at once
            for name, page in others.items()
        },
        "statement_ms": min(statement),
        "n_scores": len(_read(network)),
        "n_queries": n_queries,
        "n_bytes": n_bytes,
    }


def _headers(network: Network) -> dict[str, str]:
    """Give the headers of a browser in which the network's consultant has signed in."""
    client = Client()
    client.force_login(User.objects.get(network_places__network=network))
    return {"Cookie": f"sessionid={client.cookies['sessionid'].value}", "Accept-Encoding": "gzip"}


def _ms(act: Callable[[], object]) -> float:
    connection.ensure_connection()
    began = time.perf_counter_ns()
    act()
    return (time.perf_counter_ns() - began) / 1_000_000


def _read(network: Network) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, [network.pk if connection.features.has_native_uuid_field else network.pk.hex])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


if __name__ == "__main__":
    print(json.dumps(measure()))
