"""A change of many records from its list: one toast, one line in Activity, one undo."""

import re
from collections.abc import Sequence

import pytest
from flask.testing import FlaskClient

from crm.clients.client import get_client
from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client
from tests.support.page_answers import text_of

UNDO = re.compile(r'action="(/operations/\d+/undo)"')


def change(owner: FlaskClient, ids: Sequence[int], what: str) -> str:
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
    assert "changed the status of 3 clients" in page and page.count(">Prospect<") == 0
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
    assert "No clients were deleted:" in page and "Skip these and change the others" in page
    fields = {"change": "delete", "id": f"{company.id},{other.id}", "leave_out": "1"}
    page = text_of(owner.post("/clients/bulk", data=fields, follow_redirects=True), 200)
    assert "1 client moved to the trash. 1 client skipped." in page
    assert db.read(get_client, cast.owner, company.id).deleted_at is None


@pytest.mark.parametrize("address", ["/", "/my-day", "/activity"])
def test_each_page_of_what_happened_has_one_line_with_its_count_all_of_it_and_one_undo(
    owner: FlaskClient, db: Database, cast: Cast, address: str
) -> None:
    ids = [add_client(db, cast.owner, name=f"Client {n}").id for n in range(30)]
    change(owner, ids, f"owner:{cast.colleague.user_id}")
    page = text_of(owner.get(address), 200)
    assert page.count("changed the owner of 30 clients") == 1
    assert len(re.findall(r'href="/activity\?operation_id=\d+"', page)) == 1
    [undo] = UNDO.findall(page)
    owner.post(undo)
    page = text_of(owner.get(address), 200)
    assert page.count("changed the owner of 30 clients") == 2
    assert page.count(">Undone<") == 1 and UNDO.findall(page) != [undo]
    assert {db.read(get_client, cast.owner, each).owner_id for each in ids} == {None}


def test_each_record_keeps_its_own_entry_of_a_change_of_many(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    ids = [add_client(db, cast.owner, name=f"Client {n}").id for n in range(3)]
    change(owner, ids, f"owner:{cast.colleague.user_id}")
    for each in ids:
        assert "changed owner" in text_of(owner.get(f"/clients/{each}"), 200).replace("</strong>", "")
    page = owner.get("/api/activities?action=client.changed").json
    assert page is not None and sorted(entry["entity_id"] for entry in page["data"]) == ids


def test_changes_of_other_kinds_in_one_act_are_one_line_that_can_be_undone(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    ids = [add_client(db, cast.owner, name=f"Client {n}").id for n in range(3)]
    operations = [
        {"op": "assign", "id": ids[0], "owner_id": cast.colleague.user_id},
        {"op": "update", "id": ids[1], "fields": {"city": "Bonn"}},
        {"op": "delete", "id": ids[2]},
    ]
    assert owner.post("/api/clients/bulk", json={"operations": operations}).status_code == 200
    page = text_of(owner.get("/activity"), 200)
    assert "and 2 more changes" in page
    owner.post(UNDO.findall(page)[0])
    assert db.read(get_client, cast.owner, ids[0]).owner_id is None
    assert db.read(get_client, cast.owner, ids[1]).city is None
    assert db.read(get_client, cast.owner, ids[2]).deleted_at is None


def fields_of(page: str) -> dict[str, str]:
    """Of the form that goes on."""
    form = page[page.index('hx-trigger="load, submit"') :].split("</form>", maxsplit=1)[0]
    return dict(re.findall(r'name="(undone|left|back)" value="([^"]*)"', form))


def test_a_large_change_is_undone_step_by_step_and_tells_how_far_it_came(
    owner: FlaskClient, db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.appliance.operations.STEP", 2)
    ids = [add_client(db, cast.owner, name=f"Client {n}").id for n in range(5)]
    address = UNDO.findall(change(owner, ids, "status:prospect"))[0]
    patch_client(db, cast.owner, ids[4], {"status": "inactive"})
    patch_client(db, cast.owner, ids[3], {"status": "inactive"})
    page = text_of(owner.post(address, data={"back": "/clients?q=Client"}), 200)
    assert "0 of 5 changes are undone" in page
    assert fields_of(page) == {"undone": "0", "left": "2", "back": "/clients?q=Client"}
    page = text_of(owner.post(address, data=fields_of(page), headers={"HX-Request": "true"}), 200)
    assert "2 of 5 changes are undone" in page and "<html" not in page
    page = text_of(owner.post(address, data=fields_of(page), headers={"HX-Request": "true"}), 200)
    assert "3 changes undone. 2 were kept: they have been changed again since." in page
    assert [db.read(get_client, cast.owner, each).status for each in ids] == ["active"] * 3 + ["inactive"] * 2
