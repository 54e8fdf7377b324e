"""A parameter that an address of the API does not take is refused by its name: no view ignores one."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from crm.web.openapi.contract import contract_of
from tests.support.api import client_of, fields_of, made, running_app
from tests.support.cast import Cast
from tests.support.leads import furnish
from tests.web.requests.test_integers import path_of, routes

# They read what another program sends, as that program defines it; a probe of health may add what it likes.
OF_OTHERS = {"/api/webhooks/whatsapp", "/api/webhooks/lead-ads", "/api/health", "/api/db/health"}
STRANGE = {"nobody_takes_this": "abc"}


@pytest.fixture
def app(settings: Settings, cast: Cast) -> Iterator[Flask]:
    with running_app(settings.model_copy(update={"rate_limit": "1000000 per hour", "db_test": True})) as app:
        yield app


@pytest.fixture
def client(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    furnish(db, cast.owner)
    client = client_of(app, db, cast.owner)
    made(client, "/api/clients", name="Anna")
    return client


def test_no_view_of_the_api_ignores_a_parameter(app: Flask, client: FlaskClient) -> None:
    ignoring, asked = [], 0
    for rule, method in routes(app):
        if method != "GET" or not rule.rule.startswith("/api/") or rule.rule in OF_OTHERS:
            continue
        answer = client.get(path_of(rule), query_string=STRANGE)
        asked += 1
        if answer.status_code != 422 or not STRANGE.keys() <= fields_of(answer):
            ignoring.append((rule.rule, answer.status_code))
    assert not ignoring, ignoring
    assert asked > 100


def test_what_is_ill_typed_is_refused_too(client: FlaskClient) -> None:
    assert fields_of(client.get("/api/db/query-history?limit=abc")) == {"limit"}


def test_every_model_of_parameters_forbids_others(app: Flask) -> None:
    """Of all methods: also where something is deleted or restored in a way that the address says."""
    models = {contract_of(app, rule).query for rule, _ in routes(app) if rule.rule not in OF_OTHERS}
    assert [each for each in models if each and each.model_config.get("extra") != "forbid"] == []
