"""The stock for anybody with a link: vehicles for sale, feeds, and inquiries that become leads."""

import csv
import re
from html import unescape
from io import BytesIO, StringIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.catalogue import inquiries
from crm.catalogue.page_words import stock_page_words, usual_consent
from crm.catalogue.public_stock import SOLD
from crm.db.database import Database
from crm.documents.words import document_languages
from tests.support.api import client_of
from tests.support.cast import Cast
from tests.support.leads import furnish
from tests.support.page_forms import forms_of
from tests.support.samples import picture as image_of

CAR = {"stock_number": "A/1 ü", "year": 2020, "make": "Probe", "model": "<b>One</b>", "price": 12500,
       "cost": 4711, "notes": "hidden words", "mileage": 10, "tags": ["inner"], "description": "Nice",
       "reconditioning": [{"title": "Tyres inside", "amount": 77}]}  # fmt: skip
GIVEN = {"name": "Ada L.", "email": "ada@example.com", "message": "Is it still there?", "consent": "1"}
SECRETS = ("4711", "hidden words", "inner", "Tyres inside", "days_in_stock", "gross", "cost", "version")


@pytest.fixture
def api(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    furnish(db, cast.owner)
    return client_of(app, db, cast.owner)


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


def link_of(api: FlaskClient) -> str:
    answer = api.post("/api/stock-links", json={"consent_text": "You may call me."})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return f"/stock/{answer.get_json()['data']['token']}"


def add(api: FlaskClient, **given: object) -> int:
    answer = api.post("/api/vehicles", json={**CAR, **given})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return int(answer.get_json()["data"]["id"])


def ask(visitor: FlaskClient, path: str, **given: str) -> Any:
    form = next(each for each in forms_of(visitor.get(path).get_data(as_text=True)) if each.method == "post")
    values = {**form.values, **GIVEN, **given}
    return visitor.post(form.action, data={name: value for name, value in values.items() if value})


def data(api: FlaskClient, path: str) -> Any:
    return api.get(path).get_json()["data"]


def car_page(visitor: FlaskClient, path: str) -> str:
    (shown,) = visitor.get(f"{path}.json").get_json()["data"]
    return str(shown["url"])


def _say_where(api: FlaskClient) -> None:
    assert api.patch("/api/workspace", json={"public_url": "https://cars.example"}).status_code == 200
    place = {"street": '1 "Old" Road\nYard', "city": "Köln", "postal_code": "50667"}
    assert api.patch("/api/company", json=place).status_code == 200


def test_everybody_sees_what_is_for_sale_and_nothing_else(api: FlaskClient, visitor: FlaskClient) -> None:
    car = add(api)
    add(api, stock_number="B2", make="Inhouse", status="withdrawn")
    picture = api.post(f"/api/vehicles/{car}/pictures", data={"file": (BytesIO(image_of()), "a.png")})
    assert picture.status_code in {200, 201}, picture.get_data(as_text=True)
    path = link_of(api)
    (shown,) = visitor.get(f"{path}.json").get_json()["data"]
    assert (shown["stock_number"], shown["price"], len(shown["pictures"])) == ("A/1 ü", 12500, 1)
    assert visitor.get(path, headers={"Accept": "application/json"}).get_json()["data"] == [shown]
    for feed in ("google.xml", "meta.csv"):
        refused = visitor.get(f"{path}/{feed}")
        assert refused.status_code == 409 and "Settings, Workspace" in refused.get_data(as_text=True)
    told = ("The address of this server", "The address of your company")
    assert [said in api.get("/settings/stock").get_data(as_text=True) for said in told] == [True, True]
    _say_where(api)
    assert "feeds of Google and Meta still need" not in api.get("/settings/stock").get_data(as_text=True)
    pages = [path, f"{path}.json", f"{path}/google.xml", f"{path}/meta.csv"]
    for address in pages:
        answer = visitor.get(address)
        text = answer.get_data(as_text=True)
        assert answer.status_code == 200 and "Probe" in text and "Inhouse" not in text, address
        assert "noindex" in answer.headers["X-Robots-Tag"] and answer.headers["Cache-Control"] == "no-store"
        words = SECRETS if address.endswith(".json") else SECRETS[:4]
        assert [word for word in words if word in text] == [], address
        starts = re.findall(r"(https?:[^\s,<\"]*|(?<=[,>\"])/[^,<\"]*)/stock/", text)
        assert address == path or set(starts) == {"https://cars.example"}, address
    meta = next(csv.DictReader(StringIO(visitor.get(f"{path}/meta.csv").get_data(as_text=True))))
    parts = 'city: "Köln", postal_code: "50667", country: "'
    assert meta["address"].startswith('{addr1: "1 \\"Old\\" Road, Yard", ' + parts)
    assert visitor.get(shown["url"]).status_code == 200
    assert "&lt;b&gt;One" in visitor.get(path).get_data(as_text=True)
    image = visitor.get(shown["pictures"][0])
    image.close()
    assert image.mimetype == "image/png" and "noindex" in image.headers["X-Robots-Tag"]
    api.patch(f"/api/vehicles/{car}", json={"status": "withdrawn"})
    assert [visitor.get(each).status_code for each in (shown["url"], shown["pictures"][0])] == [404, 404]


def test_an_inquiry_becomes_a_client_a_lead_and_a_consent(api: FlaskClient, visitor: FlaskClient) -> None:
    add(api)
    path = link_of(api)
    page = car_page(visitor, path)
    for _ in range(2):
        answer = ask(visitor, page)
        assert answer.status_code == 303 and "Thank you" in visitor.get(answer.location).get_data(
            as_text=True
        )
    (lead,) = data(api, "/api/leads")
    assert lead["title"] == "Inquiry: 2020 Probe <b>One</b> (A/1 ü)" and lead["source"] == "Stock page"
    assert "Is it still there?" in lead["details"] and "You may call me." in lead["details"]
    (client,) = data(api, "/api/clients")
    assert (client["id"], client["email"]) == (lead["client_id"], "ada@example.com")
    (note,) = data(api, f"/api/notes?subject=lead&subject_id={lead['id']}")
    assert "Is it still there?" in note["text"]
    (consent,) = data(api, f"/api/clients/{client['id']}/consents")
    assert [consent[name] for name in ("channel", "state", "source", "note")] == [
        "email", "opted_in", "form", "You may call me.",
    ]  # fmt: skip


def test_a_bad_or_failing_inquiry_leaves_nothing(
    api: FlaskClient, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(api)
    page = car_page(visitor, link_of(api))
    for field, given in {
        "name": {"name": ""}, "email": {"email": ""}, "message": {"message": ""}, "consent": {"consent": ""},
        "phone": {"phone": "12"}, "website": {"website": "x" * 2_001},
    }.items():  # fmt: skip
        answer = ask(visitor, page, **given)
        assert answer.status_code == 422 and f"#{field}" in answer.get_data(as_text=True), field
    assert ask(visitor, page, website="https://spam.example").status_code == 303

    def fail(*_: object) -> None:
        raise OSError("broken")

    monkeypatch.setattr(inquiries, "agree", fail)
    assert ask(visitor, page).status_code == 500
    assert (data(api, "/api/leads"), data(api, "/api/clients")) == ([], [])


def test_inquiries_are_bounded_by_link_and_address(
    api: FlaskClient, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(api)
    page = car_page(visitor, link_of(api))
    monkeypatch.setattr(inquiries, "MOST_A_DAY", 3)
    codes = [ask(visitor, page, email=f"a{each}@example.com").status_code for each in range(12)]
    assert codes == [303] * 3 + [429] * 9
    assert len(data(api, "/api/leads")) == 3
    monkeypatch.setattr(inquiries, "MOST_A_DAY", 300)
    assert ask(visitor, page).status_code == 429


def test_a_link_is_secret_revocable_and_of_one_workspace(
    api: FlaskClient, app: Flask, db: Database, cast: Cast, visitor: FlaskClient
) -> None:
    add(api)
    path = link_of(api)
    other = client_of(app, db, cast.outsider)
    (link,) = data(api, "/api/stock-links")
    assert "token" not in link and data(other, "/api/stock-links") == []
    assert other.delete(f"/api/stock-links/{link['id']}").status_code == 404
    theirs = link_of(other)
    assert visitor.get(f"{theirs}.json").get_json()["data"] == []
    assert visitor.get(car_page(visitor, path).replace(path, theirs)).status_code == 404
    ways = ("", ".json", "/google.xml", "/meta.csv", "/vehicles/A%2F1", "/pictures/1")
    for start in ("/stock/x", f"{path}x", path[:-1], f"/stock/{'x' * 5000}"):
        assert {visitor.get(f"{start}{each}").status_code for each in ways} <= {404, 414}, start
    for switched in (False, True):
        answer = api.patch("/api/workspace", json={"module_desk": switched})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        assert visitor.get(path).status_code == (200 if switched else 404)
    assert api.delete(f"/api/stock-links/{link['id']}").status_code == 204
    assert {visitor.get(f"{path}{each}").status_code for each in ways} == {404}
    (link,) = data(api, "/api/stock-links")
    assert link["revoked_at"]


def test_the_settings_show_a_link_once_and_take_it_back(api: FlaskClient, visitor: FlaskClient) -> None:
    form = next(
        each
        for each in forms_of(api.get("/settings/stock").get_data(as_text=True))
        if "consent_text" in each.values
    )
    refused = api.post(form.action, data={**form.values, "name": ""})
    assert refused.status_code == 422
    made = api.post(form.action, data={**form.values, "name": "Shop window"})
    assert made.status_code == 201 and "/stock/" in made.get_data(as_text=True)
    again = api.get("/settings/stock").get_data(as_text=True)
    assert "Shop window" in again and "/stock/" not in again.replace("/settings/stock", "")


def test_the_page_is_in_the_language_of_the_workspace(api: FlaskClient, visitor: FlaskClient) -> None:
    car, path = add(api), link_of(api)
    shown = car_page(visitor, path)
    for language in document_languages():
        assert api.patch("/api/workspace", json={"language": language}).status_code == 200
        words = stock_page_words(language)
        assert language == "en" or words.keys() == stock_page_words("de").keys()
        listed, one = visitor.get(path).text, visitor.get(shown).text
        assert f'<html lang="{language}"' in listed and words.get("Vehicles for sale", "for sale") in listed
        said = ("Ask about this vehicle", "Stock number", "Mileage", "Your name", "Send")
        assert all(f">{words.get(each, each)}<" in one for each in said)
        assert usual_consent(language) in unescape(api.get("/settings/stock").text)
    refused = ask(visitor, shown, consent="")
    assert refused.status_code == 422 and stock_page_words("ja")["is required"] in refused.text
    assert api.post(f"/api/vehicles/{car}/withdraw", json={"reason": "Broken"}).status_code == 200
    assert stock_page_words("ja")[SOLD] in visitor.get(shown).text
