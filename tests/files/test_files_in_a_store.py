"""Files in an S3-compatible store behave as files in a folder do: a real server on loopback, and none."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from crm.db.file_stores import bucket
from crm.db.file_stores.opening import file_store
from crm.db.file_stores.store import FileStore, StoreAway
from crm.db.health import check_health
from crm.db.sqlite.startup import prepare
from crm.files.tidying import collect_orphans, missing_files, purge_files
from tests.support import samples
from tests.support.api import client_of, problem_of, running_app
from tests.support.appliance import free_port
from tests.support.cast import Cast
from tests.support.file_api import TEXT, add_client, add_file, fetch, on_disk, upload
from tests.support.frozen_clock import FrozenClock
from tests.support.object_store import files_at, names_in, object_store
from tests.support.places import settings_below

LARGE = b"".join(b"%07d\n" % number for number in range(900_000))
"""More than one part and several pieces."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    pytest.importorskip("moto.server", reason="the S3 server of moto is not installed")
    with object_store() as address:
        yield address


@pytest.fixture
def far(prepared: Settings, address: str, request: pytest.FixtureRequest) -> Settings:
    """A folder in the store for each test."""
    folder = request.node.name.replace("[", "-").strip("]")
    return files_at(prepared, address, folder).model_copy(update={"max_upload_mb": 20})


@pytest.fixture
def client(far: Settings, db: Database, cast: Cast) -> Iterator[FlaskClient]:
    with running_app(far) as app:
        yield client_of(app, db, cast.owner)


def test_what_was_sent_comes_back_whole_in_ranges_and_small(client: FlaskClient, far: Settings) -> None:
    large = add_file(client, "large.txt", LARGE)
    path = f"/api/files/{large['id']}/content"
    whole = fetch(client, path)
    assert (whole.status_code, whole.content_length) == (200, len(LARGE))
    assert whole.data == LARGE
    for asked, expected in (("bytes=5000000-5000009", LARGE[5_000_000:5_000_010]), ("bytes=-3", LARGE[-3:])):
        part = fetch(client, path, headers={"Range": asked})
        assert (part.status_code, part.data) == (206, expected)
    assert fetch(client, path, headers={"Range": "bytes=99999999-"}).status_code == 416
    assert fetch(client, path, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    assert fetch(client, path, method="HEAD").content_length == len(LARGE)
    picture = add_file(client, "a.png", samples.picture())
    thumbnail = fetch(client, f"/api/files/{picture['id']}/content?thumbnail=96")
    assert thumbnail.mimetype == "image/webp" and thumbnail.data[:4] == b"RIFF"
    assert on_disk(far) == [] and len(names_in(far)) == 4


def test_nothing_stays_in_the_store_that_no_row_took_in(client: FlaskClient, far: Settings) -> None:
    client_id = add_client(client)
    path = f"/api/clients/{client_id}/picture"
    stale = upload(client, path, "a.png", samples.picture(), method="PUT", headers={"If-Match": '"9"'})
    problem_of(stale, 412)
    assert names_in(far) == []


def newest_in(store: FileStore) -> datetime:
    """When the last one came, by the clock of the store."""
    assert isinstance(store, bucket.BucketStore)
    return max(found["last_modified"] for found in store._listed())


def test_it_is_tidied_as_a_folder_is(
    client: FlaskClient, far: Settings, db: Database, frozen_clock: FrozenClock
) -> None:
    kept, gone = add_file(client), add_file(client, "a.png", samples.picture())
    with (store := file_store(far)).open(names_in(far)[0]).stream as stream:
        store.put(f"1/ff/{'f' * 32}", stream)
    frozen_clock.set(newest_in(store))
    client.delete(f"/api/files/{gone['id']}")
    assert collect_orphans(db, far) == 0
    frozen_clock.advance(days=31)
    assert purge_files(db, far) == 1
    assert collect_orphans(db, far) == 1
    assert len(names_in(far)) == 1 and missing_files(db, far) == []
    assert fetch(client, f"/api/files/{kept['id']}/content").data == TEXT
    store.remove(names_in(far)[0])
    assert [missing.file_id for missing in missing_files(db, far)] == [kept["id"]]
    problem_of(fetch(client, f"/api/files/{kept['id']}/content"), 404)


def test_what_was_damaged_in_the_store_is_not_given_out_as_whole(client: FlaskClient, far: Settings) -> None:
    small, large = add_file(client), add_file(client, "large.txt", LARGE)
    store = file_store(far)
    for name, size in list(store.names()):
        content = store.open(name).stream.read()
        with (far.backup_dir.parent / "damaged").open("w+b") as damaged:
            damaged.write(content[:-1] + b"#")
            damaged.seek(0)
            assert store.put(name, damaged)[0] == size
    problem_of(fetch(client, f"/api/files/{small['id']}/content"), 404)
    with pytest.raises(Exception, match="expected the SHA-256"):
        fetch(client, f"/api/files/{large['id']}/content")


def test_another_installation_cannot_use_the_same_place(
    client: FlaskClient, far: Settings, db: Database, address: str, tmp_path: Path
) -> None:
    add_file(client)
    assert far.files_url is not None
    second = settings_below(tmp_path / "second")
    prepare(second)
    theirs = files_at(second, address, far.files_url.rpartition("/")[2])
    with pytest.raises(StoreAway) as refused:
        file_store(theirs).check()
    assert "belongs to another installation" in refused.value.reason
    with pytest.raises(StoreAway):
        collect_orphans(db, theirs)
    assert len(names_in(far)) == 1


@pytest.fixture
def silent() -> Iterator[str]:
    """It takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_store_that_is_away_is_503_and_stores_nothing(prepared: Settings, db: Database, cast: Cast) -> None:
    away = files_at(prepared, f"http://127.0.0.1:{free_port()}")
    with running_app(away) as app:
        client = client_of(app, db, cast.owner)
        client_id = add_client(client)
        refused = upload(client, f"/api/clients/{client_id}/files")
        problem = problem_of(refused, 503)
        assert problem["detail"] == "The store of files does not answer. Please try again in a moment."
        assert int(refused.headers["Retry-After"]) > 0
        assert client.get(f"/api/clients/{client_id}/files").get_json()["data"] == []
        assert client.get("/api/clients").status_code == 200
    assert on_disk(away) == []


def test_threads_do_not_all_wait_for_a_silent_store(
    prepared: Settings, db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "PATIENCE", timedelta(seconds=1))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        away = files_at(prepared, f"http://127.0.0.1:{silent.getsockname()[1]}")
        with running_app(away) as app:
            client = client_of(app, db, cast.owner)
            path = f"/api/clients/{add_client(client)}/files"
            problem_of(upload(client, path), 503)
            asked = accepted(silent)
            for _ in range(5):
                problem_of(upload(client, path), 503)
            assert (asked > 0, accepted(silent)) == (True, 0)


def accepted(server: socket.socket) -> int:
    """How many connections wait there; they are closed, and no further ones are taken."""
    server.settimeout(0)
    count = 0
    with suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            count += 1
    return count


def test_a_bucket_that_is_not_there_is_told_and_stores_nothing(
    prepared: Settings, db: Database, cast: Cast, address: str
) -> None:
    nowhere = files_at(prepared, address).model_copy(update={"files_url": "s3://nowhere/files"})
    with running_app(nowhere) as app:
        client = client_of(app, db, cast.owner)
        problem_of(upload(client, f"/api/clients/{add_client(client)}/files"), 503)
        assert client.get("/api/files").get_json()["data"] == []
    assert check_health(db, nowhere).uploads == "away"
    for ask in (lambda: list(file_store(nowhere).names()), file_store(nowhere).check):
        with pytest.raises(StoreAway):
            ask()


def test_health_tells_of_a_silent_store_in_bounded_time_and_goes_on(
    prepared: Settings, db: Database, silent: str
) -> None:
    health = check_health(db, files_at(prepared, silent))
    assert health.uploads == "away"
    assert check_health(db, prepared).uploads == "ok"
