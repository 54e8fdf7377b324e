"""Uploads over the API: what is taken comes back as it was, what is refused leaves nothing."""

import hashlib
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from crm.db.sqlite.engine import open_writer
from tests.support.api import client_of, fields_of, problem_of, running_app
from tests.support.cast import Cast
from tests.support.file_api import TEXT, add_client, add_file, fetch, on_disk, upload


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


def test_a_repeated_upload_takes_effect_once(owner: FlaskClient, settings: Settings) -> None:
    path = f"/api/clients/{add_client(owner)}/files"
    headers = {"Idempotency-Key": "upload-1"}
    first = upload(owner, path, headers=headers)
    again = upload(owner, path, headers=headers)
    assert again.headers["Idempotency-Replayed"] == "true" and again.data == first.data
    assert "Idempotency-Key" in fields_of(upload(owner, path, content=b"other", headers=headers))
    assert len(on_disk(settings)) == 1


def test_who_may_only_read_uploads_nothing(app: Flask, db: Database, cast: Cast, owner: FlaskClient) -> None:
    reader = client_of(app, db, cast.owner, "read")
    problem_of(upload(reader, f"/api/clients/{add_client(owner)}/files"), 403)


@pytest.mark.sqlite("the row is refused by a trigger of its words")
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
