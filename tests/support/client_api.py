"""Clients over the API: add one, list names, read what is stored."""

from typing import Any

from flask.testing import FlaskClient

from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction

PATH = "/api/clients"


def add(client: FlaskClient, **given: Any) -> dict[str, Any]:
    response = client.post(PATH, json={"name": "Anna Nowak", **given})
    assert response.status_code == 201, response.get_data(as_text=True)
    return dict(response.get_json()["data"])


def names(client: FlaskClient, query: str = "") -> list[str]:
    response = client.get(f"{PATH}{query}")
    assert response.status_code == 200, response.get_data(as_text=True)
    return [row["name"] for row in response.get_json()["data"]]


def stored(db: Database) -> list[int]:
    """How many rows there are of what a client's change writes."""

    def count(tx: Transaction) -> list[int]:
        return [tx.value(f"SELECT count(*) FROM {table}") for table in ("clients", "activities", "tags")]

    return db.read(count, SYSTEM)
