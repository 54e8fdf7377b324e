"""Files over the API: other workspaces, the trash, pictures of clients, and when content is purged."""

import os

from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from crm.files.tidying import collect_orphans, missing_files, purge_files
from tests.support import samples
from tests.support.api import problem_of
from tests.support.file_api import TEXT, add_client, add_file, fetch, on_disk, upload
from tests.support.frozen_clock import FrozenClock


def test_no_workspace_reaches_another_s_file(owner: FlaskClient, outsider: FlaskClient) -> None:
    path = f"/api/files/{add_file(owner)['id']}"
    for response in (
        outsider.get(path),
        outsider.get(f"{path}/content"),
        outsider.delete(path),
        outsider.post(f"{path}/restore"),
    ):
        problem_of(response, 404)
    assert outsider.get("/api/files").get_json()["data"] == []


def test_a_deleted_file_is_gone_until_it_is_restored(owner: FlaskClient) -> None:
    file = add_file(owner)
    path = f"/api/files/{file['id']}"
    assert owner.delete(path, headers={"If-Match": '"7"'}).status_code == 412
    assert owner.delete(path).status_code == 204
    for refused in (owner.get(path), fetch(owner, f"{path}/content"), owner.delete(path)):
        problem_of(refused, 404)
    assert owner.get("/api/files").get_json()["data"] == []
    assert len(owner.get("/api/files?deleted=true").get_json()["data"]) == 1
    assert owner.post(f"{path}/restore").headers["ETag"] == '"3"'
    assert fetch(owner, f"{path}/content").data == TEXT
    actions = owner.get(f"/api/clients/{file['client_id']}/activities").get_json()["data"]
    assert [row["action"] for row in actions][:3] == ["file.restored", "file.deleted", "file.created"]


def test_the_files_of_a_deleted_client_go_and_return_with_them(owner: FlaskClient) -> None:
    file = add_file(owner)
    owner.delete(f"/api/clients/{file['client_id']}")
    problem_of(fetch(owner, f"/api/files/{file['id']}/content"), 404)
    assert owner.get("/api/files").get_json()["data"] == []
    owner.post(f"/api/clients/{file['client_id']}/restore")
    assert fetch(owner, f"/api/files/{file['id']}/content").data == TEXT


def test_a_picture_replaces_the_one_before(owner: FlaskClient, settings: Settings) -> None:
    client_id = add_client(owner)
    path = f"/api/clients/{client_id}/picture"
    first = upload(owner, path, "a.png", samples.picture(), method="PUT")
    assert (first.status_code, first.headers["ETag"]) == (200, '"2"')
    picture_id = first.get_json()["data"]["picture_id"]
    thumbnail = fetch(owner, f"/api/files/{picture_id}/content?thumbnail=96")
    assert thumbnail.mimetype == "image/webp" and thumbnail.data[:4] == b"RIFF"
    second = upload(owner, path, "b.jpg", samples.picture("JPEG"), method="PUT").get_json()["data"]
    assert second["picture_id"] != picture_id
    problem_of(owner.get(f"/api/files/{picture_id}"), 404)
    problem_of(upload(owner, path, "a.pdf", samples.PDF, method="PUT"), 415)
    stale = upload(owner, path, "a.png", samples.picture(), method="PUT", headers={"If-Match": '"1"'})
    problem_of(stale, 412)
    assert len(on_disk(settings)) == 6
    assert owner.get(f"/api/clients/{client_id}/files").get_json()["data"] == []


def test_a_deleted_picture_can_take_its_place_again(owner: FlaskClient) -> None:
    client_id = add_client(owner)
    path = f"/api/clients/{client_id}"
    picture_id = upload(owner, f"{path}/picture", "a.png", samples.picture(), method="PUT").get_json()[
        "data"
    ]["picture_id"]
    owner.delete(f"/api/files/{picture_id}")
    assert owner.get(path).get_json()["data"]["picture_id"] is None
    owner.post(f"/api/files/{picture_id}/restore")
    assert owner.get(path).get_json()["data"]["picture_id"] == picture_id


def test_the_missing_content_of_a_file_is_reported(
    owner: FlaskClient, db: Database, settings: Settings
) -> None:
    file = add_file(owner)
    on_disk(settings)[0].unlink()
    problem_of(fetch(owner, f"/api/files/{file['id']}/content"), 404)
    assert [missing.file_id for missing in missing_files(db, settings)] == [file["id"]]


def test_content_is_purged_a_month_after_its_row_was_deleted(
    owner: FlaskClient, db: Database, settings: Settings, frozen_clock: FrozenClock
) -> None:
    kept, gone = add_file(owner), add_file(owner, "a.png", samples.picture())
    owner.delete(f"/api/files/{gone['id']}")
    frozen_clock.advance(days=29)
    assert purge_files(db, settings) == 0
    frozen_clock.advance(days=2)
    assert purge_files(db, settings) == 1
    assert len(on_disk(settings)) == 1
    assert missing_files(db, settings) == []
    problem_of(owner.post(f"/api/files/{gone['id']}/restore"), 404)
    assert fetch(owner, f"/api/files/{kept['id']}/content").data == TEXT


def test_files_without_a_row_are_collected_once_they_are_old(
    owner: FlaskClient, db: Database, settings: Settings, frozen_clock: FrozenClock
) -> None:
    add_file(owner, "a.png", samples.picture())
    known = on_disk(settings)
    folder = known[0].parent
    for name in ("f" * 32, f"{'f' * 32}.96", ".part-0123456789abcdef"):
        (folder / name).write_bytes(b"orphan")
        os.utime(folder / name, (frozen_clock.time.timestamp(),) * 2)
    (settings.upload_folder / "README").write_bytes(b"somebody else's")
    assert collect_orphans(db, settings) == 0
    frozen_clock.advance(days=8)
    assert collect_orphans(db, settings) == 3
    assert on_disk(settings) == sorted([*known, settings.upload_folder / "README"])
