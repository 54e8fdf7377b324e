"""Duplicates over the API and on their page."""

import pytest
from flask.testing import FlaskClient

from crm.clients.duplicate_scan import scan_some
from crm.db.database import Database
from tests.support.api import client_of, fields_of, problem_of
from tests.support.cast import Cast
from tests.support.client_api import PATH, add
from tests.support.client_pages import text_of
from tests.support.frozen_clock import FrozenClock

DUPLICATES = f"{PATH}/duplicates"


@pytest.fixture
def pair(frozen_clock: FrozenClock, owner: FlaskClient, db: Database, cast: Cast) -> tuple[int, int]:
    first = add(owner, name="Anna Nowak", email="anna@example.com")["id"]
    second = add(owner, name="Nowak Anna", city="Berlin")["id"]
    frozen_clock.advance(seconds=5)
    db.write(scan_some, cast.owner)
    return first, second


def test_pairs_are_listed_with_score_and_reason(
    owner: FlaskClient, outsider: FlaskClient, pair: tuple[int, int]
) -> None:
    (found,) = owner.get(DUPLICATES).get_json()["data"]
    assert (found["first"]["id"], found["second"]["id"]) == pair
    assert found["reasons"] == ["name"] and 50 <= found["score"] <= 99
    assert outsider.get(DUPLICATES).get_json() == {"data": [], "page": {"next": None}}
    assert fields_of(owner.get(f"{DUPLICATES}?limit=0")) == {"limit"}
    assert owner.get(f"{DUPLICATES}?cursor=x").status_code == 422


def test_not_the_same_is_remembered(
    db: Database, cast: Cast, owner: FlaskClient, outsider: FlaskClient, pair: tuple[int, int]
) -> None:
    (found,) = owner.get(DUPLICATES).get_json()["data"]
    address = f"{DUPLICATES}/{found['id']}/not-same"
    problem_of(outsider.post(address), 404)
    problem_of(client_of(owner.application, db, cast.colleague).post(address), 403)
    for _ in range(2):
        assert owner.post(address).status_code == 204
    assert owner.get(DUPLICATES).get_json()["data"] == []
    told = owner.get(f"{PATH}/{pair[0]}/activities").get_json()["data"]
    assert [entry["action"] for entry in told] == ["client.told_apart", "client.created"]


def test_the_page_leads_to_both_side_by_side(owner: FlaskClient, pair: tuple[int, int]) -> None:
    page = text_of(owner.get("/clients/duplicates"))
    assert "Same name" in page and f"/clients/{pair[0]}/merge?other_id={pair[1]}" in page
    (found,) = owner.get(DUPLICATES).get_json()["data"]
    done = owner.post(f"/clients/duplicates/{found['id']}/not-same", data={})
    assert (done.status_code, done.location) == (303, "/clients/duplicates")
    assert "No two clients look the same." in text_of(owner.get("/clients/duplicates"))
