"""/api/company and its page: who issues documents, checked numbers, the logo, and who sees it."""

from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.documents.drawing import draw
from crm.documents.issuing_needs import missing_for_issuing
from crm.documents.revisions import document_of
from crm.documents.sender import ink_of
from tests.support import samples
from tests.support.api import client_of, fields_of, problem_of
from tests.support.cast import Cast

WHOLE = {
    "legal_name": "Dach & Fach GmbH",
    "street": "Hauptstraße 1\nHinterhaus",
    "postal_code": "10115",
    "city": "Berlin",
    "country": "DE",
    "email": "Post@Example.org",
    "website": "example.org",
    "tax_number": "12/345/67890",
    "vat_id": "de 123 456 789",
    "registration": "HRB 1234, Amtsgericht Charlottenburg",
    "iban": "de89 3704 0044 0532 0130 00",
    "bic": "cobadeffxxx",
    "colour": "#FFCC00",
}


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return client_of(app, db, cast.owner)


def company_of(client: FlaskClient) -> dict[str, Any]:
    return dict(client.get("/api/company").get_json()["data"])


def send_logo(client: FlaskClient, content: bytes, name: str = "logo.png") -> Any:
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + b"\r\n--x--\r\n"
    return client.put("/api/company/logo", data=body, content_type="multipart/form-data; boundary=x")


def send_quote(owner: FlaskClient) -> tuple[int, str]:
    lines = [{"title": "Roof", "unit_price": 100, "tax_rate": 19}]
    quote = owner.post("/api/quotes", json={"lines": lines, "currency": "EUR"}).get_json()["data"]
    link = owner.post(f"/api/quotes/{quote['id']}/links").get_json()["data"]
    return quote["id"], f"/q/{link['token']}"


def test_a_company_is_kept_in_one_form(owner: FlaskClient) -> None:
    assert company_of(owner)["missing"][:3] == ["legal_name", "street", "city"]
    answer = owner.patch("/api/company", json=WHOLE)
    company = answer.get_json()["data"]
    assert answer.headers["ETag"] == f'"{company["version"]}"' and company == company_of(owner)
    assert (company["iban"], company["bic"]) == ("DE89370400440532013000", "COBADEFFXXX")
    assert (company["vat_id"], company["colour"]) == ("DE123456789", "#ffcc00")
    assert (company["email"], company["website"]) == ("post@example.org", "https://example.org")
    assert company["missing"] == []
    assert owner.patch("/api/company", json={"city": "Berlin"}).get_json()["data"] == company
    problem_of(owner.patch("/api/company", json={"city": "Bonn"}, headers={"If-Match": '"1"'}), 412)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("iban", "DE88370400440532013000"),
        ("iban", "DE8937040044053201300"),
        ("iban", "XX89370400440532013000"),
        ("bic", "COBADE"),
        ("vat_id", "DE"),
        ("vat_id", "FR!!"),
        ("country", "XX"),
        ("email", "nobody"),
        ("website", "javascript:alert(1)"),
        ("colour", "red"),
        ("colour", "#12345"),
        ("small_business", "yes"),
        ("legal_name", "x" * 201),
        ("logo", "0" * 64),
        ("missing", []),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_stored(owner: FlaskClient, field: str, value: object) -> None:
    before = company_of(owner)
    assert fields_of(owner.patch("/api/company", json={"city": "Bonn", field: value})) == {field}
    assert company_of(owner) == before


@pytest.mark.parametrize(
    ("country", "known", "missing"),
    [
        ("DE", {}, ("tax_number",)),
        ("DE", {"vat_id": "DE123456789"}, ()),
        ("DE", {"small_business": True}, ("tax_number",)),
        ("FR", {"tax_number": "1"}, ("vat_id", "registration")),
        ("FR", {"registration": "RCS Paris 1", "small_business": True}, ()),
        ("AT", {}, ("vat_id",)),
        ("AT", {"vat_id": "<B>"}, ("vat_id",)),
        ("AT", {"small_business": True}, ()),
        ("GB", {}, ("vat_id",)),
        ("GB", {"small_business": True}, ()),
        ("US", {}, ()),
        ("NO", {"small_business": True}, ("tax_number",)),
        ("CH", {}, ("vat_id",)),
        ("CH", {"small_business": True}, ()),
        ("AU", {}, ("tax_number",)),
        ("TR", {"small_business": True}, ("tax_number",)),
        ("NZ", {}, ("tax_number",)),
        ("NZ", {"small_business": True}, ()),
        ("CA", {}, ("tax_number",)),
        ("JP", {}, ()),
    ],
)
def test_each_country_asks_for_its_numbers(
    country: str, known: dict[str, Any], missing: tuple[str, ...]
) -> None:
    named = {"legal_name": "A", "street": "B", "city": "C", "country": country}
    nothing = dict.fromkeys(("tax_number", "vat_id", "registration")) | {"small_business": False}
    assert missing_for_issuing({**nothing, **named, **known}) == missing
    assert missing_for_issuing({**nothing, **named, **known, "city": None}) == ("city", *missing)


def test_only_owners_and_admins_see_and_change_it(app: Flask, db: Database, cast: Cast) -> None:
    colleague = client_of(app, db, cast.colleague)
    problem_of(colleague.get("/api/company"), 403)
    problem_of(colleague.patch("/api/company", json={"city": "Bonn"}), 403)
    problem_of(send_logo(colleague, samples.picture()), 403)
    outsider = client_of(app, db, cast.outsider)
    client_of(app, db, cast.owner).patch("/api/company", json=WHOLE)
    assert company_of(outsider)["legal_name"] is None


@pytest.mark.parametrize("image_format", ["PNG", "JPEG"])
def test_a_logo_is_drawn_anew_and_small(owner: FlaskClient, image_format: str) -> None:
    sent = samples.picture(image_format, (2000, 1000)) + b"<script>alert(1)</script>"
    assert send_logo(owner, sent, f"logo.{image_format.lower()}").status_code == 200
    shown = owner.get("/api/company/logo")
    assert shown.mimetype == f"image/{image_format.lower()}" and b"script" not in shown.data
    assert owner.delete("/api/company/logo").status_code == 204
    problem_of(owner.get("/api/company/logo"), 404)


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415),
        ("logo.gif", samples.picture("GIF"), 415),
        ("logo.png", samples.picture()[:40], 415),
        ("logo.png", samples.picture("PNG", (4000, 2000)), 415),
        ("logo.png", b"\x89PNG\r\n\x1a\n" + b"x" * 5_000_000, 413),
    ],
)
def test_a_file_that_is_no_logo_is_refused(
    owner: FlaskClient, name: str, content: bytes, status: int
) -> None:
    problem_of(send_logo(owner, content, name), status)
    assert company_of(owner)["logo"] is None


def test_a_quote_shows_the_company_as_it_was_when_it_was_sent(
    db: Database, cast: Cast, owner: FlaskClient
) -> None:
    owner.patch("/api/company", json=WHOLE)
    send_logo(owner, samples.picture())
    quote, _page = send_quote(owner)
    owner.delete("/api/company/logo")
    owner.patch("/api/company", json={"legal_name": "Other", "colour": None})
    document = db.read(document_of, cast.owner, quote)
    assert document["sender"]["name"] == "Dach & Fach GmbH" and document["logo"]
    assert document["sender"]["lines"][:3] == ["Hauptstraße 1", "Hinterhaus", "10115 Berlin"]
    assert "IBAN DE89 3704 0044 0532 0130 00" in document["sender"]["foot"]
    assert draw(orjson.dumps(document)) == draw(orjson.dumps(document))


def test_the_page_for_the_customer_shows_logo_and_address(app: Flask, owner: FlaskClient) -> None:
    owner.patch("/api/company", json=WHOLE)
    send_logo(owner, samples.picture())
    _quote, address = send_quote(owner)
    anybody = app.test_client()
    page = anybody.get(address).get_data(as_text=True)
    assert "Dach &amp; Fach GmbH" in page and "DE123456789" in page and f"{address}/logo" in page
    assert anybody.get(f"{address}/logo").mimetype == "image/png"
    assert anybody.get("/q/forged/logo").status_code == 404


def test_small_text_in_any_colour_can_be_read() -> None:
    for colour in ("#ffffff", "#ffcc00", "#ff6600", "#00ff00", "#1f5fbf", "#000000"):
        parts = [int(ink_of(colour)[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        assert 1.05 / (light + 0.05) >= 4.4, colour
    assert ink_of("#1f5fbf") == "#1f5fbf"
