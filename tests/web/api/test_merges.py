"""Merging clients over the API."""

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.db.transaction import Transaction
from tests.support.api import client_of, fields_of, problem_of
from tests.support.arrivals import rows
from tests.support.cast import Cast
from tests.support.client_api import PATH, add, names
from tests.support.custom_fields import add_field


@pytest.fixture
def pair(owner: FlaskClient) -> tuple[int, int]:
    return add(owner, name="Anna")["id"], add(owner, name="Eva", city="Bonn")["id"]


@pytest.mark.usefixtures("furnished")
def test_the_loser_s_address_leads_to_the_winner_and_takes_no_change(
    owner: FlaskClient, pair: tuple[int, int]
) -> None:
    winner, loser = pair
    merged = owner.post(f"{PATH}/{winner}/merge", json={"other_id": loser})
    assert (merged.status_code, merged.get_json()["data"]["city"]) == (200, "Bonn")
    assert merged.headers["ETag"] == f'"{merged.get_json()["data"]["version"]}"'
    for path in ("", "/activities", "/activities?limit=1"):
        led = owner.get(f"{PATH}/{loser}{path}")
        assert (led.status_code, led.headers["Location"]) == (308, f"{PATH}/{winner}{path}")
        assert led.get_json() == {"data": {"id": winner, "merged_id": loser}}
        assert owner.get(f"{PATH}/{loser}{path}", follow_redirects=True).status_code == 200
    for refused in (
        owner.patch(f"{PATH}/{loser}", json={"city": "Ulm"}),
        owner.put(f"{PATH}/{loser}", json={"name": "X"}),
        owner.delete(f"{PATH}/{loser}"),
        owner.post(f"{PATH}/{loser}/restore"),
        owner.post(f"{PATH}/{loser}/merge", json={"other_id": winner}),
        owner.post(f"{PATH}/{loser}/unmerge"),
        owner.post("/api/leads", json={"title": "Roof", "client_id": loser}),
    ):
        assert problem_of(refused, 409)["merged_into"] == winner
    assert names(owner) == ["Anna"]
    assert names(owner, "?deleted=true") == []


def test_a_merge_is_taken_back_once(owner: FlaskClient, pair: tuple[int, int]) -> None:
    winner, loser = pair
    owner.post(f"{PATH}/{winner}/merge", json={"other_id": loser})
    owner.patch(f"{PATH}/{winner}", json={"city": "Ulm"})
    changed = problem_of(owner.post(f"{PATH}/{winner}/unmerge"), 409)["changed"]
    assert changed == [{"field": "city", "before": None, "merged": "Bonn", "now": "Ulm"}]
    back = owner.post(f"{PATH}/{winner}/unmerge", json={"keep": {"city": "now"}}).get_json()["data"]
    assert (back["client"]["city"], back["other"]["id"], back["other"]["city"]) == ("Ulm", loser, "Bonn")
    problem_of(owner.post(f"{PATH}/{winner}/unmerge"), 409)
    assert owner.get(f"{PATH}/{loser}").status_code == 200


def test_addresses_go_back_each_to_its_own(owner: FlaskClient) -> None:
    winner = add(owner, name="Anna", addresses=[{"city": "Riga"}, {"city": "Oslo", "label": "site"}])["id"]
    loser = add(owner, name="Eva", addresses=[{"city": "Bonn", "postal_code": "53111"}])["id"]
    merged = owner.post(f"{PATH}/{winner}/merge", json={"other_id": loser, "from_other": ["city"]})
    assert merged.get_json()["data"]["city"] == "Bonn"
    added = [*merged.get_json()["data"]["addresses"], {"city": "Wien"}]
    assert owner.patch(f"{PATH}/{winner}", json={"addresses": added}).status_code == 200
    back = owner.post(f"{PATH}/{winner}/unmerge").get_json()["data"]
    assert [each["city"] for each in back["client"]["addresses"]] == ["Riga", "Oslo", "Wien"]
    assert (back["client"]["city"], back["client"]["addresses"][1]["label"]) == ("Riga", "site")
    assert [each["postal_code"] for each in back["other"]["addresses"]] == ["53111"]


@pytest.mark.parametrize(("keep", "city", "cities"), [("now", "Ulm", ["Ulm"]), ("before", None, [])])
def test_a_city_that_was_changed_since_is_kept_or_goes(
    owner: FlaskClient, pair: tuple[int, int], keep: str, city: str | None, cities: list[str]
) -> None:
    winner, loser = pair
    owner.post(f"{PATH}/{winner}/merge", json={"other_id": loser})
    owner.patch(f"{PATH}/{winner}", json={"city": "Ulm"})
    back = owner.post(f"{PATH}/{winner}/unmerge", json={"keep": {"city": keep}}).get_json()["data"]["client"]
    assert (back["city"], [each["city"] for each in back["addresses"]]) == (city, cities)


def test_custom_fields_are_merged_and_go_back(owner: FlaskClient) -> None:
    size, code = (add_field(owner, label=label, unique=label == "Code") for label in ("Size", "Code"))
    winner = add(owner, name="Anna", custom={size["key"]: "small"})["id"]
    loser = add(owner, name="Eva", custom={size["key"]: "large", code["key"]: "E-1"})["id"]
    asked = {"other_id": loser, "from_other": [f"custom.{size['key']}"]}
    merged = owner.post(f"{PATH}/{winner}/merge", json=asked)
    assert merged.get_json()["data"]["custom"] == {size["key"]: "large", code["key"]: "E-1"}
    page = owner.get(f"/clients/{winner}/merge?other_id={add(owner, custom={size['key']: 'tiny'})['id']}")
    assert "tiny" in page.get_data(as_text=True)
    back = owner.post(f"{PATH}/{winner}/unmerge").get_json()["data"]
    assert back["client"]["custom"] == {size["key"]: "small", code["key"]: None}
    assert back["other"]["custom"] == {size["key"]: "large", code["key"]: "E-1"}
    assert fields_of(owner.post(f"{PATH}/{winner}/merge", json={"other_id": loser, "from_other": ["x"]}))
    given = {"other_id": loser, "fields": {"custom": {code["key"]: "E-1"}}}
    assert owner.post(f"{PATH}/{winner}/merge", json=given).status_code == 200, "the other one's is free"


def test_a_stale_merge_is_refused(owner: FlaskClient, pair: tuple[int, int]) -> None:
    winner, loser = pair
    stale = owner.post(f"{PATH}/{winner}/merge", json={"other_id": loser}, headers={"If-Match": '"7"'})
    assert problem_of(stale, 412)["current"]["id"] == winner
    stale = owner.post(f"{PATH}/{winner}/merge", json={"other_id": loser, "other_version": 7})
    assert problem_of(stale, 412)["current"]["id"] == loser
    stale = owner.post(f"{PATH}/{winner}/unmerge", headers={"If-Match": '"7"'})
    problem_of(stale, 412)
    assert sorted(names(owner)) == ["Anna", "Eva"]


@pytest.mark.parametrize("asked", [{}, {"other_id": "2"}, {"other_id": 0}, {"other_id": 2, "x": 1}])
def test_a_malformed_merge_names_the_field(
    owner: FlaskClient, pair: tuple[int, int], asked: dict[str, object]
) -> None:
    assert fields_of(owner.post(f"{PATH}/{pair[0]}/merge", json=asked)) & {"other_id", "x"}


def test_a_repeated_merge_gets_the_first_answer(owner: FlaskClient, pair: tuple[int, int]) -> None:
    winner, loser = pair
    first, again = (
        owner.post(f"{PATH}/{winner}/merge", json={"other_id": loser}, headers={"Idempotency-Key": "once"})
        for _ in range(2)
    )
    assert first.data == again.data and again.headers["Idempotency-Replayed"] == "true"


def test_members_do_not_merge(db: Database, cast: Cast, owner: FlaskClient, pair: tuple[int, int]) -> None:
    colleague = client_of(owner.application, db, cast.colleague)
    for path in ("merge", "unmerge"):
        problem_of(colleague.post(f"{PATH}/{pair[0]}/{path}", json={"other_id": pair[1]}), 403)


def test_what_was_told_apart_from_the_loser_is_told_apart_from_the_winner(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    winner, loser, other = (add(owner, name=name) for name in ("Anna", "Anne", "Hanna"))
    pair = (loser["id"], other["id"])
    db.write(_add_told_apart, cast.owner, *pair)
    assert owner.post(f"{PATH}/{winner['id']}/merge", json={"other_id": loser["id"]}).status_code == 200
    assert (winner["id"], other["id"]) in told_apart(db)
    assert owner.post(f"{PATH}/{winner['id']}/unmerge").status_code == 200
    assert told_apart(db) == [pair]


def _add_told_apart(tx: Transaction, first_id: int, second_id: int) -> None:
    tx.run(
        """
        INSERT INTO client_pairs (workspace_id, first_id, second_id, score, reasons, state, created_at,
                                  updated_at)
        VALUES (:workspace_id, :first_id, :second_id, 50, '["name"]', 'told_apart', :now, :now)
        """,
        first_id=first_id,
        second_id=second_id,
    )


def told_apart(db: Database) -> list[tuple[int, int]]:
    found = rows(db, "SELECT first_id, second_id FROM client_pairs WHERE state = 'told_apart' ORDER BY 1, 2")
    return [(row["first_id"], row["second_id"]) for row in found]


def test_filters_and_views_that_name_the_loser_show_what_is_with_the_winner(owner: FlaskClient) -> None:
    winner, loser = (add(owner, kind="company", name=name) for name in ("Acme", "Acme Ltd"))
    field = {"kind": "client", "label": "Partner", "field_type": "client"}
    assert owner.post("/api/custom-fields", json=field).status_code == 201
    anna = add(owner, name="Anna", company_id=loser["id"], custom={"partner": loser["id"]})
    assert owner.post(f"{PATH}/{winner['id']}/merge", json={"other_id": loser["id"]}).status_code == 200
    for each in (winner, loser):
        condition = '{"all": [{"field": "%s", "op": "is", "value": %d}]}'
        asked = (
            f"company_id={each['id']}",
            f"filter={condition % ('company_id', each['id'])}",
            f"filter={condition % ('custom.partner', each['id'])}",
        )
        for query in asked:
            found = owner.get(f"{PATH}?{query}").get_json()["data"]
            assert [one["id"] for one in found] == [anna["id"]], query
            assert owner.get(f"{PATH}/export?format=jsonl&{query}").get_data().count(b"\n") == 1, query


def test_the_description_tells_of_the_way_to_the_winner(owner: FlaskClient) -> None:
    paths = owner.get("/api/openapi.json").get_json()["paths"]
    assert "Location" in paths["/api/clients/{client_id}"]["get"]["responses"]["308"]["headers"]
    assert "308" not in paths["/api/clients/{client_id}"]["patch"]["responses"]
    assert "308" not in paths["/api/leads/{lead_id}"]["get"]["responses"]
