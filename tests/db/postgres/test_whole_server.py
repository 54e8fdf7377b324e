"""A whole server on PostgreSQL, in its own processes: set up, served, examined, no password in sight."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from crm.config import PROJECT_ROOT
from tests.support.appliance import Appliance, wait_until
from tests.support.engines import TestCluster

COMMANDS = (["rollback", "--yes"],)
OF_ROWS = ("ledgers: 1 whole", "uploaded files: 0, each as its row says", "orphaned files: 0, ")
ROLE = "CREATE ROLE ann LOGIN PASSWORD 's3cret-of-ann'"


@pytest.fixture
def appliance(tmp_path: Path, postgres: TestCluster) -> Iterator[Appliance]:
    """On an empty database, by an address with a password."""
    with postgres.bare_database() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(b"DROP ROLE IF EXISTS ann")
            connection.execute(ROLE.encode())
            connection.execute(b"ALTER SCHEMA public OWNER TO ann")
        yield Appliance(tmp_path, DATABASE_URL=url.replace("postgres@", "ann:s3cret-of-ann@"))


def test_a_client_and_a_lead_are_made_found_and_examined(appliance: Appliance) -> None:
    token = appliance.set_up()
    with appliance, appliance.client(headers={"Authorization": f"Bearer {token}"}) as api:
        client = api.post("/api/clients", json={"name": "Ärzte Świt", "email": "anna@example.org"})
        assert client.status_code == 201, client.text
        given = {"title": "Roof", "client_id": client.json()["data"]["id"], "value": 12.5}
        assert api.post("/api/leads", json=given).status_code == 201
        assert api.post("/api/clients", json={"name": "B", "email": "anna@example.org"}).status_code == 409
        assert [each["name"] for each in api.get("/api/clients?q=swit").json()["data"]] == ["Ärzte Świt"]
        assert [each["value"] for each in api.get("/api/leads?sort=-value").json()["data"]] == [12.5]
        wait_until(lambda: api.get("/api/health").json()["worker"] == "ok")
        assert api.get("/api/health").json()["status"] == "ok"
    assert not (appliance.folder / "data" / "crm.db").exists()
    told = crm(appliance, "doctor").stdout
    for line in (
        "engine: PostgreSQL 1",
        "BAD  durability: fsync is off",
        "schema: up to date",
        "preview: ",
        *OF_ROWS,
    ):
        assert line in told
    assert "s3cret" not in appliance.output + told
    assert "entries, whole" in appliance.crm("ledger", "verify")


def test_what_copies_the_file_of_sqlite_refuses(appliance: Appliance) -> None:
    appliance.set_up()
    for command in COMMANDS:
        done = crm(appliance, *command)
        assert done.returncode == 1 and "Not on PostgreSQL" in done.stderr, (command, done.stderr)


def crm(appliance: Appliance, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "crm", *command],
        cwd=PROJECT_ROOT, env=appliance._environment(), stdin=subprocess.DEVNULL,
        capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
