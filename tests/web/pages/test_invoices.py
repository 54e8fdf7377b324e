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


def test_a_deposit_a_part_and_the_final_invoice_are_made_on_a_page(owner: FlaskClient) -> None:
    owner.patch("/api/company", json=COMPANY)
    address = {"city": "Berlin", "country": "DE"}
    client = owner.post("/api/clients", json={"name": "Ada", "addresses": [address]}).get_json()["data"]
    lines = [{"title": "Roof", "unit_price": 1000, "tax_rate": 19}]
    owner.post("/api/quotes", json={"client_id": client["id"], "currency": "EUR", "lines": lines})
    for place, (kind, share) in enumerate((("deposit", "30"), ("part", "20 %"), ("final", "99")), 1):
        page = owner.get("/invoices/from/quote/1").get_data(as_text=True)
        assert ("Invoices of the same order" in page) == (place > 1)
        made = owner.post("/invoices/from/quote/1", data={"type": kind, "share": share})
        assert made.headers["Location"].endswith(f"/invoices/{place}")
        assert owner.post(f"/api/invoices/{place}/issue").status_code == 200
    shown = [read(owner, place) for place in (1, 2, 3)]
    assert [each["total"] for each in shown] == [357, 238, 1190]
    assert shown[2]["due"] == 595 and [each["total"] for each in shown[2]["deductions"]] == [357, 238]
    assert shown[0]["name"] in owner.get("/invoices/3").get_data(as_text=True)


def test_a_share_that_is_wrong_is_refused_beside_its_field(owner: FlaskClient) -> None:
    owner.post("/api/quotes", json={"lines": [{"title": "Roof", "unit_price": 1000}]})
    refused = owner.post("/invoices/from/quote/1", data={"type": "deposit", "share": "many"})
    assert refused.status_code == 422
    assert 'id="share-error"' in refused.get_data(as_text=True)
    assert owner.get("/api/invoices").get_json()["data"] == []


def issued(owner: FlaskClient) -> dict[str, Any]:
    owner.patch("/api/company", json=COMPANY)
    client = owner.post(
        "/api/clients", json={"name": "Ada", "addresses": [{"city": "Berlin", "country": "DE"}]}
    )
    lines = [{**LINE, "quantity": 2, "unit_price": 50, "tax_rate": 19}]
    given = {"client_id": client.get_json()["data"]["id"], "currency": "EUR", "lines": lines}
    made = owner.post("/api/invoices", json=given).get_json()["data"]
    assert owner.post(f"/api/invoices/{made['id']}/issue").status_code == 200
    found: dict[str, Any] = read(owner, made["id"])
    return found


def test_a_part_of_an_invoice_is_taken_back_on_its_page(owner: FlaskClient) -> None:
    invoice = issued(owner)
    assert 'value="Tiles"' in owner.get("/invoices/1/credit").get_data(as_text=True)
    row = {f"lines-0-{name}": value for name, value in (LINE | {"quantity": "1"}).items()}
    form = {"version": invoice["version"], "currency": "EUR", "lines-rows": "1", "reason": "One broke", **row}
    more = owner.post("/invoices/1/credit", data={**form, "more": "lines"})
    assert more.status_code == 200 and "lines-1-title" in more.get_data(as_text=True)
    assert owner.post("/invoices/1/credit", data=form).headers["Location"].endswith("/invoices/2")
    assert (read(owner)["credited"], read(owner)["open"]) == (59.5, 59.5)
    again = owner.post("/invoices/1/credit", data={**form, "version": read(owner)["version"], "whole": "1"})
    assert again.status_code == 422, "a part was taken back before: the whole is not left"
    assert owner.get("/invoices/2/credit").status_code == 409, "a credit note is not taken back"


def test_the_form_of_an_issued_invoice_does_not_open(owner: FlaskClient) -> None:
    invoice = issued(owner)
    for answer in (owner.get("/invoices/1/edit"), owner.post("/invoices/1/edit", data={"title": "Other"})):
        page = answer.get_data(as_text=True)
        assert answer.status_code == 409
        assert f"{invoice['name']} stays as it is" in page and "/invoices/1/credit" in page
        assert '<form class="sheet quote-form"' not in page
    assert read(owner)["title"] is None


def test_the_days_to_pay_of_a_draft_are_changed_in_the_list_and_not_after_the_issue(
    owner: FlaskClient,
) -> None:
    owner.patch("/api/company", json=COMPANY)
    address = {"city": "Berlin", "country": "DE"}
    client = owner.post("/api/clients", json={"name": "Ada", "addresses": [address]}).get_json()["data"]
    owner.post(
        "/api/invoices", json={"client_id": client["id"], "lines": [{"title": "Roof", "unit_price": 5}]}
    )
    assert 'data-cell="payment_days"' in owner.get("/invoices").get_data(as_text=True)
    cell = "/invoices/1/cells/payment_days"
    row = owner.post(cell, data={"payment_days": "30", "version": "1"}).get_data(as_text=True)
    assert "30 days" in row and read(owner)["payment_days"] == 30
    assert owner.post(cell, data={"payment_days": "soon", "version": "2"}).status_code == 422
    send(owner, "issue")
    assert 'data-cell="payment_days"' not in owner.get("/invoices").get_data(as_text=True)
    refused = owner.post(cell, data={"payment_days": "1", "version": str(read(owner)["version"])})
    assert refused.status_code == 409 and read(owner)["payment_days"] == 30
