import html
import re
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

FIGURE = re.compile(r'"figure-label">([^<]*)</span>\s*<span class="figure-number">([^<]*)<')


def test_an_empty_workspace_says_how_to_begin(owner: FlaskClient) -> None:
    page = owner.get("/").get_data(as_text=True)
    assert "Welcome to Holdfast" in page
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
    assert dict(FIGURE.findall(page)) == {
        "Clients": "3",
        "Open leads": "2",
        "Quotes sent": "0",
        "Invoices overdue": "0",
        "Vehicles in stock": "0",
        "Open deals": "0",
        "Your tasks today": "2",
        "Unread conversations": "1",
    }
    assert page.index(">Zoë<") < page.index(">Anna<")
    assert "Roof" in page


def test_the_greeting_knows_the_hour(owner: FlaskClient, frozen_clock: FrozenClock) -> None:
    assert "Good morning, Owner" in owner.get("/").get_data(as_text=True)


def test_home_shows_money_in_each_currency_and_what_is_due(
    owner: FlaskClient, db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    furnish(db, cast.owner)
    add_client(db, cast.owner, name="Anna")
    frozen_clock.advance(days=-30)
    put_card(db, cast.owner, add_lead(db, cast.owner, value=200).id, stages_of(db, cast.owner)["Won"])
    frozen_clock.advance(days=30)
    put_card(db, cast.owner, add_lead(db, cast.owner, value=300).id, stages_of(db, cast.owner)["Won"])
    add_lead(db, cast.owner, value=90, currency="EUR")
    today = frozen_clock.time.date().isoformat()
    assert owner.post(
        "/api/tasks", json={"title": "Call Ada", "due_day": today, "assignee_id": cast.owner.user_id}
    )
    page = html.unescape(owner.get("/").get_data(as_text=True))
    assert "$300" in page and "50% more than in the 4 weeks before" in page
    assert "€90" in page and "€9 weighted by stage" in page
    assert page.count("<rect ") == 24 and "Won by week" in page
    assert "Call Ada" in page and "11:59" not in page
    assert "Call Ada" in owner.get("/home/tasks").get_data(as_text=True)


def test_home_of_a_workspace_without_leads_has_no_empty_money(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    add_client(db, cast.owner, name="Anna")
    page = owner.get("/").get_data(as_text=True)
    assert 'class="sheet trend"' not in page and "Nothing is due today." in page
