"""The inventory as cards, a vehicle's deals on its page, and its pictures in order."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import client_of
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import furnish
from tests.support.samples import picture


@pytest.fixture
def api(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    furnish(db, cast.owner)
    return client_of(app, db, cast.owner)


def add(api: FlaskClient, **given: object) -> int:
    answer = api.post("/api/vehicles", json={"year": 2020, "make": "Probe", "model": "One", **given})
    return int(answer.get_json()["data"]["id"])


def page(api: FlaskClient, path: str, **headers: str) -> str:
    answer = api.get(path, headers=headers)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_cards_have_the_first_picture_price_days_and_status_and_keep_the_filters(api: FlaskClient) -> None:
    car = add(api, price=12345, stocked_on="2020-01-01")
    add(api, model="Other", make="Elsewhere")
    files = []
    for size in ((40, 20), (20, 40)):
        given = {"file": (BytesIO(picture(size=size)), "a.png")}
        made = api.post(f"/api/vehicles/{car}/pictures", data=given).get_json()["data"]
        files = made["picture_ids"]
    shown = page(api, "/vehicles?cards=1&make=Probe")
    assert "vehicle-card" in shown and "12,345" in shown and "Elsewhere</a>" not in shown and "days" in shown
    assert f"/api/files/{files[0]}/content" in shown and f"/api/files/{files[1]}/content" not in shown
    assert "<table" not in shown and 'name="cards"' in shown and 'form="bulk"' in shown
    assert "make=Probe" in shown.split('class="list-looks"')[1].split("</nav>")[0]
    assert "<table" in page(api, "/vehicles?make=Probe")
    api.patch(f"/api/vehicles/{car}", json={"picture_ids": files[::-1]})
    assert f"/api/files/{files[1]}/content" in page(
        api, "/vehicles?cards=1&make=Probe", **{"HX-Request": "true"}
    )


def test_the_page_of_a_vehicle_has_its_deals(api: FlaskClient) -> None:
    car = add(api)
    assert "No deals yet." in page(api, f"/vehicles/{car}")
    made = api.post("/api/deals", json={"vehicle_id": car, "client": {"name": "Ada"}})
    assert made.status_code == 201, made.get_data(as_text=True)
    deal = made.get_json()["data"]
    shown = page(api, f"/vehicles/{car}").split('id="deals"')[1]
    assert f'/deals/{deal["id"]}"' in shown and deal["deal_number"] in shown


def test_the_stock_is_counted_in_bands_of_age(api: FlaskClient, frozen_clock: FrozenClock) -> None:
    days = {0: 100, 30: 200, 31: None, 90: 5.5, 91: 7, 400: 8}
    for ago, price in days.items():
        stocked = (frozen_clock.time.date() - timedelta(days=ago)).isoformat()
        add(api, stocked_on=stocked, price=price)
    add(api, stocked_on=stocked, price=9, currency="JPY")
    report = api.get("/api/reports/stock").get_json()["data"]
    assert [(each["band"], each["vehicles"]) for each in report["bands"]] == [
        ("0-30", 2), ("31-60", 1), ("61-90", 1), ("over-90", 3),
    ]  # fmt: skip
    assert (report["vehicles"], report["oldest_days"], report["average_days"]) == (7, 400, 1042 // 7)
    oldest = report["bands"][-1]
    assert [(each["currency"], each["vehicles"], each["price"]) for each in oldest["prices"]] == [
        ("JPY", 1, 9), ("USD", 2, 15),
    ]  # fmt: skip
    shown = page(api, "/vehicles/ages")
    assert "/vehicles?age=over-90" in shown and "400 days" in shown
