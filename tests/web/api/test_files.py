import hashlib
import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from crm.config import Settings
from crm.db.database import Database
from crm.db.sqlite.engine import open_writer
from crm.files.tidying import (
    collect_orphans,
    missing_files,
    purge_files,
)
from tests.support import samples
from tests.support.api import client_of, fields_of, problem_of, running_app
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import furnish

TEXT = "Grüße aus Łódź\n".encode()


def add_client(client: FlaskClient) -> int:
    return int(client.post("/api/clients", json={"name": "Anna"}).get_json()["data"]["id"])


def upload(
    client: FlaskClient, path: str, name: str = "note.txt", content: bytes = TEXT, **options: Any
) -> Any:
    method = options.pop("method", "POST")
    boundary, body = encode_multipart({"file": FileStorage(BytesIO(content), name)})
    content_type = f"multipart/form-data; boundary={boundary}"
    return client.open(path, method=method, data=body, content_type=content_type, **options)


def add_file(client: FlaskClient, name: str = "note.txt", content: bytes = TEXT) -> dict[str, Any]:
    response = upload(client, f"/api/clients/{add_client(client)}/files", name, content)
    assert response.status_code == 201, response.get_data(as_text=True)
    return dict(response.get_json()["data"])


def fetch(client: FlaskClient, path: str, **options: Any) -> Any:
    """A download that is read and closed, as a server does."""
    return client.open(path, buffered=True, **{"method": "GET", **options})


def on_disk(settings: Settings) -> list[Path]:
    return sorted(
        path for path in settings.upload_folder.rglob("*") if path.is_file() and path.name != ".holdfast"
    )


def test_an_upload_comes_back_byte_for_byte(owner: FlaskClient, settings: Settings, cast: Cast) -> None:
    client_id = add_client(owner)
    response = upload(owner, f"/api/clients/{client_id}/files", "Łódź — notes.txt")
    file = response.get_json()["data"]
    assert response.headers["Location"] == f"/api/files/{file['id']}"
    assert response.headers["ETag"] == '"1"'
    assert (file["name"], file["size"], file["media_type"]) == ("Łódź — notes.txt", len(TEXT), "text/plain")
    assert file["sha256"] == hashlib.sha256(TEXT).hexdigest()
    assert (file["uploaded_by_name"], file["client_name"]) == ("Owner", "Anna")
    content = fetch(owner, f"/api/files/{file['id']}/content")
    assert content.data == TEXT
    assert [row["id"] for row in owner.get(f"/api/clients/{client_id}/files").get_json()["data"]] == [
        file["id"]
    ]
    [path] = on_disk(settings)
    assert path.parent.parent.name == str(cast.owner.workspace_id)
    assert path.stat().st_mode & 0o077 == 0


def test_the_name_goes_out_in_every_script_and_never_as_a_path(owner: FlaskClient) -> None:
    file = add_file(owner, "../../../Резюме \u202ex.txt")
    assert file["name"] == "Резюме x.txt"
    disposition = fetch(owner, f"/api/files/{file['id']}/content").headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''%D0%A0%D0%B5%D0%B7" in disposition


def test_a_download_is_never_run_by_the_browser(owner: FlaskClient) -> None:
    for name, content, disposition in (
        ("a.txt", b"<script>alert(1)</script>", "attachment"),
        ("a.png", samples.picture(), "inline"),
        ("a.pdf", samples.PDF, "inline"),
        ("a.docx", samples.office("docx"), "attachment"),
    ):
        response = fetch(owner, f"/api/files/{add_file(owner, name, content)['id']}/content")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["Content-Security-Policy"].startswith("sandbox;")
        assert response.headers["Content-Disposition"].startswith(disposition)
        response = fetch(owner, response.request.path + "?download=true")
        assert response.headers["Content-Disposition"].startswith("attachment")


def test_parts_of_a_file_can_be_asked_for(owner: FlaskClient) -> None:
    path = f"/api/files/{add_file(owner)['id']}/content"
    whole = fetch(owner, path)
    part = fetch(owner, path, headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.data) == (206, TEXT[2:6])
    assert part.headers["Content-Range"] == f"bytes 2-5/{len(TEXT)}"
    beyond = fetch(owner, path, headers={"Range": "bytes=900-"})
    problem_of(beyond, 416)
    assert beyond.headers["Content-Range"] == f"bytes */{len(TEXT)}"
    assert fetch(owner, path, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    stale = fetch(owner, path, headers={"Range": "bytes=2-5", "If-Range": '"other"'})
    assert (stale.status_code, stale.data) == (200, TEXT)
    head = fetch(owner, path, method="HEAD")
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(TEXT)))


@pytest.mark.parametrize("asked", ["lines=1-2", "bytes=0-1,4-5", "bytes=5-2", "bytes=x-", "nonsense"])
def test_what_is_not_one_range_of_bytes_gets_the_whole(owner: FlaskClient, asked: str) -> None:
    path = f"/api/files/{add_file(owner)['id']}/content"
    answer = fetch(owner, path, headers={"Range": asked})
    assert (answer.status_code, answer.data) == (200, TEXT)


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("big.txt", b"x" * (5 * 1024 * 1024 + 1), 413),
        ("huge.txt", b"x" * (7 * 1024 * 1024), 413),
        ("a.exe", b"MZ", 415),
        ("a.png", b"<script>", 415),
        ("a.svg", b"<svg/>", 415),
        ("empty.txt", b"", 422),
    ],
)
def test_what_is_refused_leaves_nothing(
    owner: FlaskClient, settings: Settings, name: str, content: bytes, status: int
) -> None:
    client_id = add_client(owner)
    problem_of(upload(owner, f"/api/clients/{client_id}/files", name, content), status)
    assert on_disk(settings) == []
    assert owner.get(f"/api/clients/{client_id}/files").get_json()["data"] == []


@pytest.mark.parametrize("size", [5 * 1024 * 1024 + 1, 7 * 1024 * 1024])
def test_what_is_too_large_hears_how_large_it_may_be(owner: FlaskClient, size: int) -> None:
    refused = upload(owner, f"/api/clients/{add_client(owner)}/files", "big.txt", b"x" * size)
    assert problem_of(refused, 413)["detail"].endswith("larger than 5 MB.")


def test_a_file_of_exactly_the_limit_is_taken(owner: FlaskClient) -> None:
    assert add_file(owner, "full.txt", b"x" * (5 * 1024 * 1024))["size"] == 5 * 1024 * 1024


def test_a_wrong_form_is_refused_by_field(owner: FlaskClient, settings: Settings) -> None:
    path = f"/api/clients/{add_client(owner)}/files"
    assert fields_of(owner.post(path, data={"other": "x"}, content_type="multipart/form-data")) == {"other"}
    assert fields_of(owner.post(path, data={}, content_type="multipart/form-data")) == {"file"}
    both = {"file": [(BytesIO(TEXT), "a.txt"), (BytesIO(TEXT), "b.txt")]}
    assert fields_of(owner.post(path, data=both, content_type="multipart/form-data")) == {"file"}
    problem_of(owner.post(path, json={"file": "x"}), 415)
    assert (
        owner.post(path, data=b"--x\r\ngarbage", content_type="multipart/form-data; boundary=x").status_code
        == 422
    )
    nameless = b"--x\r\nContent-Disposition: form-data\r\n\r\nv\r\n--x--\r\n"
    refused = owner.post(path, data=nameless, content_type="multipart/form-data; boundary=x")
    assert fields_of(refused) == {"body"}
    assert on_disk(settings) == []


def test_a_file_for_a_client_who_is_not_there_leaves_nothing(
    owner: FlaskClient, outsider: FlaskClient, settings: Settings
) -> None:
    client_id = add_client(owner)
    problem_of(upload(outsider, f"/api/clients/{client_id}/files"), 404)
    problem_of(upload(outsider, f"/api/clients/{client_id}/picture", method="PUT"), 404)
    problem_of(upload(owner, "/api/clients/999/files"), 404)
    assert on_disk(settings) == []


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


def test_a_repeated_upload_takes_effect_once(owner: FlaskClient, settings: Settings) -> None:
    path = f"/api/clients/{add_client(owner)}/files"
    headers = {"Idempotency-Key": "upload-1"}
    first = upload(owner, path, headers=headers)
    again = upload(owner, path, headers=headers)
    assert again.headers["Idempotency-Replayed"] == "true" and again.data == first.data
    assert "Idempotency-Key" in fields_of(upload(owner, path, content=b"other", headers=headers))
    assert len(on_disk(settings)) == 1


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


def test_what_is_fetched_of_a_photo_stands_upright_in_its_size_and_tells_nothing(owner: FlaskClient) -> None:
    """Left half red, right half blue, taken with the camera turned: upright, red is above blue."""
    photo = Image.new("RGB", (1200, 600), (0, 0, 255))
    photo.paste((255, 0, 0), (0, 0, 600, 600))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "secret place"
    out = BytesIO()
    photo.save(out, "JPEG", exif=exif, comment=b"secret comment")
    place = f"/api/files/{add_file(owner, 'photo.jpg', out.getvalue())['id']}/content"
    for query, size in (("", (600, 1200)), ("?thumbnail=480", (240, 480)), ("?thumbnail=96", (48, 96))):
        content = fetch(owner, place + query).data
        with Image.open(BytesIO(content)) as drawn:
            assert drawn.size == size and not drawn.getexif() and "exif" not in drawn.info
            pixels = drawn.convert("RGB")
        top, bottom = (pixels.getpixel((size[0] // 2, size[1] * part // 4)) for part in (1, 3))
        assert isinstance(top, tuple) and top[0] > 200 and top[2] < 60
        assert isinstance(bottom, tuple) and bottom[2] > 200 and bottom[0] < 60
        assert b"secret" not in content


def test_only_pictures_have_thumbnails(owner: FlaskClient) -> None:
    problem_of(fetch(owner, f"/api/files/{add_file(owner)['id']}/content?thumbnail=96"), 404)
    file = add_file(owner, "a.png", samples.picture())
    assert fields_of(fetch(owner, f"/api/files/{file['id']}/content?thumbnail=97")) == {"thumbnail"}


def test_who_may_only_read_uploads_nothing(app: Flask, db: Database, cast: Cast, owner: FlaskClient) -> None:
    reader = client_of(app, db, cast.owner, "read")
    problem_of(upload(reader, f"/api/clients/{add_client(owner)}/files"), 403)


def test_a_row_that_fails_takes_its_file_along(settings: Settings, owner: FlaskClient) -> None:
    client_id = add_client(owner)

    connection = open_writer(settings.sqlite_path)
    connection.execute(
        "CREATE TRIGGER refuse BEFORE INSERT ON files BEGIN SELECT RAISE (ABORT, 'refused by the test'); END"
    )
    connection.close()
    problem_of(upload(owner, f"/api/clients/{client_id}/files"), 409)
    assert on_disk(settings) == []


def test_a_limit_of_its_own_is_kept(settings: Settings, db: Database, cast: Cast) -> None:
    with running_app(settings.model_copy(update={"max_upload_mb": 1})) as app:
        owner = client_of(app, db, cast.owner)
        path = f"/api/clients/{add_client(owner)}/files"
        problem_of(upload(owner, path, content=b"x" * (1024 * 1024 + 1)), 413)
        assert upload(owner, path, content=b"x" * 1024 * 1024).status_code == 201


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


def add_lead(owner: FlaskClient) -> int:
    return int(owner.post("/api/leads", json={"title": "Roof"}).get_json()["data"]["id"])


def test_a_lead_has_files_of_its_own_that_everything_knows_as_it_knows_those_of_clients(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    lead, client = add_lead(owner), add_client(owner)
    answer = upload(owner, f"/api/leads/{lead}/files", "plan.txt")
    file = answer.get_json()["data"]
    assert answer.status_code == 201
    assert (file["subject"], file["subject_id"], file["subject_name"]) == ("lead", lead, "Roof")
    assert (file["client_id"], file["client_name"]) == (None, None)
    of_client = upload(owner, f"/api/clients/{client}/files").get_json()["data"]
    listed = owner.get("/api/files").get_json()["data"]
    assert [each["id"] for each in listed] == [of_client["id"], file["id"]]
    assert [each["id"] for each in owner.get(f"/api/leads/{lead}/files").get_json()["data"]] == [file["id"]]
    assert fetch(owner, f"/api/files/{file['id']}/content").data == TEXT
    entry = owner.get(f"/api/activities?subject=lead&subject_id={lead}&limit=1").get_json()["data"][0]
    assert (entry["action"], entry["entity_id"]) == ("file.created", file["id"])


def test_a_file_of_a_lead_goes_to_the_trash_and_comes_back(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    lead = add_lead(owner)
    file = upload(owner, f"/api/leads/{lead}/files").get_json()["data"]
    assert owner.delete(f"/api/files/{file['id']}").status_code == 204
    assert owner.get(f"/api/leads/{lead}/files").get_json()["data"] == []
    gone = owner.get(f"/api/leads/{lead}/files?deleted=true").get_json()["data"]
    assert [each["id"] for each in gone] == [file["id"]]
    assert owner.post(f"/api/files/{file['id']}/restore").get_json()["data"]["deleted_at"] is None


def test_the_files_of_a_lead_in_the_trash_are_not_there_until_it_comes_back(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    lead = add_lead(owner)
    file = upload(owner, f"/api/leads/{lead}/files").get_json()["data"]
    owner.delete(f"/api/leads/{lead}")
    problem_of(owner.get(f"/api/files/{file['id']}"), 404)
    problem_of(owner.get(f"/api/leads/{lead}/files"), 404)
    problem_of(upload(owner, f"/api/leads/{lead}/files"), 404)
    assert owner.get("/api/files").get_json()["data"] == []
    owner.post(f"/api/leads/{lead}/restore")
    assert owner.get(f"/api/files/{file['id']}").status_code == 200


def test_files_of_another_workspace_s_lead_are_not_there(
    app: Flask, owner: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    lead = add_lead(owner)
    stranger = client_of(app, db, cast.outsider)
    problem_of(upload(stranger, f"/api/leads/{lead}/files"), 404)
    problem_of(stranger.get(f"/api/leads/{lead}/files"), 404)
