"""What tests do with vehicles by their API."""

from typing import Any

from flask.testing import FlaskClient

GOLF = {"year": 2024, "make": "Volkswagen", "model": "Golf"}
GOOD_VIN = "1ZZZZ12A0RT000001"


def add_vehicle(client: FlaskClient, **given: object) -> dict[str, Any]:
    answer = client.post("/api/vehicles", json={**GOLF, **given})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return dict(answer.get_json()["data"])


def vehicle_of(client: FlaskClient, vehicle_id: int) -> dict[str, Any]:
    answer = client.get(f"/api/vehicles/{vehicle_id}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return dict(answer.get_json()["data"])


def stock_numbers(client: FlaskClient, query: str = "") -> list[str]:
    answer = client.get(f"/api/vehicles?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [row["stock_number"] for row in answer.get_json()["data"]]
