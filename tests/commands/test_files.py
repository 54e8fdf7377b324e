"""`crm files`: moves files into a store and back, goes on where it was, and compares each with its row."""

from collections.abc import Iterator

import pytest

from crm.appliance.server_doctor import examine_any
from crm.config import Settings
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from tests.support import samples
from tests.support.api import client_of, running_app
from tests.support.appliance import free_port
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.crm_command import crm
from tests.support.engines import TestCluster
from tests.support.file_api import add_file, fetch, on_disk
from tests.support.object_store import BUCKET, files_at, names_in, object_store

URL = f"s3://{BUCKET}/files"


@pytest.fixture
def address() -> Iterator[str]:
    pytest.importorskip("moto.server", reason="the S3 server of moto is not installed")
    with object_store() as address:
        yield address


def keys(address: str) -> dict[str, str]:
    return {"FILES_ENDPOINT": address, "FILES_ACCESS_KEY": "key", "FILES_SECRET_KEY": "secret"}


def test_files_move_into_a_store_and_back(settings: Settings, db: Database, cast: Cast, address: str) -> None:
    far, place = files_at(settings, address), keys(address)
    with running_app(settings) as app:
        client = client_of(app, db, cast.owner)
        picture, _ = add_file(client, "a.png", samples.picture()), add_file(client)
    before = [path.relative_to(settings.upload_folder).as_posix() for path in on_disk(settings)]
    first = crm(settings, "files", "move-to", URL, **place)
    assert first.returncode == 0, first.stderr
    assert "2 files copied" in first.stdout and f"set FILES_URL={URL} and restart" in first.stdout
    assert names_in(far) == before, "with the thumbnails"
    assert "0 files copied" in crm(settings, "files", "move-to", URL, **place).stdout
    for path in on_disk(settings):
        path.unlink()
    assert "2 files in s3://" in crm(settings, "files", "check", FILES_URL=URL, **place).stdout
    with running_app(far) as app:
        shown = fetch(client_of(app, db, cast.owner), f"/api/files/{picture['id']}/content?thumbnail=96")
        assert shown.data[:4] == b"RIFF"
    back = crm(settings, "files", "move-to", "folder", FILES_URL=URL, **place)
    assert back.returncode == 0, back.stderr
    assert len(on_disk(settings)) == len(before)
    assert found(settings) == "2, each as its row says"


@pytest.mark.sqlite("it leaves the file")
def test_a_move_to_a_server_takes_the_files_into_a_store(
    settings: Settings, db: Database, cast: Cast, address: str, postgres: TestCluster
) -> None:
    far, place = files_at(settings, address), keys(address)
    with running_app(settings) as app:
        client = client_of(app, db, cast.owner)
        add_file(client, "a.png", samples.picture())
        add_file(client)
    before = [path.relative_to(settings.upload_folder).as_posix() for path in on_disk(settings)]
    with postgres.bare_database() as url:
        command = ("move-to", url, "--files", URL, "--yes")
        away = crm(settings, *command, **{**place, "FILES_ENDPOINT": f"http://127.0.0.1:{free_port()}"})
        assert away.returncode == 1 and "does not answer" in away.stderr and "Traceback" not in away.stderr
        there = crm(settings, *command, FILES_URL=URL, **place)
        assert there.returncode == 1 and "in a store already" in there.stderr
        add_client(db, cast.owner, name="It is open still")
        done = crm(settings, *command, **place)
        assert done.returncode == 0, done.stderr
        assert "2 files copied" in done.stdout and f"\nFILES_URL={URL}\n" in done.stdout
        assert names_in(far) == before, "with the thumbnails"
        for path in on_disk(settings):
            path.unlink()
        checked = crm(settings, "files", "check", DATABASE_URL=url, FILES_URL=URL, **place)
        assert "2 files in s3://" in checked.stdout, checked.stderr


def test_what_is_damaged_or_missing_is_named_and_the_rest_moves(
    settings: Settings, db: Database, cast: Cast, address: str
) -> None:
    with running_app(settings) as app:
        client = client_of(app, db, cast.owner)
        made = [add_file(client) for _ in range(3)]
    damaged, missing, _ = sorted(on_disk(settings))
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"#")
    missing.unlink()
    done = crm(settings, "files", "move-to", URL, **keys(address))
    assert done.returncode == 1 and "2 are missing or damaged" in done.stderr and len(made) == 3
    assert len(names_in(files_at(settings, address))) == 1
    checked = crm(settings, "files", "check")
    assert checked.returncode == 1 and "2 of 3 are missing or damaged" in checked.stderr
    far = files_at(settings, address)
    assert "2 of 3 are missing or damaged" in found(far)
    file_store(far).remove(names_in(far)[0])
    assert f"2 of them are in {settings.upload_folder}: crm files move-to {URL}" in found(far)


def found(settings: Settings) -> str:
    return next(each.found for each in examine_any(settings) if each.check == "uploaded files")


def test_a_store_that_is_away_and_needless_moves_are_refused(settings: Settings, db: Database) -> None:
    assert db.path == settings.sqlite_path
    nowhere = keys(f"http://127.0.0.1:{free_port()}")
    done = crm(settings, "files", "move-to", URL, **nowhere)
    assert done.returncode == 1 and "does not answer" in done.stderr and "Traceback" not in done.stderr
    needless = crm(settings, "files", "move-to", "folder")
    assert needless.returncode == 1 and "already" in needless.stderr
    wrong = crm(settings, "files", "move-to", "/srv/files", **nowhere)
    assert wrong.returncode == 2 and "s3://bucket/folder" in wrong.stderr
