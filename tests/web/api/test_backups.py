"""Backups by the API: for admins, one at a time, and never another workspace's data."""

import io
import tarfile
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.appliance.backups import back_up, is_due
from crm.appliance.restoring import examine, restore_beside
from crm.config import Settings
from crm.db.backup.report import Silence
from crm.db.backup.shelf import locked_shelf, note_run
from crm.db.database import Database
from crm.db.instance import create_instance
from crm.db.restored import Restored, load_restored, mark_restored
from tests.support.api import client_of, problem_of
from tests.support.appliance import wait_until
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock


def test_a_backup_is_started_listed_and_verified(owner: FlaskClient, settings: Settings) -> None:
    assert owner.get("/api/backups").get_json()["data"]["stale"] is True
    assert owner.post("/api/backups").status_code == 202
    wait_until(lambda: owner.get("/api/backups").get_json()["data"]["stale"] is False, 30)
    kept = owner.get("/api/backups").get_json()["data"]["backups"][0]
    assert kept["good"] and kept["size"] > 0
    assert owner.post(f"/api/backups/{kept['name']}/verify").status_code == 202

    def verified_again() -> bool:
        now = owner.get("/api/backups").get_json()["data"]["backups"][0]
        return bool(now["verified_at"] > kept["verified_at"])

    wait_until(verified_again, 30)
    problem_of(owner.post("/api/backups/holdfast-20200101T000000000Z/verify"), 404)
    problem_of(owner.post("/api/backups/..%2F..%2Fetc/verify"), 404)


def test_a_second_one_at_a_time_is_refused(owner: FlaskClient, settings: Settings, db: Database) -> None:
    back_up(settings, Silence())
    with locked_shelf(settings.backup_dir):
        assert owner.get("/api/backups").get_json()["data"]["running"] is True
        problem_of(owner.post("/api/backups"), 409)


def test_of_many_that_are_asked_for_at_once_one_runs(owner: FlaskClient, settings: Settings) -> None:
    made = [owner.post("/api/backups").status_code for _ in range(5)]
    assert sorted(made) == [202, 409, 409, 409, 409]
    wait_until(lambda: owner.get("/api/backups").get_json()["data"]["stale"] is False, 30)
    name = owner.get("/api/backups").get_json()["data"]["backups"][0]["name"]
    verified = [owner.post(f"/api/backups/{name}/verify").status_code for _ in range(5)]
    assert sorted(verified) == [202, 409, 409, 409, 409]
    wait_until(lambda: owner.post(f"/api/backups/{name}/verify").status_code == 202, 30)


@pytest.mark.usefixtures("alone")
def test_a_download_unpacks_to_a_backup_that_restores(
    owner: FlaskClient, settings: Settings, tmp_path: Path
) -> None:
    folder = back_up(settings, Silence())
    response = owner.get(f"/api/backups/{folder.name}/archive")
    assert response.status_code == 200 and response.mimetype == "application/x-tar"
    assert int(response.headers["Content-Length"]) == len(response.data)
    with tarfile.open(fileobj=io.BytesIO(response.data)) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    intent = examine(settings, str(tmp_path / "unpacked" / folder.name), Silence())
    restore_beside(intent, tmp_path / "elsewhere", Silence())


@pytest.mark.usefixtures("alone")
def test_what_another_appliance_keeps_in_the_same_folder_is_not_downloaded(
    owner: FlaskClient, settings: Settings
) -> None:
    folder = back_up(settings, Silence())
    create_instance(settings.sqlite_path, settings.upload_folder)
    problem_of(owner.get(f"/api/backups/{folder.name}/archive"), 403)


def test_what_holds_other_workspaces_is_not_downloaded(owner: FlaskClient, settings: Settings) -> None:
    folder = back_up(settings, Silence())
    problem_of(owner.get(f"/api/backups/{folder.name}/archive"), 403)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", ""), ("POST", "/x/verify"), ("GET", "/x/archive"), ("POST", "/release")],
)
def test_members_have_no_business_with_backups(
    app: Flask, db: Database, cast: Cast, method: str, path: str
) -> None:
    member = client_of(app, db, cast.colleague)
    problem_of(member.open(f"/api/backups{path}", method=method), 403)


@pytest.mark.usefixtures("alone")
def test_an_admin_releases_what_a_restore_paused(owner: FlaskClient, settings: Settings) -> None:
    problem_of(owner.post("/api/backups/release"), 409)
    mark_restored(settings.sqlite_path, Restored("holdfast-x", "then", "now"))
    assert owner.get("/api/backups").get_json()["data"]["restored"]["backup"] == "holdfast-x"
    assert owner.post("/api/backups/release").status_code == 204
    assert load_restored(settings.sqlite_path) is None
    actions = [row["action"] for row in owner.get("/api/activities").get_json()["data"]]
    assert actions == ["messages.released"]


def test_one_is_due_a_day_after_the_last_good_one_and_an_hour_after_a_failure(
    db: Database, settings: Settings, frozen_clock: FrozenClock
) -> None:
    assert is_due(settings)
    back_up(settings, Silence())
    assert not is_due(settings)
    frozen_clock.advance(hours=24, seconds=1)
    assert is_due(settings)
    note_run(settings.backup_dir, "", problem="the disk is full")
    assert not is_due(settings)
    frozen_clock.advance(hours=1)
    assert is_due(settings)
    assert not is_due(settings.model_copy(update={"backup_every_hours": 0}))
