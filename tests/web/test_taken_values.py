"""What is unique on the desk is refused by a sentence that names the field, never by the schema itself."""

import io
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.config import PROJECT_ROOT, Settings
from crm.db.database import Database
from crm.db.migrations import load_migrations
from crm.db.sqlite.engine import open_writer
from crm.db.sqlite.migrations import migrate
from crm.records.kind import Kind
from tests.support import samples
from tests.support.api import client_of, problem_of, running_app
from tests.support.cast import Cast

ROOMS = ("numbers", "catalogue", "deals", "documents", "campaigns")
"""Those of the desk."""
VIN = "1HGCM82633A004352"
PIXEL = samples.picture()
CAR: dict[str, Any] = {"year": 2020, "make": "Opel", "model": "Corsa"}

# The others, which nothing that is sent can meet.
COUNTED = "the server counts these by one row that is locked meanwhile"
PLACED = "the server numbers the places anew"
ONE = "one statement replaces the row that there is"
UNMET: dict[str, str] = {
    "ad_sets(workspace_id, source, platform_id)": ONE,
    "ads(workspace_id, source, platform_id)": ONE,
    "ad_kpi_data(workspace_id, campaign_id, day, source, place)": PLACED,
    "daily_kpi_data(workspace_id, campaign_id, day, source)": ONE,
    "kpi_months(workspace_id, month)": ONE,
    "campaign_summaries(workspace_id, month, campaign_id, source, currency)": ONE,
    "campaign_reports(workspace_id, month)": ONE,
    "deals_number": COUNTED,
    "quotes(workspace_id, quote_number)": COUNTED,
    "invoices(workspace_id, invoice_number)": COUNTED,
    "company_profiles(workspace_id)": ONE,
    "company_logos(workspace_id, digest)": "a picture that is there already is kept once",
    "issued_numbers_run": COUNTED,
    "number_counters(workspace_id, kind, period)": ONE,
    "number_series(workspace_id, kind)": ONE,
    "scenarios_active": "choosing one takes the choice from the others before",
    "deal_trade_ins(workspace_id, deal_id, place)": PLACED,
    "deal_products(workspace_id, deal_id, place)": PLACED,
    "vehicle_costs(workspace_id, vehicle_id, place)": PLACED,
    "vehicle_pictures(workspace_id, vehicle_id, place)": PLACED,
    "product_pictures(workspace_id, product_id, place)": PLACED,
    "quote_lines(workspace_id, quote_id, place)": PLACED,
    "quote_revisions(workspace_id, quote_id, revision)": COUNTED,
    "quote_deals(workspace_id, quote_id)": "a quote has one deal, from which it comes or which is made of it",
    "stock_links(token_hash)": "the token is drawn from 256 bits",
    "quote_links(token_hash)": "the token is drawn from 256 bits",
}


@pytest.fixture
def owner(prepared: Settings, db: Database, cast: Cast) -> Iterator[FlaskClient]:
    with running_app(prepared) as app:
        yield client_of(app, db, cast.owner)


def made(owner: FlaskClient, path: str, **given: Any) -> Any:
    answer = owner.post(f"/api/{path}", json=given)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.get_json()["data"]


def held_vehicle(owner: FlaskClient) -> Any:
    car = made(owner, "vehicles", **CAR)["id"]
    first = made(owner, "deals", vehicle_id=car)
    refused = owner.post("/api/deals", json={"vehicle_id": car, "client": {"name": "Ada"}})
    assert first["deal_number"] in refused.get_json()["detail"]
    empty = made(owner, "deals")
    return refused, owner.patch(f"/api/deals/{empty['id']}", json={"vehicle_id": car})


def sold_or_withdrawn_vehicle(owner: FlaskClient) -> Any:
    car = made(owner, "vehicles", **CAR, status="withdrawn")["id"]
    return (owner.post("/api/deals", json={"vehicle_id": car}),)


def taken_vin(owner: FlaskClient) -> Any:
    made(owner, "vehicles", **CAR, vin=VIN)
    other = made(owner, "vehicles", **CAR)
    return (
        owner.post("/api/vehicles", json={**CAR, "vin": VIN}),
        owner.patch(f"/api/vehicles/{other['id']}", json={"vin": VIN}),
    )


def traded_vin(owner: FlaskClient) -> Any:
    """The vehicle that is traded in is in stock since the deal was made."""
    deal = made(owner, "deals", client={"name": "Ada"}, trade_ins=[{**CAR, "vin": VIN}])
    made(owner, "vehicles", **CAR, vin=VIN)
    for step in ("submit", "approve"):
        assert owner.post(f"/api/deals/{deal['id']}/{step}").status_code == 200
    return (owner.post(f"/api/deals/{deal['id']}/deliver"),)


def taken_stock_number(owner: FlaskClient) -> Any:
    made(owner, "vehicles", **CAR, stock_number="A 1")
    other = made(owner, "vehicles", **CAR)
    return (
        owner.post("/api/vehicles", json={**CAR, "stock_number": "a 1"}),
        owner.patch(f"/api/vehicles/{other['id']}", json={"stock_number": "A 1"}),
    )


def taken_sku(owner: FlaskClient) -> Any:
    made(owner, "products", name="Mat", sku="M-1")
    other = made(owner, "products", name="Cover")
    return (
        owner.post("/api/products", json={"name": "Rug", "sku": "m-1"}),
        owner.patch(f"/api/products/{other['id']}", json={"sku": "M-1"}),
    )


def taken_campaign(owner: FlaskClient) -> Any:
    made(owner, "campaigns", name="Spring")
    other = made(owner, "campaigns", name="Summer")
    return (
        owner.post("/api/campaigns", json={"name": " SPRING "}),
        owner.patch(f"/api/campaigns/{other['id']}", json={"name": "spring"}),
    )


def second_platform_id(owner: FlaskClient) -> Any:
    twice = [{"source": "meta_ads", "id": "7"}] * 2
    return (owner.post("/api/campaigns", json={"name": "Spring", "platform_ids": twice}),)


def taken_template(owner: FlaskClient) -> Any:
    made(owner, "quote-templates", name="Roof")
    return (owner.post("/api/quote-templates", json={"name": " ROOF "}),)


def second_price(owner: FlaskClient) -> Any:
    twice = [{"currency": "CHF", "price": 1}, {"currency": "CHF", "price": 2}]
    return (owner.post("/api/products", json={"name": "Mat", "currency": "EUR", "prices": twice}),)


def shown_twice(owner: FlaskClient, area: str = "vehicles", **given: Any) -> Any:
    first, second = (made(owner, area, **(given or CAR))["id"] for _ in range(2))
    file = {"file": (io.BytesIO(PIXEL), "car.png")}
    sent = owner.post(f"/api/{area}/{first}/pictures", data=file)
    picture = sent.get_json()["data"]["picture_ids"][0]
    return tuple(
        owner.patch(f"/api/{area}/{each}", json={"picture_ids": ids})
        for each, ids in ((first, [picture, picture]), (second, [picture]))
    )


# Each unique index of these rooms that what people send can meet, how, and the field that the refusal names.
MET: dict[str, tuple[str, Callable[[FlaskClient], Any]]] = {
    "deals_open_vehicle": ("vehicle_id", held_vehicle),
    "deals_open_vehicle, of a vehicle that is not for sale": ("vehicle_id", sold_or_withdrawn_vehicle),
    "vehicles_vin": ("vin", taken_vin),
    "vehicles_vin, on delivery": ("trade_ins.0.vin", traded_vin),
    "vehicles_stock_number": ("stock_number", taken_stock_number),
    "issued_numbers_number": ("stock_number", taken_stock_number),
    "campaign_platform_ids(workspace_id, source, platform_id, campaign_id)": (
        "platform_ids.1.id",
        second_platform_id,
    ),
    "campaigns_name": ("name", taken_campaign),
    "products_sku": ("sku", taken_sku),
    "quote_templates_by_name": ("name", taken_template),
    "product_prices(workspace_id, product_id, currency)": ("prices.1.currency", second_price),
    "vehicle_pictures_file": ("picture_ids", shown_twice),
    "product_pictures_file": ("picture_ids", lambda owner: shown_twice(owner, "products", name="Mat")),
}


@pytest.mark.parametrize("index", MET)
def test_a_value_that_is_taken_is_refused_by_the_name_of_its_field(owner: FlaskClient, index: str) -> None:
    field, meet = MET[index]
    for answer in meet(owner):
        assert answer.status_code in {409, 422}, answer.get_data(as_text=True)
        refused = answer.get_json()
        assert [each["field"] for each in refused["errors"]] == [field], refused
        assert "contradicts" not in refused["detail"]


def test_many_at_once_name_the_field_by_its_place(owner: FlaskClient) -> None:
    create = {"op": "create", "fields": {"name": "Mat", "sku": "M-1"}}
    refused = problem_of(owner.post("/api/products/bulk", json={"operations": [create, create]}), 422)
    assert [each["field"] for each in refused["errors"]] == ["operations.1.sku"]


def test_every_unique_index_of_the_desk_is_met_by_this_test_or_says_why_none_can(tmp_path: Path) -> None:
    known = {name.partition(",")[0] if "(" not in name else name for name in MET} | UNMET.keys()
    assert unique_indexes(tmp_path) == known


def unique_indexes(folder: Path) -> set[str]:
    """By name, or by table and columns where the schema gives none; ids are left out."""
    connection = open_writer(folder / "crm.db", create=True)
    migrate(connection, load_migrations())
    found = set()
    for table in sorted({table for kind in _kinds() for table in kind.rows}):
        sql = 'SELECT name FROM pragma_index_list(?) WHERE "unique"'
        for (name,) in list(connection.execute(sql, (table,))):
            columns = [row[0] for row in connection.execute("SELECT name FROM pragma_index_info(?)", (name,))]
            anonymous = name.startswith("sqlite_autoindex")
            if columns != ["workspace_id", "id"]:
                found.add(f"{table}({', '.join(columns)})" if anonymous else name)
    connection.close()
    return found


def _kinds() -> Iterator[Kind]:
    for path in sorted(path for room in ROOMS for path in (PROJECT_ROOT / "crm" / room).glob("*kind.py")):
        module = import_module(f"crm.{path.parent.name}.{path.stem}")
        yield from (each for each in vars(module).values() if isinstance(each, Kind))
