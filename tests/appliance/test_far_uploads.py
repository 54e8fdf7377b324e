"""Backups, restores, exports and the doctor where files are in an S3-compatible store: a real server."""

import shutil
from collections.abc import Iterator

import pytest

from crm.appliance.backups import back_up
from crm.appliance.records import accept_offer, offer_record
from crm.appliance.restoring import examine as examine_backup
from crm.appliance.restoring import restore
from crm.appliance.server_doctor import examine_any
from crm.appliance.transfer import export_to, import_from
from crm.config import Settings
from crm.db.backup.report import BackupFailed, Silence
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.db.file_stores.store import read_whole
from crm.db.sqlite.startup import prepare
from crm.db.transfer.archive import TransferFailed
from tests.support.appliance import free_port
from tests.support.cast import Cast
from tests.support.filled import attached, made
from tests.support.object_store import files_at, names_in, object_store
from tests.support.places import settings_below


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    pytest.importorskip("moto.server", reason="the S3 server of moto is not installed")
    with object_store() as address:
        yield address


@pytest.fixture
def far(prepared: Settings, address: str, request: pytest.FixtureRequest) -> Settings:
    return files_at(prepared, address, request.node.name)


@pytest.fixture
def letters(far: Settings, db: Database, cast: Cast) -> list[int]:
    client = made(db, cast, name="Ada")
    return [attached(db, cast, far, client, content) for content in (b"first", b"second")]


def found(settings: Settings, check: str) -> tuple[bool, str]:
    return next((each.good, each.found) for each in examine_any(settings) if each.check == check)


@pytest.mark.usefixtures("letters")
def test_a_backup_holds_the_files_and_heals_what_the_store_lost(far: Settings) -> None:
    store, before = file_store(far), names_in(far)
    folder = back_up(far, Silence())
    assert sorted(path.name for path in folder.rglob("uploads/*/*/*")) == sorted(
        name.rpartition("/")[2] for name in before
    )
    store.remove(before[0])
    good, said = found(far, "uploaded files")
    assert not good and "1 of 2 are missing" in said
    healed = back_up(far, Silence())
    assert len(list(healed.rglob("uploads/*/*/*"))) == 2, "what the store lost comes from the previous backup"


@pytest.mark.sqlite("a server is restored into an empty database")
def test_a_restore_brings_the_files_back(far: Settings, db: Database, letters: list[int]) -> None:
    store, before = file_store(far), names_in(far)
    folder = back_up(far, Silence())
    store.remove(before[0])
    db.close()
    restore(far, examine_backup(far, folder.name, Silence()), Silence())
    assert names_in(far) == before
    assert {read_whole(store, name) for name in before} == {b"first", b"second"}
    assert found(far, "uploaded files")[0] and len(letters) == 2


def test_the_first_backup_without_a_file_fails_and_names_it(far: Settings, letters: list[int]) -> None:
    file_store(far).remove(names_in(far)[0])
    with pytest.raises(BackupFailed, match=f"files/[{''.join(map(str, letters))}]"):
        back_up(far, Silence())
    away = far.model_copy(update={"files_endpoint": f"http://127.0.0.1:{free_port()}"})
    with pytest.raises(BackupFailed, match="does not answer"):
        back_up(away, Silence())
    good, said = found(away, "uploaded files")
    assert not good and "does not answer" in said


def test_one_record_comes_back_with_its_file(far: Settings, db: Database, letters: list[int]) -> None:
    back_up(far, Silence())
    store, before = file_store(far), names_in(far)
    for name in before:
        store.remove(name)
    offer = offer_record(far, db, None, f"files/{letters[0]}")
    assert [row.state for row in offer.rows] == ["damaged"]
    accept_offer(far, db, offer)
    assert [read_whole(store, name) for name in names_in(far)] == [b"first"]


@pytest.mark.sqlite("the new machine has a file of its own")
def test_a_restore_on_a_new_machine_takes_the_store_over(
    far: Settings, letters: list[int], address: str
) -> None:
    folder = back_up(far, Silence())
    place = settings_below(far.sqlite_path.parent.parent / "new")
    prepare(place)
    new = files_at(place, address, "taken-over")
    file_store(new).check()
    shutil.copytree(folder, new.backup_dir / folder.name)
    restore(new, examine_backup(new, folder.name, Silence()), Silence())
    file_store(new).check()
    assert len(names_in(new)) == len(letters)


def test_a_workspace_moves_with_its_files_into_another_store(
    far: Settings, letters: list[int], cast: Cast, address: str
) -> None:
    target = far.sqlite_path.parent / "workspace.zip"
    export_to(far, int(cast.owner.workspace_id or 0), target)
    place = settings_below(far.sqlite_path.parent.parent / "other")
    prepare(place)
    other = files_at(place, address, "other-place")
    import_from(other, target)
    store = file_store(other)
    assert sorted(read_whole(store, name) for name in names_in(other)) == [b"first", b"second"]
    with pytest.raises(TransferFailed):
        import_from(other, target)
    assert len(names_in(other)) == len(letters)
    away = far.model_copy(update={"files_endpoint": f"http://127.0.0.1:{free_port()}"})
    with pytest.raises(TransferFailed, match="does not answer"):
        export_to(away, int(cast.owner.workspace_id or 0), target.with_name("another.zip"))
    assert not target.with_name("another.zip").exists()
