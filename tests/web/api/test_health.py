"""Anybody may ask whether the appliance works, and learns nothing else."""

import json
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.health import LOW_BYTES
from crm.db.heartbeat import STALE_SECONDS, beat, heartbeat_path
from crm.db.sqlite.gates import NEEDED_BYTES
from tests.support.frozen_clock import FrozenClock

HEALTHY = {
    "status": "ok",
    "database": "ok",
    "disk": "ok",
    "uploads": "ok",
    "worker": "ok",
    "backups": "ok",
    "program": "ok",
}
Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def _room_on_disk_and_a_worker(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    set_free(monkeypatch, 2**33)
    settings.sqlite_path.parent.mkdir(exist_ok=True)
    beat(settings.sqlite_path)


def set_free(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    def usage(folder: Path) -> Usage:
        folder.stat()
        return Usage(2**40, 0, free)

    monkeypatch.setattr(shutil, "disk_usage", usage)


def ask(client: FlaskClient, status: int) -> dict[str, str]:
    response = client.get("/api/health")
    assert response.status_code == status
    assert response.mimetype == "application/json"
    found: dict[str, str] = json.loads(response.data)
    assert found["status"] == ("ok" if status == 200 else "failing")
    return found


def test_a_healthy_appliance_says_so_to_anybody(anybody: FlaskClient) -> None:
    assert ask(anybody, 200) == HEALTHY


def test_it_is_not_rate_limited(anybody: FlaskClient) -> None:
    statuses = {anybody.get("/api/health").status_code for _ in range(1100)}
    assert statuses == {200}


def test_a_worker_that_shows_no_sign_of_life_is_a_failure(
    anybody: FlaskClient, settings: Settings, frozen_clock: FrozenClock
) -> None:
    beat(settings.sqlite_path)
    frozen_clock.advance(seconds=STALE_SECONDS + 1)
    assert ask(anybody, 503) == {**HEALTHY, "status": "failing", "worker": "stopped"}


@pytest.mark.parametrize("content", [b"", b"yesterday", b"2026-11-21", b"\xff"])
def test_a_damaged_sign_of_life_is_none(anybody: FlaskClient, settings: Settings, content: bytes) -> None:
    heartbeat_path(settings.sqlite_path).write_bytes(content)
    assert ask(anybody, 503)["worker"] == "stopped"


def test_a_worker_that_never_ran_is_a_failure(anybody: FlaskClient, settings: Settings) -> None:
    heartbeat_path(settings.sqlite_path).unlink()
    assert ask(anybody, 503)["worker"] == "stopped"


def test_a_disk_that_gets_full_warns_before_it_fails(
    anybody: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_free(monkeypatch, LOW_BYTES - 1)
    assert ask(anybody, 200) == {**HEALTHY, "disk": "low"}
    set_free(monkeypatch, NEEDED_BYTES - 1)
    assert ask(anybody, 503)["disk"] == "full"


def test_uploads_that_are_gone_are_a_failure(anybody: FlaskClient, settings: Settings) -> None:
    shutil.rmtree(settings.upload_folder)
    assert ask(anybody, 503) == {**HEALTHY, "status": "failing", "uploads": "unavailable"}


@pytest.mark.sqlite("a server has no file to remove")
def test_a_database_that_was_removed_is_a_failure_though_it_still_answers(
    anybody: FlaskClient, settings: Settings
) -> None:
    ask(anybody, 200)
    settings.sqlite_path.rename(settings.sqlite_path.with_suffix(".elsewhere"))
    assert ask(anybody, 503)["database"] == "missing"


@pytest.mark.sqlite("a server has no file to overwrite")
def test_a_database_that_cannot_be_read_is_a_failure_and_tells_no_path(
    anybody: FlaskClient, settings: Settings
) -> None:
    settings.sqlite_path.unlink()
    settings.sqlite_path.write_bytes(b"x" * 8192)
    assert ask(anybody, 503)["database"] == "unavailable"
    assert str(settings.sqlite_path) not in anybody.get("/api/health").get_data(as_text=True)
