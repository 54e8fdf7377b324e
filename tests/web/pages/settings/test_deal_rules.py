"""The rules of tax and rates of deals are set on a page, by owners and admins."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from tests.support.api import client_of, running_app
from tests.support.cast import Cast

PAGE = "/settings/deals"


@pytest.fixture
def owner(prepared: Settings, db: Database, cast: Cast) -> Iterator[FlaskClient]:
    with running_app(prepared) as app:
        yield client_of(app, db, cast.owner)


def test_the_rules_are_set_refused_and_followed(owner: FlaskClient, db: Database, cast: Cast) -> None:
    assert "Margin scheme" in owner.get(PAGE).get_data(as_text=True)
    chosen = {"version": "1", "tax_base": "margin", "tax_rate": "8.875 %", "rate_method": "eu"}
    for name, value in (("tax_rate", "200"), ("tax_base", "all"), ("tax_rate", "x")):
        answer = owner.post(PAGE, data={**chosen, name: value})
        assert answer.status_code == 422 and "field-error" in answer.get_data(as_text=True)
    assert owner.post(PAGE, data=chosen).status_code == 303
    rules = owner.get("/api/deals/rules").get_json()["data"]
    assert (rules["tax_base"], rules["tax_rate"], rules["rate_method"]) == ("margin", 8.875, "eu")
    assert 'value="8.8750"' in owner.get(PAGE).get_data(as_text=True)
    assert owner.post(PAGE, data={**chosen, "tax_base": "price"}).status_code == 412
    deal = owner.post("/api/deals", json={"scenario": {"price": 1_000}}).get_json()["data"]
    sheet = owner.get(f"/deals/{deal['id']}/sheet").get_data(as_text=True)
    assert "Margin scheme – Second-hand goods" in sheet and "<dt>Tax</dt>" not in sheet
    seller = client_of(owner.application, db, cast.colleague)
    assert seller.get(PAGE).status_code == seller.post(PAGE, data=chosen).status_code == 403
