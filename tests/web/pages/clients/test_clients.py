import re

import orjson
import pytest
from flask.testing import FlaskClient

from crm.clients.client import find_client
from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.client_pages import WHOLE, text_of
from tests.support.clients import add_client, patch_client
from tests.support.page_answers import HTMX, form_of


def test_a_filled_form_makes_a_client_and_shows_them(owner: FlaskClient) -> None:
    given = {
        **WHOLE,
        "name": "Ольга <b>",
        "email": "olga@example.org",
        "tags": "vip, ремонт",
        "country": "LV",
    }
    made = owner.post("/clients/new", data=given)
    assert made.status_code == 303
    page = owner.get(made.location).get_data(as_text=True)
    assert "Ольга &lt;b&gt;" in page
    assert "<b>" not in page.split("<main", 1)[1]
    assert "olga@example.org" in page and "ремонт" in page and "Latvia" in page


def test_a_refused_form_comes_back_with_what_was_typed_and_what_is_wrong(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    refused = owner.post("/clients/new", data={**WHOLE, "name": "", "email": "no address", "city": "Rīga"})
    assert refused.status_code == 422
    page = text_of(refused)
    assert 'value="Rīga"' in page and 'value="no address"' in page
    assert 'id="name-error"' in page and 'id="email-error"' in page
    assert db.read(find_client, cast.owner, 1) is None


@pytest.mark.parametrize("name", ["company_id", "owner_id"])
def test_a_number_that_is_none_is_refused_at_its_field(owner: FlaskClient, name: str) -> None:
    refused = owner.post("/clients/new", data={**WHOLE, name: "7.5"})
    assert refused.status_code == 422
    assert "must be a number" in text_of(refused)


def test_a_double_shows_who_is_there_and_can_be_saved_all_the_same(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    add_client(db, cast.owner, name="First of the name", email="same@example.org")
    given = {**WHOLE, "name": "Second", "email": "same@example.org"}
    refused = owner.post("/clients/new", data=given)
    assert refused.status_code == 409
    assert "First of the name" in text_of(refused)
    assert owner.post("/clients/new", data={**given, "allow_duplicate": "1"}).status_code == 303


def test_a_stale_save_shows_both_versions_and_saves_the_chosen_one(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    client = add_client(db, cast.owner, name="Anna", city="Rīga", source="fair")
    form = form_of(owner.get(f"/clients/{client.id}/edit").get_data(as_text=True))
    patch_client(db, cast.colleague, client.id, {"city": "Vilnius"})
    mine = {**WHOLE, "name": "Anna", "city": "Rīga", "source": "newspaper"}

    stale = owner.post(
        f"/clients/{client.id}/edit", data={**mine, "version": form["version"], "base": form["base"]}
    )

    assert stale.status_code == 412
    page = text_of(stale)
    assert re.search(r'name="city" value="Vilnius"[^>]* checked', page)
    assert re.search(r'name="source" value="newspaper"[^>]* checked', page)
    kept = {**form_of(stale.get_data(as_text=True)), "city": "Vilnius", "source": "newspaper"}
    assert owner.post(f"/clients/{client.id}/edit", data=kept).status_code == 303
    saved = db.read(find_client, cast.owner, client.id)
    assert saved is not None
    assert (saved.city, saved.source) == ("Vilnius", "newspaper")


@pytest.mark.parametrize("base", ["", "[]", "{", "null", "7", '{"city": {"a": 1}}'])
def test_a_broken_base_of_a_form_harms_nothing(
    owner: FlaskClient, db: Database, cast: Cast, base: str
) -> None:
    client = add_client(db, cast.owner)
    stale = owner.post(
        f"/clients/{client.id}/edit", data={**WHOLE, "city": "Rīga", "version": "99", "base": base}
    )
    assert stale.status_code == 412


def test_the_status_changes_in_place_and_says_when_somebody_was_faster(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    client = add_client(db, cast.owner)
    address = f"/clients/{client.id}/status"
    changed = owner.post(address, data={"status": "prospect", "version": "1"}, headers=HTMX)
    assert changed.status_code == 200
    assert re.search(r'name="version"\s+value="2"', changed.get_data(as_text=True))

    stale = owner.post(address, data={"status": "inactive", "version": "1"}, headers=HTMX)
    assert stale.status_code == 412
    assert orjson.loads(stale.headers["HX-Trigger"])["toast"]["bad"] is True
    assert re.search(r'value="prospect"\s+selected', stale.get_data(as_text=True))


def test_a_deleted_client_lies_in_the_trash_until_restored(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    client = add_client(db, cast.owner, name="Anna Nowak")
    assert owner.post(f"/clients/{client.id}/delete", data={"version": "1"}).status_code == 303
    assert "Anna Nowak" not in text_of(owner.get("/clients", headers=HTMX))
    assert "Anna Nowak" in text_of(owner.get("/clients/trash"))
    assert "This client was deleted" in text_of(owner.get(f"/clients/{client.id}"))
    assert owner.post(f"/clients/{client.id}/restore").status_code == 303
    assert "Anna Nowak" in text_of(owner.get("/clients"))


def test_a_stale_deletion_deletes_nothing(owner: FlaskClient, db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner)
    patch_client(db, cast.colleague, client.id, {"city": "Rīga"})
    owner.post(f"/clients/{client.id}/delete", data={"version": "1"})
    kept = db.read(find_client, cast.owner, client.id)
    assert kept is not None and kept.deleted_at is None


def test_a_company_with_people_asks_what_becomes_of_them(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    company = add_client(db, cast.owner, name="Acme", kind="company")
    heir = add_client(db, cast.owner, name="Heir", kind="company")
    person = add_client(db, cast.owner, name="Anna", company_id=company.id)
    address = f"/clients/{company.id}/delete"
    asked = owner.post(address, data={"version": "1"})
    assert asked.status_code == 409
    assert "One person belongs to this company" in text_of(asked)
    moved = owner.post(address, data={"version": "1", "people": "move", "people_to": str(heir.id)})
    assert moved.status_code == 303
    found = db.read(find_client, cast.owner, person.id)
    assert found is not None and found.company_id == heir.id


def test_a_restore_that_makes_a_double_asks_first(owner: FlaskClient, db: Database, cast: Cast) -> None:
    gone = add_client(db, cast.owner, name="Gone", email="same@example.org")
    owner.post(f"/clients/{gone.id}/delete", data={"version": "1"})
    add_client(db, cast.owner, name="Came after", email="same@example.org")
    asked = owner.post(f"/clients/{gone.id}/restore")
    assert asked.status_code == 409
    assert "Came after" in text_of(asked)
    assert owner.post(f"/clients/{gone.id}/restore", data={"allow_duplicate": "1"}).status_code == 303


def test_another_workspaces_client_is_not_there(outsider: FlaskClient, db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, name="Secret Person")
    base = f"/clients/{client.id}"
    for address in (base, f"{base}/edit", f"{base}/timeline"):
        assert outsider.get(address, headers=HTMX).status_code == 404, address
    for address in (f"{base}/delete", f"{base}/restore", f"{base}/edit"):
        assert outsider.post(address, data={**WHOLE, "version": "1"}).status_code == 404, address
    assert outsider.post(f"{base}/status", data={"version": "1", "status": "active"}).status_code == 404
    for address in (
        "/clients",
        "/clients/trash",
        "/",
        "/activity",
        "/search?q=secret",
        "/search/palette?q=secret",
    ):
        assert "Secret Person" not in text_of(outsider.get(address)), address


def test_a_form_without_its_version_is_refused(owner: FlaskClient, db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner)
    for version in ("", "x", "-1", "1" * 30, "٣"):
        answer = owner.post(f"/clients/{client.id}/delete", data={"version": version})
        assert answer.status_code == 400, version
