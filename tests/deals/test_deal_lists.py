"""The list of deals in the order of each shown column, under each filter; its cells are changed in place."""

from itertools import product
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.web.lists.deal_address import DealAddress
from crm.web.lists.deal_list import DEAL_LIST
from tests.deals.test_deals import data, deal, post, vehicle
from tests.support.cast import Cast

KEYS = {
    "deal_number": "deal_number", "state": "state", "client": "client_name", "vehicle": "vehicle_name",
    "total": "total", "salesperson": "salesperson_name", "updated_at": "updated_at",
}  # fmt: skip


@pytest.fixture
def deals(owner: FlaskClient, cast: Cast) -> list[Any]:
    """Of two clients, three vehicles and two salespeople, and some without."""
    for number in range(9):
        car = vehicle(owner, model=f"Model {number % 2}") if number % 3 else None
        made = deal(
            owner,
            client={"name": f"Client {number % 2}", "email": f"c{number % 2}@example.org"}
            if number % 4
            else None,
            vehicle_id=car,
            salesperson_id=(None, cast.owner.user_id, cast.colleague.user_id)[number % 3],
            tags=["fleet"] if number % 2 else [],
            scenario={"price": 1_000 * (number % 5)},
        )
        if number % 3 == 1:
            post(owner, f"/api/deals/{made['id']}/submit")
    return list(data(owner, "/api/deals?limit=100"))


def whole_list(owner: FlaskClient, query: str) -> list[Any]:
    """In pages of two."""
    rows: list[Any] = []
    path, cursor = f"/api/deals?limit=2&{query}", ""
    while True:
        answer = owner.get(f"{path}&cursor={cursor}" if cursor else path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        rows += answer.get_json()["data"]
        cursor = answer.get_json()["page"]["next"]
        if not cursor:
            return rows


def test_each_shown_column_sorts_under_each_filter(owner: FlaskClient, cast: Cast, deals: list[Any]) -> None:
    shown = [sort for _, sort, _ in DEAL_LIST.columns(DealAddress())]
    assert set(shown) == set(KEYS), "each column sorts"
    seller = cast.owner.user_id
    client = next(row["client_id"] for row in deals if row["client_id"])
    filters = {
        "": bool,
        "state=open": bool,
        "state=pending": lambda row: row["state"] == "pending",
        f"salesperson_id={seller}": lambda row: row["salesperson_id"] == seller,
        "salesperson_id=0": lambda row: row["salesperson_id"] is None,
        f"client_id={client}": lambda row: row["client_id"] == client,
        "tag=fleet": lambda row: "fleet" in row["tags"],
        "total_from=2000": lambda row: row["total"] >= 2_000,
        "q=model": lambda row: "Model" in (row["vehicle_name"] or ""),
    }
    for (query, counts), sort, sign in product(filters.items(), KEYS, ("", "-")):
        rows = whole_list(owner, f"sort={sign}{sort}&{query}")
        wanted = [row for row in deals if counts(row)]
        assert sorted(row["id"] for row in rows) == sorted(row["id"] for row in wanted), (query, sort)
        keys = [
            (row[KEYS[sort]] or 0 if sort == "total" else row[KEYS[sort]] or "", row["id"]) for row in rows
        ]
        assert keys == sorted(keys, reverse=bool(sign)), (query, sort, sign)
        page = owner.get(f"/deals?sort={sign}{sort}&{query}").get_data(as_text=True)
        assert all(row["deal_number"] in page for row in wanted)


def test_order_and_search_follow_the_name_of_a_vehicle(owner: FlaskClient, deals: list[Any]) -> None:
    last = whole_list(owner, "sort=-vehicle")[0]
    assert owner.patch(f"/api/vehicles/{last['vehicle_id']}", json={"make": "Aston"}).status_code == 200
    named = [row for row in whole_list(owner, "sort=vehicle") if row["vehicle_name"]]
    assert named[0]["id"] == last["id"] and named[0]["vehicle_name"] == "2020 Aston Model 1"
    assert [row["id"] for row in whole_list(owner, "q=aston")] == [last["id"]]


def test_cells_of_the_list_change_the_deal_but_not_what_is_settled(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    made = deal(owner)
    path = f"/deals/{made['id']}/cells"
    assert "Colleague" in owner.get(f"{path}/salesperson_id").get_data(as_text=True)
    given = {"salesperson_id": str(cast.colleague.user_id), "version": str(made["version"])}
    saved = owner.post(f"{path}/salesperson_id", data=given, headers={"HX-Request": "true"})
    assert saved.status_code == 200 and "Colleague" in saved.get_data(as_text=True)
    assert data(owner, f"/api/deals/{made['id']}")["salesperson_id"] == cast.colleague.user_id
    assert owner.post(f"{path}/salesperson_id", data=given).status_code == 412
    wrong = {"salesperson_id": "99", "version": str(made["version"] + 1)}
    assert owner.post(f"{path}/salesperson_id", data=wrong).status_code == 422
    post(owner, f"/api/deals/{made['id']}/cancel", reason="No credit")
    version = str(data(owner, f"/api/deals/{made['id']}")["version"])
    assert owner.post(f"{path}/salesperson_id", data={**given, "version": version}).status_code == 409
    tagged = owner.post(f"{path}/tags", data={"tags": "lost, late", "version": version})
    assert tagged.status_code == 200 and data(owner, f"/api/deals/{made['id']}")["tags"] == ["late", "lost"]
