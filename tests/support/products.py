"""What tests do with products by their API."""

from typing import Any

from flask.testing import FlaskClient


def add_product(client: FlaskClient, **given: object) -> dict[str, Any]:
    answer = client.post("/api/products", json={"name": "Tyre", **given})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return dict(answer.get_json()["data"])


def product_of(client: FlaskClient, product_id: int) -> dict[str, Any]:
    answer = client.get(f"/api/products/{product_id}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return dict(answer.get_json()["data"])


def move(client: FlaskClient, product_id: int, quantity: object, **given: object) -> Any:
    return client.post(f"/api/products/{product_id}/stock-movements", json={"quantity": quantity, **given})
