"""Lists under `?filter=`, by the API."""

import json
from typing import Any
from urllib.parse import quote

from flask.testing import FlaskClient


def found(client: FlaskClient, tree: Any, of: str = "clients", more: str = "") -> list[str]:
    """The names, by name; the count says the same."""
    asked = quote(json.dumps(tree))
    rows = client.get(f"/api/{of}?filter={asked}{more}").get_json()["data"]
    if of != "tasks":
        counted = client.get(f"/api/{of}/count?filter={asked}{more}").get_json()["data"]
        assert counted == {"total": len(rows), "exact": True}
    return sorted(row.get("name") or row["title"] for row in rows)


def one(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op, **({} if value is None else {"value": value})}
