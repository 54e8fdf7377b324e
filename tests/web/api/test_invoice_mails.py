"""Invoices and reminders that are sent by e-mail, against a real SMTP server, with the log of them."""

from dataclasses import replace
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from crm.documents.invoice import get_invoice
from crm.documents.mailing import send_mails
from crm.documents.reminder_texts import reminder_text
from crm.documents.words import document_languages
from tests.support.api import fields_of, problem_of
from tests.support.arrivals import rows
from tests.support.cast import Cast
from tests.support.erasing import erase_by_api
from tests.support.invoices import issued, make_buyer, owner_of_company, post, read
from tests.support.mailbox import Mailbox


@pytest.fixture
def owner(mailing_app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return owner_of_company(mailing_app, db, cast)


def late_invoice(owner: FlaskClient) -> dict[str, Any]:
    client = make_buyer(owner)
    assert owner.patch(f"/api/clients/{client}", json={"email": "ada@example.org"}).status_code == 200
    with time_machine.travel("2026-11-02T10:00Z", tick=False):
        return issued(owner, client, payment_days=7, language="de")


def log_of(owner: FlaskClient, invoice: int) -> list[tuple[int, str]]:
    mails = owner.get(f"/api/invoices/{invoice}/mails").get_json()["data"]
    return [(mail["level"], mail["state"]) for mail in mails]


def test_reminders_are_sent_in_levels_with_the_invoice_and_logged(
    owner: FlaskClient, db: Database, with_mail: Settings, mailbox: Mailbox
) -> None:
    late = late_invoice(owner)
    path = f"/{late['id']}/reminders"
    with time_machine.travel("2026-11-20T10:00Z", tick=False):
        first = post(owner, path, by="email")
        assert log_of(owner, late["id"]) == [(1, "queued")]
        assert send_mails(db, with_mail) == 1
        post(owner, path, by="email", subject="Please pay", text="Dear Ada")
        assert send_mails(db, with_mail) == 1 and send_mails(db, with_mail) == 0
        assert (first["level"], read(owner, late["id"])["reminder_level"]) == (1, 2)
    one, two = mailbox.letters
    (file,) = one.iter_attachments()
    assert file.get_content().startswith(b"%PDF-") and file.get_filename() == f"{late['name']}.pdf"
    assert one["To"] == "ada@example.org" and one["Subject"] == first["subject"]
    assert "Zahlungserinnerung" in one["Subject"] and two["Subject"] == "Please pay"
    assert log_of(owner, late["id"]) == [(2, "sent"), (1, "sent")]
    entries = owner.get(f"/api/invoices/{late['id']}/activities").get_json()["data"]
    assert [each["action"] for each in entries][:2] == ["invoice.reminded", "invoice.reminded"]
    assert entries[0]["after"]["recipient"] == "ada@example.org"


def test_an_invoice_is_sent_and_a_failure_is_logged(
    owner: FlaskClient, db: Database, with_mail: Settings, mailbox: Mailbox
) -> None:
    late = late_invoice(owner)
    with time_machine.travel("2026-11-03T10:00Z", tick=False):
        post(owner, f"/{late['id']}/mails", to="books@example.org")
        send_mails(db, with_mail)
        mailbox.refusals = ["550 No such mailbox"]
        post(owner, f"/{late['id']}/mails")
        send_mails(db, with_mail)
    (letter,) = mailbox.letters
    assert letter["To"] == "books@example.org" and late["name"] in letter["Subject"]
    assert log_of(owner, late["id"]) == [(0, "failed"), (0, "sent")]
    assert "No such mailbox" in owner.get(f"/invoices/{late['id']}").get_data(as_text=True)


def test_what_cannot_be_sent_is_refused_and_reminds_of_nothing(owner: FlaskClient) -> None:
    buyer = make_buyer(owner)
    draft = post(owner, "", client_id=buyer, lines=[{"title": "Fitting", "unit_price": 1}])
    post(owner, f"/{draft['id']}/mails", 409)
    with time_machine.travel("2026-11-02T10:00Z", tick=False):
        late = issued(owner, buyer, payment_days=7)
    with time_machine.travel("2026-11-20T10:00Z", tick=False):
        for part in ("reminders", "mails"):
            path = f"/api/invoices/{late['id']}/{part}"
            assert fields_of(owner.post(path, json={"by": "email"} if part == "reminders" else {})) == {"to"}
            assert fields_of(owner.post(path, json={"to": "nobody"})) == {"to"}
            problem_of(owner.post(path, json={}, headers={"If-Match": '"99"'}), 412)
        assert read(owner, late["id"])["reminder_level"] == 0
    assert log_of(owner, late["id"]) == []


def test_the_page_sends_the_reminder_as_it_was_edited(
    owner: FlaskClient, db: Database, with_mail: Settings, mailbox: Mailbox
) -> None:
    late = late_invoice(owner)
    with time_machine.travel("2026-11-20T10:00Z", tick=False):
        assert "Send the reminder by e-mail" in owner.get(f"/invoices/{late['id']}").get_data(as_text=True)
        form = {"version": late["version"], "by": "email", "subject": "Please", "text": "Dear Ada"}
        assert owner.post(f"/invoices/{late['id']}/reminders", data=form).status_code == 303
        send_mails(db, with_mail)
        page = owner.get(f"/invoices/{late['id']}").get_data(as_text=True)
        assert "E-mail to ada@example.org" in page and "Reminder 2" in page
    assert mailbox.letters[0]["Subject"] == "Please"


def test_the_log_forgets_where_the_mails_of_an_erased_client_went(
    owner: FlaskClient, db: Database, with_mail: Settings, mailbox: Mailbox
) -> None:
    late = late_invoice(owner)
    number = late["name"]
    with time_machine.travel("2026-11-20T10:00Z", tick=False):
        post(owner, f"/{late['id']}/mails", to="books@example.org", text="Dear Ada")
        send_mails(db, with_mail)
        post(owner, f"/{late['id']}/reminders", by="email")
        erased = erase_by_api(owner, late["client_id"])
        assert erased.status_code == 200, erased.get_data(as_text=True)
        assert send_mails(db, with_mail) == 0 and len(mailbox.letters) == 1
    assert (
        log_of(owner, late["id"]) == [(1, "failed"), (0, "sent")]
        and read(owner, late["id"])["name"] == number
    )
    told = owner.get(f"/api/invoices/{late['id']}/activities").get_data(as_text=True)
    kept = [list(row.values()) for row in rows(db, "SELECT * FROM invoice_mails WHERE workspace_id > 0")]
    for word in ("books@example.org", "ada@example.org", "Dear"):
        assert word not in told and word not in str(kept), word


def test_reminders_speak_each_language_of_documents(db: Database, cast: Cast, owner: FlaskClient) -> None:
    with time_machine.travel("2026-11-02T10:00Z", tick=False):
        late = issued(owner, make_buyer(owner), payment_days=0)
    held = db.read(get_invoice, cast.owner, late["id"])
    for level in (1, 2, 3):
        told = {db.read(reminder_text, cast.owner, replace(held, language=each), level)
                for each in document_languages()}  # fmt: skip
        assert len(told) == len(document_languages())
        assert all(late["name"] in subject and late["name"] in text for subject, text in told)
