"""On a filesystem without hard links the appliance starts, works, is backed up and comes back."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm.db.backup.uploads import bytes_to_copy
from crm.db.stored_files import StoredFile
from tests.support.appliance import Appliance
from tests.support.linkless_disk import NoLinklessDisk, linkless_disk

CONTENT = b"kept on a stick\n" * 1000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    try:
        with linkless_disk(tmp_path / "image", tmp_path / "disk") as place:
            yield place
    except NoLinklessDisk as reason:
        pytest.skip(str(reason))


def test_everything_works_from_the_first_start_to_the_restore(disk: Path) -> None:
    (disk / "one").write_bytes(b"")
    with pytest.raises(PermissionError):
        os.link(disk / "one", disk / "other")
    appliance = Appliance(disk)
    with appliance:
        assert "the code that it asks for" in appliance.output
        headers = {"Authorization": f"Bearer {appliance.set_up()}"}
        with appliance.client(headers=headers) as client:
            assert client.post("/api/clients", json={"name": "On a stick"}).status_code == 201
            sent = client.post("/api/clients/1/files", files={"file": ("note.txt", CONTENT)})
            assert sent.status_code == 201, sent.text
        backup = appliance.crm("backup")
        assert appliance.stop() == 0
    appliance.crm("restore", backup, "--yes")
    with appliance, appliance.client(headers=headers) as client:
        assert [row["name"] for row in client.get("/api/clients").json()["data"]] == ["On a stick"]
        assert client.get("/api/files/1/content").content == CONTENT


def test_a_backup_asks_for_the_room_that_copies_take(disk: Path, tmp_path: Path) -> None:
    files = [StoredFile("00/a", 1_000, ""), StoredFile("00/b", 500, "")]
    for folder in (disk, tmp_path):
        (folder / "backups").mkdir()
        (folder / "uploads").mkdir()
    assert bytes_to_copy(files, disk / "uploads", None, disk / "backups") == 3_000
    assert bytes_to_copy(files, tmp_path / "uploads", None, tmp_path / "backups") == 0
    assert bytes_to_copy(files, disk / "uploads", None, tmp_path / "backups") == 1_500
