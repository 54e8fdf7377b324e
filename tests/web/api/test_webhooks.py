from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.conversations.channels.channels import Channel, get_channel
from crm.conversations.transport.self_tests import own_challenge
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.vault import Vault
from crm.web.api.webhooks import DELIVERY_BYTES
from tests.support.api import problem_of, running_app
from tests.support.cast import Cast
from tests.support.threads import join_all, run_in_threads
from tests.support.whatsapp import VERIFY_TOKEN, connect, delivery, signed, text

PATH = "/api/webhooks/whatsapp"


@pytest.fixture
def channel(app: Flask, db: Database, cast: Cast) -> Channel:
    return connect(db, cast.owner, Vault(app.config["SECRET_KEY"]))


@contextmanager
def somebody_writing(db: Database) -> Iterator[None]:
    """Another connection keeps everybody from storing what arrives until the block ends."""
    holding, done = Event(), Event()

    def hold(tx: Transaction) -> None:
        if not db.in_file:
            tx.run("LOCK TABLE inbound_events")
        holding.set()
        done.wait(10)

    writing = Thread(target=db.write, args=(hold, SYSTEM))
    writing.start()
    try:
        assert holding.wait(5)
        yield
    finally:
        done.set()
        join_all(writing)


def count(db: Database) -> int:
    return int(db.read(lambda tx: tx.value("SELECT count(*) FROM inbound_events"), SYSTEM))


def handshake(client: FlaskClient, token: str, challenge: str = "1158201444") -> Any:
    query = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": challenge}
    return client.get(PATH, query_string=query)


def test_the_handshake_gives_the_challenge_back_as_plain_text(anybody: FlaskClient, channel: Channel) -> None:
    response = handshake(anybody, VERIFY_TOKEN)
    assert (response.status_code, response.mimetype, response.text) == (200, "text/plain", "1158201444")


def test_the_handshake_of_the_self_test_is_not_taken_for_whatsapps(
    anybody: FlaskClient, db: Database, cast: Cast, channel: Channel
) -> None:
    assert handshake(anybody, VERIFY_TOKEN, own_challenge()).status_code == 200
    assert db.read(get_channel, cast.owner, channel.id).verified_at is None
    handshake(anybody, VERIFY_TOKEN)
    assert db.read(get_channel, cast.owner, channel.id).verified_at is not None


def test_a_handshake_with_another_word_is_refused(anybody: FlaskClient, channel: Channel) -> None:
    problem_of(handshake(anybody, "guess"), 403)
    problem_of(anybody.get(PATH), 422)


def test_a_signed_delivery_is_stored_and_then_answered(
    anybody: FlaskClient, db: Database, channel: Channel
) -> None:
    assert anybody.post(PATH, **signed(delivery(text("wamid.1")))).status_code == 200
    assert count(db) == 1


def test_a_bad_signature_is_401_and_stores_nothing(
    anybody: FlaskClient, db: Database, channel: Channel
) -> None:
    problem_of(anybody.post(PATH, **signed(delivery(text("wamid.1")), "guess")), 401)
    problem_of(anybody.post(PATH, data=delivery(text("wamid.1"))), 401)
    problem_of(anybody.post(PATH), 401)
    assert count(db) == 0


def test_a_hundred_replays_at_once_are_one_row_and_a_hundred_times_200(
    app: Flask, db: Database, channel: Channel
) -> None:
    post = signed(delivery(text("wamid.1")))
    statuses = run_in_threads(lambda _: app.test_client().post(PATH, **post).status_code, 100, at_once=16)
    assert statuses == [200] * 100
    assert count(db) == 1


def test_more_than_the_cap_is_413(anybody: FlaskClient, db: Database, channel: Channel) -> None:
    problem_of(anybody.post(PATH, **signed(b" " * (DELIVERY_BYTES + 1))), 413)
    assert anybody.post(PATH, **signed(delivery(text("w", body="x" * 3_000_000)))).status_code == 200


def test_while_the_database_is_busy_the_sender_is_asked_to_come_again(
    settings: Settings, db: Database, cast: Cast
) -> None:
    hasty = settings.model_copy(update={"db_transaction_timeout": 100})
    with running_app(hasty) as app:
        connect(db, cast.owner, Vault(app.config["SECRET_KEY"]))
        post = signed(delivery(text("wamid.1")))
        with somebody_writing(db):
            response = app.test_client().post(PATH, **post)
            problem_of(response, 503)
            assert response.headers["Retry-After"]
        assert app.test_client().post(PATH, **post).status_code == 200
    assert count(db) == 1


def test_what_is_signed_is_taken_at_any_rate_and_what_is_not_is_counted(
    settings: Settings, db: Database, cast: Cast
) -> None:
    with running_app(settings.model_copy(update={"rate_limit": "3 per hour"})) as app:
        channel = connect(db, cast.owner, Vault(app.config["SECRET_KEY"]))
        client = app.test_client()
        good = [client.post(PATH, **signed(delivery(text(f"w{n}")))).status_code for n in range(6)]
        bad = [client.post(PATH, **signed(delivery(text("w")), "guess")).status_code for _ in range(5)]
        after = client.post(PATH, **signed(delivery(text("later")))).status_code
        assert app.extensions["holdfast.signature_failures"].count(channel.id) == 3
    assert good == [200] * 6
    assert bad == [401, 401, 401, 429, 429]
    assert after == 200
