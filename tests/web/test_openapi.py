import json
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from crm.web.auth import PUBLIC, permission_of


def operations_of(client: FlaskClient) -> list[dict[str, Any]]:
    document = json.loads(client.get("/api/openapi.json").data)
    assert document["openapi"] == "3.1.0"
    return [operation for methods in document["paths"].values() for operation in methods.values()]


def test_every_api_route_is_in_the_document(app: Flask, anybody: FlaskClient) -> None:
    described = {operation["operationId"] for operation in operations_of(anybody)}
    routes = {
        rule.endpoint.removeprefix("api_")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }
    assert routes == described


def test_operation_ids_are_unique(anybody: FlaskClient) -> None:
    ids = [operation["operationId"] for operation in operations_of(anybody)]
    assert len(ids) == len(set(ids))


def test_only_public_routes_are_without_security(app: Flask, anybody: FlaskClient) -> None:
    unsecured = {op["operationId"] for op in operations_of(anybody) if op.get("security") == []}
    public_views = {
        rule.endpoint.removeprefix("api_")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and permission_of(app, rule.endpoint) == PUBLIC
    }
    assert unsecured == public_views
