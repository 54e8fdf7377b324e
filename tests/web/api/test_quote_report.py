"""The report on quotes: by API, page and CSV alike, in the reader's months."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm import clock
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.documents.answering import QuoteAnswer, accept_quote, decline_quote
from tests.support.api import fields_of, made
from tests.support.cast import Cast
from tests.support.leads import furnish


def data(client: FlaskClient, path: str) -> Any:
    return client.get(path).get_json()["data"]


def sent(owner: FlaskClient, db: Database, price: int, answer: str = "", **given: Any) -> int:
    quote = made(owner, "/api/quotes", lines=[{"title": "Roof", "unit_price": price}], **given)["id"]
    token = made(owner, f"/api/quotes/{quote}/links")["token"]
    if answer:
        operation = accept_quote if answer == "accept" else decline_quote
        db.write(operation, SYSTEM, token, QuoteAnswer(name="Ada"))
    return int(quote)


def antedate(db: Database, quote: int, days: int) -> None:
    def set_back(tx: Transaction) -> None:
        tx.run(
            "UPDATE quotes SET sent_at = :earlier WHERE id = :quote_id AND workspace_id > 0",
            earlier=clock.later(tx.now, timedelta(days=-days)),
            quote_id=quote,
        )

    db.write(set_back, SYSTEM)


@pytest.fixture
def seller(owner: FlaskClient, db: Database, cast: Cast) -> FlaskClient:
    furnish(db, cast.owner)
    owner.patch("/api/company", json={"after_acceptance": "nothing"})
    return owner


def test_it_counts_what_was_sent_and_accepted_and_the_rate(seller: FlaskClient, db: Database) -> None:
    currency = data(seller, "/api/workspace")["currency"]
    sent(seller, db, 100, "accept")
    sent(seller, db, 200, "decline")
    sent(seller, db, 400)
    antedate(db, sent(seller, db, 1000, "accept"), 40)
    sent(seller, db, 50, currency="JPY")
    made(seller, "/api/quotes", lines=[{"title": "Draft", "unit_price": 7}])
    seller.delete(f"/api/quotes/{sent(seller, db, 9)}")
    report = data(seller, "/api/reports/quotes?months=3")
    (own,) = [each for each in report["totals"] if each["currency"] == currency]
    assert (own["sent"], own["sent_value"], own["accepted"], own["accepted_value"]) == (4, 1700, 2, 1100)
    assert own["rate"] == 50
    months = [each for each in report["months"] if each["currency"] == currency]
    assert len(months) == 3 and months[-1]["month"] == report["months"][-1]["month"]
    now = months[-1]
    assert (now["sent"], now["sent_value"], now["rate"]) == (3, 700, 33.3)
    assert (now["accepted"], now["accepted_value"]) == (2, 1100), "by the month of the answer"
    assert [each["sent_value"] for each in months[:-1] if each["sent"]] == [1000]
    (yen,) = [each for each in report["totals"] if each["currency"] == "JPY"]
    assert (yen["sent_value"], yen["rate"]) == (50, 0)


def test_page_and_file_say_the_same(seller: FlaskClient, db: Database) -> None:
    sent(seller, db, 12345, "accept")
    page = seller.get("/quotes/report?months=1").get_data(as_text=True)
    assert "12,345" in page and "100%" in page and "/quotes/report/csv?months=1" in page
    answer = seller.get("/quotes/report/csv?months=1")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    by_api = seller.get("/api/reports/quotes/csv?months=1&separator=comma")
    assert by_api.data == answer.data
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    (month,) = data(seller, "/api/reports/quotes?months=1")["months"]
    assert rows == [{name: str(value) for name, value in month.items()}]
    assert "/quotes/report" in seller.get("/quotes").get_data(as_text=True)


def test_it_is_of_one_owner_and_of_one_workspace(
    seller: FlaskClient, outsider: FlaskClient, db: Database, cast: Cast
) -> None:
    sent(seller, db, 100, owner_id=cast.colleague.user_id)
    sent(seller, db, 10)
    for owner, value in ((cast.colleague.user_id, [100]), (cast.owner.user_id, [10]), (0, [])):
        totals = data(seller, f"/api/reports/quotes?owner_id={owner}")["totals"]
        assert [each["sent_value"] for each in totals] == value
    assert data(outsider, "/api/reports/quotes")["totals"] == []
    assert fields_of(seller.get("/api/reports/quotes?months=0")) == {"months"}
    backwards = "since=2026-02-02&until=2026-01-01"
    assert fields_of(seller.get(f"/api/reports/quotes?{backwards}")) == {"until"}
