"""The code by which a bank's app reads a transfer: what it says, and where there is none."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.documents.invoice_reading import invoice_document, payment_code_of
from crm.documents.payment_code import MOST_BYTES, payment_picture
from crm.errors import NotFound
from tests.support.cast import Cast
from tests.support.invoices import COMPANY, LINE, issued, make_buyer, owner_of_company, post

DEAREST = {"title": "Tower", "unit_price": 999_999_999.99}


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return owner_of_company(app, db, cast)


@pytest.fixture
def client_id(owner: FlaskClient) -> int:
    return make_buyer(owner)


def in_euros(owner: FlaskClient, client_id: int, **given: object) -> dict[str, Any]:
    return issued(owner, client_id, **{"currency": "EUR", **given})


def lines_of(db: Database, cast: Cast, invoice_id: int) -> list[str]:
    return db.read(payment_code_of, cast.owner, invoice_id).split("\n")


def printed(db: Database, cast: Cast, invoice_id: int) -> str | None:
    code: str | None = db.read(invoice_document, cast.owner, invoice_id)["qr"]
    return code


def test_the_code_has_the_elements_of_the_guideline(
    db: Database, cast: Cast, owner: FlaskClient, client_id: int
) -> None:
    invoice = in_euros(owner, client_id)
    head, tail = ["BCD", "002", "1", "SCT"], ["", "", invoice["invoice_number"]]
    account = ["", "Dach GmbH", COMPANY["iban"]]
    assert lines_of(db, cast, invoice["id"]) == [*head, *account, "EUR119.00", *tail]
    assert printed(db, cast, invoice["id"]) == "\n".join([*head, *account, "EUR119.00", *tail])
    owner.patch("/api/company", json={"bic": "COBADEFFXXX"})
    other = in_euros(owner, client_id)
    assert lines_of(db, cast, other["id"])[4:6] == ["COBADEFFXXX", "Dach GmbH"]


def test_the_page_asks_for_what_is_open_and_the_file_stays_as_issued(
    db: Database, cast: Cast, owner: FlaskClient, client_id: int
) -> None:
    invoice = in_euros(owner, client_id)
    address = f"/invoices/{invoice['id']}/payment-code"
    before = printed(db, cast, invoice["id"])
    post(owner, f"/{invoice['id']}/payments", amount=19.5)
    assert lines_of(db, cast, invoice["id"])[7] == "EUR99.50"
    drawn = owner.get(address).get_data(as_text=True)
    assert drawn == payment_picture(db.read(payment_code_of, cast.owner, invoice["id"]))
    assert 'xmlns="http://www.w3.org/2000/svg"' in drawn, "else no browser draws it in a picture of a page"
    assert address in owner.get(f"/invoices/{invoice['id']}").get_data(as_text=True)
    post(owner, f"/{invoice['id']}/payments", amount=99.5)
    assert owner.get(address).status_code == 404
    assert address not in owner.get(f"/invoices/{invoice['id']}").get_data(as_text=True)
    assert printed(db, cast, invoice["id"]) == before


def test_there_is_none_where_no_transfer_can_be_asked_for(
    db: Database, cast: Cast, owner: FlaskClient, client_id: int
) -> None:
    free = {"title": "Gift", "unit_price": 0, "tax_rate": 19}
    dearest = in_euros(owner, client_id, lines=[DEAREST])
    assert lines_of(db, cast, dearest["id"])[7] == "EUR999999999.99"
    note = post(owner, f"/{dearest['id']}/credit")
    without = [
        post(owner, "", client_id=client_id, lines=[LINE], currency="EUR"),
        in_euros(owner, client_id, currency="CHF"),
        in_euros(owner, client_id, lines=[free]),
        in_euros(owner, client_id, lines=[DEAREST, {"title": "Nail", "unit_price": 0.01}]),
        note,
        dearest,
    ]
    owner.patch("/api/company", json={"iban": None})
    without.append(in_euros(owner, client_id))
    for invoice in without:
        with pytest.raises(NotFound):
            db.read(payment_code_of, cast.owner, invoice["id"])
    assert [printed(db, cast, each["id"]) for each in without if each is not dearest] == [None] * 6


def test_a_long_name_is_cut_and_the_code_stays_within_its_bytes(
    db: Database, cast: Cast, owner: FlaskClient, client_id: int
) -> None:
    owner.patch("/api/company", json={"legal_name": "屋" * 200, "bic": "COBADEFFXXX"})
    invoice = in_euros(owner, client_id)
    text = db.read(payment_code_of, cast.owner, invoice["id"])
    assert text.split("\n")[5] == "屋" * 70
    assert len(text.encode()) <= MOST_BYTES
    owner.patch("/api/company", json={"legal_name": "𠮷" * 200})
    wide = db.read(payment_code_of, cast.owner, in_euros(owner, client_id)["id"])
    assert set(wide.split("\n")[5]) == {"𠮷"}
    assert 250 < len(wide.encode()) <= MOST_BYTES
    payment_picture(wide)


def test_no_workspace_sees_the_code_of_another(
    app: Flask, db: Database, cast: Cast, owner: FlaskClient, client_id: int
) -> None:
    invoice = in_euros(owner, client_id)
    with pytest.raises(NotFound):
        db.read(payment_code_of, cast.outsider, invoice["id"])
