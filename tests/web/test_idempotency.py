import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crm.db.database import Database
from tests.support.api import client_of, fields_of, problem_of
from tests.support.cast import Cast
from tests.support.threads import run_in_threads


def create(client: FlaskClient, key: str, name: str = "Ремонт") -> TestResponse:
    return client.post("/api/clients", json={"name": name}, headers={"Idempotency-Key": key})


def stored(client: FlaskClient) -> int:
    return len(client.get("/api/clients").get_json()["data"])


def test_a_repeat_gets_the_first_answer_byte_for_byte(owner: FlaskClient) -> None:
    first, again = create(owner, "k1"), create(owner, "k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.data == first.data
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert stored(owner) == 1


def test_the_answer_is_the_same_after_the_record_changed(owner: FlaskClient) -> None:
    first = create(owner, "k1")
    owner.patch(first.headers["Location"], json={"name": "B"})
    assert create(owner, "k1").data == first.data


def test_another_body_under_the_key_is_refused(owner: FlaskClient) -> None:
    create(owner, "k1")
    assert fields_of(create(owner, "k1", name="B")) == {"Idempotency-Key"}
    assert stored(owner) == 1


def test_a_refusal_is_not_kept_and_the_key_stays_free(owner: FlaskClient) -> None:
    assert fields_of(create(owner, "k1", name="")) == {"name"}
    assert create(owner, "k1").status_code == 201


def test_a_key_is_its_user_s_own(owner: FlaskClient, outsider: FlaskClient) -> None:
    create(owner, "k1")
    other = create(outsider, "k1", name="B")
    assert other.status_code == 201
    assert other.get_json()["data"]["name"] == "B"


def test_concurrent_repeats_take_effect_once(
    app: Flask, owner: FlaskClient, db: Database, cast: Cast
) -> None:
    clients = [client_of(app, db, cast.owner) for _ in range(8)]
    answers = run_in_threads(lambda i: create(clients[i], "k1"), len(clients))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.data for answer in answers if answer.status_code == 201}) == 1
    assert stored(owner) == 1


@pytest.mark.parametrize("key", ["", " ", "k" * 256, "schlüssel", "two words"])
def test_an_odd_key_is_malformed(owner: FlaskClient, key: str) -> None:
    problem_of(create(owner, key), 400)
    assert stored(owner) == 0
