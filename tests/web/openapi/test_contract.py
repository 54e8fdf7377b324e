"""The API against its own document: whatever is sent, the answer is one that the document promises."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from crm.appliance.furnishing import furnish_workspace
from crm.clients.clients import create_client
from crm.clients.fields import NewClient
from crm.config import Settings
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from tests.support.api import client_of, running_app
from tests.support.cast import Cast

PARTS = 4
"""The operations are tried in so many tests, which run beside each other."""
# Those hash passwords, make whole copies of the data, end the very token that asks, or tell of no worker.
ELSEWHERE = ("login.", "setup.", "backups.", "users.", "sessions.", "tokens.", "health.", "docs.")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def run_examples(
    operation: Any, mode: GenerationMode, examples: int, send: Callable[[Case[Any]], None], **known: Any
) -> None:
    @hypothesis.settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode, **known))
    def run(case: Case[Any]) -> None:
        send(case)

    with suppress(hypothesis.errors.Unsatisfiable):
        run()


def furnish(tx: Transaction) -> None:
    """Something of each kind whose id is 1."""
    furnish_workspace(tx)
    create_client(tx, parse_fields(NewClient, {"name": "Anna"}))


@pytest.fixture
def app(settings: Settings, db: Database) -> Iterator[Flask]:
    """Without the limit on requests, which would soon be all that is answered."""
    with running_app(settings.model_copy(update={"rate_limit": "100000 per minute"})) as app:
        yield app


@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_answer_is_one_that_the_document_promises(
    app: Flask, db: Database, cast: Cast, part: int, pytestconfig: pytest.Config
) -> None:
    client = client_of(app, db, cast.owner)
    # In process nothing unpacks what is packed on the way.
    headers = {"Authorization": client.environ_base["HTTP_AUTHORIZATION"], "Accept-Encoding": "identity"}
    db.write(furnish, cast.owner)
    examples: int = pytestconfig.getoption("examples")
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]

    def send(case: Case[Any]) -> None:
        case.validate_response(case.call(headers=headers, buffered=True), checks=CHECKS)

    for operation in operations[part::PARTS]:
        if operation.definition.raw["operationId"].startswith(ELSEWHERE):
            continue
        ids = {each.name: 1 for each in operation.path_parameters}
        run_examples(operation, GenerationMode.NEGATIVE, examples, send)
        run_examples(operation, GenerationMode.POSITIVE, examples, send)
        if ids:
            run_examples(operation, GenerationMode.POSITIVE, examples, send, path_parameters=ids)
    assert len(operations) > 60
