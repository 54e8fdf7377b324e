"""The type of a field of many values is changed in the background, by page and API."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.appliance.conversions import convert_custom_fields
from crm.config import Settings
from crm.custom_fields import conversion
from crm.db.database import Database
from tests.support.client_api import PATH, add
from tests.support.custom_fields import FIELDS, add_field

GIVEN = ("12", "about <5>", "7.5", "3")


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion, "MOST_VALUES", 2)


@pytest.fixture
def field(owner: FlaskClient) -> dict[str, Any]:
    made = add_field(owner, label="Size", field_type="text")
    for value in GIVEN:
        add(owner, name=f"Client {value}", custom={"size": value})
    return made


def values(owner: FlaskClient) -> list[Any]:
    found = owner.get(f"{PATH}?sort=created_at").get_json()["data"]
    return [each["custom"]["size"] for each in found]


def test_the_page_asks_first_and_shows_how_far_it_is(
    owner: FlaskClient, db: Database, settings: Settings, field: dict[str, Any]
) -> None:
    page = f"/settings/custom-fields/{field['id']}/type"
    asked = owner.get(f"{page}?field_type=number").text
    assert 'name="in_background" value="1"' in asked and 'id="of-the-first"' in asked
    form = {"field_type": "number", "in_background": "1", "version": field["version"]}
    assert owner.post(page, data=form).status_code == 303
    shown = owner.get(page).text
    assert '<progress value="0" max="4"' in shown and 'hx-select="#conversion"' in shown
    assert convert_custom_fields(db, settings)
    asks = owner.get(page).text
    assert "about &lt;5&gt;" in asks and "#conversion" not in asks
    assert values(owner) == list(GIVEN)
    assert owner.post(f"{page}/confirm").status_code == 303
    assert convert_custom_fields(db, settings)
    assert values(owner) == [12, None, 7.5, 3]
    ended = owner.get(page, headers={"HX-Request": "true"})
    assert ended.headers["HX-Redirect"].endswith(f"/settings/custom-fields/{field['id']}")
    assert owner.post(f"{page}/confirm").status_code == 404


def test_the_api_begins_it_tells_of_it_and_cancels_it(
    owner: FlaskClient, db: Database, settings: Settings, field: dict[str, Any]
) -> None:
    path = f"{FIELDS}/{field['id']}"
    refused = owner.post(f"{path}/convert", json={"field_type": "number"})
    assert (refused.status_code, refused.get_json()["in_background"]) == (409, True)
    begun = owner.post(f"{path}/conversion/begin", json={"field_type": "number"}).get_json()["data"]
    told = {name: begun[name] for name in ("state", "field_type", "done", "total", "unfit")}
    assert told == {"state": "converting", "field_type": "number", "done": 0, "total": 4, "unfit": 0}
    convert_custom_fields(db, settings)
    asks = owner.get(f"{path}/conversion").get_json()["data"]
    assert (asks["state"], [each["value"] for each in asks["examples"]]) == ("asking", ["about <5>"])
    assert owner.patch(path, json={"label": "Other"}).status_code == 409
    assert owner.delete(f"{path}/conversion").status_code == 204
    convert_custom_fields(db, settings)
    assert owner.get(f"{path}/conversion").status_code == 404
    assert values(owner) == list(GIVEN)
    assert owner.patch(path, json={"label": "Other"}).status_code == 200


def test_with_leave_it_goes_to_its_end_by_itself(
    owner: FlaskClient, db: Database, settings: Settings, field: dict[str, Any]
) -> None:
    path = f"{FIELDS}/{field['id']}"
    asked = {"field_type": "number", "empty_unfit": True}
    assert owner.post(f"{path}/conversion/begin", json=asked).status_code == 200
    assert convert_custom_fields(db, settings)
    assert owner.get(path).get_json()["data"]["field_type"] == "number"
    assert values(owner) == [12, None, 7.5, 3]
    found = owner.get(f"{PATH}?custom.size_from=5&sort=custom.size").get_json()["data"]
    assert [each["custom"]["size"] for each in found] == [7.5, 12]
