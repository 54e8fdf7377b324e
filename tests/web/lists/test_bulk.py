import html
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.clients.client import Client
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.db.database import Database
from crm.records import many
from crm.web.lists import bulk
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.leads import add_lead, cards_of, furnish, stages_of

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two at a time, as a thousand of a thousand and more would take long."""
    monkeypatch.setattr(many, "MOST", 2)
    monkeypatch.setattr(bulk, "MOST", 2)


def form_of(page: str) -> dict[str, str]:
    main = page.split("<main", 1)[-1]
    return {
        name: html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main)
    }


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return html.unescape(answer.get_data(as_text=True))


def clients_of(db: Database, cast: Cast) -> list[Client]:
    return db.read(list_clients, cast.owner, ClientFilter(), sort="created_at", limit=50).rows


def test_more_than_go_at_once_change_step_by_step_after_a_warning(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    for number in range(5):
        add_client(db, cast.owner, name=f"Client {number}")
    before = clients_of(db, cast)

    warning = text_of(
        owner.post("/clients/bulk?status=active", data={"all": "1", "change": "status:inactive"})
    )
    assert "5 clients match" in warning
    assert "Status: Inactive" in warning
    assert clients_of(db, cast) == before

    seen, page = [], warning
    for _ in range(3):
        page = text_of(owner.post("/clients/bulk/all?status=active", data=form_of(page), headers=HTMX))
        seen.append(sum(client.status == "inactive" for client in clients_of(db, cast)))
    assert seen == [2, 4, 5]
    assert "Done: 5 clients changed." in page


def test_one_in_the_way_is_named_and_can_be_left_out(owner: FlaskClient, db: Database, cast: Cast) -> None:
    company = add_client(db, cast.owner, name="<b>Acme", kind="company")
    for number in range(3):
        add_client(db, cast.owner, name=f"Client {number}", company_id=company.id)

    warning = text_of(owner.post("/clients/bulk", data={"all": "1", "change": "delete"}))
    answer = owner.post("/clients/bulk/all", data=form_of(warning), headers=HTMX)
    assert "&lt;b&gt;Acme" in answer.get_data(as_text=True)
    refused = text_of(answer)
    assert "The company still has contacts." in refused
    assert len(clients_of(db, cast)) == 4

    page = refused
    for _ in range(2):
        page = text_of(owner.post("/clients/bulk/all", data=form_of(page), headers=HTMX))
    assert "Done: 3 clients changed. 1 client could not be changed." in page
    assert [client.name for client in clients_of(db, cast)] == ["<b>Acme"]


def test_leads_that_leave_the_list_as_they_change_are_all_moved(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    stages = stages_of(db, cast.owner)
    for number in range(5):
        add_lead(db, cast.owner, title=f"{number}")
    address = f"?stage_id={stages['New'].id}"
    change = {"all": "1", "change": f"stage:{stages['Won'].id}"}
    page = text_of(owner.post(f"/leads/bulk{address}", data=change))
    assert "Move to Won" in page
    for _ in range(3):
        page = text_of(owner.post(f"/leads/bulk/all{address}", data=form_of(page)))
    assert "Done: 5 leads changed." in page
    assert len(cards_of(db, cast.owner, stages["Won"])) == 5


def test_a_viewer_and_a_stranger_change_nothing(
    viewer: FlaskClient, outsider: FlaskClient, db: Database, cast: Cast
) -> None:
    for number in range(3):
        add_client(db, cast.owner, name=f"Client {number}")
    before = clients_of(db, cast)
    step = {"change": "delete", "total": "3", "until": "99", "done": "0", "left_out": "0", "cursor": ""}
    assert viewer.post("/clients/bulk/all", data=step).status_code == 403
    assert "Done: 0 clients" in text_of(outsider.post("/clients/bulk/all", data=step))
    assert clients_of(db, cast) == before


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"change": "explode"}, 400),
        ({"cursor": "~~"}, 422),
        ({"total": "x"}, 422),
        ({"change": "status:no"}, 422),
    ],
)
def test_a_step_that_makes_no_sense_changes_nothing(
    owner: FlaskClient, db: Database, cast: Cast, given: dict[str, str], status: int
) -> None:
    add_client(db, cast.owner)
    before = clients_of(db, cast)
    step = {"change": "delete", "total": "1", "until": "99", "done": "0", "left_out": "0", "cursor": ""}
    assert owner.post("/clients/bulk/all", data={**step, **given}).status_code == status
    assert clients_of(db, cast) == before
