"""Create a lead over the API."""

from typing import Any

from flask.testing import FlaskClient


def created(client: FlaskClient, **given: Any) -> dict[str, Any]:
    response = client.post("/api/leads", json={"title": "ремонт офиса за 150000", **given})
    assert response.status_code == 201, response.get_data(as_text=True)
    lead: dict[str, Any] = response.get_json()["data"]
    return lead
