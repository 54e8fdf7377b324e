"""Quotes that are sent by a link or by e-mail, against a real SMTP server, and what an acceptance makes."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm import clock
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.documents import answering
from crm.documents.mailing import send_mails
from crm.documents.quote_mails import claim_mail
from tests.support.api import client_of, fields_of, made, problem_of
from tests.support.appliance import free_port
from tests.support.cast import Cast
from tests.support.leads import furnish
from tests.support.mailbox import Mailbox

ITEM = {"title": "Fitting", "quantity": 2, "unit_price": 50, "tax_rate": 19}


@pytest.fixture
def owner(mailing_app: Flask, db: Database, cast: Cast) -> FlaskClient:
    furnish(db, cast.owner)
    client = client_of(mailing_app, db, cast.owner)
    named = {"legal_name": "Dach & Fach GmbH", "email": "office@example.org"}
    assert client.patch("/api/company", json=named).get_json()["data"]["legal_name"] == "Dach & Fach GmbH"
    return client


def quote_of(client: FlaskClient, **given: Any) -> int:
    ada = made(client, "/api/clients", name="Ada", email="ada@example.org")["id"]
    return int(made(client, "/api/quotes", client_id=ada, lines=[ITEM], **given)["id"])


def mails_of(client: FlaskClient, quote: int) -> list[dict[str, Any]]:
    return list(client.get(f"/api/quotes/{quote}/mails").get_json()["data"])


def let_pass(db: Database) -> None:
    """The pause before the next attempt."""
    db.write(_make_due, SYSTEM)


def _make_due(tx: Transaction) -> None:
    earlier = clock.later(tx.now, timedelta(seconds=-1))
    tx.run("UPDATE quote_mails SET due_at = :earlier WHERE workspace_id > 0", earlier=earlier)


def test_a_quote_is_sent_with_its_file_and_a_link_that_works(
    owner: FlaskClient, mailing_app: Flask, db: Database, with_mail: Settings, mailbox: Mailbox
) -> None:
    quote = quote_of(owner, title="Roof", language="de")
    sent = made(owner, f"/api/quotes/{quote}/send", by="email")
    assert sent["mail"]["recipient"] == "ada@example.org" and sent["link"] is None
    assert owner.get(f"/api/quotes/{quote}").get_json()["data"]["state"] == "sent"
    assert send_mails(db, with_mail) == 1
    (letter,) = mailbox.letters
    assert letter["To"] == "ada@example.org" and "crm@example.org" in letter["From"]
    assert "Dach & Fach GmbH" in letter["From"] and letter["Reply-To"] == "office@example.org"
    assert sent["quote_number"] in letter["Subject"] and "Angebot" in letter["Subject"]
    (file,) = letter.iter_attachments()
    assert file.get_content().startswith(b"%PDF-") and file.get_filename() == f"{sent['quote_number']}.pdf"
    body = letter.get_body(("plain",))
    assert body is not None
    address = next(word for word in body.get_content().split() if "/q/" in word)
    page = mailing_app.test_client().get(address.removeprefix("https://crm.example.org"))
    assert page.status_code == 200 and "Fitting" in page.get_data(as_text=True)
    (mail,) = mails_of(owner, quote)
    assert (mail["state"], mail["attempts"], mail["reason"]) == ("sent", 1, None) and mail["sent_at"]
    assert send_mails(db, with_mail) == 0


def test_what_passes_is_tried_again_with_the_same_id_and_what_does_not_is_given_up(
    owner: FlaskClient, db: Database, with_mail: Settings, mailbox: Mailbox
) -> None:
    quote = quote_of(owner)
    letter = {"to": "bob@example.org", "subject": "Hello", "text": "Dear Bob"}
    made(owner, f"/api/quotes/{quote}/send", by="email", **letter)
    mailbox.refusals = ["451 Try again later"]
    send_mails(db, with_mail)
    (mail,) = mails_of(owner, quote)
    assert mail["state"] == "queued" and "451" in mail["reason"]
    assert owner.get(f"/api/quotes/{quote}/links").get_json()["data"] == []
    assert send_mails(db, with_mail) == 0, "not before its pause is over"
    let_pass(db)
    send_mails(db, with_mail)
    assert mails_of(owner, quote)[0]["state"] == "sent" and mailbox.letters[0]["Subject"] == "Hello"
    made(owner, f"/api/quotes/{quote}/send", by="email")
    mailbox.refusals = ["550 No such mailbox"]
    send_mails(db, with_mail)
    assert mails_of(owner, quote)[0]["state"] == "failed"
    actions = [each["action"] for each in owner.get(f"/api/quotes/{quote}/activities").get_json()["data"]]
    assert "quote.mail_failed" in actions


def test_a_worker_that_was_killed_loses_no_mail(
    owner: FlaskClient, db: Database, with_mail: Settings, mailbox: Mailbox
) -> None:
    quote = quote_of(owner)
    made(owner, f"/api/quotes/{quote}/send", by="email")
    db.write(claim_mail, SYSTEM)
    assert send_mails(db, with_mail) == 0, "another worker has it"
    let_pass(db)
    assert send_mails(db, with_mail) == 1 and len(mailbox.letters) == 1


def test_no_server_is_a_pause_and_not_the_end(owner: FlaskClient, db: Database, with_mail: Settings) -> None:
    quote = quote_of(owner)
    made(owner, f"/api/quotes/{quote}/send", by="email")
    away = Settings(**{**with_mail.model_dump(), "smtp_url": f"smtp://127.0.0.1:{free_port()}"})
    send_mails(db, away)
    assert mails_of(owner, quote)[0]["state"] == "queued"


def test_what_cannot_be_sent_is_refused_and_stores_nothing(
    app: Flask, db: Database, cast: Cast, owner: FlaskClient
) -> None:
    quote = quote_of(owner)
    path = f"/api/quotes/{quote}/send"
    assert fields_of(owner.post(path, json={"by": "pigeon"})) == {"by"}
    assert fields_of(owner.post(path, json={"by": "email", "to": "nobody"})) == {"to"}
    problem_of(owner.post(path, json={"by": "email"}, headers={"If-Match": '"9"'}), 412)
    problem_of(client_of(app, db, cast.outsider).post(path, json={"by": "link"}), 404)
    nobody = made(owner, "/api/quotes", lines=[ITEM])["id"]
    assert fields_of(owner.post(f"/api/quotes/{nobody}/send", json={"by": "email"})) == {"to"}
    empty = made(owner, "/api/quotes")["id"]
    problem_of(owner.post(f"/api/quotes/{empty}/send", json={"by": "link"}), 409)
    assert owner.get(f"/api/quotes/{quote}").get_json()["data"]["state"] == "draft" and not mails_of(
        owner, quote
    )
    without = client_of(app, db, cast.owner)
    problem_of(without.post(path, json={"by": "email"}), 409)
    assert "token" in made(without, path, by="link")["link"]


@pytest.mark.parametrize("after", ["deal", "invoice", "nothing"])
def test_an_accepted_quote_becomes_what_the_company_says(
    owner: FlaskClient, db: Database, after: str
) -> None:
    owner.patch("/api/company", json={"after_acceptance": after})
    lead = made(owner, "/api/leads", title="Roof")["id"]
    option = {"title": "Lamp", "unit_price": 10, "optional": True, "tax_rate": 19}
    half = {"title": "Half", "unit_price": 80, "discount": 50, "tax_rate": 19}
    quote = quote_of(owner, lead_id=lead, discount=10)
    owner.patch(f"/api/quotes/{quote}", json={"lines": [ITEM, option, half]})
    link = made(owner, f"/api/quotes/{quote}/send", by="link")["link"]
    db.write(answering.accept_quote, SYSTEM, link["token"], answering.QuoteAnswer(name="Ada"))
    deals = owner.get("/api/deals").get_json()["data"]
    invoices = owner.get("/api/invoices").get_json()["data"]
    assert (len(deals), len(invoices)) == (after == "deal", after == "invoice")
    assert [(each["state"], each["total"], each["client_name"]) for each in invoices] == [
        ("draft", 149.94, "Ada") for _ in invoices
    ]
    for each in deals:
        deal = owner.get(f"/api/deals/{each['id']}").get_json()["data"]
        assert (deal["lead_id"], deal["state"], deal["client_name"]) == (lead, "draft", "Ada")
        assert [line["title"] for line in deal["lines"]] == ["Fitting", "Half"]
        (scenario,) = owner.get(f"/api/deals/{deal['id']}/scenarios").get_json()["data"]
        assert owner.get(f"/api/quotes/{quote}").get_json()["data"]["total"] == 149.94
        assert scenario["figures"]["pricing"]["total"] == 149.94
    assert owner.get(f"/api/leads/{lead}").get_json()["data"]["status"] == "won"


@pytest.mark.parametrize("step", ["_store_answer", "draft_from", "keep_accepted", "_win", "_add_task"])
def test_a_failure_at_any_step_of_an_acceptance_leaves_nothing(
    owner: FlaskClient, db: Database, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    lead = made(owner, "/api/leads", title="Roof")["id"]
    quote = quote_of(owner, lead_id=lead)
    token = made(owner, f"/api/quotes/{quote}/send", by="link")["link"]["token"]
    before = owner.get(f"/api/quotes/{quote}").get_json()["data"]
    real = getattr(answering, step)

    def fail(*given: Any, **named: Any) -> None:
        real(*given, **named)
        raise OSError("power cut")

    monkeypatch.setattr(answering, step, fail)
    with pytest.raises(OSError, match="power cut"):
        db.write(answering.accept_quote, SYSTEM, token, answering.QuoteAnswer(name="Ada"))
    assert owner.get(f"/api/quotes/{quote}").get_json()["data"] == before
    assert owner.get("/api/deals").get_json()["data"] == []
    assert owner.get(f"/api/leads/{lead}").get_json()["data"]["status"] != "won"
    assert owner.get(f"/api/tasks?subject=quote&subject_id={quote}").get_json()["data"] == []
