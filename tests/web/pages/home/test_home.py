import html
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from crm import clock
from crm.db.database import Database
from crm.vault import Vault
from tests.support.arrivals import arrive
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import add_lead, furnish, put_card, stages_of
from tests.support.whatsapp import connect, text


def test_an_empty_workspace_says_how_to_begin(owner: FlaskClient) -> None:
    page = owner.get("/").get_data(as_text=True)
    assert "Ready to cast off" in page
    assert "/clients/new" in page


def test_home_counts_what_is_there_and_what_is_to_be_done(
    app: Flask, owner: FlaskClient, db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    furnish(db, cast.owner)
    add_client(db, cast.owner, name="Anna")
    add_client(db, cast.owner, name="Zoë")
    add_lead(db, cast.owner, title="Roof")
    put_card(db, cast.owner, add_lead(db, cast.owner).id, stages_of(db, cast.owner)["Won"])
    for hours, who in ((-1, cast.owner), (2, cast.owner), (48, cast.owner), (2, cast.colleague)):
        due_at = clock.as_text(frozen_clock.time + timedelta(hours=hours))
        plan = {"title": "Call", "due_at": due_at, "assignee_id": who.user_id}
        assert owner.post("/api/tasks", json=plan).status_code == 201
    vault = Vault(app.config["SECRET_KEY"])
    connect(db, cast.owner, vault)
    arrive(db, vault, text("w1", "Is it ready?"))
    page = html.unescape(owner.get("/").get_data(as_text=True))
    figures = [part.split("<")[0] for part in page.split('<span class="figure-number">')[1:]]
    assert figures == ["3", "2", "2", "1"]
    assert page.index(">Zoë<") < page.index(">Anna<")
    assert "Roof" in page


def test_the_greeting_knows_the_hour(owner: FlaskClient, frozen_clock: FrozenClock) -> None:
    assert "Good morning, Owner" in owner.get("/").get_data(as_text=True)
