"""The collections of the other server: the fields that people write, and the indexes of their lists.

What only serves our promises (ranks, the trash, sums, comparable forms) has no field and no index there.
"""

from typing import Any

RULE = '@request.auth.id != ""'
CLIENTS, LEADS, STAGES, USERS = "benchclients000", "benchleads00000", "benchstages0000", "_pb_users_auth_"
TIMES = (
    {"name": "created", "type": "autodate", "onCreate": True},
    {"name": "updated", "type": "autodate", "onCreate": True, "onUpdate": True},
)
STATUSES = {
    "clients": ["active", "inactive", "prospect"],
    "leads": ["new", "in_progress", "waiting", "won", "lost"],
}


def _text(name: str, most: int, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "text", "max": most, **more}


def _chosen(name: str, values: list[str], **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "select", "maxSelect": 1, "values": values, **more}


def _linked(name: str, collection: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "relation", "collectionId": collection, "maxSelect": 1, **more}


def _collection(
    number: str, name: str, fields: list[dict[str, Any]], indexes: tuple[str, ...]
) -> dict[str, Any]:
    rules = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), RULE)
    made = [f"CREATE INDEX {name}_{columns.replace(', ', '_')} ON {name} ({columns})" for columns in indexes]
    return {"id": number, "name": name, "type": "base", **rules, "fields": [*fields, *TIMES], "indexes": made}


COLLECTIONS = (
    _collection(STAGES, "stages", [_text("name", 100, required=True)], ()),
    _collection(
        CLIENTS,
        "clients",
        [
            _text("name", 200, required=True),
            _chosen("kind", ["person", "company"], required=True),
            {"name": "email", "type": "email"},
            _text("phone", 40),
            _text("website", 500),
            _text("address", 500),
            _text("city", 100),
            _text("country", 2),
            _chosen("status", STATUSES["clients"], required=True),
            _text("source", 100),
            _linked("owner", USERS),
            {"name": "tags", "type": "json"},
            _text("notes", 10_000),
        ],
        (
            "name", "updated", "status", "kind", "owner", "country", "email", "phone", "city", "source",
            "created", "country, name", "city, name", "owner, name", "status, name",
        ),
    ),
    _collection(
        LEADS,
        "leads",
        [
            _text("title", 200, required=True),
            {"name": "value", "type": "number", "min": 0},
            _text("currency", 3, required=True),
            _linked("client", CLIENTS),
            _linked("stage", STAGES, required=True),
            _linked("owner", USERS),
            _text("source", 100),
            _text("expected_close", 10),
            _text("details", 10_000),
            _text("type", 60, required=True),
            _chosen("status", STATUSES["leads"], required=True),
            {"name": "tags", "type": "json"},
            _text("lost_reason", 500),
        ],
        (
            "title", "value", "updated", "expected_close", "client", "owner", "status", "type", "source",
            "created", "stage", "owner, value", "status, value", "stage, status, value",
        ),
    ),
)  # fmt: skip
FILL = """
INSERT INTO clients (id, name, kind, email, phone, website, address, city, country, status, source, tags,
                     notes, created, updated)
SELECT printf('c%014d', id), name, kind, ifnull(email, ''), ifnull(phone, ''), ifnull(website, ''),
       ifnull(address, ''), ifnull(city, ''), ifnull(country, ''), status, ifnull(source, ''), '[]',
       ifnull(notes, ''), replace(created_at, 'T', ' '), replace(updated_at, 'T', ' ')
  FROM ours.clients
 WHERE workspace_id = 1
"""


def record_id(client_id: int) -> str:
    return f"c{client_id:014}"
