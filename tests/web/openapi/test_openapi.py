import json
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any, get_args, get_type_hints

from flask import Flask
from flask.testing import FlaskClient

from crm.kinds import KINDS
from crm.web.auth import PUBLIC, permission_of
from crm.web.openapi.contract import contract_of
from tests.support.custom_fields import add_field, of_type


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


def test_a_change_of_a_webhook_tells_that_what_happened_meanwhile_waits_for_catch_up(
    anybody: FlaskClient,
) -> None:
    said = next(each for each in operations_of(anybody) if each["operationId"] == "webhooks_outgoing.patch")
    assert "only with `catch_up`" in said["summary"]


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


def test_each_schema_has_a_clean_name_of_its_own(anybody: FlaskClient) -> None:
    """Generated programs call their types so. A class of the same name in another room would show up here."""
    document = json.loads(anybody.get("/api/openapi.json").data)
    schemas = document["components"]["schemas"]
    assert len(schemas) > 100
    for name, schema in schemas.items():
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", name), name
        assert schema.get("title", name) == name
    assert set(references_in(document)) <= {f"#/components/schemas/{name}" for name in schemas}


def references_in(part: Any) -> Iterator[str]:
    """Those to schemas, from anywhere in the document."""
    if isinstance(part, dict):
        reference = part.get("$ref", "")
        if isinstance(reference, str) and reference and "/headers/" not in reference:
            yield reference
        yield from (found for value in part.values() for found in references_in(value))
    elif isinstance(part, list):
        yield from (found for value in part for found in references_in(value))


def test_no_alternative_hides_a_fuller_one_after_it(anybody: FlaskClient) -> None:
    """Generated programs take the first that fits: what only the fuller one holds would be lost."""
    document = json.loads(anybody.get("/api/openapi.json").data)
    schemas, prefix = document["components"]["schemas"], "#/components/schemas/"
    alternatives = [
        [each["$ref"].removeprefix(prefix) for each in found if "$ref" in each]
        for found in values_of(document, "anyOf")
    ]
    assert ["PairedLead", "Lead"] in alternatives
    for names in alternatives:
        fields = [set(schemas[name].get("properties", {})) for name in names]
        for place, first in enumerate(fields):
            assert not any(first < later for later in fields[place + 1 :]), names


def test_every_value_says_what_it_is(anybody: FlaskClient) -> None:
    """But for facts of many kinds, which say at least that they are an object."""
    document = json.loads(anybody.get("/api/openapi.json").data)
    saying = {"type", "$ref", "anyOf", "oneOf", "allOf", "enum", "const"}
    values = list(values_of(document, "items"))
    for properties in values_of(document, "properties"):
        values += properties.values() if isinstance(properties, dict) and "type" not in properties else []
    assert len(values) > 500
    assert [value for value in values if not saying & set(value)] == []


def values_of(part: Any, key: str) -> Iterator[Any]:
    """What stands under the key, anywhere in the document."""
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    if isinstance(part, dict) and key in part:
        yield part[key]
    yield from (found for value in inner for found in values_of(value, key))


def test_two_types_never_share_a_schema(app: Flask) -> None:
    """Of bodies and answers: where one has hidden another, a generated program sends what is refused."""
    models = {
        (kind.__name__, f"{kind.__module__}.{kind.__qualname__}")
        for rule in app.url_map.iter_rules()
        for declared in [contract_of(app, rule)]
        for kind in (declared.body, declared.result)
        if isinstance(kind, type)
    }
    names = [name for name, _ in models]
    assert len(names) == len(set(names)), sorted(models)


def test_what_may_be_left_out_has_no_default(anybody: FlaskClient) -> None:
    """Generators for TypeScript make such fields required; others send them in every change."""
    schemas = json.loads(anybody.get("/api/openapi.json").data)["components"]["schemas"]
    for name, schema in schemas.items():
        for field, facts in schema.get("properties", {}).items():
            assert "default" not in facts, (name, field)
    assert "default" in schemas["TokenFields"]["properties"]["days"]["description"]


def test_what_lists_answer_has_no_slots(app: Flask) -> None:
    """The encoder reads the fields of a record with slots one by one, and takes up to ten times as long."""
    found = [
        kind
        for rule in app.url_map.iter_rules()
        for declared in [contract_of(app, rule)]
        if declared.many
        for kind in records_within(declared.result)
    ]
    assert found
    assert [kind for kind in found if "__slots__" in vars(kind)] == []


def records_within(kind: Any) -> Iterator[type]:
    """The type, and those of all its fields."""
    if isinstance(kind, type) and is_dataclass(kind):
        yield kind
        for inner in get_type_hints(kind, include_extras=True).values():
            yield from records_within(inner)
    for argument in get_args(kind):
        yield from records_within(argument)


def parameters_of(client: FlaskClient, operation: str) -> dict[str, dict[str, Any]]:
    found = next(each for each in operations_of(client) if each["operationId"] == operation)
    return {each["name"]: each for each in found["parameters"]}


def test_lists_can_be_filtered_by_custom_fields_as_the_document_says(
    owner: FlaskClient, anybody: FlaskClient
) -> None:
    """Of any workspace by the form of the parameters, of one's own by each of them."""
    for kind in KINDS.customized:
        operation = f"{KINDS.by_name[kind].table}.list_all"
        form = parameters_of(anybody, operation)["custom"]
        assert (form["style"], form["explode"], form["schema"]["type"]) == ("form", True, "object")
        add_field(owner, kind=kind, label="Size", field_type="number")
        of_type(owner, "choice", kind=kind)
        own = parameters_of(owner, operation)
        assert "custom" not in own
        sent = {name for name in own if name.startswith("custom.")}
        assert sent == {"custom.size", "custom.size_from", "custom.size_to", "custom.field_choice"}
        assert own["custom.field_choice"]["schema"]["enum"] == ["red", "dark_green"]
        query = {
            "custom.size_from": 40,
            "custom.size_to": 44,
            "custom.size": 42,
            "custom.field_choice": "red",
        }
        assert owner.get(f"/api/{KINDS.by_name[kind].table}", query_string=query).status_code == 200
