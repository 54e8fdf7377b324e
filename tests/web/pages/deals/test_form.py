"""Lines and trade-ins of a deal are entered, changed and removed in its form, with scripts and without."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from crm.deals.deal_fields import MOST_LINES
from tests.support.api import client_of, running_app
from tests.support.cast import Cast
from tests.support.page_forms import forms_of

TYPED = {
    "new_client": "Ada", "price": "", "notes": "Two keys", "tags": "spring, demo",
    "lines-0-title": "Winter tyres", "lines-0-quantity": "4", "lines-0-unit_price": "1,129.50",
    "trade_ins-0-year": "2015", "trade_ins-0-make": "VW", "trade_ins-0-model": "Polo",
    "trade_ins-0-mileage": "120000", "trade_ins-0-allowance": "3,200", "trade_ins-0-payoff": "450.25",
}  # fmt: skip


@pytest.fixture
def owner(prepared: Settings, db: Database, cast: Cast) -> Iterator[FlaskClient]:
    with running_app(prepared) as app:
        yield client_of(app, db, cast.owner)


def form_at(owner: FlaskClient, path: str) -> dict[str, str]:
    answer = owner.get(path)
    assert answer.status_code == 200
    return form_in(answer.get_data(as_text=True), path)


def form_in(page: str, path: str) -> dict[str, str]:
    return next(each.values.to_dict() for each in forms_of(page) if each.action == path)


def sent(owner: FlaskClient, path: str, form: dict[str, str]) -> Any:
    answer = owner.post(path, data=form)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return deal_of(owner, int(answer.headers["Location"].rsplit("/", 1)[1]))


def deal_of(owner: FlaskClient, deal_id: int) -> Any:
    return owner.get(f"/api/deals/{deal_id}").get_json()["data"]


def made(owner: FlaskClient, **given: Any) -> Any:
    answer = owner.post("/api/deals", json={"currency": "USD", **given})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.get_json()["data"]


def test_a_new_deal_takes_lines_trade_ins_notes_and_tags(owner: FlaskClient) -> None:
    deal = sent(owner, "/deals/new", form_at(owner, "/deals/new") | TYPED)
    (line,), (old,) = deal["lines"], deal["trade_ins"]
    assert (line["title"], line["quantity"], line["unit_price"], line["taxable"]) == (
        "Winter tyres", 4, 1129.5, True,
    )  # fmt: skip
    assert (old["model"], old["mileage"], old["allowance"], old["payoff"]) == ("Polo", 120_000, 3_200, 450.25)
    assert deal["client_name"] == "Ada" and deal["notes"] == "Two keys" and deal["tags"] == ["demo", "spring"]
    pricing = deal["scenarios"][0]["figures"]["pricing"]
    assert (pricing["total"], pricing["trade_equity"]) == (4 * 1129.5, 3_200 - 450.25)
    page = owner.get(f"/deals/{deal['id']}").get_data(as_text=True)
    assert "450.25" in page and "?tag=spring" in page
    assert [each["id"] for each in owner.get("/api/deals?tag=SPRING").get_json()["data"]] == [deal["id"]]
    assert owner.get("/api/deals?tag=none").get_json()["data"] == []


def test_rows_are_changed_and_removed_and_the_scenarios_follow(owner: FlaskClient) -> None:
    rack = {"title": "Rack", "unit_price": 300, "taxable": False, "tax_rate": 7.5}
    lines = [{"title": "Mats", "unit_price": 50}, rack]
    deal = made(
        owner, lines=lines, trade_ins=[{"year": 2015, "make": "VW", "model": "Polo", "allowance": 90}]
    )
    path = f"/deals/{deal['id']}/edit"
    form = form_at(owner, path)
    assert sent(owner, path, form)["version"] == deal["version"], "nothing was changed"
    changed = sent(
        owner, path, form | {"lines-0-title": "", "lines-0-unit_price": "", "lines-1-quantity": "2"}
    )
    (line,) = changed["lines"]
    assert (line["title"], line["quantity"], line["taxable"], line["tax_rate"]) == ("Rack", 2, False, 7.5)
    assert changed["total"] == 600 and len(changed["trade_ins"]) == 1
    form = form_at(owner, path)
    fewer = owner.post(path, data=form | {"fewer": "trade_ins-0"}).get_data(as_text=True)
    assert deal_of(owner, deal["id"]) == changed, "a button of the rows saves nothing"
    emptied = sent(owner, path, form_in(fewer, path))
    assert emptied["trade_ins"] == [] and emptied["lines"] == changed["lines"]


def test_buttons_add_rows_and_products_with_their_price_and_tax(owner: FlaskClient) -> None:
    given = {"name": "Export service", "kind": "service", "price": 80, "currency": "USD", "tax_class": "zero"}
    product = owner.post("/api/products", json=given).get_json()["data"]
    path = "/deals/new"
    form = form_at(owner, path) | {"currency": "USD", "lines-0-title": "Mats", "lines-0-unit_price": "50"}
    more = form_in(owner.post(path, data=form | {"more": "lines"}).get_data(as_text=True), path)
    assert more["lines-1-title"] == "" and more["lines-0-title"] == "Mats"
    added = owner.post(path, data=more | {"more": "product", "product": str(product["id"])})
    form = form_in(added.get_data(as_text=True), path)
    assert (form["lines-1-title"], form["lines-1-unit_price"]) == ("Export service", "80")
    assert "lines-1-taxable" not in form and "lines-2-title" not in form
    deal = sent(owner, path, form)
    assert [(each["title"], each["product_id"]) for each in deal["lines"]] == [
        ("Mats", None), ("Export service", product["id"]),
    ]  # fmt: skip
    assert owner.post(path, data=form | {"more": "product", "product": "99"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("lines-0-unit_price", "much", "Unit price"),
        ("lines-0-quantity", "-1", "Quantity"),
        ("trade_ins-0-year", "long ago", "Year"),
        ("trade_ins-0-make", "", "Make"),
        ("trade_ins-0-allowance", "0.001", "Allowance"),
    ],
)
def test_what_is_wrong_is_named_beside_its_row_and_stores_nothing(
    owner: FlaskClient, name: str, value: str, said: str
) -> None:
    form = form_at(owner, "/deals/new") | TYPED | {"currency": "USD", name: value}
    answer = owner.post("/deals/new", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and f'value="{value}"' in page
    beside = page.split(f'id="{name.rsplit("-", 1)[0]}-error"')[1].split("</p>")[0]
    assert said in beside and 'value="Winter tyres"' in page
    assert owner.get("/api/deals").get_json()["data"] == []


def test_a_deal_of_as_many_lines_as_there_may_be_is_edited_on_its_page(owner: FlaskClient) -> None:
    deal = made(owner, lines=[{"title": f"Line {n}", "unit_price": 1} for n in range(MOST_LINES)])
    path = f"/deals/{deal['id']}/edit"
    changed = sent(owner, path, form_at(owner, path) | {f"lines-{MOST_LINES - 1}-title": "The last"})
    assert [each["title"] for each in changed["lines"][-2:]] == [f"Line {MOST_LINES - 2}", "The last"]
    more = form_in(
        owner.post(path, data=form_at(owner, path) | {"more": "lines"}).get_data(as_text=True), path
    )
    more |= {f"lines-{MOST_LINES}-title": "One too many", f"lines-{MOST_LINES}-unit_price": "1"}
    assert owner.post(path, data=more).status_code == 422


def test_what_is_delivered_or_cancelled_is_frozen_but_for_its_tags(owner: FlaskClient) -> None:
    deal = made(owner, lines=[{"title": "Mats", "unit_price": 50}])
    path = f"/deals/{deal['id']}/edit"
    form = form_at(owner, path)
    assert owner.post(f"/api/deals/{deal['id']}/cancel", json={"reason": "No credit"}).status_code == 200
    assert "/edit" not in owner.get(f"/deals/{deal['id']}").get_data(as_text=True)
    version = str(deal_of(owner, deal["id"])["version"])
    refused = owner.post(path, data=form | {"version": version, "lines-0-title": "Gold"})
    assert refused.status_code == 409 and "cancelled" in refused.get_data(as_text=True)
    tagged = owner.patch(f"/api/deals/{deal['id']}", json={"tags": ["lost"]})
    assert tagged.status_code == 200 and tagged.get_json()["data"]["tags"] == ["lost"]
    assert owner.patch(f"/api/deals/{deal['id']}", json={"tags": [], "notes": "x"}).status_code == 409
