"""The change feed: nothing is missing, nothing comes twice, and the tables can be made of it again."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.activity import feed
from crm.db.database import Database
from tests.support.api import fields_of, problem_of
from tests.support.cast import Cast
from tests.support.erasing import erase_by_api
from tests.support.leads import furnish

Record = dict[str, Any]
LISTS = {
    "client": "/api/clients?", "lead": "/api/leads?", "task": "/api/tasks?", "vehicle": "/api/vehicles?",
    "product": "/api/products?", "note": "/api/notes?subject=client&subject_id=2&",
}  # fmt: skip


def follow(api: FlaskClient, since: str = "0", kinds: str | None = None) -> Iterator[Record]:
    """All events from there on; the last one is followed by the cursor as `{"next": …}`."""
    more, calls = True, 0
    while more and calls < 500:
        query = {"since": since, "limit": 3} | ({"kinds": kinds} if kinds else {})
        answer = api.get("/api/changes", query_string=query)
        assert answer.status_code == 200, answer.get_json()
        body = answer.get_json()
        yield from body["data"]
        since, more, calls = body["page"]["next"], body["page"]["more"], calls + 1
    yield {"next": since}


def events_of(api: FlaskClient, since: str = "0", kinds: str | None = None) -> list[Record]:
    return list(follow(api, since, kinds))[:-1]


def cursor_of(api: FlaskClient) -> str:
    return str(list(follow(api))[-1]["next"])


def post(api: FlaskClient, path: str, **body: object) -> Record:
    answer = api.post(path, json=body)
    assert answer.status_code in {200, 201}, answer.get_json()
    return dict(answer.get_json()["data"])


def work_a_while(api: FlaskClient) -> None:
    firm = post(api, "/api/clients", name="Firm", kind="company", city="Graz")
    ada = post(api, "/api/clients", name="Ada", email="ada@example.org", company_id=firm["id"], tags=["VIP"])
    lead = post(api, "/api/leads", title="Roof", client_id=ada["id"], value="12.50", source="fair")
    post(api, "/api/notes", subject="client", subject_id=ada["id"], text="called")
    post(api, "/api/tasks", title="Call", subject="lead", subject_id=lead["id"])
    car = post(api, "/api/vehicles", make="VW", model="Golf", year=2020)
    post(api, "/api/products", name="Paint", price="3.50")
    many = [post(api, "/api/clients", name=f"Client {number}") for number in range(4)]
    assert (
        api.patch(f"/api/leads/{lead['id']}", json={"title": "New roof", "source": None}).status_code == 200
    )
    assert api.patch(f"/api/vehicles/{car['id']}", json={"colour": "red", "mileage": 100}).status_code == 200
    tagging = [{"op": "tag", "id": each["id"], "add": ["met"]} for each in many]
    assert api.post("/api/clients/bulk", json={"operations": tagging}).status_code == 200
    for client in many[1:]:
        assert api.delete(f"/api/clients/{client['id']}").status_code == 204
    post(api, f"/api/clients/{many[1]['id']}/restore")


def rebuilt(events: list[Record]) -> dict[str, dict[int, Record]]:
    """The live records by kind and id, made of the events alone."""
    records: dict[str, dict[int, Record]] = {}
    gone: set[tuple[str, int]] = set()
    for event in events:
        key = event["kind"], event["id"]
        records.setdefault(key[0], {}).setdefault(key[1], {}).update(event["after"] or {})
        if event["verb"] == "deleted":
            gone.add(key)
        elif event["verb"] == "restored":
            gone.discard(key)
    for kind, record_id in gone:
        del records[kind][record_id]
    return records


def test_a_reader_can_rebuild_the_records_from_the_events(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    work_a_while(owner)
    made = rebuilt(events_of(owner))
    for kind, path in LISTS.items():
        listed = {each["id"]: each for each in owner.get(f"{path}limit=200").get_json()["data"]}
        assert made[kind].keys() == listed.keys()
        for record_id, told in made[kind].items():
            shown = listed[record_id]
            assert {name: shown[name] for name in told if name in shown} == {
                name: value for name, value in told.items() if name in shown
            }
    lead = next(iter(made["lead"].values()))
    assert (lead["title"], lead["source"]) == ("New roof", None)
    tags = [each.get("tags") for each in made["client"].values()]
    assert tags.count(["met"]) == 2 and tags.count(["VIP"]) == 1


def test_the_events_are_gapless_and_each_page_goes_on_where_the_last_one_ended(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    work_a_while(owner)
    events = events_of(owner)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    ledger = owner.get("/api/activities?limit=200").get_json()["data"]
    assert [event["hash"] for event in events] == [entry["hash"] for entry in reversed(ledger)]


def test_a_cursor_at_the_end_finds_what_comes_next_and_nothing_else(owner: FlaskClient) -> None:
    post(owner, "/api/clients", name="Before")
    ends = [cursor_of(owner), owner.get("/api/changes?since=latest").get_json()["page"]["next"]]
    post(owner, "/api/clients", name="After")
    assert ends[0] == ends[1]
    assert [event["after"]["name"] for event in events_of(owner, ends[0])] == ["After"]


def test_chosen_kinds_are_found_however_far_apart(
    owner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "WINDOW", 4)
    post(owner, "/api/products", name="Paint")
    for number in range(9):
        post(owner, "/api/clients", name=f"Client {number}")
    post(owner, "/api/vehicles", make="VW", model="Golf", year=2020)
    assert [event["kind"] for event in events_of(owner, kinds="product,vehicle")] == ["product", "vehicle"]


def test_what_was_erased_comes_without_its_contents_and_as_an_event(owner: FlaskClient) -> None:
    ada = post(owner, "/api/clients", name="Ada", email="ada@example.org")
    assert erase_by_api(owner, ada["id"], name="Ada").status_code in {200, 204}
    first, *_, last = [event for event in events_of(owner) if event["kind"] == "client"]
    assert (first["verb"], first["before"], first["after"]) == ("created", None, None)
    assert first["erased_at"] is not None and last["verb"] == "erased"


def test_a_cursor_of_another_history_is_refused_and_says_where_to_begin(owner: FlaskClient) -> None:
    post(owner, "/api/clients", name="Ada")
    for cursor in ("1-0000000000000000", "999-0123456789abcdef"):
        answer = owner.get(f"/api/changes?since={cursor}")
        assert answer.get_json()["since"] == "0"
        assert "another history" in problem_of(answer, 409)["detail"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=-1", "since"), ("since=12", "since"), ("since=1-zz", "since"), ("since=" + "1" * 60, "since"),
        ("kinds=", "kinds"), ("kinds=client,,lead", "kinds"), ("kinds=nothing", "kinds"),
        ("wait=31", "wait"), ("wait=-1", "wait"), ("limit=0", "limit"), ("limit=201", "limit"),
    ],
)  # fmt: skip
def test_a_wrong_question_is_refused_by_its_field(owner: FlaskClient, query: str, field: str) -> None:
    assert fields_of(owner.get(f"/api/changes?{query}")) == {field}


def test_no_workspace_and_no_viewer_sees_more_than_in_the_ledger(
    owner: FlaskClient, viewer: FlaskClient, outsider: FlaskClient
) -> None:
    post(owner, "/api/clients", name="Ada")
    post(owner, "/api/invitations", email="new@example.org", role="viewer")
    assert events_of(outsider) == []
    assert {event["kind"] for event in events_of(owner)} == {"client", "invitation"}
    assert {event["kind"] for event in events_of(viewer)} == {"client"}
