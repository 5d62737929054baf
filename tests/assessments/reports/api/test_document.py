"""The API is what its document says: tried by Schemathesis, and its examples and its guide by themselves."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, Final

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from jsonschema_rs import validator_for

from assessments.clinics.models import Clinic, User
from assessments.networks.models import Network, NetworkClinic
from assessments.plans.models import Action
from assessments.reports.api import limits
from assessments.reports.api.addresses import SCOPE
from assessments.reports.api.app import api
from assessments.reports.api.document import document
from assessments.reports.api.doors import Door
from assessments.reports.api.guide import groups
from assessments.reports.models import Scope
from assessments.rounds.models import Round
from assessments.wsgi import application
from readiness.instrument.definition import INSTRUMENT
from readiness.instrument.export import export
from readiness.instrument.loading import load
from tests.assessments.reports.api.conftest import program_of
from tests.assessments.results.conftest import MIXED

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

BASE: Final = "http://testserver"
PATHS: Final = tuple(document(BASE)["paths"])
EXAMPLES_MAX: Final = 8
EXAMPLES_WITHOUT_PARAMETERS_MAX: Final = 3
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def ids(
    closed_round: Round,
    finish_next: Callable[..., Round],
    action: Action,
    clinic: Clinic,
    lead: User,
    network: Network,
    place: NetworkClinic,
) -> dict[str, Any]:
    """What there is to be found, by the names of the addresses' parts; the lead is a consultant of the network too."""
    second = finish_next({**MIXED, "gp-referral": 5})
    lead.is_consultant = True
    lead.save()
    network.members.update(user=lead)
    return {
        "clinic_id": str(clinic.pk),
        "assessment_id": str(second.pk),
        "network_id": str(network.pk),
        "questionnaire": "icbt-readiness",
        "version": 1,
    }


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """Let requests that go past Django's own client stay in the test's transaction, as those of that client do."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.timeout(60)
@pytest.mark.usefixtures("kept_connection")
def test_schemathesis_finds_nothing(
    ids: dict[str, Any], lead: User, at_noon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CALLS_A_MINUTE_MAX", 1_000_000)
    header = {"Authorization": f"Bearer {program_of(lead).secret}", "Accept-Encoding": "identity"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    n_found = 0

    def attempt(operation: Any) -> None:
        @hypothesis_settings(
            max_examples=EXAMPLES_MAX if len(operation.query) else EXAMPLES_WITHOUT_PARAMETERS_MAX,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), is_there=st.booleans())
        def tried(case: Any, is_there: bool) -> None:
            nonlocal n_found
            if is_there:
                case.path_parameters = {name: ids[name] for name in case.path_parameters}
            response = case.call_and_validate(headers=header, checks=CHECKS)
            n_found += response.status_code == HTTPStatus.OK

        tried()

    operations: Any = schema.get_all_operations()
    for operation in operations:
        attempt(operation.ok())
    assert n_found > len(PATHS)


@pytest.mark.timeout(20)
def test_answers_and_examples_have_the_shape_that_is_described(ids: dict[str, Any], lead: User, at_noon: None) -> None:
    described, program = document(BASE), program_of(lead)
    for path in PATHS:
        content = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        shape = validator_for({**content["schema"], "components": described["components"]})
        answer = program.read(path.format(**ids))
        for told in (answer, content["example"]):
            assert not [f"{error.instance_path}: {error.message}" for error in shape.iter_errors(told)], path
        assert set(content["example"]) <= set(answer) | {"team_talk"}, path


def test_questionnaire_is_told_as_a_whole(lead: User, at_noon: None) -> None:
    told = program_of(lead).read("/questionnaires/icbt-readiness/1")
    assert told == json.loads(json.dumps(export(load(INSTRUMENT, 1))))


def test_document_names_what_each_address_takes_and_which_scope_it_needs() -> None:
    operations = {path: methods["get"] for path, methods in document(BASE)["paths"].items()}
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            (made,) = view.operations
            (door,) = made.auth_callbacks
            assert isinstance(door, Door)
            described = operations[re.sub(r"{\w+:", "{", path)]
            assert {one["name"] for one in described["parameters"] if one["in"] == "query"} == door.known, path
            assert described[SCOPE] == door.scope.value
    assert {one["operationId"] for one in operations.values() if Scope(one[SCOPE]).holds_answers} == {"answers", "plan"}


def test_document_and_guide_are_for_everybody_and_say_the_same(client: Client, db: None) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert described["servers"] == [{"url": "http://testserver/api/v1"}]
    assert "no-store" in client.get("/api/v1/openapi.json")["Cache-Control"]
    page = client.get(reverse("reports:guide")).content.decode()
    rows = [address for group in groups(document(BASE)) for address in group.addresses]
    assert len(rows) == len(described["paths"])
    for row in rows:
        assert f"GET {row.path}</code>" in page
        assert all(f"<code>{one.name}</code>" in page for one in row.parameters)
        assert all(about and f"<code>{name}</code>" in page for name, about in row.fields)
    fields = {row.key: dict(row.fields) for row in rows}
    assert "unrounded" in fields["result"]["topics[].score"]
    assert fields["result"]["takeaways[]"].endswith("Its fields are those of <code>topics[]</code>.")
    assert fields["result"]["flags[].key"] == "Which flag."
    assert all(f"`{scope}`" in described["info"]["description"] for scope in Scope)
    assert "citation" in fields["questionnaire"]["sources[].citation"]
