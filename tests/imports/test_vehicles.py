"""Vehicles and products come from lists, from Meta's and Google's feeds, and from what Holdfast exported."""

from io import BytesIO
from typing import Any

from flask.testing import FlaskClient

from tests.imports.conftest import SAMPLES
from tests.imports.test_imports import app, bring, confirm, counts, owner

__all__ = ("app", "owner")


def vehicles(client: FlaskClient) -> dict[str, dict[str, Any]]:
    rows = client.get("/api/vehicles?limit=200").get_json()["data"]
    return {each["stock_number"]: each for each in rows}


def from_feed(client: FlaskClient, name: str, **options: str) -> dict[str, Any]:
    return bring(client, (SAMPLES / name).read_bytes(), name, records="vehicles", **options)


def test_metas_feed_gives_the_good_vehicles_and_names_what_is_wrong(owner: FlaskClient) -> None:
    made = from_feed(owner, "meta_automotive.csv")
    planned = [made["plan"][name] for name in ("created", "updated", "skipped", "left_out")]
    done = confirm(owner, made)
    assert (planned, counts(done)) == ([5, 0, 1, 1], [5, 0, 1, 1]), done["problems"]
    found = vehicles(owner)
    assert found.keys() == {"S1", "S2", "S3", "S5", "S6"}
    first = found["S1"]
    assert [first[name] for name in ("vin", "mileage", "mileage_unit", "price", "currency", "condition")] == [
        "1ZZZZ12A0RT000001", 12345, "km", 19999, "EUR", "used",
    ]  # fmt: skip
    assert [first[name] for name in ("body", "fuel", "transmission", "colour", "status")] == [
        "SUV", "gasoline", "automatic", "Blue", "available",
    ]  # fmt: skip
    assert (found["S2"]["vin"], found["S2"]["status"]) == ("1ZZZZ12AXRT000006", "withdrawn")
    assert [each["field"] for each in found["S3"]["warnings"]] == ["vin"]
    assert (found["S5"]["price"], found["S5"]["warnings"]) == (19999, [])
    assert (found["S6"]["vin"], found["S6"]["price"]) == ("ABC1234567", 0)
    told = {(each["row"], each["left_out"]) for each in done["problems"]}
    assert told == {(4, False), (8, True)}
    assert "check digit" in str(done["problems"]) and "I, O and Q" in str(done["problems"])


def test_a_vin_in_small_letters_is_the_same_vehicle_and_adds_what_it_knows(owner: FlaskClient) -> None:
    head, *rows = (SAMPLES / "meta_automotive.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    confirm(owner, bring(owner, f"{head}{rows[3]}".encode(), "a.csv", records="vehicles"))
    found = vehicles(owner)["S4"]
    assert [found[name] for name in ("vin", "mileage", "mileage_unit")] == ["1ZZZZ12A0RT000001", 7671, "mi"]
    added = bring(owner, f"{head}{rows[0]}".encode(), "b.csv", records="vehicles", duplicates="add")
    done = confirm(owner, added)
    assert counts(done) == [0, 0, 0, 1] and "VIN" in str(done["problems"])


def test_googles_feed_gives_its_three_vehicles(owner: FlaskClient) -> None:
    done = confirm(owner, from_feed(owner, "google_vehicle_listing.xml"))
    assert counts(done) == [3, 0, 0, 0], done["problems"]
    found = vehicles(owner)
    shown = ("vin", "mileage", "mileage_unit", "price", "currency", "location")
    assert [[found[key][name] for name in shown] for key in ("S1", "S2", "S3")] == [
        ["1ZZZZ12A0RT000001", 12345, "mi", 19999, "GBP", "main"],
        ["1ZZZZ12AXRT000006", 7671, "km", 24995, "GBP", "main"],
        [None, None, "km", 0, "GBP", "main"],
    ]
    assert found["S1"]["description"] == "Invented <b>car</b>"
    assert "vehicle_fulfillment.option: in_store" in found["S1"]["notes"]
    assert counts(confirm(owner, from_feed(owner, "google_vehicle_listing.xml"))) == [0, 0, 3, 0]


def test_an_undone_import_can_be_brought_again_under_new_numbers(owner: FlaskClient) -> None:
    done = confirm(owner, from_feed(owner, "google_vehicle_listing.xml"))
    assert owner.post(f"/api/imports/{done['id']}/undo").status_code == 200
    assert vehicles(owner) == {}
    again = confirm(owner, from_feed(owner, "google_vehicle_listing.xml"))
    assert counts(again) == [3, 0, 0, 0]
    assert len(again["problems"]) == 3 and not vehicles(owner).keys() & {"S1", "S2", "S3"}


def test_exported_vehicles_and_products_come_back_as_they_were(owner: FlaskClient) -> None:
    given = {"year": 2021, "make": "Probe", "model": "Estate", "cost": 900.5, "price": 1500, "mileage": 12,
             "first_registration": "2021-02-03", "notes": "=1+1", "tags": ["a"],
             "reconditioning": [{"title": "Tyres", "amount": 12.5}]}  # fmt: skip
    assert owner.post("/api/vehicles", json=given).status_code == 201
    product = {"name": "Nail", "sku": "N-1", "price": 0.1, "tracked": True, "category": "Iron"}
    number = owner.post("/api/products", json=product).get_json()["data"]["id"]
    moved = owner.post(f"/api/products/{number}/stock-movements", json={"quantity": 2.5})
    assert moved.status_code == 201
    for records in ("vehicles", "products"):
        for form in ("csv", "xlsx", "jsonl"):
            before = owner.get(f"/api/{records}").get_json()["data"][0]
            content = owner.get(f"/api/{records}/export?format={form}").get_data()
            again = confirm(owner, bring(owner, content, f"a.{form}", records=records))
            assert counts(again) == [0, 0, 1, 0], (form, again["problems"])
            assert owner.delete(f"/api/{records}/{before['id']}").status_code in {200, 204}
            back = confirm(owner, bring(owner, content, f"a.{form}", records=records))
            assert counts(back)[0] == 1, (form, back["problems"])
            after = owner.get(f"/api/{records}").get_json()["data"][0]
            moving = {"id", "version", "created_at", "updated_at", "stock_number", "days_in_stock"}
            assert {k: v for k, v in before.items() if k not in moving} == {
                k: v for k, v in after.items() if k not in moving
            }


def test_products_of_a_list_are_known_by_their_sku_or_else_by_their_name(owner: FlaskClient) -> None:
    for given in ({"name": "Nail", "sku": "N-1", "price": 1}, {"name": "Paint", "price": 3}):
        assert owner.post("/api/products", json=given).status_code == 201
    content = b"Product,SKU,Price\nLong nail,n-1,2\nPAINT,,4\nScrew,S-1,5\n"
    done = confirm(owner, bring(owner, content, "a.csv", records="products"))
    assert counts(done) == [1, 0, 2, 0], done["problems"]
    names = {each["name"] for each in owner.get("/api/products").get_json()["data"]}
    assert names == {"Nail", "Paint", "Screw"}


def test_a_stock_below_zero_is_told_and_its_product_is_counted_from_zero(owner: FlaskClient) -> None:
    content = b"Product,SKU,Stock,allow_negative\nNail,N-1,-5,no\nScrew,S-1,-5,yes\n"
    done = confirm(owner, bring(owner, content, "a.csv", records="products"))
    assert counts(done) == [2, 0, 0, 0], done["problems"]
    assert [(each["row"], each["value"]) for each in done["problems"]] == [(2, "-5")]
    stock = {each["name"]: each["stock"] for each in owner.get("/api/products").get_json()["data"]}
    assert stock == {"Nail": 0, "Screw": -5}


def test_a_vehicle_on_a_deal_comes_back_as_it_is_without_a_problem(owner: FlaskClient) -> None:
    car = owner.post("/api/vehicles", json={"year": 2021, "make": "Probe", "model": "One", "price": 9})
    assert owner.post("/api/deals", json={"vehicle_id": car.get_json()["data"]["id"]}).status_code == 201
    content = owner.get("/api/vehicles/export?format=csv").get_data()
    for how in ({}, {"duplicates": "update"}, {"duplicates": "update", "overwrite": "true"}):
        again = confirm(owner, bring(owner, content, "a.csv", records="vehicles", **how))
        assert (counts(again), again["problems"]) == ([0, 0, 1, 0], []), how
    sold = content.replace(b",pending,", b",sold,")
    told = confirm(owner, bring(owner, sold, "b.csv", records="vehicles", duplicates="update"))
    assert [each["value"] for each in told["problems"]] == ["sold"] and sold != content
    assert owner.get("/api/vehicles").get_json()["data"][0]["status"] == "pending"


HOSTILE = [
    (b"<rss><channel><item><g:id", "damaged"),
    (
        b'<!DOCTYPE rss [<!ENTITY a "aaaa">]><rss><channel><item><id>&a;</id></item></channel></rss>',
        "type",
    ),
    (b"<rss>" + b"<item>" + b"<a>" * 30 + b"</a>" * 30 + b"</item></rss>", "within each other"),
    (b"<rss><item><title>" + b"x" * 100_001 + b"</title></item></rss>", "characters in title"),
    (b"<rss><channel></channel></rss>", "no items"),
    (b"<rss><item>" + b"".join(b"<a%d/>" % each for each in range(1_001)) + b"</item></rss>", "names"),
]


def test_a_hostile_feed_is_refused_naming_the_file(owner: FlaskClient) -> None:
    for content, why in HOSTILE:
        answer = owner.post("/api/imports", data={"file": (BytesIO(content), "a.xml"), "records": "vehicles"})
        assert answer.status_code == 422
        problem = answer.get_json()["errors"][0]
        assert problem["field"] == "file" and why in problem["message"]
