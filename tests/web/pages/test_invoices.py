"""The pages of invoices: written in the form, issued, paid and taken back by their buttons."""

from typing import Any

from flask.testing import FlaskClient

COMPANY = {
    "legal_name": "Dach GmbH", "street": "Ring 1", "city": "Berlin", "country": "DE", "vat_id": "DE123456789",
}  # fmt: skip
LINE = {"kind": "item", "title": "Tiles", "quantity": "2", "unit_price": "50", "tax_rate": "19"}


def read(owner: FlaskClient, invoice_id: int = 1) -> Any:
    return owner.get(f"/api/invoices/{invoice_id}").get_json()["data"]


def send(owner: FlaskClient, path: str, **form: object) -> None:
    form["version"] = read(owner)["version"]
    assert owner.post(f"/invoices/1/{path}", data=form).status_code == 303


def test_an_invoice_is_written_issued_paid_and_taken_back_on_its_pages(owner: FlaskClient) -> None:
    address = {"city": "Berlin", "country": "DE"}
    made = owner.post("/api/clients", json={"name": "Ada", "addresses": [address]}).get_json()
    row = {f"lines-0-{name}": value for name, value in LINE.items()}
    form = {"client_id": made["data"]["id"], "currency": "EUR", "payment_days": "7", "lines-rows": "1", **row}
    assert "119" in owner.post("/invoices/totals", data=form).get_data(as_text=True)
    assert owner.post("/invoices/new", data=form).status_code == 303
    send(owner, "issue")
    assert read(owner)["state"] == "draft", "nothing is known of the company yet"
    owner.patch("/api/company", json=COMPANY)
    send(owner, "issue")
    send(owner, "payments", amount="19")
    assert (read(owner)["state"], read(owner)["open"]) == ("partly_paid", 100)
    assert "Enter a payment" in owner.get("/invoices/1").get_data(as_text=True)
    send(owner, "credit", reason="Broken")
    assert read(owner)["state"] == "credited"
    assert read(owner)["name"] in owner.get("/invoices/2").get_data(as_text=True)
    assert read(owner, 2)["name"] in owner.get("/invoices").get_data(as_text=True)


def test_a_quote_becomes_an_invoice_by_its_button(owner: FlaskClient) -> None:
    line = {"title": "Tiles", "unit_price": 50, "tax_rate": 19}
    assert owner.post("/api/quotes", json={"lines": [line]}).status_code == 201
    assert "/invoices/from/quote/1" in owner.get("/quotes/1").get_data(as_text=True)
    assert owner.post("/invoices/from/quote/1", data={}).status_code == 303
    assert (read(owner)["quote_id"], read(owner)["total"]) == (1, 59.5)
