"""A change of many records from its list: one toast, one line in Activity, one undo."""

import re

import pytest
from flask.testing import FlaskClient

from crm.clients.client import get_client
from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.web.pages.leads.test_leads import text_of

UNDO = re.compile(r'action="(/operations/\d+/undo)"')


def change(owner: FlaskClient, ids: list[int], what: str) -> str:
    """The list after the change."""
    form = {"change": what, "id": ",".join(map(str, ids))}
    return text_of(owner.post("/clients/bulk", data=form, follow_redirects=True), 200)


def test_the_list_offers_one_undo_for_all(owner: FlaskClient, db: Database, cast: Cast) -> None:
    ids = [add_client(db, cast.owner, name=f"Client {n}").id for n in range(3)]
    page = change(owner, ids, f"owner:{cast.colleague.user_id}")
    assert "3 clients changed." in page
    undone = text_of(
        owner.post(UNDO.findall(page)[0], data={"back": "/clients?q=Client"}, follow_redirects=True), 200
    )
    assert "3 changes undone." in undone
    assert {db.read(get_client, cast.owner, each).owner_id for each in ids} == {None}


def test_activity_has_one_line_for_all(owner: FlaskClient, db: Database, cast: Cast) -> None:
    ids = [add_client(db, cast.owner, name=f"Client {n}").id for n in range(3)]
    change(owner, ids, "status:prospect")
    page = text_of(owner.get("/activity"), 200)
    assert "changed 3 clients" in page and page.count(">Prospect<") == 0
    entries = text_of(owner.get(re.findall(r'href="(/activity\?operation_id=\d+)"', page)[0]), 200)
    assert all(f"Client {n}" in entries for n in range(3))
    owner.post(UNDO.findall(page)[0])
    assert {db.read(get_client, cast.owner, each).status for each in ids} == {"active"}


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org", "/\\example.org"])
def test_undoing_leads_nowhere_else(owner: FlaskClient, db: Database, cast: Cast, back: str) -> None:
    ids = [add_client(db, cast.owner, name=f"Client {n}").id for n in range(2)]
    address = UNDO.findall(change(owner, ids, "status:prospect"))[0]
    assert owner.post(address, data={"back": back}).location == "/activity"


def test_one_that_cannot_be_deleted_can_be_left_out(owner: FlaskClient, db: Database, cast: Cast) -> None:
    company = add_client(db, cast.owner, name="Acme", kind="company")
    add_client(db, cast.owner, name="Dora", company_id=company.id)
    other = add_client(db, cast.owner, name="Emil")
    page = change(owner, [company.id, other.id], "delete")
    assert "Nothing was changed." in page and "Leave out and change the others" in page
    fields = {"change": "delete", "id": f"{company.id},{other.id}", "leave_out": "1"}
    page = text_of(owner.post("/clients/bulk", data=fields, follow_redirects=True), 200)
    assert "1 client is in the trash. 1 client left out." in page
    assert db.read(get_client, cast.owner, company.id).deleted_at is None
