"""/api/quotes: numbers, sums, changes, copies, lists, the trash, and who sees them."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import client_of, problem_of
from tests.support.cast import Cast
from tests.support.leads import furnish

LINE = {"title": "Fitting", "quantity": 2, "unit_price": 50, "tax_rate": 19}


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    furnish(db, cast.owner)
    return client_of(app, db, cast.owner)


def made(owner: FlaskClient, **given: object) -> dict[str, Any]:
    answer = owner.post("/api/quotes", json={"lines": [LINE], **given})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return dict(answer.get_json()["data"])


def client_id_of(owner: FlaskClient, name: str = "Ada") -> int:
    return int(owner.post("/api/clients", json={"name": name}).get_json()["data"]["id"])


def test_a_quote_is_numbered_and_added_up(owner: FlaskClient) -> None:
    lines = [
        {"title": "Paint", "quantity": "3", "unit_price": "33.33", "tax_rate": "19 %", "discount": "10"},
        {"title": "Book", "quantity": 1, "unit_price": 10, "tax_rate": 7},
        {"title": "Extra", "unit_price": 99, "optional": True, "tax_rate": 19},
        {"kind": "section", "title": "Notes"},
        {"kind": "text", "details": "As agreed."},
    ]
    quote = made(owner, client_id=client_id_of(owner), lines=lines)
    assert quote["quote_number"] and quote["client_name"] == "Ada" and quote["state"] == "draft"
    assert (quote["total_net"], quote["total_tax"], quote["total"]) == (99.99, 17.8, 117.79)
    assert quote["taxes"] == [
        {"tax_rate": 19, "net": 89.99, "tax": 17.1},
        {"tax_rate": 7, "net": 10, "tax": 0.7},
    ]
    assert [line["counts"] for line in quote["lines"]] == [True, True, False, False, False]
    assert owner.get(f"/api/quotes/{quote['id']}").get_json()["data"] == quote


def test_prices_may_include_tax(owner: FlaskClient) -> None:
    quote = made(owner, lines=[{**LINE, "quantity": 1, "unit_price": 119}], prices_include_tax=True)
    assert (quote["total_net"], quote["total_tax"], quote["total"]) == (100, 19, 119)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"lines": [{"unit_price": 1}]}, "lines.0.title"),
        ({"lines": [LINE, {"title": "x"}]}, "lines.1.unit_price"),
        ({"lines": [{**LINE, "unit_price": "1.005"}]}, "lines.0.unit_price"),
        ({"lines": [{**LINE, "unit_price": -1}]}, "lines.0.unit_price"),
        ({"lines": [{**LINE, "quantity": "a few"}]}, "lines.0.quantity"),
        ({"lines": [{**LINE, "tax_rate": 101}]}, "lines.0.tax_rate"),
        ({"lines": [{**LINE, "discount": "-1"}]}, "lines.0.discount"),
        ({"lines": [{**LINE, "discount_amount": 100.01}]}, "lines.0.discount_amount"),
        (
            {"lines": [{"kind": "text", "details": "x"}, {**LINE, "discount_amount": 101}]},
            "lines.1.discount_amount",
        ),
        ({"lines": [{**LINE, "quantity": 999999999, "unit_price": 9999999999999}]}, "lines.0.unit_price"),
        ({"discount_amount": 101}, "discount_amount"),
        ({"currency": "EUX"}, "currency"),
        ({"currency": "JPY", "lines": [{**LINE, "unit_price": 1.5}]}, "lines.0.unit_price"),
        ({"client_id": 99}, "client_id"),
        ({"lead_id": 99}, "lead_id"),
        ({"valid_until": "tomorrow"}, "valid_until"),
        ({"lines": [LINE] * 501}, "lines"),
        ({"quote_number": "Q-1"}, "quote_number"),
    ],
)
def test_what_does_not_fit_is_named_and_uses_no_number(
    owner: FlaskClient, given: dict[str, Any], field: str
) -> None:
    first = made(owner)["quote_number"]
    refused = problem_of(owner.post("/api/quotes", json={"lines": [LINE], **given}), 422)
    assert [each["field"] for each in refused["errors"]] == [field]
    second = made(owner)["quote_number"]
    assert int(second[-3:]) == int(first[-3:]) + 1
    assert owner.get("/api/quotes/count").get_json()["data"]["total"] == 2


def test_a_change_is_undone_and_a_stale_one_refused(owner: FlaskClient) -> None:
    quote = made(owner)
    path = f"/api/quotes/{quote['id']}"
    changed = owner.patch(path, json={"lines": [LINE, LINE], "discount": 50}, headers={"If-Match": '"1"'})
    assert changed.get_json()["data"]["total_net"] == 100
    problem_of(owner.patch(path, json={"title": "x"}, headers={"If-Match": '"1"'}), 412)
    newest = owner.get("/api/activities?entity=quote").get_json()["data"][0]["id"]
    assert owner.post(f"/api/activities/{newest}/undo").status_code == 200
    again = owner.get(path).get_json()["data"]
    assert (again["lines"], again["discount"], again["total"]) == (quote["lines"], 0, quote["total"])


def test_a_change_of_nothing_writes_nothing(owner: FlaskClient) -> None:
    quote = made(owner, discount="2.5")
    same = owner.patch(f"/api/quotes/{quote['id']}", json={"lines": [LINE], "discount": 2.5})
    assert same.get_json()["data"]["version"] == 1


def test_a_quote_of_a_lead_is_for_its_client(owner: FlaskClient) -> None:
    client = client_id_of(owner)
    lead = owner.post("/api/leads", json={"title": "Roof", "client_id": client}).get_json()["data"]["id"]
    quote = made(owner, lead_id=lead)
    assert (quote["client_id"], quote["lead_title"]) == (client, "Roof")


def test_a_copy_is_a_new_draft_with_its_own_number(owner: FlaskClient) -> None:
    quote = made(owner, title="Kitchen", header="Dear Ada", tags=["VIP"])
    copy = owner.post(f"/api/quotes/{quote['id']}/copy").get_json()["data"]
    assert copy["quote_number"] != quote["quote_number"]
    for name in ("title", "header", "lines", "total", "tags", "currency"):
        assert copy[name] == quote[name], name


def test_quotes_are_listed_filtered_sorted_and_found(owner: FlaskClient) -> None:
    ada = client_id_of(owner)
    first = made(owner, client_id=ada, title="Kitchen", valid_until="2020-01-01")
    second = made(owner, lines=[{**LINE, "unit_price": 900}], title="Bathroom", tags=["VIP"])

    def ids(query: str) -> list[int]:
        return [row["id"] for row in owner.get(f"/api/quotes?{query}").get_json()["data"]]

    assert ids("") == [second["id"], first["id"]]
    assert ids("sort=total") == [first["id"], second["id"]]
    assert ids("sort=-quote_number") == [second["id"], first["id"]]
    assert ids(f"client_id={ada}") == ids("q=ada") == ids("q=kitch") == ids("total_to=200") == [first["id"]]
    assert ids("tag=vip") == ids(f"q={second['quote_number']}") == [second["id"]]
    assert ids("state=sent") == []
    page = owner.get("/api/quotes?limit=1&sort=title").get_json()
    rest = owner.get(f"/api/quotes?limit=1&sort=title&cursor={page['page']['next']}").get_json()
    assert [page["data"][0]["title"], rest["data"][0]["title"]] == ["Bathroom", "Kitchen"]
    owner.patch(f"/api/clients/{ada}", json={"name": "Bertha"})
    assert ids("q=bertha") == [first["id"]]


def test_a_deleted_quote_keeps_its_number_and_comes_back(owner: FlaskClient) -> None:
    quote = made(owner)
    assert owner.delete(f"/api/quotes/{quote['id']}").status_code == 204
    problem_of(owner.get(f"/api/quotes/{quote['id']}"), 404)
    assert made(owner)["quote_number"] != quote["quote_number"]
    back = owner.post(f"/api/quotes/{quote['id']}/restore").get_json()["data"]
    assert back["quote_number"] == quote["quote_number"]


def test_no_workspace_sees_the_quotes_of_another(
    app: Flask, db: Database, cast: Cast, owner: FlaskClient
) -> None:
    quote = made(owner, title="Secret")
    stranger = client_of(app, db, cast.outsider)
    path = f"/api/quotes/{quote['id']}"
    for answer in (
        stranger.get(path),
        stranger.patch(path, json={"title": "x"}),
        stranger.delete(path),
        stranger.post(f"{path}/copy"),
        stranger.post(f"{path}/restore"),
        stranger.get(f"{path}/activities"),
    ):
        problem_of(answer, 404)
    assert stranger.get("/api/quotes").get_json()["data"] == []
    problem_of(stranger.post("/api/quotes", json={"client_id": client_id_of(owner)}), 422)
    assert made(stranger)["quote_number"] == quote["quote_number"], "each workspace counts for itself"


def test_many_quotes_are_changed_together_or_not_at_all(owner: FlaskClient) -> None:
    quote = made(owner)
    create = {"op": "create", "fields": {"lines": [LINE]}}
    many = {"operations": [{"op": "tag", "id": quote["id"], "add": ["VIP"]}, create]}
    assert owner.post("/api/quotes/bulk", json=many).status_code == 200
    failing = {"operations": [create, {"op": "update", "id": 99, "fields": {"title": "x"}}]}
    problem_of(owner.post("/api/quotes/bulk", json=failing), 422)
    assert owner.get("/api/quotes/count").get_json()["data"]["total"] == 2
