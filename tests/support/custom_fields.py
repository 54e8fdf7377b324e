"""Custom fields, added and changed over the API."""

from typing import Any

from flask.testing import FlaskClient

FIELDS = "/api/custom-fields"


def add_field(web: FlaskClient, **given: Any) -> dict[str, Any]:
    answer = web.post(FIELDS, json={"kind": "client", "field_type": "text", **given})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()["data"]
    return found


def change_field(web: FlaskClient, field: dict[str, Any], **given: Any) -> dict[str, Any]:
    answer = web.patch(f"{FIELDS}/{field['id']}", json=given)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()["data"]
    return found


def remove_field(web: FlaskClient, field: dict[str, Any]) -> None:
    assert web.delete(f"{FIELDS}/{field['id']}").status_code == 204


def of_type(web: FlaskClient, field_type: str, **more: Any) -> dict[str, Any]:
    choices = {"choices": [{"label": "Red"}, {"label": "Dark green"}]} if "choice" in field_type else {}
    return add_field(web, label=f"Field {field_type}", field_type=field_type, **choices, **more)
