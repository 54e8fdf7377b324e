"""Parts that all operations of the API share."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Flask

from crm.custom_fields.custom_field import CustomFields
from crm.custom_fields.schema import CUSTOM_OF, schema_of
from crm.records.kinds import Kinds
from crm.web.openapi.custom_filters import FILTERS_OF, filters_by

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A failure, as in RFC 9457.",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "workspaces": {
            "type": "array",
            "description": "At a log-in whose password is right in several: name one as `workspace`.",
            "items": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
            },
        },
        "more_errors": {"type": "integer", "description": "How many there are beside the first twenty."},
    },
}
PAGE: dict[str, Any] = {
    "type": "object",
    "required": ["next"],
    "properties": {
        "next": {"type": ["string", "null"], "description": "The cursor of the next page."},
        "more": {
            "type": "boolean",
            "description": "In the change feed: whether further changes are there already, after `next`.",
        },
        "importing": {
            "type": "object",
            "description": "In lists of clients and leads during an import: the rows that are in, of all.",
            "required": ["done", "total"],
            "properties": {"done": {"type": "integer"}, "total": {"type": "integer"}},
        },
    },
}
# OpenAPI 3.1 says it by `contentMediaType`; most generators of clients know `format` alone, as 3.0 had it.
BYTES = {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}
UPLOAD: dict[str, Any] = {"type": "object", "required": ["file"], "properties": {"file": BYTES}}


def _header(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "schema": schema}


HEADERS: dict[str, Any] = {
    "RateLimit-Policy": _header(
        "The limits by name: how many requests (q) in how many seconds (w).",
        {"type": "string", "examples": ['"default";q=1000;w=900']},
    ),
    "RateLimit": _header(
        "How they stand: how many requests are left at least (r), and in how many seconds all are again (t).",
        {"type": "string", "examples": ['"default";r=998;t=310']},
    ),
    "Location": _header("The address of the other record.", {"type": "string"}),
    "Retry-After": _header("In how many seconds to try again.", {"type": "integer", "minimum": 1}),
}
RATE_HEADERS = ("RateLimit-Policy", "RateLimit")
RETRIED = frozenset({429, 503})
MOVED = 308


def download_of(media_type: str) -> dict[str, Any]:
    """The content of an answer that is not a record of ours."""
    if media_type == "application/json":
        return {}
    return {"schema": {"type": "string"} if media_type.startswith("text/") else BYTES}


def headers_of(status: int) -> dict[str, Any]:
    """The headers of an answer, which the document keeps in one place."""
    more = ("Retry-After",) if status in RETRIED else ("Location",) if status == MOVED else ()
    names = (*RATE_HEADERS, *more)
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def say_defaults(component: dict[str, Any]) -> None:
    """In words: generators take a field with a default for one that must be sent, or send it always."""
    for field in component.get("properties", {}).values():
        default = field.pop("default", None)
        if default not in (None, [], ""):
            text = orjson.dumps(default).decode()
            field["description"] = " ".join(filter(None, [field.get("description"), f"(default: {text})"]))


def with_custom_fields(node: Any, custom: Mapping[str, CustomFields]) -> Any:
    """The same with the fields of a workspace, by kind, where a record has some, and filters by them."""
    if isinstance(node, list):
        return [each for held in node for each in _with_filters(held, custom)]
    if not isinstance(node, dict):
        return node
    if node.get(CUSTOM_OF) in custom:
        words = {name: node[name] for name in ("title", "description") if name in node}
        return {**words, **schema_of(custom[node[CUSTOM_OF]])}
    return {name: with_custom_fields(each, custom) for name, each in node.items()}


def _with_filters(node: Any, custom: Mapping[str, CustomFields]) -> list[Any]:
    fields = custom.get(node.get(FILTERS_OF, "")) if isinstance(node, dict) else None
    return [with_custom_fields(node, custom)] if fields is None else filters_by(fields)


def header_parameter(name: str, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string"},
    }


def ids_of_mergeable(app: Flask) -> set[str]:
    """What addresses call the ids of records that can be merged."""
    kinds: Kinds = app.extensions["holdfast.kinds"]
    return {f"{kind.name}_id" for kind in kinds if kind.winner is not None}
