"""No search finds a lead by the name of a client that its reader does not see, and no order shows it."""

import base64

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import client_of
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.leads import add_lead, furnish

pytestmark = pytest.mark.parametrize("limited", ["client"])

SEARCHES = ("zyx", "zyxwold", "zyxwoldone", "zyxwoldoņe", "Зыкс", "зыксволд", "wold o")


@pytest.fixture
def reader(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    """Owns leads of clients whom they do not see, and of one whom they see."""
    furnish(db, cast.owner)
    hidden = [
        add_client(db, cast.owner, name=name, owner_id=cast.owner.user_id)
        for name in ("Zyxwold one", "Зыксволд", "Aaron")
    ]
    shown = add_client(db, cast.owner, name="Mia Maier", owner_id=cast.colleague.user_id)
    for client in (*hidden, shown):
        title = f"Roof {client.id}"
        add_lead(db, cast.owner, title=title, client_id=client.id, owner_id=cast.colleague.user_id)
    return client_of(app, db, cast.colleague)


def test_no_search_finds_a_lead_by_the_name_of_a_client_that_is_not_seen(
    reader: FlaskClient, app: Flask, db: Database, cast: Cast
) -> None:
    owner, found_by_owner = client_of(app, db, cast.owner), set()
    for words in SEARCHES:
        for path in ("/api/leads", "/api/leads/count", "/leads", "/search", "/search/palette", "/board"):
            query = {"q": words} if path != "/board" else {"q": words, "pipeline_id": "1"}
            assert "Roof" not in reader.get(path, query_string=query).get_data(as_text=True), (path, words)
        assert reader.get("/api/leads/count", query_string={"q": words}).get_json()["data"]["total"] == 0
        total = owner.get("/api/leads/count", query_string={"q": words}).get_json()["data"]["total"]
        found_by_owner |= {words} if total else set()
    assert found_by_owner >= {"zyx", "zyxwold", "zyxwoldone", "зыксволд"}


def test_leads_are_found_by_their_titles_and_by_the_names_that_are_seen(reader: FlaskClient) -> None:
    def titles(words: str) -> set[str]:
        found = reader.get("/api/leads", query_string={"q": words}).get_json()["data"]
        return {lead["title"] for lead in found}

    assert titles("roof") == {"Roof 1", "Roof 2", "Roof 3", "Roof 4"}
    assert titles("roof 1") == {"Roof 1"}
    assert titles("maier") == titles("miamaier") == {"Roof 4"}


def test_no_order_and_no_cursor_shows_the_name_of_a_client_that_is_not_seen(
    reader: FlaskClient, app: Flask, db: Database, cast: Cast
) -> None:
    """Leads of such a client are sorted as if they had none."""
    add_lead(db, cast.owner, title="Roof 5", owner_id=cast.colleague.user_id)

    def pages(client: FlaskClient, **query: str) -> tuple[list[str], bytes]:
        """The titles, a page each, and what their cursors contain."""
        titles, cursors, cursor = [], b"", ""
        for _page in range(9):
            given = {"limit": "1", **query} | ({"cursor": cursor} if cursor else {})
            answer = client.get("/api/leads", query_string=given).get_json()
            titles += [lead["title"] for lead in answer["data"]]
            cursor = answer["page"]["next"] or ""
            cursors += base64.urlsafe_b64decode(cursor + "==") if cursor else b""
            if not cursor:
                break
        return titles, cursors

    hidden = ["Roof 1", "Roof 2", "Roof 3", "Roof 5"]
    for narrowed in ({}, {"owner_id": str(cast.colleague.user_id)}, {"q": "roof"}):
        titles, cursors = pages(reader, sort="client", **narrowed)
        assert titles == [*hidden, "Roof 4"] and b"aaron" not in cursors, narrowed
        titles, cursors = pages(reader, sort="-client", **narrowed)
        assert titles == ["Roof 4", *reversed(hidden)] and b"aaron" not in cursors, narrowed
    titles, cursors = pages(client_of(app, db, cast.owner), sort="client")
    assert titles == ["Roof 5", "Roof 3", "Roof 4", "Roof 1", "Roof 2"] and b"aaron" in cursors
