"""What an accepted quote becomes by its own word, and that who is killed while accepting leaves nothing."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.documents.answering import QuoteAnswer, accept_quote
from crm.kinds import open_database
from tests.support.api import made
from tests.support.cast import Cast
from tests.support.forks import in_fork
from tests.support.leads import furnish
from tests.support.mortal import run_until
from tests.support.processes import run_in_processes

ITEM = {"title": "Fitting", "quantity": 2, "unit_price": 50, "tax_rate": 19}
MOST_STATEMENTS = 200
COUNTED = (
    "quotes WHERE state = 'accepted'",
    "quote_revisions WHERE accepted IS NOT NULL",
    "leads WHERE closed_at IS NOT NULL",
    "deals",
    "invoices",
    "quote_deals",
    "tasks WHERE subject = 'quote'",
    "issued_numbers WHERE kind = 'deal'",
    "activities WHERE action = 'quote.accepted'",
    "activities WHERE action IN ('deal.created', 'invoice.created', 'task.created')",
)


def sent(owner: FlaskClient, **given: Any) -> tuple[int, str]:
    """A quote for a lead, and the secret of its link."""
    ada = made(owner, "/api/clients", name="Ada")["id"]
    lead = made(owner, "/api/leads", title="Roof", client_id=ada)["id"]
    quote = int(made(owner, "/api/quotes", lead_id=lead, lines=[ITEM], **given)["id"])
    return quote, made(owner, f"/api/quotes/{quote}/links")["token"]


def accept_in(db: Database, token: str) -> None:
    db.write(accept_quote, SYSTEM, token, QuoteAnswer(name="Ada"))


def data(client: FlaskClient, path: str) -> Any:
    return client.get(path).get_json()["data"]


@pytest.fixture
def selling(owner: FlaskClient, db: Database, cast: Cast) -> FlaskClient:
    furnish(db, cast.owner)
    return owner


def test_a_quote_says_itself_what_it_becomes(selling: FlaskClient, db: Database) -> None:
    selling.patch("/api/company", json={"after_acceptance": "nothing"})
    quote, token = sent(selling, after_acceptance="invoice")
    accept_in(db, token)
    (invoice,) = data(selling, "/api/invoices")
    accepted = data(selling, "/api/activities?action=quote.accepted")[0]
    assert invoice["state"] == "draft" and accepted["after"]["invoice_name"] == invoice["name"]
    assert data(selling, f"/api/quotes/{quote}")["after_acceptance"] == "invoice"
    _, token = sent(selling)
    accept_in(db, token)
    assert len(data(selling, "/api/invoices")) == 1 and data(selling, "/api/deals") == []


def test_a_drafted_deal_is_the_quotes(selling: FlaskClient, db: Database) -> None:
    quote, token = sent(selling)
    accept_in(db, token)
    (deal,) = data(selling, "/api/deals")
    accepted = data(selling, f"/api/quotes/{quote}")
    assert (accepted["deal_id"], accepted["deal_number"]) == (deal["id"], deal["deal_number"])
    assert deal["deal_number"] in selling.get(f"/quotes/{quote}").get_data(as_text=True)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"discount": 10},
        {"discount_amount": 33.33},
        {"prices_include_tax": True, "discount": 7.5},
    ],
)
def test_a_drafted_deal_and_its_invoice_are_taxed_as_the_quote_is_at_each_rate(
    selling: FlaskClient, db: Database, given: dict[str, Any]
) -> None:
    made(selling, "/api/clients", name="Bea")
    selling.patch("/api/deals/rules", json={"tax_base": "margin", "tax_rate": 20})
    lines = [
        ITEM | {"unit_price": 99.99, "quantity": 3},
        ITEM | {"title": "Books", "tax_rate": 7, "unit_price": 12.34, "quantity": 7, "discount": 5},
        ITEM | {"title": "Food", "tax_rate": 7, "unit_price": 0.77},
        ITEM | {"title": "Stamps", "tax_rate": 0, "unit_price": 10},
        ITEM | {"title": "Not wanted", "optional": True},
    ]
    ada = made(selling, "/api/clients", name="Ada")["id"]
    quote = made(selling, "/api/quotes", client_id=ada, lines=lines, after_acceptance="deal", **given)
    accept_in(db, made(selling, f"/api/quotes/{quote['id']}/links")["token"])
    (listed,) = data(selling, "/api/deals")
    deal = data(selling, f"/api/deals/{listed['id']}")
    pricing = deal["scenarios"][0]["figures"]["pricing"]
    assert (pricing["total"], pricing["tax"]) == (quote["total"], quote["total_tax"])
    invoice = made(selling, "/api/invoices", deal_id=deal["id"])
    taxes = {each["tax_rate"]: (each["net"], each["tax"]) for each in invoice["taxes"]}
    assert taxes == {each["tax_rate"]: (each["net"], each["tax"]) for each in quote["taxes"]}


def test_what_cannot_be_drafted_keeps_no_customer_from_accepting(selling: FlaskClient, db: Database) -> None:
    quote, token = sent(selling)
    client_id = data(selling, f"/api/quotes/{quote}")["client_id"]
    assert selling.delete(f"/api/clients/{client_id}").status_code == 204
    accept_in(db, token)
    assert data(selling, f"/api/quotes/{quote}")["state"] == "accepted"
    entries = data(selling, f"/api/quotes/{quote}/activities")
    (accepted,) = [each for each in entries if each["action"] == "quote.accepted"]
    reason = accepted["after"]["reason"]
    assert reason == "the client is not a client of this workspace" and data(selling, "/api/deals") == []
    (task,) = data(selling, "/api/tasks")
    assert reason.rstrip(".") in task["details"] and "“New deal”" in task["details"]


def count(settings: Settings) -> str:
    def look(tx: Transaction) -> list[int]:
        return [int(tx.value(f"SELECT count(*) FROM {table}")) for table in COUNTED]

    return json.dumps(open_database(settings).read(look, SYSTEM))


def die_at_each_statement(settings: Settings, token: str) -> list[list[int]]:
    """What is there after each death; the last one lives. No database is open in this process itself."""
    found: list[list[int]] = []
    for fatal in range(1, MOST_STATEMENTS):
        step = run_until(fatal, settings.upload_folder, lambda: accept_in(open_database(settings), token))
        found.append(json.loads(in_fork(lambda out: out(count(settings)))))
        if not step:
            break
    return found


@pytest.mark.serial
@pytest.mark.timeout(240)
@pytest.mark.parametrize("after", ["deal", "invoice"])
def test_who_is_killed_at_any_statement_of_an_acceptance_leaves_nothing(
    selling: FlaskClient, prepared: Settings, after: str
) -> None:
    _, token = sent(selling, after_acceptance=after)
    (rounds,) = run_in_processes(die_at_each_statement, [(prepared, token)], seconds=200)
    deal = int(after == "deal")
    assert len(rounds) > 15, "it was killed at each of its statements"
    assert rounds[-1] == [1, 1, 1, deal, 1 - deal, deal, 1, deal, 1, 2]
    assert rounds[:-1] == [[0] * len(COUNTED)] * (len(rounds) - 1)
