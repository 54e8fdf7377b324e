import json

from flask import Flask
from flask.testing import FlaskClient

from crm.web.auth import PUBLIC, permission_of


def test_every_api_route_is_in_the_document(app: Flask, anybody: FlaskClient) -> None:
    document = json.loads(anybody.get("/api/openapi.json").data)
    assert document["openapi"] == "3.1.0"
    described = {op["operationId"] for methods in document["paths"].values() for op in methods.values()}
    routes = {
        rule.endpoint.removeprefix("api_")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }
    assert routes == described


def test_operation_ids_are_unique(anybody: FlaskClient) -> None:
    document = json.loads(anybody.get("/api/openapi.json").data)
    ids = [
        operation["operationId"] for methods in document["paths"].values() for operation in methods.values()
    ]
    assert len(ids) == len(set(ids))


def test_only_public_routes_are_without_security(app: Flask, anybody: FlaskClient) -> None:
    document = json.loads(anybody.get("/api/openapi.json").data)
    open_routes = {
        path
        for path, methods in document["paths"].items()
        for op in methods.values()
        if op.get("security") == []
    }
    public_rules = {
        rule.rule for rule in app.url_map.iter_rules() if permission_of(app, rule.endpoint) == PUBLIC
    }
    assert open_routes <= public_rules
