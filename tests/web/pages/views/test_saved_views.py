import html
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.accounts.saved_view import SavedView, list_views
from crm.db.database import Database
from tests.support.api import client_of
from tests.support.cast import Cast
from tests.support.clients import add_client

HTMX = {"HX-Request": "true"}


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(response.get_data(as_text=True)))


def views(db: Database, cast: Cast) -> list[SavedView]:
    return db.read(list_views, cast.owner)


def tab_here(page: str) -> str:
    found = re.search(r'<a class="tab"[^>]*aria-current="page">.*?</a>', page)
    return re.sub(r"<[^>]+>", "", found[0]).strip() if found else ""


def save(client: FlaskClient, name: str = "Mine", query: str = "status=prospect", **given: str) -> Any:
    return client.post("/views", data={"list": "clients", "name": name, "query": query, **given})


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/clients?status=prospect&sort=name&q=", "status=prospect&sort=name"),
        ("/leads?sort=-value&columns=client&status=open", "status=open&columns=client&sort=-value"),
    ],
)  # fmt: skip
def test_what_a_list_shows_is_saved_under_a_name_and_opens_again(
    owner: FlaskClient, db: Database, cast: Cast, address: str, kept: str
) -> None:
    page = text_of(owner.get(address))
    offered = dict(re.findall(r'<input type="hidden" name="(list|query)" value="([^"]*)"', page))
    assert offered["query"] == kept
    saved = owner.post("/views", data={**offered, "name": "Ремонт & co"})
    assert saved.status_code == 303
    shown = text_of(owner.get(saved.location))
    assert tab_here(shown) == "Ремонт & co"
    assert "Save changes" not in shown
    assert views(db, cast)[0].query == kept


def test_a_changed_list_of_a_view_can_be_kept_or_saved_as_another(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    opened = save(owner).location
    fragment = text_of(owner.get(opened.replace("prospect", "active"), headers=HTMX))
    assert 'id="views" hx-swap-oob="true"' in fragment
    assert "Changed, and not saved" in fragment and "Save view" in fragment
    form = dict(re.findall(r'<input type="hidden" name="(version|query)" value="([^"]*)"', fragment))
    refilled = owner.post("/views/1/query", data=form)
    assert refilled.status_code == 303
    assert views(db, cast)[0].query == "status=active"
    stale = owner.post("/views/1/query", data={"version": "1", "query": "status=inactive"})
    assert stale.status_code == 303
    assert views(db, cast)[0].query == "status=active"


def test_the_default_view_opens_the_list_and_the_whole_list_stays_at_hand(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    add_client(db, cast.owner, name="Anna")
    opened = save(owner, is_default="1").location
    assert owner.get("/clients").location == opened
    whole = owner.get("/clients?view=all")
    assert whole.status_code == 200
    assert tab_here(text_of(whole)) == "All"
    assert 'href="/clients?view=all"' in text_of(whole)
    cleared = owner.get("/clients?q=&status=", headers=HTMX)
    assert cleared.headers["HX-Push-Url"] == "/clients?view=all"
    assert owner.post("/views/1", data={"name": "Mine", "version": "1"}).status_code == 303
    assert owner.get("/clients").status_code == 200


def test_a_refused_view_comes_back_with_what_was_typed(owner: FlaskClient, db: Database, cast: Cast) -> None:
    save(owner, "Taken")
    for name, status in (("", 422), ("Taken", 409), ("a" * 61, 422)):
        refused = save(owner, name)
        assert refused.status_code == status
        page = text_of(refused)
        assert 'id="name-error"' in page and f'value="{name}"' in page and 'value="status=prospect"' in page
    assert save(owner, "Other", "status=nonsense").status_code == 422
    assert save(owner, "Other", list="nothing").status_code == 422
    assert [view.name for view in views(db, cast)] == ["Taken"]


def test_a_deleted_view_is_offered_back(owner: FlaskClient, db: Database, cast: Cast) -> None:
    save(owner)
    gone = owner.post("/views/1/delete", data={"version": "1"})
    assert (gone.status_code, gone.location) == (303, "/clients")
    assert "/views/1/restore" in text_of(owner.get("/clients"))
    assert views(db, cast) == []
    assert owner.post("/views/1/restore").status_code == 303
    assert [view.name for view in views(db, cast)] == ["Mine"]


def test_a_shared_view_is_for_others_to_open_not_to_change(
    app: Flask, owner: FlaskClient, db: Database, cast: Cast
) -> None:
    opened = save(owner, "For all", shared="1").location
    colleague = client_of(app, db, cast.colleague)
    page = text_of(colleague.get(opened.replace("prospect", "active")))
    assert tab_here(page).startswith("For all")
    assert "Save changes" not in page
    assert 'name="name"' not in text_of(colleague.get("/views/1")).split("<main", 1)[1]
    assert colleague.post("/views/1/delete", data={"version": "1"}).status_code == 403
    assert colleague.post("/views/1/query", data={"version": "1", "query": ""}).status_code == 403
    chosen = colleague.post("/views/1", data={"version": "1", "is_default": "1", "name": "Mine"})
    assert chosen.status_code == 303
    assert colleague.get("/clients").location == opened
    assert views(db, cast)[0].name == "For all"
