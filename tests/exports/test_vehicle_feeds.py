"""Google's and Meta's feeds have what customers may see, and can be imported again."""

import csv
from io import StringIO
from xml.etree import ElementTree as ET

from flask.testing import FlaskClient

from tests.imports.test_imports import app, bring, confirm, counts, owner
from tests.imports.test_vehicles import from_feed, vehicles

__all__ = ("app", "owner")

ODD = {"stock_number": 'A<&"1', "year": 2020, "make": "Probe & Co", "model": "]]><b>", "price": 12.5,
       "currency": "KWD", "cost": 4711, "notes": "secret", "description": "Line one\nLine two, with comma",
       "body": "Estate", "condition": "Gebraucht", "mileage": 7671, "mileage_unit": "mi"}  # fmt: skip
G = "{http://base.google.com/ns/1.0}"


def test_both_feeds_have_no_cost_and_come_back_whole(owner: FlaskClient) -> None:
    assert owner.post("/api/vehicles", json=ODD).status_code == 201
    assert owner.post("/api/vehicles", json={"year": 1978, "make": "P", "model": "Q", "status": "withdrawn"})
    google = owner.get("/api/vehicles/export?format=google")
    assert google.mimetype == "application/rss+xml"
    items = ET.fromstring(google.get_data()).findall("channel/item")  # noqa: S314 - our own
    assert [each.findtext(f"{G}id") for each in items] == ['A<&"1']
    assert [items[0].findtext(f"{G}{name}") for name in ("price", "condition", "model", "brand")] == [
        "12.500 KWD", "used", "]]><b>", "Probe & Co",
    ]  # fmt: skip
    meta = owner.get("/api/vehicles/export?format=meta").get_data(as_text=True)
    rows = {each["vehicle_id"]: each for each in csv.DictReader(StringIO(meta))}
    row = rows.pop('A<&"1')
    assert [row[name] for name in ("price", "mileage.unit", "state_of_vehicle", "availability")] == [
        "12.500 KWD", "MI", "USED", "available",
    ]  # fmt: skip
    assert row["body_style"] == "WAGON"
    assert [each["availability"] for each in rows.values()] == ["not_available"]
    for content in (google.get_data(as_text=True), meta):
        assert "4711" not in content and "secret" not in content
        again = confirm(owner, bring(owner, content.encode(), "feed", records="vehicles"))
        assert counts(again)[0] == 0 and again["problem_count"] == 0, again["problems"]


def test_what_google_sent_goes_out_as_it_came(owner: FlaskClient) -> None:
    confirm(owner, from_feed(owner, "google_vehicle_listing.xml"))
    before = vehicles(owner)
    content = owner.get("/api/vehicles/export?format=google&sort=name").get_data()
    items = ET.fromstring(content).findall("channel/item")  # noqa: S314 - our own
    shown = [[each.findtext(f"{G}{name}") for name in ("id", "vin", "price", "mileage")] for each in items]
    assert shown == [
        ["S1", "1ZZZZ12A0RT000001", "19999.00 GBP", "12345 miles"],
        ["S2", "1ZZZZ12AXRT000006", "24995.00 GBP", "7671 km"],
        ["S3", None, None, None],
    ]
    again = confirm(owner, bring(owner, content, "feed.xml", records="vehicles", duplicates="update"))
    assert counts(again)[0] == 0 and vehicles(owner).keys() == before.keys()
    assert owner.get("/api/products/export?format=google").status_code == 422
