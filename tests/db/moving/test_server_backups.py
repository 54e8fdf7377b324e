"""Backups of a server: whole, tried, restored into an empty database, or one record at a time."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from pydantic import SecretStr

from crm.appliance.backups import back_up, verify_named
from crm.appliance.records import accept_offer, offer_record
from crm.appliance.restoring import examine, restore
from crm.clients.client import get_client
from crm.clients.trash import delete_client
from crm.config import Settings
from crm.db.backup.report import BackupFailed
from crm.db.backup.shelf import list_backups
from crm.db.file_stores.opening import file_store
from crm.db.postgres.startup import prepare
from crm.db.restored import load_restored
from crm.files.files import attach_file
from crm.files.uploads import stored_upload
from crm.kinds import open_database
from tests.support.cast import gather_cast
from tests.support.clients import add_client, patch_client
from tests.support.engines import TestCluster
from tests.support.filled import Heard


@pytest.fixture
def served(settings: Settings, postgres: TestCluster) -> Iterator[Settings]:
    with postgres.bare_database() as url:
        chosen = settings.model_copy(update={"database_url": SecretStr(url)})
        prepare(chosen)
        yield chosen


def test_a_server_is_backed_up_tried_and_restored(served: Settings, postgres: TestCluster) -> None:
    db = open_database(served)
    cast = gather_cast(db)
    ada = add_client(db, cast.owner, name="Ada", email="ada@example.org")
    store, workspace = file_store(served), int(cast.owner.workspace_id or 0)
    with stored_upload(store, workspace, "a.txt", BytesIO(b"agreed"), limit=100) as upload:
        db.write(attach_file, cast.owner, "client", ada.id, upload)
    heard = Heard()
    folder = back_up(served, heard)
    assert any("trial restore" in step for step in heard.steps)
    manifest = verify_named(served, folder.name, Heard())
    assert manifest.engine.startswith("PostgreSQL ") and len(manifest.heads) == 2
    patch_client(db, cast.owner, ada.id, {"name": "Changed"})
    offer = offer_record(served, db, None, f"clients/{ada.id}")
    assert accept_offer(served, db, offer)
    assert db.read(get_client, cast.owner, ada.id).name == "Ada"
    db.write(delete_client, cast.owner, ada.id)
    with pytest.raises(BackupFailed, match="empty one"):
        restore(served, examine(served, folder.name, Heard()), Heard())
    db.close()
    for stored in served.upload_folder.glob("*/*/*"):
        stored.unlink()  # the backup may hold the same file
        stored.write_bytes(b"damage")
    with postgres.bare_database() as url:
        anew = served.model_copy(update={"database_url": SecretStr(url)})
        restore(anew, examine(anew, folder.name, Heard()), Heard())
        prepare(anew)
        again = open_database(anew)
        assert again.read(get_client, cast.owner, ada.id).name == "Ada"
        assert load_restored(anew.sqlite_path) is not None
        second = verify_named(anew, back_up(anew, Heard()).name, Heard())
        assert (second.tables, second.heads) == (manifest.tables, manifest.heads)
        again.close()
    assert len(list_backups(served.backup_dir)) == 2
