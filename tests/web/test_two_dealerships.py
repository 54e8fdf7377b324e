"""Two dealerships with the same VINs, numbers and names see nothing of each other, on every route."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crm.config import Settings
from crm.db.database import Database
from crm.web.auth import PUBLIC, permission_of
from tests.support.api import client_of, running_app
from tests.support.cast import Cast
from tests.support.leads import furnish
from tests.support.samples import picture

VIN = "1M8GDM9AXKP042788"
MARK = "onlyours"
ROOMS = (
    "vehicles",
    "products",
    "campaigns",
    "deals",
    "quotes",
    "numbers",
    "invoices",
    "stock-links",
    "settings/stock",
)
MISSING = 99_999
DONE = {200, 201, 204}
LISTS = (
    "vehicles",
    "products",
    "campaigns",
    "deals",
    "quotes",
    "invoices",
    "numbers",
    "activities",
    "files",
    "stock-links",
)

UNPAGED = {"numbers"}


@pytest.fixture
def app(settings: Settings, cast: Cast) -> Iterator[Flask]:
    with running_app(settings) as running:
        yield running


@pytest.fixture
def ours(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    furnish(db, cast.owner)
    return client_of(app, db, cast.owner)


@pytest.fixture
def theirs(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    furnish(db, cast.outsider)
    return client_of(app, db, cast.outsider)


def make(api: FlaskClient, path: str, /, **given: Any) -> Any:
    answer = api.post(f"/api/{path}", json=given)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.get_json()["data"]


def stock(client: FlaskClient, mark: str) -> dict[str, Any]:
    """The same in each of them, but for a mark in every text."""
    car = make(client, "vehicles", stock_number="S-7", vin=VIN, year=2020, make="Probe", model="One",
               price=9000, notes=mark, description=mark, colour=mark)  # fmt: skip
    image = {"file": (BytesIO(picture()), f"{mark}.png")}
    shown = client.post(f"/api/vehicles/{car['id']}/pictures", data=image).get_json()["data"]
    campaign = make(client, "campaigns", name="Spring", description=mark)
    nail = make(client, "products", name="Nail", sku="N-1", price=1, tracked=True, description=mark)
    moved = make(client, f"products/{nail['id']}/stock-movements", quantity=5, reason=mark)
    person = {"name": f"Ada {mark}", "email": f"{mark}@example.com"}
    deal = make(client, "deals", vehicle_id=car["id"], client=person, scenario={"price": 9000})
    quote = make(client, "quotes", title=mark, lines=[{"title": mark, "quantity": 1, "unit_price": 5}])
    bill = make(client, "invoices", title=mark, lines=[{"title": mark, "quantity": 1, "unit_price": 5}])
    link = make(client, f"quotes/{quote['id']}/links")
    public = make(client, "stock-links", name=mark)
    return {
        "vehicle_id": car["id"], "product_id": nail["id"],
        "campaign_id": campaign["id"], "deal_id": deal["id"], "quote_id": quote["id"],
        "invoice_id": bill["id"],
        "file_id": shown["picture_ids"][0], "scenario_id": deal["scenarios"][0]["id"],
        "movement_id": moved["id"], "link_id": public["id"], "quote_link": link["id"],
        "numbers": (deal["deal_number"], quote["quote_number"]),
    }  # fmt: skip


def everything(client: FlaskClient) -> list[Any]:
    """Of each list, in as few pages as it gives."""
    return [
        client.get(f"/api/{each}" + "?limit=200" * (each not in UNPAGED)).get_json()
        for each in LISTS
        if each != "stock-links"
    ]


def test_the_same_vins_numbers_and_names_are_free_in_both_and_no_route_leads_across(
    app: Flask, ours: FlaskClient, theirs: FlaskClient
) -> None:
    mine, others = stock(ours, MARK), stock(theirs, "theirs")
    assert mine["numbers"] == others["numbers"]
    before, wrong, walked = everything(ours), [], 0
    for method, endpoint, names in _routes(app):
        answer = _ask(app, theirs, method, endpoint, _values(names, mine))
        missing = _ask(app, theirs, method, endpoint, dict.fromkeys(names, MISSING))
        walked += 1
        told = names and (answer.status_code != missing.status_code or answer.status_code in DONE)
        if told or MARK in answer.get_data(as_text=True):
            wrong.append((method, answer.request.path, answer.status_code, missing.status_code))
    assert (wrong, walked > 150) == ([], True), walked
    assert everything(ours) == before


def _routes(app: Flask) -> Iterator[tuple[str, str, list[str]]]:
    """Of the rooms, each way of asking with the names of its ids."""
    for rule in app.url_map.iter_rules():
        if permission_of(app, rule.endpoint) != PUBLIC and _is_of_room(rule.rule):
            names = sorted(rule.arguments - {"series"})
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, rule.endpoint, names


def _ask(app: Flask, client: FlaskClient, method: str, endpoint: str, values: dict[str, int]) -> TestResponse:
    with app.test_request_context():
        path = app.url_map.bind("localhost").build(endpoint, {"series": "deal", **values}, method=method)
    given: dict[str, Any] = {} if method == "GET" else {"json": {}}
    return client.open(path, method=method, **given)


def _is_of_room(rule: str) -> bool:
    start = rule.removeprefix("/api").lstrip("/")
    return any(start == room or start.startswith(f"{room}/") for room in ROOMS)


def _values(names: list[str], mine: dict[str, Any]) -> dict[str, int]:
    return {name: mine.get(name, 1) for name in names}


def test_searches_filters_and_links_across_find_nothing(ours: FlaskClient, theirs: FlaskClient) -> None:
    mine = stock(ours, MARK)
    stock(theirs, "theirs")
    car, nail = mine["vehicle_id"], mine["product_id"]
    asked = (
        f"/api/vehicles?vin={VIN}", "/api/vehicles?stock_number=s-7", f"/api/vehicles?q={MARK}",
        f"/vehicles?q={MARK}",
        f"/api/deals?vehicle_id={car}", f"/api/search?q={MARK}", "/api/search?q=S-7", f"/api/search?q={VIN}",
        "/vehicles?cards=1", "/vehicles/ages", "/api/reports/stock", "/reports", f"/products?q={MARK}",
        "/api/vehicles/export?format=google", "/api/vehicles/export?format=meta", "/api/vehicles/export",
        "/api/products/export", "/api/deals/export", "/api/quotes/export", "/settings/stock",
        "/settings/numbers",
    )  # fmt: skip
    for path in asked:
        shown = theirs.get(path).get_data(as_text=True)
        shown = shown.replace(f'value="{MARK}"', "").replace(f"q={MARK}", "").replace(f"“{MARK}”", "")
        assert MARK not in shown, path
    sent: list[tuple[str, dict[str, Any]]] = [
        ("deals", {"vehicle_id": car}),
        ("deals", {"lines": [{"product_id": nail, "quantity": 1}]}),
        ("deals", {"client": {"name": "Z"}, "trade_ins": [{"vehicle_id": car}]}),
        ("quotes", {"lines": [{"product_id": nail, "quantity": 1}]}),
        ("quotes", {"deal_id": mine["deal_id"], "lines": []}),
        ("notes", {"subject": "vehicle", "subject_id": car, "text": "x"}),
        ("tasks", {"subject": "deal", "subject_id": mine["deal_id"], "title": "x"}),
    ]
    for path, given in sent:
        answer = theirs.post(f"/api/{path}", json=given)
        assert answer.status_code in {404, 422}, (path, given, answer.get_data(as_text=True))
