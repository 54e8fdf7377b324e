"""The OpenAPI 3.1 document, made from the routes, their permissions and the models they declare."""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Literal

import orjson
from flask import Flask
from pydantic import TypeAdapter
from werkzeug.routing import Rule

from crm.custom_fields.custom_field import CustomFields
from crm.version import VERSION
from crm.web.auth import PUBLIC, permission_of
from crm.web.kinds.known import choices_of
from crm.web.openapi.contract import Contract, contract_of
from crm.web.openapi.custom_filters import custom_filters
from crm.web.openapi.parts import (
    HEADERS,
    PAGE,
    PROBLEM,
    UPLOAD,
    download_of,
    header_parameter,
    headers_of,
    ids_of_mergeable,
    say_defaults,
    with_custom_fields,
)
from crm.web.responses.kept_lists import is_kept

Mode = Literal["validation", "serialization"]

IF_NONE_MATCH = "The ETag of the last answer; 304 while nothing in it has changed."
ARGUMENT = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
REF = "#/components/schemas/{model}"
REFUSALS = {
    "body": (400, 413, 415, 422),
    "query": (422,),
    "guarded": (401, 403),
    "record": (404,),
    "once": (409, 422),
    "always": (400, 429, 503),
}


def publish_openapi(app: Flask) -> None:
    """Made when first asked for; each sub-path has its own address, each workspace its custom fields."""
    made: list[dict[str, Any]] = []

    def document(subpath: str, custom: Mapping[str, CustomFields]) -> bytes:
        if not made:
            made.append(describe(app))
        found = with_custom_fields(made[0], custom) if custom else made[0]
        return orjson.dumps({**found, "servers": [{"url": subpath or "/"}]})

    app.extensions["holdfast.openapi"] = document


def describe(app: Flask) -> dict[str, Any]:
    schemas = _Schemas()
    routes = [(rule, method, contract_of(app, rule)) for rule, method in _api_routes(app)]
    for _, _, declared in routes:
        schemas.learn(declared)
    references, components = schemas.resolve()
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, declared in routes:
        path = ARGUMENT.sub(r"{\1}", rule.rule)
        paths.setdefault(path, {})[method.lower()] = _operation(app, rule, method, declared, references)
    _name_choices(app, (paths, components))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Holdfast", "version": VERSION},
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": {**components, "Problem": PROBLEM},
            "headers": HEADERS,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _name_choices(app: Flask, node: Any) -> None:
    """A field whose values are names of kinds lists those of this application.

    `x-one-of` marks one that was a choice from the first day, `x-such-as` one for which programs that are
    made from the description send a text of their own.
    """
    for mark, key in {"x-one-of": "enum", "x-such-as": "examples"}.items():
        if isinstance(node, dict) and mark in node:
            node[key] = list(choices_of(app, node.pop(mark)))
    if isinstance(node, dict | list | tuple):
        for each in node.values() if isinstance(node, dict) else node:
            _name_choices(app, each)


class _Schemas:
    """The JSON schemas of all that is sent and answered, under one set of names."""

    def __init__(self) -> None:
        self._types: dict[tuple[Any, Mode], TypeAdapter[Any]] = {}

    def learn(self, declared: Contract) -> None:
        if declared.body:
            self._types.setdefault((declared.body, "validation"), TypeAdapter(declared.body))
        if declared.result:
            self._types.setdefault((declared.result, "serialization"), TypeAdapter(declared.result))

    def resolve(self) -> tuple[dict[Any, dict[str, Any]], dict[str, Any]]:
        """Resolve all at once: if two had the same name, one of them would be lost."""
        inputs = [(kind, mode, adapter) for (kind, mode), adapter in self._types.items()]
        schemas, shared = TypeAdapter.json_schemas(inputs, ref_template=REF)
        components = shared.get("$defs", {})
        for component in components.values():
            say_defaults(component)
        return {kind: schema for (kind, _), schema in schemas.items()}, components


def _api_routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method


def _operation(
    app: Flask, rule: Rule, method: str, declared: Contract, references: dict[Any, dict[str, Any]]
) -> dict[str, Any]:
    view = app.view_functions[rule.endpoint]
    room = rule.endpoint.split(".")[0].removeprefix("api_")
    summary = (view.__doc__ or view.__name__.replace("_", " ").capitalize()).strip().splitlines()[0]
    operation: dict[str, Any] = {
        "operationId": f"{room}.{view.__name__}",
        "summary": summary,
        "tags": [room],
        "parameters": [
            *_path_parameters(rule),
            *_header_parameters(rule, method),
            *([header_parameter("If-None-Match", IF_NONE_MATCH)] if is_kept(view) else []),
            *_query_parameters(app, declared),
        ],
        "responses": _responses(app, rule, declared, references),
    }
    if declared.body:
        operation["requestBody"] = {
            "required": declared.body_required,
            "content": {"application/json": {"schema": references[declared.body]}},
        }
    if declared.upload:
        schema = _upload_of(declared)
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    if permission_of(app, rule.endpoint) == PUBLIC:
        operation["security"] = []
    return operation


def _upload_of(declared: Contract) -> dict[str, Any]:
    if declared.beside is None:
        return UPLOAD
    beside = declared.beside.model_json_schema()["properties"]
    return {**UPLOAD, "properties": {**UPLOAD["properties"], **beside}}


def _path_parameters(rule: Rule) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
        if name.endswith("id")
        else {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in ARGUMENT.findall(rule.rule)
    ]


def _header_parameters(rule: Rule, method: str) -> list[dict[str, Any]]:
    if method == "POST":
        return [
            header_parameter("Idempotency-Key", "Repeating the request under the same key takes effect once.")
        ]
    if method in {"PUT", "PATCH", "DELETE"} and rule.arguments:
        return [header_parameter("If-Match", "The record's ETag; 412 when the record has changed since.")]
    return []


def _query_parameters(app: Flask, declared: Contract) -> list[dict[str, Any]]:
    if declared.query is None:
        return []
    schema = declared.query.model_json_schema(ref_template=REF)
    required, fields = schema.get("required", []), schema["properties"].items()
    own = [{"name": name, "in": "query", "required": name in required, "schema": of} for name, of in fields]
    return own + custom_filters(app, declared.query)


def _responses(
    app: Flask, rule: Rule, declared: Contract, references: dict[Any, dict[str, Any]]
) -> dict[str, Any]:
    good: dict[str, Any] = {"description": HTTPStatus(declared.status).phrase}
    if declared.content:
        good["content"] = {name: download_of(name) for name in declared.content}
    elif declared.status != 204:
        good["content"] = {"application/json": {"schema": _envelope(declared, references)}}
    refusals = {status: _problem_response(status) for status in sorted(_refusals(app, rule, declared))}
    if declared.bare:
        refusals[503] = {**good, "description": HTTPStatus(503).phrase}
    found = {declared.status: good, **refusals}
    if is_kept(app.view_functions[rule.endpoint]):
        found[304] = {"description": HTTPStatus(304).phrase}
    if "GET" in (rule.methods or ()) and rule.arguments & ids_of_mergeable(app):
        found[308] = {
            "description": "The record was merged into another one, whose address is in `Location`."
        }
    return {str(status): {**response, "headers": headers_of(status)} for status, response in found.items()}


def _envelope(declared: Contract, references: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    record = references.get(declared.result, {})
    if declared.bare:
        return record
    if not declared.many:
        return {"type": "object", "required": ["data"], "properties": {"data": record}}
    return {
        "type": "object",
        "required": ["data", "page"],
        "properties": {"data": {"type": "array", "items": record}, "page": PAGE},
    }


def _refusals(app: Flask, rule: Rule, declared: Contract) -> set[int]:
    statuses = {*REFUSALS["always"], *declared.refusals}
    if declared.body or declared.upload:
        statuses.update(REFUSALS["body"])
    if declared.query or ("GET" in (rule.methods or ()) and not declared.bare):
        statuses.update(REFUSALS["query"])
    if permission_of(app, rule.endpoint) != PUBLIC:
        statuses.update(REFUSALS["guarded"])
    if rule.arguments:
        statuses.update(REFUSALS["record"])
    if "POST" in (rule.methods or ()):
        statuses.update(REFUSALS["once"])
    return statuses


def _problem_response(status: int) -> dict[str, Any]:
    return {
        "description": HTTPStatus(status).phrase,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
