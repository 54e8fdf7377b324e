"""One field of a record is changed where a list shows it, and never over somebody else's change."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.clients.client import Client
from crm.db.database import Database
from crm.leads.lead import Lead
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.leads import add_lead, furnish

LEAD_CELLS = {"value": "1 250,50", "expected_close": "2027-01-31", "source": "Fair", "owner_id": "1"}


@pytest.fixture
def client(db: Database, cast: Cast) -> Client:
    furnish(db, cast.owner)
    return add_client(db, cast.owner, name="Anna", email="anna@example.org")


@pytest.fixture
def lead(db: Database, cast: Cast, client: Client) -> Lead:
    return add_lead(db, cast.owner, title="Roof", value=100)


def save(browser: FlaskClient, path: str, name: str, text: str, version: int, **more: str) -> Any:
    return browser.post(f"{path}/cells/{name}", data={name: text, "version": str(version), **more})


def test_each_cell_shows_its_field_and_saves_it(owner: FlaskClient, lead: Lead) -> None:
    path = f"/leads/{lead.id}"
    for version, (name, text) in enumerate(LEAD_CELLS.items(), start=1):
        form = owner.get(f"{path}/cells/{name}").get_data(as_text=True)
        assert f'name="{name}"' in form
        answer = save(owner, path, name, text, version, currency="EUR")
        assert answer.status_code == 200, (name, answer.get_data(as_text=True))
        assert answer.get_data(as_text=True).lstrip().startswith("<tr")
    stored = owner.get(f"/api{path}").get_json()["data"]
    assert (stored["value"], stored["expected_close"], stored["source"]) == (1250.5, "2027-01-31", "Fair")


def test_what_is_refused_is_told_in_the_cell_and_not_stored(owner: FlaskClient, client: Client) -> None:
    path = f"/clients/{client.id}"
    answer = save(owner, path, "email", "no address", client.version)
    assert answer.status_code == 422
    assert "Is not an e-mail address" in answer.get_data(as_text=True)
    assert 'value="no address"' in answer.get_data(as_text=True)
    assert owner.get(f"/api{path}").get_json()["data"]["email"] == "anna@example.org"
    assert owner.post(f"{path}/cells/name", data={"name": "x"}).status_code in {404, 405}


def test_somebody_elses_change_is_shown_and_chosen_from(owner: FlaskClient, client: Client) -> None:
    path = f"/clients/{client.id}"
    owner.patch(f"/api{path}", json={"email": "theirs@example.org"})
    answer = save(owner, path, "email", "mine@example.org", client.version)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 412
    assert "theirs@example.org" in text
    assert 'value="mine@example.org"' in text
    assert f'name="version" value="{client.version + 1}"' in text
    assert save(owner, path, "email", "mine@example.org", client.version + 1).status_code == 200


def test_a_reader_who_may_not_write_has_no_cells_to_change(viewer: FlaskClient, client: Client) -> None:
    assert "data-cell" not in viewer.get("/clients").get_data(as_text=True)
    assert save(viewer, f"/clients/{client.id}", "email", "x@example.org", 1).status_code == 403
