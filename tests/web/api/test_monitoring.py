"""/api/db and /metrics show the figures of the server to those to whom the server belongs."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.accounts.setup import setup_workspace
from crm.accounts.workspaces import create_workspace
from crm.appliance.furnishing import furnish_workspace
from crm.config import Settings
from crm.db import index_advice
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.postgres.pools import WRITERS
from crm.monitoring.alerts import Reading
from crm.monitoring.incidents import settle_readings
from tests.support.api import client_of, problem_of, running_app
from tests.support.people import PASSWORD_HASH, setup_fields

FIGURES = ("metrics", "query-history", "slow-queries", "transaction-stats", "pool-metrics")


@pytest.fixture
def owner(db: Database) -> Actor:
    founded = db.write(setup_workspace, SYSTEM, setup_fields(), PASSWORD_HASH, furnish_workspace)
    return Actor(founded.workspace_id, founded.owner_id)


@pytest.fixture
def app(prepared: Settings, db: Database, owner: Actor) -> Iterator[Flask]:
    with running_app(prepared.model_copy(update={"db_slow_query_threshold": 20})) as app:
        yield app


@pytest.fixture
def client(app: Flask, db: Database, owner: Actor) -> FlaskClient:
    return client_of(app, db, owner)


def published(app: Flask) -> None:
    """What was counted until now is there for all processes."""
    publisher = app.extensions["holdfast.publisher"]
    publisher.publish()


def test_health_is_for_anybody_and_bare(app: Flask) -> None:
    answer = app.test_client().get("/api/db/health")
    assert answer.status_code == 200
    assert answer.get_json().keys() == {"status", "timestamp"}
    assert answer.get_json()["status"] == "healthy"


@pytest.mark.sqlite("a server has no file to remove")
def test_without_its_file_it_is_unhealthy(app: Flask, prepared: Settings) -> None:
    prepared.sqlite_path.rename(prepared.sqlite_path.with_name("elsewhere.db"))
    answer = app.test_client().get("/api/db/health")
    assert (answer.status_code, answer.get_json()["status"]) == (503, "unhealthy")
    prepared.sqlite_path.with_name("elsewhere.db").rename(prepared.sqlite_path)


def test_changes_and_refusals_are_counted(app: Flask, db: Database, client: FlaskClient) -> None:
    published(app)
    before = client.get("/api/db/transaction-stats").get_json()["data"]
    for _ in range(5):
        assert client.post("/api/clients", json={"name": "Ann"}).status_code == 201
    published(app)
    after = client.get("/api/db/transaction-stats").get_json()["data"]
    assert after["total"] - before["total"] >= 5
    assert after["committed"] - before["committed"] >= 5
    assert 0 < after["p50_ms"] <= after["p95_ms"] <= after["p99_ms"] <= after["longest_ms"]
    pool = client.get("/api/db/pool-metrics").get_json()["data"]
    assert pool["total"] == pool["idle"] + pool["active"] >= 1
    assert pool["queries"] >= 5
    assert pool["most"] == 8 + (0 if db.in_file else WRITERS)


def test_the_history_has_texts_and_no_values(app: Flask, client: FlaskClient) -> None:
    client.post("/api/clients", json={"name": "Secretive Ann"})
    published(app)
    history = client.get("/api/db/query-history").get_json()["data"]
    assert 0 < len(history) <= 100
    assert any("INSERT INTO clients" in each["query"] for each in history)
    assert all("Secretive" not in each["query"] for each in history)
    assert {each["success"] for each in history} == {True}
    assert [each["at"] for each in history] == sorted((each["at"] for each in history), reverse=True)


def test_a_slow_statement_is_listed_with_its_plan_and_the_missing_index(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_advice, "FEW_ROWS", 0)
    inside: Database = app.extensions["holdfast.db"]
    walk = """
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
        SELECT count(*) FROM n LEFT JOIN clients ON clients.job_title = :title
    """
    inside.read(lambda tx: tx.value(walk, title="x"), SYSTEM)
    published(app)
    listed = client.get("/api/db/slow-queries").get_json()["data"]
    (slow,) = [each for each in listed if each["query"] == " ".join(walk.split())]
    assert slow["count"] == 1
    assert slow["longest_ms"] > 20
    assert any("clients" in step for step in slow["plan"])
    assert slow["suggestions"] == ["CREATE INDEX clients_job_title ON clients (job_title)"]


def test_the_test_is_there_only_where_it_is_set(
    client: FlaskClient, prepared: Settings, db: Database, owner: Actor
) -> None:
    for asking in (client, client.application.test_client()):
        problem_of(asking.get("/api/db/test"), 404)
    with running_app(prepared.model_copy(update={"db_test": True})) as app:
        found = client_of(app, db, owner, "read").get("/api/db/test").get_json()["data"]
    assert found["read_ms"] > 0
    assert found["write_ms"] > 0


def test_of_several_workspaces_none_sees_the_server_and_a_monitor_does(
    app: Flask, db: Database, owner: Actor
) -> None:
    read, monitor = client_of(app, db, owner, "read"), client_of(app, db, owner, "monitor")
    assert {read.get(f"/api/db/{name}").status_code for name in FIGURES} == {200}
    other = setup_fields("Another", "owner@another.example")
    db.write(create_workspace, SYSTEM, other, PASSWORD_HASH, furnish_workspace)
    assert {read.get(f"/api/db/{name}").status_code for name in FIGURES} == {403}
    assert {monitor.get(f"/api/db/{name}").status_code for name in FIGURES} == {200}
    assert (read.get("/metrics").status_code, monitor.get("/metrics").status_code) == (403, 200)


def test_an_alert_is_shown_and_acknowledged_by_who_sees_the_server_alone(
    app: Flask, db: Database, owner: Actor, client: FlaskClient
) -> None:
    monitor, read = client_of(app, db, owner, "monitor"), client_of(app, db, owner, "read")
    for level in ("critical", None, "warning"):
        db.write(settle_readings, SYSTEM, [Reading("disk", 4.0 if level else 50.0, level)])
    opened, over = monitor.get("/api/db/alerts").get_json()["data"]
    assert (opened["alert"], opened["level"], opened["value"], opened["ended_at"]) == (
        "disk",
        "warning",
        4,
        None,
    )
    assert over["ended_at"] is not None and opened["sentence"] == "Only 4 % of the disk are free."
    address = f"/api/db/alerts/{opened['id']}/acknowledge"
    problem_of(read.post(address), 403)
    for nothing in (over["id"], 98_765):
        problem_of(client.post(f"/api/db/alerts/{nothing}/acknowledge"), 404)
    db.write(create_workspace, SYSTEM, setup_fields("B", "b@b.example"), PASSWORD_HASH, furnish_workspace)
    problem_of(client.get("/api/db/alerts"), 403)
    problem_of(client.post(address), 403)
    assert monitor.post(address).get_json()["data"]["acknowledged_by"] == "monitoring"
    assert monitor.get("/api/db/alerts").get_json()["data"][0]["acknowledged_at"]


PAGES = ("/settings/system", "/settings/system/sizes")
"""They name who made the token."""


def test_a_monitor_sees_no_record(app: Flask, db: Database, owner: Actor) -> None:
    monitor = client_of(app, db, owner, "monitor")
    for path in ("/api/clients", "/api/me", "/api/backups", "/clients", "/api/tokens", *PAGES):
        answer = monitor.get(path)
        assert answer.status_code == 403 and "@" not in answer.get_data(as_text=True), path
    assert monitor.post("/api/clients", json={"name": "Ann"}).status_code == 403


def test_no_token_that_monitors_is_made_over_the_network(client: FlaskClient) -> None:
    answer = client.post("/api/tokens", json={"name": "m", "scope": "monitor"})
    assert "scope" in {error["field"] for error in problem_of(answer, 422)["errors"]}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer hf_wrong"}, {"Accept": "text/html"}])
def test_a_program_without_a_token_that_holds_is_told_so_and_led_to_no_page(
    app: Flask, headers: dict[str, str]
) -> None:
    for path in ("/metrics", *(f"/api/db/{name}" for name in FIGURES)):
        problem_of(app.test_client().get(path, headers=headers), 401)


def test_requests_are_counted_by_route_and_status(app: Flask, client: FlaskClient) -> None:
    for path in ("/api/clients/1", "/api/clients/2", "/nowhere"):
        client.get(path)
    published(app)
    lines = client.get("/metrics").get_data(as_text=True).splitlines()
    name = "holdfast_http_request_duration_seconds_count"
    route = 'route="/api/clients/<id:client_id>"'
    assert f'{name}{{method="GET",{route},status="404"}} 2.0' in lines
    assert f'{name}{{method="GET",route="(none)",status="404"}} 1.0' in lines


def test_figures_are_kept_by_a_process_that_ends(prepared: Settings, db: Database, owner: Actor) -> None:
    for round_ in (1, 2):
        with running_app(prepared) as app:
            client = client_of(app, db, owner, "read" if round_ == 1 else "write")
            client.get("/api/clients/1")
    with running_app(prepared) as app:
        text = client_of(app, db, owner, "monitor").get("/metrics").get_data(as_text=True)
    assert 'route="/api/clients/<id:client_id>",status="404"} 2.0' in text
