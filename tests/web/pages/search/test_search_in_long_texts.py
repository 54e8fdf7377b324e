"""Records of every kind are found by their long texts and by custom ones, with the passage."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.appliance.reindexing import rebuild_searches
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.migrations import load_migrations
from crm.db.transaction import Transaction
from crm.kinds import KINDS
from tests.support.cast import Cast
from tests.support.custom_fields import add_field
from tests.support.leads import furnish

TEXT = "Call after six.\nHas a wheelchair, and {} dogs."
PLACES: dict[str, tuple[str, dict[str, Any]]] = {
    "client": ("/api/clients", {"name": "Anna"}),
    "lead": ("/api/leads", {"title": "New kitchen"}),
    "vehicle": ("/api/vehicles", {"make": "Volvo", "model": "V60", "year": 2024}),
    "product": ("/api/products", {"name": "Winter tyres"}),
    "campaign": ("/api/campaigns", {"name": "Spring"}),
    "deal": ("/api/deals", {}),
    "quote": ("/api/quotes", {"title": "Offer"}),
    "invoice": ("/api/invoices", {"title": "Bill"}),
}
TEXTS = {kind.name: kind.search.texts for kind in KINDS if kind.search is not None and kind.search.texts}


def found(web: FlaskClient, words: str) -> dict[str, list[dict[str, Any]]]:
    answer = web.get("/api/search", query_string={"q": words})
    assert answer.status_code == 200, answer.get_json()
    return {group["kind"]: group["results"] for group in answer.get_json()["data"]}


def sent(web: FlaskClient, address: str, body: dict[str, Any], *, change: bool = False) -> dict[str, Any]:
    answer = web.patch(address, json=body) if change else web.post(address, json=body)
    assert answer.status_code < 300, (address, answer.get_json())
    return dict(answer.get_json()["data"])


@pytest.fixture(autouse=True)
def furnished(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)


def test_each_long_text_is_found_with_its_passage_until_it_changes(owner: FlaskClient) -> None:
    assert TEXTS.keys() == PLACES.keys()
    for kind, names in TEXTS.items():
        address, body = PLACES[kind]
        for name in names:
            text = TEXT.format(f"{kind}{name}")
            record = sent(owner, address, {**body, name: text})
            (result,) = found(owner, f"wheelchair {kind}{name}")[kind]
            assert result["id"] == record["id"]
            assert result["passage"] == text.replace("\n", " ")
            assert [text[begin:end] for begin, end in result["marks"]] == ["wheelchair", f"{kind}{name}"]
            sent(owner, f"{address}/{record['id']}", {name: "Another text."}, change=True)
            assert found(owner, f"wheelchair {kind}{name}") == {}, (kind, name)


def test_a_custom_text_is_shown_where_it_was_found_and_a_name_is_not(owner: FlaskClient) -> None:
    add_field(owner, kind="client", label="Remarks", field_type="long_text")
    for name in ("Anna", "Zeppelin works"):
        sent(owner, "/api/clients", {"name": name, "custom": {"remarks": "Owns a zeppelin."}})
    by_name = {each["name"]: each["passage"] for each in found(owner, "zeppelin")["client"]}
    assert by_name == {"Anna": "Owns a zeppelin.", "Zeppelin works": None}
    palette = owner.get("/search/palette?q=zeppelin").get_data(as_text=True)
    page = owner.get("/search?q=zeppelin").get_data(as_text=True)
    assert palette.count("Owns a <mark>zeppelin</mark>.") == page.count("Owns a <mark>zeppelin</mark>.") == 1


def test_what_was_stored_before_is_found_after_the_upgrade(
    owner: FlaskClient, db: Database, cast: Cast, settings: Settings
) -> None:
    for kind, names in TEXTS.items():
        address, body = PLACES[kind]
        sent(owner, address, {**body, names[-1]: TEXT.format("two")})
    db.write(_as_before, cast.owner)
    assert found(owner, "wheelchair") == {}
    db.write(_upgrade, SYSTEM)
    while not rebuild_searches(db, settings):
        pass
    assert found(owner, "wheelchair").keys() == TEXTS.keys()


def _as_before(tx: Transaction) -> None:
    for kind in KINDS:
        if kind.name in TEXTS:
            tx.run(f"UPDATE {kind.table} SET sought = '', joined = '' WHERE workspace_id = :workspace_id")


def _upgrade(tx: Transaction) -> None:
    """The statements of the migration, over what is stored now."""
    sql = next(each.sql for each in load_migrations() if each.name.endswith("search_in_long_texts"))
    for statement in sql.split(";"):
        if statement.strip():
            tx.run(statement)
