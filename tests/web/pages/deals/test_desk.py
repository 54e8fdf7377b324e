"""The desk's form has every term of a scenario; the server computes what is typed, also without scripts."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from tests.support.api import client_of, running_app
from tests.support.cast import Cast
from tests.support.page_forms import forms_of

TYPED = {
    "kind": "finance", "price": "20,000", "discount": "500", "down_payment": "2000", "term": "48",
    "apr": "4.125", "balloon": "3000", "tax_rate": "7.375", "tax_base": "price_less_trade",
    "trade_allowance": "1500", "trade_payoff": "200", "starts_on": "2027-01-15",
    "first_payment_on": "2027-04-20", "rate_method": "us", "money_factor": "0.00125", "cost": "15000",
    "accessories-0-title": "Mats", "accessories-0-amount": "99.90", "accessories-0-cost": "40",
    "accessories-0-taxable": "1", "fees-0-title": "Title", "fees-0-amount": "120", "fees-0-taxable": "",
    "rebates-1-title": "Loyalty", "rebates-1-amount": "250", "rebates-1-taxable": "1",
}  # fmt: skip


@pytest.fixture
def owner(prepared: Settings, db: Database, cast: Cast) -> Iterator[FlaskClient]:
    with running_app(prepared) as app:
        yield client_of(app, db, cast.owner)


def made(owner: FlaskClient, **scenario: Any) -> Any:
    answer = owner.post("/api/deals", json={"currency": "USD", "scenario": {"price": 9_000, **scenario}})
    return answer.get_json()["data"]


def scenario_of(owner: FlaskClient, deal: Any) -> Any:
    return owner.get(f"/api/deals/{deal['id']}").get_json()["data"]["scenarios"][0]


def form_on(owner: FlaskClient, path: str, action: str) -> dict[str, str]:
    page = owner.get(path).get_data(as_text=True)
    return next(form.values.to_dict() for form in forms_of(page) if form.action == action)


def filled(owner: FlaskClient, deal: Any) -> tuple[str, dict[str, str]]:
    action = f"/deals/{deal['id']}/scenarios/{deal['scenarios'][0]['id']}"
    form = form_on(owner, f"/deals/{deal['id']}", action)
    assert TYPED.keys() <= form.keys() | {"fees-0-taxable", "rebates-1-taxable", "accessories-0-taxable"}
    typed = form | TYPED
    del typed["fees-0-taxable"]
    return action, typed


def test_the_form_on_the_desk_stores_every_term_and_shows_it_again(owner: FlaskClient) -> None:
    deal = made(owner)
    action, typed = filled(owner, deal)
    assert owner.post(action, data=typed).status_code == 303
    scenario = scenario_of(owner, deal)
    terms, pricing = scenario["terms"], scenario["figures"]["pricing"]
    assert (terms["apr"], terms["tax_rate"], terms["first_payment_on"]) == ("4.125", "7.375", "2027-04-20")
    assert [(each["title"], each["taxable"]) for each in terms["fees"]] == [("Title", False)]
    assert (pricing["accessories"], pricing["fees"], pricing["rebates"]) == (99.9, 120, 250)
    assert pricing["tax"] == round((19_500 + 99.9 - 1_500) * 0.07375, 2)
    assert scenario["figures"]["rate_method"] == "us"
    again = form_on(owner, action, action)
    assert {name: again[name] for name in ("apr", "money_factor", "balloon", "accessories-0-title")} == {
        "apr": "4.1250", "money_factor": "0.00125", "balloon": "3000", "accessories-0-title": "Mats",
    }  # fmt: skip
    assert owner.post(action, data=again).status_code == 303
    assert scenario_of(owner, deal)["version"] == scenario["version"], "nothing was changed"


def test_a_field_that_is_emptied_comes_of_the_deal_again_and_rows_go(owner: FlaskClient) -> None:
    deal = made(owner, down_payment=1_000, fees=[{"title": "Title", "amount": 120}])
    owner.patch(f"/api/deals/{deal['id']}", json={"lines": [{"title": "Car", "unit_price": 7_000}]})
    action = f"/deals/{deal['id']}/scenarios/{deal['scenarios'][0]['id']}"
    form = form_on(owner, action, action)
    form |= {"price": "", "down_payment": "", "fees-0-title": "", "fees-0-amount": ""}
    assert owner.post(action, data=form).status_code == 303
    scenario = scenario_of(owner, deal)
    assert scenario["figures"]["pricing"]["total"] == 7_000 and "fees" not in scenario["terms"]
    assert owner.post(action, data={"version": str(scenario["version"]), "discount": "70"}).status_code == 303
    assert scenario_of(owner, deal)["figures"]["pricing"]["total"] == 6_930


def test_what_is_refused_is_shown_as_it_was_typed_and_stores_nothing(owner: FlaskClient) -> None:
    deal = made(owner)
    action, typed = filled(owner, deal)
    for name, value in (("discount", "30000"), ("apr", "much"), ("first_payment_on", "2026-01-01")):
        answer = owner.post(action, data={**typed, name: value})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422 and f'value="{value}"' in page and "field-error" in page, name
        assert 'value="Mats"' in page
    assert scenario_of(owner, deal) == deal["scenarios"][0]


def test_figures_are_computed_while_typed_for_scripts_and_without(owner: FlaskClient) -> None:
    deal = made(owner)
    action, typed = filled(owner, deal)
    fragment = owner.post(f"{action}/calculate", data=typed, headers={"HX-Request": "true"})
    assert fragment.status_code == 200 and "<html" not in fragment.get_data(as_text=True)
    whole = owner.post(f"{action}/calculate", data=typed)
    page = whole.get_data(as_text=True)
    assert whole.status_code == 200 and "<html" in page and 'value="Mats"' in page
    payment = re.search(r"Payment each month</dt><dd><strong>([^<]+)", fragment.get_data(as_text=True))
    assert payment and payment[1] in page
    assert owner.post(f"{action}/calculate", data={**typed, "discount": "x"}).status_code == 422
    assert scenario_of(owner, deal) == deal["scenarios"][0]


def test_who_does_not_see_costs_has_no_fields_for_them_and_keeps_those_that_are_there(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    deal = made(owner, cost=5_000, accessories=[{"title": "Mats", "amount": 99, "cost": 40}])
    seller = client_of(owner.application, db, cast.colleague)
    action = f"/deals/{deal['id']}/scenarios/{deal['scenarios'][0]['id']}"
    form = form_on(seller, action, action)
    assert not [name for name in form if "cost" in name or name == "reserve"]
    assert seller.post(action, data={**form, "discount": "100"}).status_code == 303
    terms = scenario_of(owner, deal)["terms"]
    assert float(terms["cost"]) == 5_000 and float(terms["accessories"][0]["cost"]) == 40
