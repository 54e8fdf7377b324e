"""/api/invoices: drafts, issuing, payments, credit notes, deposits, reminders, lists."""

from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import client_of, problem_of
from tests.support.cast import Cast
from tests.support.invoices import LINE, issued, make_buyer, owner_of_company, post, read


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return owner_of_company(app, db, cast)


@pytest.fixture
def client_id(owner: FlaskClient) -> int:
    return make_buyer(owner)


def test_a_draft_has_no_number_until_it_is_issued(owner: FlaskClient, client_id: int) -> None:
    draft = post(owner, "", client_id=client_id, lines=[LINE], payment_days=10)
    assert (draft["invoice_number"], draft["state"], draft["total"]) == (None, "draft", 119)
    changed = owner.patch(f"/api/invoices/{draft['id']}", json={"lines": [{**LINE, "quantity": 1}]})
    assert changed.get_json()["data"]["total"] == 59.5
    deleted = post(owner, "", client_id=client_id, lines=[LINE])
    assert owner.delete(f"/api/invoices/{deleted['id']}").status_code == 204
    with time_machine.travel("2026-11-02T10:00Z", tick=False):
        done = post(owner, f"/{draft['id']}/issue", 200)
    assert (done["invoice_number"], done["state"], done["open"]) == ("INV-2026-00001", "open", 59.5)
    assert (done["issued_on"], done["due_on"]) == ("2026-11-02", "2026-11-12")
    assert done["delivered_on"] == "2026-11-02"


def test_an_issued_invoice_stays_as_it_is(owner: FlaskClient, client_id: int) -> None:
    invoice = issued(owner, client_id)
    path = f"/api/invoices/{invoice['id']}"
    for answer in (
        owner.patch(path, json={"title": "Other"}),
        owner.delete(path),
        owner.post(f"{path}/issue"),
    ):
        assert answer.status_code == 409
        assert "credit note" in problem_of(answer, 409)["detail"]
    assert owner.patch(path, json={"tags": ["late"]}).status_code == 200
    assert read(owner, invoice["id"])["tags"] == ["late"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"lines": [{"unit_price": 1}]}, "lines.0.title"),
        ({"lines": [LINE, {"title": "x"}]}, "lines.1.unit_price"),
        ({"lines": [{**LINE, "tax_category": "exempt"}]}, "lines.0.tax_rate"),
        ({"lines": [{**LINE, "tax_rate": 0, "tax_category": "standard"}]}, "lines.0.tax_rate"),
        ({"lines": [{**LINE, "tax_rate": 0, "tax_category": "exempt"}]}, "lines.0.tax_reason"),
        ({"lines": [{**LINE, "quantity": -1}]}, "lines"),
        ({"lines": [{**LINE, "unit_price": "1.005"}]}, "lines.0.unit_price"),
        ({"client_id": 99}, "client_id"),
        ({"quote_id": 99}, "quote_id"),
        ({"deal_id": 99}, "deal_id"),
        ({"share": 30}, "share"),
        ({"type": "credit_note"}, "type"),
        ({"delivered_until": "2026-01-02"}, "delivered_until"),
        ({"payment_days": -1}, "payment_days"),
        ({"invoice_number": "INV-1"}, "invoice_number"),
        ({"buyer_vat_id": "x" * 51}, "buyer_vat_id"),
    ],
)
def test_wrong_fields_are_named(owner: FlaskClient, given: dict[str, Any], field: str) -> None:
    assert [each["field"] for each in post(owner, "", 422, **given)["errors"]] == [field]


def test_issuing_names_what_is_missing_and_uses_no_number(owner: FlaskClient, client_id: int) -> None:
    nobody = owner.post("/api/clients", json={"name": "Bo"}).get_json()["data"]["id"]
    charged = [{**LINE, "tax_rate": 0, "tax_category": "reverse_charge"}]
    wanting: list[tuple[dict[str, Any], str]] = [
        ({"lines": [LINE]}, "client_id"),
        ({"client_id": client_id}, "lines"),
        ({"client_id": nobody, "lines": [{**LINE, "unit_price": 500}]}, "client_id"),
        ({"client_id": client_id, "lines": charged}, "buyer_vat_id"),
    ]
    for given, field in wanting:
        draft = post(owner, "", **given)
        refused = post(owner, f"/{draft['id']}/issue", 422)
        assert field in [each["field"] for each in refused["errors"]], given
    assert issued(owner, client_id)["invoice_number"].endswith("00001")


def test_what_is_exempt_is_taxed_apart_from_what_is_taxed_at_zero(owner: FlaskClient) -> None:
    free = {"title": "Course", "unit_price": 10, "tax_category": "exempt", "tax_reason": "§ 4 Nr. 21 UStG"}
    invoice = post(owner, "", lines=[LINE, free, {**free, "tax_category": "zero", "tax_reason": None}])
    assert [(each["tax_category"], each["net"], each["tax"]) for each in invoice["taxes"]] == [
        ("standard", 100, 19),
        ("zero", 10, 0),
        ("exempt", 10, 0),
    ]


def test_payments_lower_what_is_open_and_never_below_nothing(owner: FlaskClient, client_id: int) -> None:
    invoice = issued(owner, client_id)
    path = f"/{invoice['id']}"
    assert post(owner, f"{path}/payments", 422, amount=119.01)["errors"][0]["field"] == "amount"
    assert post(owner, f"{path}/payments", 422, amount=0)["errors"][0]["field"] == "amount"
    headers = {"Idempotency-Key": "pay-once"}
    for _ in range(2):
        answer = owner.post(f"/api/invoices{path}/payments", json={"amount": 19}, headers=headers)
        assert answer.status_code == 201
    held = read(owner, invoice["id"])
    assert (held["state"], held["paid"], held["open"]) == ("partly_paid", 19, 100)
    rest = post(owner, f"{path}/payments", amount=100, method="transfer", note="Statement 12")
    assert read(owner, invoice["id"])["state"] == "paid"
    assert "Nothing is open" in post(owner, f"{path}/payments", 409, amount=1)["detail"]
    assert owner.delete(f"/api/invoices{path}/payments/{rest['id']}").status_code == 204
    assert owner.delete(f"/api/invoices{path}/payments/{rest['id']}").status_code == 409
    held = read(owner, invoice["id"])
    assert (held["state"], held["open"]) == ("partly_paid", 100)


def test_a_credit_note_takes_back_a_part_or_the_whole(owner: FlaskClient, client_id: int) -> None:
    invoice = issued(owner, client_id)
    path = f"/{invoice['id']}"
    part = post(owner, f"{path}/credit", lines=[{**LINE, "quantity": 1}], reason="One less")
    assert (part["type"], part["state"], part["total"]) == ("credit_note", "issued", 59.5)
    assert part["invoice_number"].endswith("00002") and part["corrects_id"] == invoice["id"]
    assert post(owner, f"{path}/credit", 422)["errors"][0]["field"] == "lines"
    assert post(owner, f"{path}/credit", 422, lines=[LINE])["errors"][0]["field"] == "lines"
    held = read(owner, invoice["id"])
    assert (held["state"], held["open"], held["credited"]) == ("partly_paid", 59.5, 59.5)
    post(owner, f"{path}/credit", lines=[{**LINE, "quantity": 1}])
    assert read(owner, invoice["id"])["state"] == "credited"
    assert post(owner, f"{path}/credit", 409)["detail"]
    assert issued(owner, client_id)["invoice_number"].endswith("00004"), "refused ones use no number"


def test_what_was_paid_and_then_taken_back_is_owed_to_the_client(owner: FlaskClient, client_id: int) -> None:
    invoice = issued(owner, client_id)
    post(owner, f"/{invoice['id']}/payments", amount=119)
    post(owner, f"/{invoice['id']}/credit")
    held = read(owner, invoice["id"])
    assert (held["state"], held["open"]) == ("credited", -119)
    payments = f"/{invoice['id']}/payments"
    assert post(owner, payments, 422, amount=120, refund=True)["errors"][0]["field"] == "amount"
    assert post(owner, payments, amount=100, refund=True)["amount"] == -100
    assert read(owner, invoice["id"])["open"] == -19
    page = owner.get(f"/invoices/{invoice['id']}").text
    assert "Owed to the client" in page and "Enter a refund" in page and "entered a refund" in page
    post(owner, payments, amount=19, refund=True)
    held = read(owner, invoice["id"])
    assert (held["state"], held["paid"], held["open"]) == ("credited", 0, 0)
    assert "owed to the client" in post(owner, payments, 409, amount=1, refund=True)["detail"]


def test_the_final_invoice_takes_off_the_deposits(owner: FlaskClient, client_id: int) -> None:
    line = {"title": "Roof", "unit_price": 1000, "tax_rate": 19}
    extra = {"title": "Window", "unit_price": 99, "tax_rate": 19, "optional": True}
    given = {"client_id": client_id, "lines": [line, extra, {**line, "tax_rate": 7}]}
    quote = owner.post("/api/quotes", json=given).get_json()["data"]
    deposit = post(owner, "", quote_id=quote["id"], type="deposit", share=30)
    assert [(each["unit_price"], each["tax_rate"]) for each in deposit["lines"]] == [(300, 19), (300, 7)]
    assert (deposit["client_id"], deposit["total"]) == (client_id, 678)
    post(owner, f"/{deposit['id']}/issue", 200)
    final = post(owner, "", quote_id=quote["id"], type="final")
    assert (final["total"], final["deducted"], final["due"]) == (2260, 678, 1582)
    done = post(owner, f"/{final['id']}/issue", 200)
    assert (done["open"], done["deductions"][0]["tax"]) == (1582, 78)
    _what_was_taken_off_is_free_again_once_the_final_invoice_is_credited(owner, quote["id"], deposit, final)
    assert post(owner, "", 422, quote_id=quote["id"], share=30)["errors"][0]["field"] == "share"


def _what_was_taken_off_is_free_again_once_the_final_invoice_is_credited(
    owner: FlaskClient, quote_id: int, deposit: dict[str, Any], final: dict[str, Any]
) -> None:
    """Nothing is credited twice, and another final invoice takes the deposit off again."""
    second = post(owner, "", quote_id=quote_id, type="final")
    assert "issued already" in post(owner, f"/{second['id']}/issue", 409)["detail"]
    assert "takes this one off" in post(owner, f"/{deposit['id']}/credit", 409)["detail"]
    post(owner, f"/{final['id']}/payments", amount=1582)
    note = post(owner, f"/{final['id']}/credit")
    assert (note["total"], note["deducted"], note["due"]) == (2260, 678, 1582)
    held = read(owner, final["id"])
    assert (held["state"], held["credited"], held["open"]) == ("credited", 1582, -1582)
    post(owner, f"/{final['id']}/credit", 409)
    assert post(owner, f"/{second['id']}/issue", 200)["due"] == 1582


def test_overdue_invoices_are_listed_and_reminded_of_in_levels(owner: FlaskClient, client_id: int) -> None:
    with time_machine.travel("2026-11-02T10:00Z", tick=False):
        late = issued(owner, client_id, payment_days=7)
        issued(owner, client_id, payment_days=60)
        assert owner.get(f"/api/invoices/{late['id']}/reminder").status_code == 409
    with time_machine.travel("2026-11-20T10:00Z", tick=False):
        found = owner.get("/api/invoices?overdue=true&state=open").get_json()["data"]
        assert [each["id"] for each in found] == [late["id"]]
        assert len(owner.get("/api/invoices?overdue=false").get_json()["data"]) == 1
        levels = [post(owner, f"/{late['id']}/reminders")["level"] for _ in range(4)]
        assert levels == [1, 2, 3, 3]
        assert late["name"] in owner.get(f"/api/invoices/{late['id']}/reminder").get_json()["data"]["text"]


def test_the_list_is_filtered_and_paged(owner: FlaskClient, client_id: int) -> None:
    first = issued(owner, client_id)
    for _ in range(2):
        post(owner, "", client_id=client_id, lines=[LINE])
    page = owner.get("/api/invoices?limit=2").get_json()
    rest = owner.get("/api/invoices", query_string={"limit": 2, "cursor": page["page"]["next"]}).get_json()
    assert len(page["data"]) == 2 and [each["id"] for each in rest["data"]] == [first["id"]]
    for query, count in (("state=draft", 2), (f"client_id={client_id}", 3), ("q=ada", 3), ("q=INV", 1)):
        assert len(owner.get(f"/api/invoices?{query}").get_json()["data"]) == count, query
    for sort in ("name", "-total", "open", "issued_on", "-due_on", "state", "title", "updated_at"):
        assert len(owner.get(f"/api/invoices?sort={sort}").get_json()["data"]) == 3, sort


def test_an_invoice_comes_as_a_pdf(owner: FlaskClient, client_id: int) -> None:
    invoice = issued(owner, client_id)
    answer = owner.get(f"/api/invoices/{invoice['id']}/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert answer.data == owner.get(f"/api/invoices/{invoice['id']}/pdf").data


def test_no_workspace_sees_the_invoices_of_another(
    app: Flask, db: Database, cast: Cast, owner: FlaskClient, client_id: int
) -> None:
    invoice = issued(owner, client_id)
    stranger = client_of(app, db, cast.outsider)
    path = f"/api/invoices/{invoice['id']}"
    assert stranger.get("/api/invoices").get_json()["data"] == []
    for answer in (stranger.get(path), stranger.get(f"{path}/pdf"), stranger.get(f"{path}/payments")):
        assert answer.status_code == 404
    for part in ("/issue", "/credit", "/copy", "/reminders"):
        assert stranger.post(path + part).status_code == 404
    assert stranger.post(f"{path}/payments", json={"amount": 1}).status_code == 404
