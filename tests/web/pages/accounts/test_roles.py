"""What a viewer is shown, and what happens when he tries the rest all the same."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.clients.client import find_client
from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.clients import add_client

# The one walks the ledger and changes nothing; a view is a person's own.
OPEN_TO_ALL = re.compile(r'<form[^>]* method="post" action="/(?:activity/verify|views)"')


def test_a_viewer_sees_everything_and_no_way_to_change_it(
    viewer: FlaskClient, db: Database, cast: Cast
) -> None:
    client = add_client(db, cast.owner, name="Anna", kind="company")
    for address in ("/", "/clients", f"/clients/{client.id}", "/clients/trash", "/files", "/activity"):
        page = viewer.get(address)
        assert page.status_code == 200, address
        main = page.get_data(as_text=True).split("<main", 1)[1].split("</main>")[0]
        changing = OPEN_TO_ALL.sub("", main)
        assert 'method="post"' not in changing, address
        assert "/clients/new" not in page.get_data(as_text=True), address
        assert "/edit" not in main, address


@pytest.mark.parametrize(
    "address",
    ["/clients/new", "/clients/{id}/edit", "/clients/{id}/status", "/clients/{id}/delete",
     "/clients/{id}/restore",
     "/clients/bulk", "/clients/{id}/files", "/clients/{id}/picture", "/files/1/delete", "/files/1/restore"],
)  # fmt: skip
def test_a_viewer_who_tries_is_refused(viewer: FlaskClient, db: Database, cast: Cast, address: str) -> None:
    client = add_client(db, cast.owner, name="Anna")
    data = {"version": "1", "name": "Berta", "status": "inactive", "id": str(client.id), "change": "delete"}
    assert viewer.post(address.format(id=client.id), data=data).status_code == 403
    assert db.read(find_client, cast.owner, client.id) == client


def test_nobody_gets_anything_without_logging_in(anybody: FlaskClient) -> None:
    for address in ("/", "/clients", "/clients/1", "/clients/new", "/files", "/activity", "/search?q=a"):
        answer = anybody.get(address)
        assert answer.status_code == 302, address
        assert "/login" in answer.location
    assert anybody.get("/search/palette?q=a", headers={"HX-Request": "true"}).status_code == 401


def test_a_form_without_its_token_is_refused(app: Flask, db: Database, cast: Cast) -> None:
    page = app.test_client().post("/clients/new", data={"name": "Anna"})
    assert page.status_code in {302, 400}
    assert db.read(find_client, cast.owner, 1) is None
