"""Custom values of quotes and invoices: what a copy begins with, and what stays once it is agreed."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.custom_fields import add_field
from tests.support.invoices import LINE, make_buyer, owner_of_company


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    web = owner_of_company(app, db, cast)
    for kind in ("quote", "invoice"):
        add_field(web, kind=kind, label="Word")
        add_field(web, kind=kind, label="Code", unique=True)
    return web


def make(owner: FlaskClient, path: str, **given: Any) -> dict[str, Any]:
    answer = owner.post(path, json=given)
    assert answer.status_code in {200, 201}, answer.text
    found: dict[str, Any] = answer.get_json()["data"]
    return found


@pytest.mark.parametrize("path", ["/api/quotes", "/api/invoices"])
def test_a_copy_has_all_values_but_the_unique_ones(owner: FlaskClient, path: str) -> None:
    made = make(owner, path, custom={"word": "oak", "code": "A1"})
    copy = make(owner, f"{path}/{made['id']}/copy")
    assert copy["custom"] == {"word": "oak", "code": None}
    found = owner.get(f"{path}?custom.word=oak").get_json()["data"]
    assert {each["id"] for each in found} == {made["id"], copy["id"]}


def test_those_of_an_issued_invoice_stay_as_they_are(owner: FlaskClient) -> None:
    given = {"client_id": make_buyer(owner), "lines": [LINE], "custom": {"word": "oak"}}
    invoice = make(owner, "/api/invoices", **given)
    at = f"/api/invoices/{invoice['id']}"
    issued = make(owner, f"{at}/issue")
    assert owner.patch(at, json={"custom": {"word": "elm"}}).status_code == 409
    kept = owner.get(at).get_json()["data"]
    assert (kept["custom"]["word"], kept["version"]) == ("oak", issued["version"])
    note = make(owner, f"{at}/credit", reason="Wrong")
    assert note["custom"] == {"word": None, "code": None}


def test_those_of_a_sent_quote_change_without_another_revision(owner: FlaskClient) -> None:
    quote = make(owner, "/api/quotes", client_id=make_buyer(owner), lines=[LINE], custom={"word": "oak"})
    at = f"/api/quotes/{quote['id']}"
    make(owner, f"{at}/links")
    changed = owner.patch(at, json={"custom": {"word": "elm"}}).get_json()["data"]
    assert (changed["custom"]["word"], changed["state"], changed["revision"]) == ("elm", "sent", 1)


@pytest.mark.parametrize("begin", ["convert", "conversion/begin"])
def test_another_type_and_purging_leave_what_is_issued_or_delivered_as_it_is(
    owner: FlaskClient, begin: str
) -> None:
    """A field that only records have that may change gets its type."""
    deal_field = add_field(owner, kind="deal", label="Word")
    given = {"client_id": make_buyer(owner), "custom": {"word": "12"}}
    invoice = make(owner, "/api/invoices", **given, lines=[LINE])
    deal = make(owner, "/api/deals", **given, lines=[{"title": "A", "unit_price": 1}])
    at = {"invoice": f"/api/invoices/{invoice['id']}", "deal": f"/api/deals/{deal['id']}"}
    make(owner, f"{at['invoice']}/issue")
    for step in ("submit", "approve", "deliver"):
        make(owner, f"{at['deal']}/{step}")
    word = {"invoice": _named(owner, "invoice"), "deal": deal_field["id"]}
    for kind, path in at.items():
        refused = owner.post(f"/api/custom-fields/{word[kind]}/{begin}", json={"field_type": "number"})
        assert refused.status_code == 409 and "no longer change" in refused.get_json()["detail"]
        assert owner.get(path).get_json()["data"]["custom"]["word"] == "12"
        _purge_is_refused(owner, word[kind])
        assert owner.get(path).get_json()["data"]["custom"]["word"] == "12"
    other = f"/api/custom-fields/{_named(owner, 'quote')}/{begin}"
    assert owner.post(other, json={"field_type": "number"}).status_code in {200, 201, 202}


def _purge_is_refused(owner: FlaskClient, field_id: int) -> None:
    at = f"/api/custom-fields/{field_id}"
    assert owner.delete(at).status_code == 204
    refused = owner.post(f"{at}/purge")
    assert refused.status_code == 409 and "no longer change" in refused.get_json()["detail"]
    assert owner.post(f"{at}/restore").status_code == 200


def _named(owner: FlaskClient, kind: str) -> int:
    """The field `word` of the kind."""
    fields = owner.get(f"/api/custom-fields?kind={kind}").get_json()["data"]
    return int(next(each["id"] for each in fields if each["key"] == "word"))
